import { hours, instant, minutes } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import type { PointRequest } from "../api/calibration.ts";
import {
  calibrationScene,
  type CalibrationScene,
  memoryStore,
  RELAY_ID,
  SENSOR_ID,
  ZONE,
} from "./calibration-parts.ts";
import { MIDNIGHT, NOON, RELAY, SENSOR } from "./building.ts";

// Goal: whoever calibrates a zone is led through it, told why something is not taken, and finds
// their measurements again; nobody's mistake makes a zone darker than it should be.
// Method: the real desk over a scripted zone; people, lamps and sky do as the test says.

const point = (floor: number, more: Partial<PointRequest> = {}): PointRequest => ({
  floor_lx: floor,
  lamps: null,
  lampsFloor_lx: null,
  ...more,
});

/** Noon, lamps seen to be off, a steady light of 100 lx at the sensor. */
const bright = (): CalibrationScene => {
  const scene = calibrationScene({ from: NOON });
  scene.lamps(false);
  scene.seeSteadily(100, 4);
  return scene;
};

test("a point is the lux-meter's value and the sensor's, with its time and its author", () => {
  const scene = bright();
  const added = scene.desk.addPoint(ZONE, point(160), "lea");
  expect(added).toMatchObject({
    ok: true,
    value: {
      points: [
        {
          floor_lx: 160,
          sensor_lx: 100,
          factor: 1.6,
          who: "lea",
          at: scene.now(),
          lampsLit: false,
        },
      ],
      factor: { value: 1.6, count: 1 },
      session: { who: "lea" },
    },
  });
  expect(scene.audit).toEqual(["lea: calibration point stairwell-a 160 lx"]);
});

type Story = (scene: CalibrationScene) => void;
const refused: readonly [why: string, story: Story, request: PointRequest, said: RegExp][] = [
  [
    "the light moves",
    (it) => it.see(130),
    point(160),
    /the light moves, between 100.lx and 130.lx/,
  ],
  ["the sensor is silent", (it) => it.pass(minutes(3)), point(160), /sensor says nothing/],
  ["the sensor is blinded", (it) => it.see(120_500), point(160), /blinded/],
  ["the lamps were just switched", (it) => it.lamps(true), point(160), /readings of the sensor/],
  ["it is night", (it) => it.jump(MIDNIGHT), point(160), /it is night/],
  ["too little daylight", (it) => it.seeSteadily(4, 4), point(8), /too little daylight, 4.lx/],
  ["the value is absurd", () => {}, point(1600), /factor of 16,? outside 0.05 to 10/],
  [
    "nobody knows how the lamps are",
    (it) => {
      it.lamps(undefined);
      it.seeSteadily(100, 4);
    },
    point(160),
    /say whether the lamps are on or off/,
  ],
  [
    "the lamps burn and what they put on the floor is unknown",
    (it) => {
      it.lamps(true);
      it.pass(minutes(1));
      it.seeSteadily(230, 4);
    },
    point(250),
    /say what the lux-meter shows on the floor by night/,
  ],
];

test.each(refused)("no point when %s", (_why, story, request, said) => {
  const scene = bright();
  story(scene);
  const outcome = scene.desk.addPoint(ZONE, request, "lea");
  expect(outcome).toMatchObject({ ok: false, problem: "calibration-refused" });
  expect(outcome.ok ? "" : outcome.detail?.en).toMatch(said);
  expect(outcome.ok ? "" : outcome.detail?.fr).toBeTruthy();
});

test("with lamps on, their light is taken off the floor as well as off the sensor", () => {
  const scene = bright();
  scene.lamps(true);
  scene.pass(minutes(1));
  scene.seeSteadily(230, 4);
  const added = scene.desk.addPoint(ZONE, point(250, { lampsFloor_lx: 150 }), "lea");
  // 120 lx of the sensor's light are the lamps', as the file says.
  expect(added).toMatchObject({ ok: true, value: { points: [{ factor: 0.909, lampsLit: true }] } });
});

