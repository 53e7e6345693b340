import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packRelease } from "@battant/cable/release/node-read";
import { expect, onTestFinished, test } from "vitest";
import { planOf } from "../../firmware/cable/test/flash-kit.ts";
import { pretendRelease } from "../../firmware/cable/test/release-kit.ts";
import { BOARD, LIGHT } from "../../firmware/cable/test/walk-hub.ts";
import { battant, folder, inRegistry } from "./cli-place.ts";
import { startHttpHub } from "./pretend-hub.ts";

// Goal: whoever has no browser can do what the workshop's pages do: give boards their place, read
// what they say, and bring Espruino to the hub.
// Method: the command in this process, before a hub's HTTP door that remembers what it was asked.

const MOTION = { sensor: "motion", quantity: "occupancy", value: 0, at: null };

const scene = async () => {
  const dir = folder();
  const http = await startHttpHub({ dataDir: dir, plan: planOf("small") });
  http.hub.say({ sensors: [LIGHT, MOTION], relays: ["main"] });
  const on = (...args: readonly string[]) => battant([...args, "--data", dir]);
  return { dir, http, on };
};

test("a new board gets its name and its place: the zone goes by its eye and its detector, and it switches", async () => {
  const { http, on } = await scene();
  const adopted = await on("boards", "adopt", BOARD, "--name", "Plafond", "--zone", "hall");
  expect(adopted).toEqual({
    code: 0,
    out: `Board ${BOARD} is adopted: Plafond, zone hall.\n`,
    err: "",
  });
  expect(http.calls.at(-1)).toBe(
    `POST /api/boards/${BOARD}/adoption {"name":"Plafond","flat":null,"zone":{"id":"hall"},"lightSensor":"light","detector":"motion","relay":"main"}`,
  );
  await on("boards", "adopt", BOARD, "--zone", "Cour", "--zone-kind", "outdoor-path");
  expect(http.calls.at(-1)).toContain('"zone":{"name":"Cour","kind":"outdoor-path"}');
  await on("boards", "adopt", BOARD, "--flat", "flat-2");
  expect(http.calls.at(-1)).toContain(
    '"flat":"flat-2","zone":null,"lightSensor":null,"detector":null,"relay":null',
  );
});

const misplaced: readonly [args: readonly string[], told: RegExp][] = [
  [
    ["--zone", "hal"],
    /There is no zone "hal"; did you mean hall\? To make a new one, add --zone-kind/,
  ],
  [["--zone", "Cour", "--zone-kind", "garden"], /--zone-kind is one of hall, corridor/],
  [["--zone-kind", "hall"], /--zone gives its name/],
  [["--zone", "hall", "--flat", "flat-1"], /A flat is in no zone/],
];

test.each(misplaced)("adopting with %j is refused with a reason", async (args, told) => {
  const { http, on } = await scene();
  const { code, err } = await on("boards", "adopt", BOARD, ...args);
  expect(code).toBe(2);
  expect(err).toMatch(told);
  expect(http.calls.filter((call) => call.includes("adoption"))).toEqual([]);
});

const simple: readonly [args: readonly string[], call: string, told: RegExp][] = [
  [["boards", "ignore", BOARD], `PUT /api/boards/${BOARD}/ignored {"ignored":true}`, /is ignored/],
  [
    ["boards", "ignore", BOARD, "--again"],
    `PUT /api/boards/${BOARD}/ignored {"ignored":false}`,
    /among the new boards again/,
  ],
  [["boards", "forget", BOARD], `DELETE /api/boards/${BOARD}`, /may no longer connect/],
  [["wifi", "forget"], "DELETE /api/wifi", /has forgotten the Wi-Fi/],
];

test.each(simple)("%j asks the hub for it", async (args, call, told) => {
  const { http, on } = await scene();
  const { code, out } = await on(...args);
  expect(code).toBe(0);
  expect(http.calls.at(-1)).toBe(call);
  expect(out).toMatch(told);
  const { out: asJson } = await on(...args, "--json");
  expect(() => JSON.parse(asJson) as unknown).not.toThrow();
});

test("a refusal is the hub's own", async () => {
  const { on } = await scene();
  const { code, err } = await on("boards", "forget", "nobody");
  expect(code).toBe(1);
  expect(err).toMatch(/^There is no such board\.\n→ Put right/);
});

