// Needs: chromium.
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { installSerial } from "./esp32/bridge.ts";
import { slip } from "./esp32/slip.ts";
import { layChip, packet, SYNC_DATA } from "./esp32-kit.ts";

// Goal: a page finds at its Web Serial what it would find with a chip plugged in beside it.
// Method: a real browser, and a page with nothing in it.

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
}, 60_000);
afterAll(() => browser.close());

const servePage = async (): Promise<string> => {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html").end("<!doctype html><title>-</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

const newPage = async (): Promise<Page> => {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  return page;
};

const SYNC = [...slip(packet(8, SYNC_DATA, 0))].join(",");

/** To the loader, and in step with it: how many bytes came back. */
const SYNCHRONIZE = `(async () => {
  globalThis.port = await navigator.serial.requestPort();
  await port.open({ baudRate: 115200 });
  await port.setSignals({ dataTerminalReady: false, requestToSend: true });
  await port.setSignals({ dataTerminalReady: true, requestToSend: false });
  const reader = port.readable.getReader();
  let text = "";
  while (!text.includes("waiting for download")) {
    text += String.fromCharCode(...(await reader.read()).value);
  }
  const writer = port.writable.getWriter();
  await writer.write(Uint8Array.of(${SYNC}));
  let count = 0;
  while (count < 8 * 14) count += (await reader.read()).value.length;
  globalThis.ended = reader.read().then(() => "more", (error) => error.name);
  return count;
})()`;

test(
  "a page resets the chip, speaks with its loader, and sees it go",
  { timeout: 60_000 },
  async () => {
    const chip = layChip();
    const page = await newPage();
    const cable = await installSerial(page, chip);
    await page.goto(await servePage());
    expect(await page.evaluate(SYNCHRONIZE)).toBe(8 * 14);
    expect([chip.state(), chip.complaints]).toEqual(["loader", []]);

    const told = page.evaluate(
      `new Promise((resolve) => navigator.serial.addEventListener("disconnect", () => resolve("told")))`,
    );
    // The page listens once it has answered this.
    await page.evaluate("0");
    cable.unplug();
    expect(await told).toBe("told");
    expect(await page.evaluate("globalThis.ended")).toBe("NetworkError");
    expect(await page.evaluate("port.readable")).toBeNull();
    const reopening = `port.open({ baudRate: 115200 }).then(() => "open", (error) => error.name)`;
    expect(await page.evaluate(reopening)).toBe("NetworkError");
    cable.plug();
    expect(await page.evaluate(reopening)).toBe("open");
  },
);

test("a page that is not served securely has no serial port", { timeout: 60_000 }, async () => {
  const page = await newPage();
  await installSerial(page, layChip());
  await page.route("http://battant.local/", (route) => route.fulfill({ body: "<title>-</title>" }));
  await page.goto("http://battant.local/");
  expect(await page.evaluate("navigator.serial === undefined")).toBe(true);
});