test("the most careful of several points counts, and a wide scatter is told", () => {
  const scene = bright();
  scene.desk.addPoint(ZONE, point(160), "lea");
  const second = scene.desk.addPoint(ZONE, point(110), "lea");
  expect(second).toMatchObject({ ok: true, value: { factor: { value: 1.1, count: 2 } } });
  const view = scene.desk.view(ZONE)!;
  expect(view.factor?.why.en).toContain("most careful of 2 points, which range from 1.1 to 1.6");
  expect(view.notes.map((it) => it.en).join()).toMatch(/37.% apart/);
  const removed = scene.desk.removePoint(ZONE, view.points[1]!.id, "lea");
  expect(removed).toMatchObject({ ok: true, value: { factor: { value: 1.6 }, notes: [] } });
});

test("a dozen points are enough", () => {
  const scene = bright();
  for (let n = 0; n < 12; n++) scene.desk.addPoint(ZONE, point(160), "lea");
  const outcome = scene.desk.addPoint(ZONE, point(160), "lea");
  expect(outcome.ok ? "" : outcome.detail?.en).toMatch(/12 points are enough/);
});

test("two people at once take turns: the second waits, and need not wait for ever", () => {
  const scene = bright();
  scene.desk.addPoint(ZONE, point(160), "lea");
  const busy = scene.desk.addPoint(ZONE, point(160), "claire");
  expect(busy).toMatchObject({ ok: false, problem: "calibration-busy" });
  expect(busy.ok ? "" : busy.detail?.en).toMatch(/lea is at it; the zone is free at 13:4\d/);
  scene.pass(minutes(10));
  scene.seeSteadily(100, 4);
  expect(scene.desk.addPoint(ZONE, point(160), "claire").ok).toBe(true);
  expect(scene.desk.view(ZONE)?.session?.who).toBe("claire");
});

test("whoever forgets to come back has left after an hour", () => {
  const scene = bright();
  scene.desk.addPoint(ZONE, point(160), "lea");
  scene.pass(hours(1));
  expect(scene.desk.view(ZONE)?.session).toBeNull();
  expect(scene.desk.view(ZONE)?.points).toHaveLength(1);
});

/** One after the other, each for two minutes. */
const switchBy = (scene: CalibrationScene, turn: (lit: boolean) => void, times: number): void => {
  for (let n = 0; n < times; n++) {
    const lit = n % 2 === 1;
    turn(lit);
    scene.pass(10_000);
    scene.seeSteadily(lit ? 130 : 0.3, 5, 22_000);
  }
};

test("by night the hub measures by itself, and what it found is written when a person says so", async () => {
  const scene = calibrationScene({
    from: MIDNIGHT,
    daylight: { luminaireContribution: undefined, mode: "observe" },
  });
  switchBy(scene, scene.lamps, 4);
  expect(scene.desk.view(ZONE)?.contribution).toMatchObject({ count: 3, isEnough: false });
  expect(await scene.desk.write(ZONE, { from: "measured" }, "lea")).toMatchObject({
    ok: false,
    problem: "calibration-refused",
  });
  switchBy(scene, scene.lamps, 8);
  const view = scene.desk.view(ZONE)!;
  expect(view.contribution).toMatchObject({ mean_lx: 129.7, sigma_lx: 0, isEnough: true });
  expect(view.file).toMatchObject({ luminaireContribution_lx: null, isWritten: false });
  expect(await scene.desk.write(ZONE, { from: "measured" }, "lea")).toMatchObject({ ok: true });
  expect(scene.written).toEqual([
    { kind: "calibrate", zone: ZONE, floorFactor: undefined, luminaireContribution: 129.7 },
  ]);
  expect(scene.learner.state(scene.site().zones.get(ZONE)!).dark.reference).toBeCloseTo(0.3);
  expect(scene.audit).toEqual([
    "lea: calibration written stairwell-a luminaire_contribution_lx 129.7",
  ]);
});

