import { expect, test } from "vitest";
import type { LeaseId } from "@battant/protocol/vocabulary/ids";
import { instant, minutes } from "@battant/protocol/vocabulary/units";
import { LEASE_DURATION } from "../src/domain/lease.ts";
import { activeOverride } from "../src/domain/override.ts";
import {
  leasesIn,
  MIDNIGHT,
  NOON,
  reasonsIn,
  RELAY,
  scene,
  type Scene,
  SENSOR,
  settings,
  STAIRS,
  stairs,
} from "./building.ts";

// Goal: a reading goes in, a lease comes out, and the light comes back whatever breaks.
// Method: short stories of one stairwell at noon, told event by event.

/** The board does what it is asked. */
function obey(it: Scene): void {
  const lease = leasesIn(it.effects).at(-1);
  if (lease === undefined) throw new Error("nothing was asked of the board");
  if (lease.duration === 0) it.report({ reason: "lease-ended", lease: lease.id, lit: true });
  else it.report({ state: "inhibited", reason: "lease", lease: lease.id, lit: false });
}

function borrowed(): Scene {
  const it = scene();
  it.pass(11, 600);
  obey(it);
  it.effects.length = 0;
  return it;
}

test("ten bright minutes and the circuit is borrowed for two minutes", () => {
  const it = scene();
  it.pass(10, 600);
  expect(leasesIn(it.effects)).toEqual([]);
  it.pass(1.1, 600);
  const [lease] = leasesIn(it.effects);
  expect(lease).toMatchObject({ boot: "boot-1", duration: LEASE_DURATION });
  expect(reasonsIn(it.effects)).toEqual(["not-bright-long-enough", "daylight-sufficient"]);
});

test("a cloud passes: the ten minutes start again", () => {
  const it = scene();
  it.pass(8, 600);
  it.pass(2, 200);
  it.pass(9, 600);
  expect(leasesIn(it.effects)).toEqual([]);
  it.pass(3, 600);
  expect(leasesIn(it.effects)).not.toEqual([]);
});

test("the lease is renewed every minute, under a new name, while daylight lasts", () => {
  const it = borrowed();
  const names = new Set<LeaseId>();
  for (let minute = 0; minute < 5; minute++) {
    it.pass(1, 480);
    obey(it);
    for (const lease of leasesIn(it.effects)) names.add(lease.id);
  }
  expect(names.size).toBeGreaterThanOrEqual(4);
  expect(names.size).toBeLessThanOrEqual(6);
});

test("a board that does not answer is asked three times, then at the next renewal", () => {
  const it = scene();
  it.pass(10, 600);
  it.effects.length = 0;
  it.pass(1.9, 600);
  const asked = leasesIn(it.effects);
  expect(asked.length).toBeGreaterThanOrEqual(3);
  expect(asked.length).toBeLessThanOrEqual(4);
});

const darkness: [what: string, happens: (it: Scene) => void, because: string][] = [
  [
    "it gets too dark",
    (it) => {
      it.pass(0.1);
      it.see(100);
      it.pass(0.5);
    },
    "too-dark",
  ],
  ["the sensor falls silent", (it) => it.pass(5.5), "sensor-silent"],
  [
    "the sensor's board goes away",
    (it) => it.at({ kind: "availability", board: SENSOR, online: false }),
    "sensor-offline",
  ],
  [
    "somebody asks for light",
    (it) => it.at({ kind: "override", zone: STAIRS, until: instant(it.now() + 1000), by: "page" }),
    "override",
  ],
  [
    "the clock jumps back",
    (it) => {
      it.jump(instant(it.now() - minutes(3)));
      it.tick();
    },
    "sensor-silent",
  ],
  [
    "the clock jumps ahead",
    (it) => {
      it.jump(instant(it.now() + minutes(11)));
      it.tick();
    },
    "sensor-silent",
  ],
  [
    "the clock loses its battery",
    (it) => {
      it.jump(instant(Date.UTC(2000, 0, 1)));
      it.tick();
    },
    "clock-unknown",
  ],
];

