import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fault } from "../board.ts";
import { createBh1750Chip } from "../bh1750-chip.ts";
import { decodeCommand } from "../command.ts";
import { decodeWorld } from "../decode.ts";
import { createMisfortune } from "../misfortune.ts";
import { createRandom } from "../random.ts";
import { typicalZone } from "../world-file.ts";

// Goal: faults come as often as they were asked for, and go again; what comes from outside is
// understood or refused, never more.

const DAY = 86_400_000;
const HOUR = 3_600_000;

const faultsOf = (
  seed: number,
  days: number,
): { readonly log: string[]; readonly left: number } => {
  const log: string[] = [];
  let now = 0;
  let left = 0;
  const board = (id: string) => ({
    fail: (fault: Fault) => {
      log.push(`${Math.round(now / HOUR)} ${id} ${fault.kind}`);
      left++;
      return undefined;
    },
    heal: () => void left--,
  });
  const boards = ["a", "b", "c"].map(board);
  const plan = { perDay: 12, lasting_min: 10 };
  const misfortune = createMisfortune(plan, boards, createRandom(seed, "faults"));
  for (; now < days * DAY; now += 10_000) misfortune.advance(now);
  return { log, left };
};

test("about as many faults a day as were asked for, on all boards, of all kinds, each healed", () => {
  const { log, left } = faultsOf(1, 50);
  expect(log.length / 50).toBeGreaterThan(10);
  expect(log.length / 50).toBeLessThan(14);
  expect(left).toBeLessThanOrEqual(3);
  const seen = new Set(log.flatMap((line) => line.split(" ").slice(1)));
  expect([...seen].toSorted()).toEqual(
    ["a", "b", "c", "lie", "reboot", "silent", "stuck", "unplug"].toSorted(),
  );
});

test("the same seed brings the same faults", () => {
  expect(faultsOf(4, 5).log).toEqual(faultsOf(4, 5).log);
  expect(faultsOf(5, 5).log).not.toEqual(faultsOf(4, 5).log);
});

test("a chip that is not powered on measures nothing, and powers down after each time", () => {
  let light = 100;
  const chip = createBh1750Chip({ address: 0x23, illuminance: () => light, noise: () => 0 });
  const counts = (): number => {
    const [high, low] = chip.readFrom(0x23, 2);
    return high! * 256 + low!;
  };
  chip.writeTo(0x23, [0x20]);
  expect(counts()).toBe(0);
  chip.writeTo(0x23, [0x01]);
  chip.writeTo(0x23, [0x20]);
  expect(counts()).toBe(120);
  light = 200;
  chip.writeTo(0x23, [0x20]);
  expect(counts()).toBe(120);
});

test("a chip answers under its own address only", () => {
  const chip = createBh1750Chip({ address: 0x23, illuminance: () => 100, noise: () => 0 });
  expect(() => chip.writeTo(0x5c, [0x01])).toThrow("ACK");
});

const world = {
  mqtt: { host: "127.0.0.1", port: 1883 },
  clock: { origin: 0, realOrigin: 0, speed: 1 },
  seed: 1,
  location: { latitude_deg: 47.24, longitude_deg: 6.02 },
  scene: "clear",
  zones: [typicalZone("hall", "hall")],
  meters: [{ meter: "common", kind: "common", zones: ["hall"], standby_W: 10 }],
  boards: [
    {
      id: "hall-1",
      password: "p",
      key: "5a".repeat(32),
      parts: [
        { kind: "light", sensor: "light", zone: "hall" },
        { kind: "relay", relay: "main", zone: "hall", feedback: true, wallSwitch: false },
        { kind: "meter", sensor: "meter", meter: "common" },
      ],
    },
  ],
};

const mistakes: readonly (readonly [what: string, change: object, problem: string])[] = [
  [
    "a board twice",
    { boards: [world.boards[0], world.boards[0]] },
    'boards: "hall-1" is there twice',
  ],
  ["a zone twice", { zones: [world.zones[0], world.zones[0]] }, 'zones: "hall" is there twice'],
  [
    "a part in a zone that is not there",
    { boards: [{ ...world.boards[0], parts: [{ kind: "light", sensor: "l", zone: "cellar" }] }] },
    'boards[0].parts[0].zone: no "cellar" in this file',
  ],
  [
    "a part of an unknown kind",
    { boards: [{ ...world.boards[0], parts: [{ kind: "toString" }] }] },
    "boards[0].parts[0].kind: must be one of light, relay, motion, meter",
  ],
  [
    "a meter that counts a zone that is not there",
    { meters: [{ ...world.meters[0], zones: ["cellar"] }] },
    'meters[0].zones: no "cellar" in this file',
  ],
  [
    "a password that a board cannot spell",
    { boards: [{ ...world.boards[0], password: "é" }] },
    "boards[0].password: must be 1 to 128 printable ASCII characters",
  ],
  [
    "a key that is too short",
    { boards: [{ ...world.boards[0], key: "5a" }] },
    "boards[0].key: must be 64 hexadecimal digits",
  ],
];

test("a world without mistakes is taken", () => {
  expect(decodeWorld(world)).toEqual({ ok: true, world });
});

for (const [what, change, problem] of mistakes) {
  test(`a world with ${what} is refused`, () => {
    expect(decodeWorld({ ...world, ...change })).toEqual({ ok: false, problems: [problem] });
  });
}

test("no JSON makes the decoder of worlds throw, and no line the decoder of commands", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(decodeWorld(value).ok).toBe(false);
      expect(() => decodeWorld({ ...world, boards: value, zones: value })).not.toThrow();
    }),
  );
  const command = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ board: fc.string(), fault: fc.string(), value_lx: fc.jsonValue() })
      .map((it) => JSON.stringify(it)),
  );
  fc.assert(
    fc.property(command, (line) => {
      const decoded = decodeCommand(line);
      expect(decoded.ok || decoded.problem.length > 0).toBe(true);
    }),
  );
});