test("where no board sees the lamps, somebody at the switch says so, by night only", () => {
  const scene = calibrationScene({ from: NOON });
  scene.lamps(undefined);
  const early = scene.desk.mark(ZONE, { lamps: "on" }, "lea");
  expect(early.ok ? "" : early.detail?.en).toMatch(/not night yet; come back at 2[23]:\d\d/);
  scene.jump(MIDNIGHT);
  const mark = (lit: boolean): void => {
    expect(scene.desk.mark(ZONE, { lamps: lit ? "on" : "off" }, "lea").ok).toBe(true);
  };
  switchBy(scene, mark, 4);
  expect(scene.desk.view(ZONE)).toMatchObject({
    lamps: { hasFeedback: false },
    contribution: { count: 3, mean_lx: 129.7, isEnough: true },
    toggles: [{ by: "hand" }, { by: "hand" }, { by: "hand" }],
  });
  expect(scene.desk.view(ZONE)?.notes.map((it) => it.en)).toEqual([
    "Only 3 toggles: 5 would give a surer value.",
  ]);
  // What was said of the lamps is forgotten with whoever said it.
  scene.pass(hours(2));
  expect(scene.desk.view(ZONE)?.lamps.lit).toBeNull();
});

test("where a board sees the lamps, nobody's word is taken for it", () => {
  const scene = calibrationScene({ from: MIDNIGHT });
  scene.lamps(false);
  const outcome = scene.desk.mark(ZONE, { lamps: "on" }, "lea");
  expect(outcome).toMatchObject({ ok: false, problem: "calibration-refused" });
});

test("what was measured survives a restart, and is forgotten with another sensor", () => {
  const store = memoryStore();
  const before = calibrationScene({ from: NOON, store });
  before.lamps(false);
  before.seeSteadily(100, 4);
  before.desk.addPoint(ZONE, point(160), "lea");
  before.jump(MIDNIGHT);
  switchBy(before, before.lamps, 8);
  before.learner.save();
  const after = calibrationScene({ from: MIDNIGHT, store });
  expect(after.desk.view(ZONE)?.points).toEqual(before.desk.view(ZONE)?.points);
  expect(after.desk.view(ZONE)?.contribution).toEqual(before.desk.view(ZONE)?.contribution);
  const moved = calibrationScene({
    from: MIDNIGHT,
    store,
    plan: { lightSensor: { board: RELAY, sensor: SENSOR_ID } },
  });
  expect(moved.desk.view(ZONE)).toMatchObject({ points: [], contribution: null });
});

test("a sensor that is replaced while the hub runs begins anew", () => {
  const scene = bright();
  scene.desk.addPoint(ZONE, point(160), "lea");
  scene.replan({ name: "Escalier A, côté cour" });
  expect(scene.desk.view(ZONE)).toMatchObject({
    name: "Escalier A, côté cour",
    points: [{ id: 1 }],
  });
  scene.replan({ lightSensor: { board: RELAY, sensor: SENSOR_ID } });
  expect(scene.desk.view(ZONE)?.points).toEqual([]);
});

test("what the hub learns by itself is written a few times an hour at most", () => {
  const store = memoryStore();
  let writes = 0;
  const counting = {
    ...store,
    write: (zone: string, text: string) => {
      writes += 1;
      return store.write(zone, text);
    },
  };
  const scene = calibrationScene({ from: MIDNIGHT, store: counting });
  switchBy(scene, scene.lamps, 30); // An hour.
  expect(writes).toBeGreaterThan(0);
  expect(writes).toBeLessThanOrEqual(4);
});