test.each(darkness)("when %s, the light is given back at once", (_, happens, because) => {
  const it = borrowed();
  it.pass(3, 480);
  obey(it);
  it.effects.length = 0;
  happens(it);
  expect(reasonsIn(it.effects)).toEqual([because]);
  if (because === "clock-unknown" || because === "sensor-silent") return;
  expect(leasesIn(it.effects).at(-1)).toMatchObject({ duration: 0 });
});

test("a relay board that goes away is not spoken to", () => {
  const it = borrowed();
  it.at({ kind: "availability", board: RELAY, online: false });
  it.pass(3, 600);
  expect(leasesIn(it.effects)).toEqual([]);
  expect(it.zone().verdict?.decision.because).toBe("relay-offline");
});

test("a relay board that restarts gets a lease for its new start only", () => {
  const it = borrowed();
  it.report({ boot: "boot-2" as never, lit: true });
  expect(leasesIn(it.effects).at(-1)).toMatchObject({ boot: "boot-2", duration: LEASE_DURATION });
});

test("whoever presses the wall switch is obeyed for the hold time", () => {
  const it = borrowed();
  it.report({ reason: "wall-switch", lit: true });
  it.pass(29, 600);
  expect(leasesIn(it.effects)).toEqual([]);
  expect(it.zone().verdict?.decision.because).toBe("override");
  it.pass(2, 600);
  expect(leasesIn(it.effects).length).toBeGreaterThan(0);
});

test("a sensor that does not notice its own lamps going off is not believed", () => {
  const it = borrowed();
  it.pass(2, 600);
  expect(reasonsIn(it.effects)).toEqual(["post-check-failed"]);
  expect(leasesIn(it.effects).at(-1)).toMatchObject({ duration: 0 });
  expect(it.zone().distrust).toMatchObject({ failures: 1 });
});

test("whoever switches the lights on gets three minutes, however bright it is", () => {
  const it = scene();
  it.report({ lit: false });
  it.pass(9.5, 600);
  it.report({ lit: true });
  it.pass(2.9, 720);
  expect(leasesIn(it.effects)).toEqual([]);
  it.pass(1, 720);
  expect(leasesIn(it.effects)).not.toEqual([]);
});

test("a detector that lights a bright zone every eight minutes does not keep it lit for ever", () => {
  const it = scene();
  for (let round = 0; round < 3; round++) {
    it.report({ lit: true });
    it.pass(4, 520);
    it.report({ lit: false });
    it.pass(4, 400);
  }
  expect(leasesIn(it.effects)).not.toEqual([]);
});

test("lamps that come back because the rule gave the circuit back were switched on by nobody", () => {
  const it = borrowed();
  it.pass(2, 480);
  it.at({ kind: "availability", board: SENSOR, online: false });
  it.report({ reason: "lease-ended", lit: false });
  it.report({ reason: "lease-ended", lit: true });
  expect(it.zone().switchedOnAt).toBeUndefined();
});

test("a lease that ends before its time is not asked for again at once, or the relay would chatter", () => {
  const it = borrowed();
  it.report({ reason: "lease-expired", lit: true });
  it.pass(0.9, 720);
  expect(leasesIn(it.effects)).toEqual([]);
  it.pass(0.3, 720);
  expect(leasesIn(it.effects)).not.toEqual([]);
});

test("a relay board that comes back is asked for nothing before it has said how its lamps are", () => {
  const it = borrowed();
  it.at({ kind: "availability", board: RELAY, online: false });
  it.pass(12, 600);
  it.effects.length = 0;
  it.at({ kind: "availability", board: RELAY, online: true });
  it.pass(1, 600);
  expect(leasesIn(it.effects)).toEqual([]);
  // The lamps burn again: what looked like 600 lx of daylight was partly theirs.
  expect(it.zone().light.daylight).toBe(480 + it.zone().light.seen!.illuminance - 600);
});

test("when the clock was set, every board that is there hears the new time", () => {
  const it = borrowed();
  it.jump(instant(it.now() - minutes(1.5)));
  expect(it.tick().filter((effect) => effect.kind === "set-clock")).toHaveLength(2);
});