test("the log of a board is lines, and what a board says is no order to a terminal", async () => {
  const { http, on } = await scene();
  const at = Date.UTC(2026, 5, 21, 10);
  http.log = {
    next: 3,
    lines: [
      { number: 1, at, from: "board", text: "light 412 lx\u001b[2J" },
      { number: 2, at: at + 1000, from: "hub", text: "lease main 120 s" },
    ],
  };
  const { code, out } = await on("boards", "log", BOARD);
  expect(code).toBe(0);
  expect(out).toBe(
    "2026-06-21 12:00:00  board  light 412 lx [2J\n2026-06-21 12:00:01  hub    lease main 120 s\n",
  );
  expect(http.calls).toEqual([`GET /api/boards/${BOARD}/log?after=0&wait_s=0`]);
  const { out: lines } = await on("boards", "log", BOARD, "--json");
  expect(
    lines
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { number: number }).number),
  ).toEqual([1, 2]);
  expect((await on("boards", "log")).code).toBe(2);
});

test("without a running hub it is said how to start it, whatever is asked of it", async () => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  for (const args of [
    ["boards", "ignore", BOARD],
    ["boards", "log", BOARD],
    ["wifi", "forget"],
  ]) {
    const { code, err } = await battant([...args, "--data", dir]);
    expect(code).toBe(1);
    expect(err).toContain(`npx battant start --no-demo --data ${dir}`);
  }
});

test("Espruino is imported from an archive, with a checksum that somebody vouches for", async () => {
  const { dir, on } = await scene();
  const none = await on("firmware");
  expect(none.out).toMatch(/No Espruino yet.*firmware fetch.*firmware import FILE/s);

  const file = join(dir, "espruino.zip");
  writeFileSync(file, packRelease(pretendRelease()));
  const unconfirmed = await on("firmware", "import", file);
  expect(unconfirmed.code).toBe(1);
  const sha256 = /--sha256 ([0-9a-f]{64})/.exec(unconfirmed.err)?.[1];
  const imported = await on("firmware", "import", file, "--sha256", sha256!);
  expect([imported.code, imported.err]).toEqual([0, ""]);
  expect(imported.out).toContain(`Imported. Espruino 2v30, SHA-256 ${sha256}`);
  const shown = await on("firmware", "--json");
  expect(JSON.parse(shown.out)).toEqual({ version: "2v30", sha256, isListed: false });

  writeFileSync(file, "no archive");
  const damaged = await on("firmware", "import", file);
  expect([damaged.code, damaged.err]).toEqual([1, expect.stringContaining(`${file}: `)]);
});

test("Espruino is fetched where there is internet, to be carried to the hub", async () => {
  const release = pretendRelease();
  const files: { readonly [name: string]: Uint8Array } = {
    "/e/bootloader.bin": release.bootloader,
    "/e/partitions_espruino.bin": release.partitions,
    "/e/espruino_esp32.bin": release.application,
  };
  const server = createServer((request, response) => {
    const bytes = files[request.url!];
    response.statusCode = bytes === undefined ? 404 : 200;
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const to = folder();

  const fetched = await battant([
    "firmware",
    "fetch",
    "2v30",
    "--to",
    to,
    "--from",
    `${address}/e/`,
  ]);
  expect([fetched.code, fetched.err]).toEqual([0, expect.stringContaining("Espruino 2v30 from")]);
  expect(fetched.out).toContain("npx battant firmware import espruino_2v30_esp32.zip");
  expect(existsSync(join(to, "espruino_2v30_esp32.zip"))).toBe(true);

  const wrong: readonly (readonly string[])[] = [
    ["2v30", "--to", join(to, "nowhere"), "--from", `${address}/e/`],
    ["2v30", "--to", to, "--from", `${address}/missing/`],
    ["9v99", "--to", to],
    ["2v31", "--to", to, "--from", `${address}/e/`],
  ];
  for (const args of wrong) {
    const { code, err } = await battant(["firmware", "fetch", ...args]);
    expect([code, err]).toEqual([1, expect.stringMatching(/\.\n$/)]);
  }
  expect(readdirSync(to).filter((name) => name.endsWith(".zip"))).toHaveLength(1);
});
