import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { PROGRAM } from "../entry.ts";
import { BUDGET, estimate } from "../estimate.ts";
import { buildParts } from "../host/board.ts";
import { measure } from "../measure.ts";

// Goal: one command makes the programs of all hardware files, says what they take, and fails when a
// board could not live with one.
// Method: the command itself, over folders of our own.

const TOOL = fileURLToPath(new URL("../build.ts", import.meta.url));
const BOARDS = fileURLToPath(new URL("../../../hardware/boards/", import.meta.url));

const build = (files: { readonly [name: string]: string }) => {
  const folder = mkdtempSync(join(tmpdir(), "battant-build-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  copyFileSync(join(BOARDS, "light.json"), join(folder, "light.json"));
  const env = { ...process.env };
  delete env["ESPRUINO"];
  const run = spawnSync(process.execPath, [TOOL, folder, join(folder, "dist")], {
    encoding: "utf8",
    env,
  });
  const built = (name: string): string => readFileSync(join(folder, "dist", name), "latin1");
  return { ...run, built };
};

test("each program is written, and told with its bytes, modules and variables", async () => {
  const { stdout, status, built } = build({});
  const light = built("light.js");
  expect(light.split("\n")[0]).toBe(`//battant ${PROGRAM} light`);
  expect(light).toMatch(/^[\n\x20-\x7e]+$/);
  expect(built("loader.js").split("\n")[0]).toBe(`//battant ${PROGRAM} loader`);
  const told = /light\.js +(\d+) bytes +(\d+) modules, +(\d+) variables estimated, (\d+) allowed/;
  const [, bytes, modules, variables, allowed] = told.exec(stdout)!.map(Number);
  expect(bytes).toBe(light.length);
  expect(modules).toBeGreaterThan(20);
  const { file } = await buildParts("light");
  expect(variables).toBe(estimate(file));
  expect(allowed).toBe(BUDGET);
  expect(status).toBe(0);
});

test("a bundle carries the drivers that its hardware file names and no others", async () => {
  const [light, energy, relay] = await Promise.all(["light", "energy", "relay"].map(buildParts));
  expect(light!.program).toContain('kind:"bh1750"');
  expect(light!.program).not.toContain('kind:"tic"');
  expect(energy!.program).toContain('kind:"tic"');
  expect(energy!.program).not.toContain('kind:"bh1750"');
  expect(relay!.program).toContain('"main"');
  expect(relay!.program).not.toContain('kind:"bh1750"');
});

test("a hardware file that cannot be wired is refused, and the others are built all the same", () => {
  const relay = readFileSync(join(BOARDS, "relay.json"), "utf8");
  const { stdout, stderr, status } = build({
    "relay.json": relay.replace('"pin": 23', '"pin": 18'),
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/relay\.json was refused, 1 problem:\n +relays\[0\]\.output\.pin +pin 18/);
  expect(stdout).toContain("light.js");
});

const interpreter = process.env["ESPRUINO"] ?? "";
if (interpreter === "") {
  console.info("ESPRUINO names no interpreter: variables are estimated, not measured.");
}

test.each(
  interpreter === "" ? [] : ["light", "relay-light", "energy", "presence-radar", "energy-pzem"],
)(
  "the estimate for %s is within a seventh of what an interpreter says",
  { timeout: 120_000 },
  async (model) => {
    const parts = await buildParts(model);
    const measured = await measure(interpreter, parts);
    expect(Math.abs(estimate(parts.file) / measured - 1)).toBeLessThan(1 / 7);
  },
);