test("a store that cannot write now is tried again", () => {
  const store = memoryStore();
  let isFull = true;
  const failing = {
    ...store,
    write: (zone: string, text: string) => !isFull && store.write(zone, text),
  };
  const scene = calibrationScene({ from: MIDNIGHT, store: failing });
  switchBy(scene, scene.lamps, 10);
  scene.learner.save();
  expect(store.rows.size).toBe(0);
  isFull = false;
  scene.learner.save();
  expect(store.rows.size).toBe(1);
});

test("every switching refines what is in the file, and the better value is offered", async () => {
  const scene = calibrationScene({ from: MIDNIGHT });
  switchBy(scene, scene.lamps, 14);
  const view = scene.desk.view(ZONE)!;
  expect(view.refined).toMatchObject({ value_lx: 129.7, isOffered: true });
  expect(view.refined?.about.fr).toMatch(
    /^La valeur du fichier est de 120.lx, mesurée 130.lx ± 0.lx depuis le 22 juin 2026/,
  );
  expect(await scene.desk.write(ZONE, { from: "refined" }, "lea")).toMatchObject({
    ok: true,
    value: { file: { luminaireContribution_lx: 129.7 }, refined: null },
  });
});

test("an alarm says since when, the values, the threshold and what to do", () => {
  const scene = calibrationScene({ from: MIDNIGHT });
  for (let n = 0; n < 24; n++) {
    const lit = n % 2 === 1;
    scene.lamps(lit);
    scene.pass(10_000);
    scene.seeSteadily(lit ? 60 : 0.3, 5, 22_000);
  }
  const [alarm] = scene.desk.alarms(ZONE);
  expect(alarm).toMatchObject({
    kind: "less-light",
    measured_lx: 59.7,
    reference_lx: 120,
    threshold_lx: 84,
  });
  expect(alarm?.about.fr).toMatch(
    /^Une lampe éteinte, ou le capteur sali ou déplacé \(60.lx, référence 120.lx, seuil 84.lx, depuis le 22 juin 2026\)\.$/,
  );
  expect(alarm?.todo.en).toMatch(/Replace the lamp/);
});

test("a zone without a sensor, or that there is not, says so", () => {
  const scene = calibrationScene({ from: NOON, plan: { lightSensor: undefined } });
  expect(scene.desk.view(ZONE)?.next.en).toMatch(/give this zone a light sensor/);
  expect(scene.desk.view("nowhere")).toBeUndefined();
  expect(scene.desk.addPoint("nowhere", point(1), "lea")).toEqual({
    ok: false,
    problem: "unknown-zone",
  });
});

test("the next thing to do follows what was done", async () => {
  const scene = calibrationScene({ from: NOON, daylight: { luminaireContribution: undefined } });
  const next = (): string => scene.desk.view(ZONE)!.next.en;
  scene.lamps(false);
  expect(next()).toMatch(/By day, lamps off/);
  scene.seeSteadily(100, 4);
  scene.desk.addPoint(ZONE, point(160), "lea");
  expect(next()).toMatch(/Nothing to do: by night/);
  scene.jump(instant(MIDNIGHT));
  switchBy(scene, scene.lamps, 8);
  expect(next()).toMatch(/write both values/);
  await scene.desk.write(ZONE, { from: "measured" }, "lea");
  expect(next()).toMatch(/^Calibrated. Another point/);
});

test("the setting sheet holds the law, the settings, the wiring and the calibration", () => {
  const scene = bright();
  scene.desk.addPoint(ZONE, point(160), "lea");
  expect(scene.desk.sheet(ZONE)).toMatchObject({
    law: { floor_lx: 150, levels_max: 3, area_m2_max: null },
    settings: { target_lx: 150, margin: 1.5, threshold_lx: 225, offDelay_ms: 600_000 },
    wiring: { relayBoard: RELAY, relay: RELAY_ID, sensors: [] },
    calibration: { sensor: { board: SENSOR, sensor: SENSOR_ID }, points: [{ factor: 1.6 }] },
  });
});