test("lamps that burn although the relay keeps them off are not daylight", () => {
  const it = borrowed();
  it.report({ state: "inhibited", reason: "lease", lit: true });
  it.pass(1.1, 400);
  expect(it.zone().light.daylight).toBeLessThan(300);
});

test("a press does not shorten a longer wish", () => {
  const it = borrowed();
  const until = instant(it.now() + minutes(240));
  it.at({ kind: "override", zone: STAIRS, until, by: "page" });
  it.report({ reason: "wall-switch", lit: true });
  expect(activeOverride(it.zone().overrides, it.now())?.until).toBe(until);
});

test("a lease refused is not asked for again for a minute", () => {
  const it = scene();
  it.pass(11, 600);
  const lease = leasesIn(it.effects).at(-1)!;
  it.report({ reason: "lease-refused", lease: lease.id, lit: true });
  it.effects.length = 0;
  it.pass(0.8, 600);
  expect(leasesIn(it.effects)).toEqual([]);
  it.pass(0.25, 600);
  expect(leasesIn(it.effects)).toHaveLength(1);
});

test("too dark right after switching off: hands off for an hour, then two", () => {
  const it = borrowed();
  it.pass(0.2);
  it.see(90);
  it.pass(0.5);
  obey(it);
  expect(it.zone().distrust).toMatchObject({
    failures: 1,
    until: it.zone().releasedAt! + minutes(60),
  });
  it.effects.length = 0;
  it.pass(59, 600);
  expect(leasesIn(it.effects)).toEqual([]);
  expect(it.zone().verdict?.decision.because).toBe("post-check-failed");
});

test("observation decides and sends nothing", () => {
  const it = scene({ ...stairs, daylight: { ...settings, mode: "observe" } });
  it.pass(30, 600);
  expect(it.zone().verdict?.decision).toMatchObject({
    kind: "inhibit",
    evidence: { observed: true },
  });
  expect(leasesIn(it.effects)).toEqual([]);
});

test("a relay still held by an earlier hub's lease is given back if daylight does not suffice", () => {
  const it = scene();
  it.report({ state: "inhibited", reason: "lease", lease: "old" as never, lit: false });
  expect(leasesIn(it.effects)).toMatchObject([{ duration: 0 }]);
});

test("a sensor stuck bright never darkens the stairwell by night", () => {
  const it = scene(stairs, MIDNIGHT);
  it.pass(90, 5000);
  expect(leasesIn(it.effects)).toEqual([]);
  expect(new Set(reasonsIn(it.effects))).toEqual(new Set(["sun-is-down"]));
});

test("a sensor that repeats one number is not believed after an hour of daylight", () => {
  const it = borrowed();
  for (let minute = 0; minute < 62; minute++) {
    it.see(600);
    it.pass(1);
    obeyIfAsked(it);
  }
  expect(it.zone().verdict?.decision.because).toBe("sensor-stuck");
});

function obeyIfAsked(it: Scene): void {
  if (leasesIn(it.effects).length > 0) obey(it);
}

test("unchanged decisions are written again every hour, and no more often", () => {
  const it = scene(stairs, MIDNIGHT);
  it.pass(180, 3);
  expect(reasonsIn(it.effects)).toHaveLength(3);
});

test("a board's birth and its question are answered with the time", () => {
  const it = scene();
  const description = {
    contract: 1,
    boot: "boot-1" as never,
    model: "light",
    program: "0.1.0",
    sensors: [],
    relays: [],
  };
  expect(it.at({ kind: "described", board: SENSOR, description })).toContainEqual({
    kind: "set-clock",
    board: SENSOR,
  });
  expect(it.at({ kind: "clock-asked", board: SENSOR })).toEqual([
    { kind: "set-clock", board: SENSOR },
  ]);
});

test("readings of boards that light no zone change nothing and cost nothing", () => {
  const it = scene();
  const before = it.building();
  const reading = {
    board: "flat-1-meter" as never,
    boot: "b" as never,
    sequence: 1,
    sensor: "meter" as never,
    quantity: "energy" as const,
    value: 1,
    at: NOON,
    received: NOON,
  };
  expect(it.at({ kind: "reading", reading })).toEqual([]);
  expect(it.building().zones).toBe(before.zones);
});
