// Needs: chromium, socat.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { installSerial } from "../firmware/cable/test/esp32/bridge.ts";
import { openWorkshop, PASSWORD, SSID, THREE_MINUTES_MS } from "./flash-scene.ts";

// Goal: the same walk on the hub's page, by somebody who only clicks: from the set-up link to the
// first reading and the board's place in the building.
// Method: real hub, Debian's Chromium; where a browser has its serial port, the page finds a stand-in
// that leads to the simulated chip.

const PATIENCE_MS = 150_000;

test(
  "from a blank chip to its first reading on the page in under three minutes",
  { timeout: 300_000 },
  async () => {
    const { hub, chip, data } = await openWorkshop();
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu"],
    });
    onTestFinished(() => browser.close());
    const page = await (await browser.newContext({ locale: "fr-FR" })).newPage();
    const elsewhere: string[] = [];
    page.on("request", (it) => {
      if (!it.url().startsWith(hub.http)) elsewhere.push(it.url());
    });
    await installSerial(page, chip);
    page.setDefaultTimeout(30_000);

    await page.goto(hub.setup!);
    await page.getByLabel("Nom", { exact: true }).fill("Lea");
    await page.getByLabel(/^Mot de passe/).fill("quelques mots ordinaires");
    await page.getByRole("button", { name: /compte/ }).click();
    await page.waitForURL(`${hub.http}/`);

    const began = performance.now();
    await page.goto(`${hub.http}/flash`);
    await page.getByRole("radio", { name: /^light / }).check();
    await page.getByRole("button", { name: "Choisir le port" }).click();
    await page.getByLabel("Nom du réseau").fill(SSID);
    await page.getByLabel("Mot de passe du réseau").fill(PASSWORD);
    await page.getByRole("button", { name: "Retenir ce réseau" }).click();
    await page.getByText(`Wi-Fi : ${SSID}`).waitFor();
    await page.getByRole("button", { name: "Flasher cette carte" }).click();
    const first = page.getByRole("region", { name: "Première mesure" });
    await first.waitFor({ timeout: PATIENCE_MS });
    const took = performance.now() - began;
    expect(await first.innerText()).toMatch(/41[0-4](,\d)?\s+lx/);
    expect(took).toBeLessThan(THREE_MINUTES_MS);
    console.info(`blank chip to first reading, page: ${(took / 1000).toFixed(1)} s`);
    expect(chip.complaints).toEqual([]);

    await page.getByLabel("Nom", { exact: true }).fill("Hall, plafond");
    await page.getByRole("radio", { name: "Une zone qui existe" }).check();
    await page.getByLabel("Zone", { exact: true }).selectOption("hall");
    await page.getByRole("button", { name: "Adopter", exact: true }).click();
    await page.getByText("Hall, plafond est adoptée.").waitFor();
    expect(readFileSync(join(data, "building.yaml"), "utf8")).toContain("Hall, plafond");

    // Its place is in the building at once: the page in the hall shows what the new board sees.
    await page.goto(`${hub.http}/`);
    await page
      .getByText(/41[0-4](,\d)?\s+lx/)
      .first()
      .waitFor({ timeout: 90_000 });
    expect(elsewhere).toEqual([]);
  },
);
