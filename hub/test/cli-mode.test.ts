import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { battant, folder, inRegistry } from "./cli-place.ts";
import { runsAt } from "./pretend-hub.ts";

// Goal: a zone changes its mode from a terminal, through the hub that runs there or not at all.
// Method: the command in this process, before an HTTP door that remembers what it was asked.

const REFUSAL = {
  code: "building-file-refused",
  message: {
    fr: "Refusé (`act` demande un étalonnage)",
    en: "Refused (`act` needs a calibration)",
  },
};

const scene = async () => {
  const dir = folder();
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const token = /^Bearer (.+)$/u.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const isAllowed = inRegistry(dir, ({ passes }) => passes.check(token));
    let text = "";
    request.on("data", (part) => (text += String(part)));
    request.on("end", () => {
      calls.push(`${request.method} ${request.url} ${text} ${isAllowed ? "with a pass" : ""}`);
      const { mode } = JSON.parse(text) as { mode: string };
      response.statusCode = mode === "act" ? 409 : 200;
      response.end(JSON.stringify(mode === "act" ? REFUSAL : { zone: "hall", mode }));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  runsAt(dir, port);
  return { dir, calls, on: (...args: readonly string[]) => battant([...args, "--data", dir]) };
};

test("the hub that runs is asked, with a pass, and what it did is told", async () => {
  const { on, calls } = await scene();
  expect(await on("mode", "hall", "observe")).toEqual({
    code: 0,
    out: "hall observes: Battant decides and sends nothing. A light kept off is given back.\n",
    err: "",
  });
  expect(calls).toEqual(['POST /api/zones/hall/mode {"mode":"observe"} with a pass']);
  const { out } = await on("mode", "hall", "off", "--json");
  expect(JSON.parse(out)).toEqual({ zone: "hall", mode: "off" });
});

test("a refusal is the hub's own, in its words", async () => {
  const { on } = await scene();
  const { code, err } = await on("mode", "hall", "act");
  expect(code).toBe(1);
  expect(err).toContain("`act` needs a calibration");
});

const misspelt: readonly [zone: string, mode: string, words: RegExp][] = [
  ["hal", "act", /There is no zone "hal"; did you mean hall\?/u],
  ["hall", "on", /"on" is no mode; say act, observe, off\./u],
];

test.each(misspelt)("%s %s is not understood, and nobody is asked", async (zone, mode, words) => {
  const { on, calls } = await scene();
  const { code, err } = await on("mode", zone, mode);
  expect(code).toBe(2);
  expect(err).toMatch(words);
  expect(calls).toEqual([]);
});

test("where no hub runs the line to write is said, and the file is left alone", async () => {
  const dir = folder();
  inRegistry(dir, ({ boards }) => boards.list());
  const before = readFileSync(join(dir, "building.yaml"), "utf8");
  const { code, err } = await battant(["mode", "hall", "act", "--data", dir]);
  expect(code).toBe(1);
  expect(err).toContain(`Write it yourself in ${join(dir, "building.yaml")}`);
  expect(err).toContain("\n  zones:\n    hall:\n      daylight:\n        mode: act\n");
  expect(err).toContain(`check-config --data ${dir}`);
  expect(readFileSync(join(dir, "building.yaml"), "utf8")).toBe(before);
});
