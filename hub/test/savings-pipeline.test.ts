import { expect, test } from "vitest";
import { instant, minutes } from "@battant/protocol/vocabulary/units";
import { replay } from "../replay/replay.ts";
import type { CircuitState } from "../src/domain/circuit.ts";
import type { Effect } from "../src/domain/event.ts";
import { openingLine } from "../src/snapshot.ts";
import {
  leasesIn,
  MIDNIGHT,
  NOON,
  RELAY,
  scene,
  SENSOR,
  settings,
  siteOf,
  stairs,
} from "./building.ts";

// Goal: what the proof of savings is made from is written when it changes, once an hour, and never
// at a time that the clock cannot tell.
// Method: short stories of one stairwell, told event by event.

const statesIn = (effects: readonly Effect[]): CircuitState[] =>
  effects.flatMap((effect) => (effect.kind === "log-circuit" ? [effect.state] : []));

const breaksIn = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === "log-break" ? [effect] : []));

const observing = { ...stairs, daylight: { ...settings, mode: "observe" as const } };

const LIT: CircuitState = {
  lit: true,
  inhibited: false,
  daylight: "sufficient",
  because: undefined,
  mode: "observe",
};

test("a light that burns while daylight is enough is written once, and then every hour", () => {
  const it = scene(observing);
  it.pass(1, 600);
  it.effects.length = 0;
  // A sensor that says the same for an hour is not believed.
  for (let half = 0; half < 6; half += 1) it.pass(30, 620 + 20 * (half % 2));
  expect(statesIn(it.effects)).toEqual([LIT, LIT, LIT]);
});

test("daylight is enough from the first moment on, not only after the rule's patience", () => {
  const it = scene(observing);
  it.pass(2, 600);
  expect(it.zone().verdict?.decision.because).toBe("not-bright-long-enough");
  expect(statesIn(it.effects).at(-1)).toEqual(LIT);
});

test("each change is written: lamps out, kept off, given back, too dark", () => {
  const it = scene();
  it.pass(11, 600);
  const lease = leasesIn(it.effects).at(-1);
  if (lease === undefined) throw new Error("nothing was asked of the board");
  it.effects.length = 0;
  it.report({ state: "inhibited", reason: "lease", lease: lease.id, lit: false });
  it.pass(1, 480);
  const kept = { lit: false, inhibited: true, daylight: "sufficient", mode: "act" };
  expect(statesIn(it.effects)).toEqual([kept]);
  it.effects.length = 0;
  it.pass(2, 40);
  expect(statesIn(it.effects).at(-1)).toMatchObject({ daylight: "insufficient" });
});

test("while somebody has asked for light, daylight is judged all the same", () => {
  const it = scene();
  it.at({ kind: "override", zone: stairs.id, until: instant(NOON + minutes(60)), by: "page" });
  it.pass(5, 600);
  expect(it.zone().verdict?.decision.because).toBe("override");
  expect(statesIn(it.effects).at(-1)).toMatchObject({ lit: true, daylight: "sufficient" });
  // 180 lx of daylight: more than the target, less than what a circuit is borrowed for.
  it.pass(10, 300);
  expect(it.zone().verdict?.decision.because).toBe("override");
  expect(statesIn(it.effects).at(-1)).toMatchObject({ lit: true, daylight: "insufficient" });
});

const unknowns: readonly [
  what: string,
  reason: string,
  happens: (it: ReturnType<typeof scene>) => void,
][] = [
  ["the sensor falls silent", "sensor-silent", (it) => it.pass(7)],
  [
    "its board goes",
    "sensor-offline",
    (it) => it.at({ kind: "availability", board: SENSOR, online: false }),
  ],
  [
    "its board goes while somebody has asked for light",
    "sensor-offline",
    (it) => {
      it.at({
        kind: "override",
        zone: stairs.id,
        until: instant(it.now() + 3_600_000),
        by: "page",
      });
      it.at({ kind: "availability", board: SENSOR, online: false });
    },
  ],
];

test.each(unknowns)("when %s, daylight is unknown: %s", (_, because, happens) => {
  const it = scene(observing);
  it.pass(2, 600);
  happens(it);
  expect(statesIn(it.effects).at(-1)).toMatchObject({ daylight: "unknown", because });
});

test("when the relay's board goes, nobody knows whether the light burns, and daylight goes on", () => {
  const it = scene(observing);
  it.pass(2, 600);
  it.at({ kind: "availability", board: RELAY, online: false });
  expect(statesIn(it.effects).at(-1)).toEqual({ ...LIT, lit: undefined });
});

test("at night daylight is not enough, without any sensor", () => {
  const it = scene(observing, MIDNIGHT);
  it.pass(1);
  expect(it.zone().witnessed?.state).toMatchObject({ daylight: "insufficient", lit: true });
});

test("a rule that is off is still told about daylight", () => {
  const it = scene({ ...stairs, daylight: { ...settings, mode: "off" } });
  it.pass(3, 600);
  expect(statesIn(it.effects).at(-1)).toEqual({ ...LIT, mode: "off" });
});

test("a zone without a circuit leaves nothing to prove", () => {
  const it = scene({ ...stairs, circuit: undefined });
  it.pass(3, 600);
  expect(statesIn(it.effects)).toEqual([]);
});

test("nothing is written by a clock that cannot be right, and all of it once it is", () => {
  const it = scene(observing, instant(Date.UTC(1970, 0, 1, 12)));
  it.pass(3, 600);
  expect(statesIn(it.effects)).toEqual([]);
  it.jump(NOON);
  it.tick();
  expect(breaksIn(it.effects)).toEqual([]);
  expect(statesIn(it.effects)).toHaveLength(1);
});

test("a clock that was wrong for a while: the break begins with what was written last", () => {
  const it = scene(observing);
  it.pass(1, 600);
  const last = it.zone().witnessed?.at;
  it.jump(instant(0));
  it.pass(5, 600);
  const now = instant(NOON + minutes(30));
  it.jump(now);
  it.tick();
  expect(breaksIn(it.effects)).toEqual([{ kind: "log-break", from: last, to: now }]);
});

test.each([
  ["put back by a minute", -60_000],
  ["put forward by a minute", 60_000],
  ["put forward by a day", 86_400_000],
])("a clock %s leaves a break, and how the circuit is right after it", (_, by) => {
  const it = scene(observing);
  it.pass(3, 600);
  it.effects.length = 0;
  const from = it.now();
  const to = instant(from + by);
  it.jump(to);
  it.tick();
  expect(breaksIn(it.effects)).toEqual([{ kind: "log-break", from, to }]);
  expect(statesIn(it.effects)).toHaveLength(1);
});

test("a trace from before any of this was written lives again as it did", () => {
  const it = scene();
  const before = it.building();
  const effects = it.tick();
  expect(statesIn(effects)).toHaveLength(0);
  const old = { at: it.now(), event: { kind: "tick" }, effects: [] };
  const text = `${openingLine(siteOf(stairs), before)}\n${JSON.stringify(old)}\n`;
  expect(replay(text)).toMatchObject({ ok: true, differences: [] });
  // The circuit's state is news to a building of that time, and no difference.
  const unwritten = { ...before, zones: new Map() };
  const zones = [...before.zones].map(
    ([id, zone]) => [id, { ...zone, witnessed: undefined }] as const,
  );
  const opening = openingLine(siteOf(stairs), { ...unwritten, zones: new Map(zones) });
  expect(replay(`${opening}\n${JSON.stringify(old)}\n`)).toMatchObject({
    ok: true,
    differences: [],
  });
});
