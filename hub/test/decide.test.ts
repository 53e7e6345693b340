import { expect, test } from "vitest";
import {
  type Instant,
  instant,
  lux,
  type Milliseconds,
  minutes,
  seconds,
} from "@battant/protocol/vocabulary/units";
import { NOTHING_SEEN } from "@battant/rules/light";
import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Because, Evidence } from "../src/domain/decision.ts";
import type { ZonePlan } from "../src/domain/site.ts";
import { unknownZone, type Zone } from "../src/domain/zone.ts";
import { sunGuardDeg } from "../src/rules/daylight.ts";
import { decide } from "../src/rules/decide.ts";
import type { Moment } from "../src/rules/moment.ts";
import { BOOT, NOON, settings, STAIRS, stairs } from "./building.ts";

// Goal: daylight alone must be enough, for long enough, on fresh evidence, with nobody objecting.
// Method: one stairwell where all of that holds at noon, and one row per thing that spoils it.

const ago = (span: Milliseconds): Instant => instant(NOON - span);
const noon: Moment = {
  now: NOON,
  sunAltitudeDeg: 66,
  clockTrusted: true,
  relayOnline: true,
  sensorOnline: true,
  boardOnline: () => true,
};

const bright: Zone = {
  ...unknownZone(STAIRS),
  light: {
    ...NOTHING_SEEN,
    seen: { illuminance: lux(600), at: ago(minutes(1)) },
    daylight: lux(480),
    smooth: lux(480),
    brightSince: ago(minutes(15)),
  },
};
const light = (change: Partial<Zone["light"]>): Partial<Zone> => ({
  light: { ...bright.light, ...change },
});
const inhibiting: Partial<Zone> = {
  verdict: {
    decision: decide(bright, stairs, noon),
    since: ago(minutes(5)),
    loggedAt: undefined,
  },
};
const keptOff: Partial<Zone> = {
  circuit: {
    report: { boot: BOOT, state: "inhibited", reason: "lease", lit: false },
    litChanged: ago(minutes(3)),
    lease: undefined,
  },
};
const override = (until: Instant): Partial<Zone> => ({
  overrides: { "wall-switch": { until, since: ago(minutes(2)) } },
});
const plan = (change: Partial<ZonePlan["daylight"]>): ZonePlan => ({
  ...stairs,
  daylight: { ...settings, ...change },
});

type Row = {
  name: string;
  zone?: Partial<Zone>;
  plan?: ZonePlan;
  moment?: Partial<Moment>;
  because: Because;
};
const rows: Row[] = [
  { name: "bright for long enough", because: "daylight-sufficient" },
  { name: "no circuit", plan: { ...stairs, circuit: undefined }, because: "no-circuit" },
  { name: "no sensor", plan: { ...stairs, lightSensor: undefined }, because: "no-light-sensor" },
  { name: "rule switched off", plan: plan({ mode: "off" }), because: "rule-off" },
  { name: "somebody wants light", zone: override(instant(NOON + 1)), because: "override" },
  { name: "the override has run out", zone: override(NOON), because: "daylight-sufficient" },
  { name: "clock not believable", moment: { clockTrusted: false }, because: "clock-unknown" },
  { name: "sun just below the horizon", moment: { sunAltitudeDeg: -0.01 }, because: "sun-is-down" },
  { name: "relay board away", moment: { relayOnline: false }, because: "relay-offline" },
  { name: "sensor board away", moment: { sensorOnline: false }, because: "sensor-offline" },
  { name: "sensor never spoke", zone: light({ seen: undefined }), because: "sensor-silent" },
  {
    name: "sensor fell silent",
    zone: light({ seen: { illuminance: lux(600), at: ago(minutes(6)) } }),
    because: "sensor-silent",
  },
  {
    name: "the same number for an hour",
    zone: light({ same: { since: ago(minutes(60)), illuminance: lux(600) } }),
    because: "sensor-stuck",
  },
  {
    name: "luminaires' share unknown",
    zone: light({ daylight: undefined }),
    because: "not-calibrated",
  },
  { name: "not bright", zone: light({ brightSince: undefined }), because: "too-dark" },
  {
    name: "a gap between clouds",
    zone: light({ brightSince: ago(minutes(9)) }),
    because: "not-bright-long-enough",
  },
  {
    name: "given back two minutes ago",
    zone: { releasedAt: ago(minutes(2)) },
    because: "not-bright-long-enough",
  },
  {
    name: "switched on two minutes ago",
    zone: { switchedOnAt: ago(minutes(2)) },
    because: "not-bright-long-enough",
  },
  {
    name: "given back an hour ago, on a day of many switchings",
    zone: {
      releasedAt: ago(minutes(60)),
      inhibitions: Array.from({ length: 10 }, () => ago(minutes(90))),
      ...light({ brightSince: ago(minutes(300)) }),
    },
    because: "not-bright-long-enough",
  },
  {
    name: "the last attempt left people in the dark",
    zone: { distrust: { until: instant(NOON + 1), failures: 1 } },
    because: "post-check-failed",
  },
  { name: "already borrowed, still bright", zone: inhibiting, because: "daylight-sufficient" },
  {
    name: "already borrowed, a cloud for 19 s",
    zone: { ...inhibiting, ...light({ brightSince: undefined, darkSince: ago(seconds(19)) }) },
    because: "daylight-sufficient",
  },
  {
    name: "already borrowed, dark for 20 s",
    zone: { ...inhibiting, ...light({ brightSince: undefined, darkSince: ago(seconds(20)) }) },
    because: "too-dark",
  },
  {
    name: "already borrowed, a cloud for a second that leaves less than the target",
    zone: {
      ...inhibiting,
      ...light({ daylight: lux(99), brightSince: undefined, darkSince: ago(seconds(1)) }),
    },
    because: "too-dark",
  },
  {
    name: "already borrowed, sensor silent",
    zone: { ...inhibiting, ...light({ seen: { illuminance: lux(600), at: ago(minutes(6)) } }) },
    because: "sensor-silent",
  },
  {
    name: "already borrowed, and the sensor did not see its lamps go",
    zone: { ...inhibiting, ...keptOff, beforeOff: lux(600) },
    because: "post-check-failed",
  },
  {
    name: "already borrowed, and the sensor saw its lamps go",
    zone: { ...inhibiting, ...keptOff, beforeOff: lux(720) },
    because: "daylight-sufficient",
  },
  {
    name: "observing without its relay",
    plan: plan({ mode: "observe" }),
    moment: { relayOnline: false },
    because: "daylight-sufficient",
  },
];

const nobody = (since: Instant): Partial<Zone> => ({
  presence: new Map([["stairs-pir/motion", { isOccupied: false, since, at: ago(minutes(1)) }]]),
});
const someone: Partial<Zone> = {
  presence: new Map([
    ["stairs-pir/motion", { isOccupied: true, since: ago(seconds(2)), at: ago(seconds(2)) }],
  ]),
};
const watched: ZonePlan = {
  ...stairs,
  circuit: { ...stairs.circuit!, offWhenVacant: true },
  presence: {
    sensors: [{ board: "stairs-pir" as BoardId, sensor: "motion" as SensorId }],
    hold: minutes(3),
  },
};
const dark = light({ daylight: lux(20), brightSince: undefined, darkSince: ago(minutes(30)) });
const vacant: Partial<Zone> = {
  verdict: {
    decision: { ...decide(bright, stairs, noon), because: "vacant" },
    since: ago(minutes(5)),
    loggedAt: undefined,
  },
};

rows.push(
  {
    name: "dark, and nobody for longer than the hold",
    zone: { ...dark, ...nobody(ago(minutes(4))) },
    plan: watched,
    because: "vacant",
  },
  {
    name: "dark, and nobody for less than the hold",
    zone: { ...dark, ...nobody(ago(minutes(2))) },
    plan: watched,
    because: "too-dark",
  },
  {
    name: "dark, nobody, but the circuit's lamps would not come back by themselves",
    zone: { ...dark, ...nobody(ago(minutes(4))) },
    plan: { ...watched, circuit: stairs.circuit },
    because: "too-dark",
  },
  {
    name: "dark, nobody, and the sun is down",
    zone: { ...dark, ...nobody(ago(minutes(4))) },
    plan: watched,
    moment: { sunAltitudeDeg: -0.01 },
    because: "sun-is-down",
  },
  {
    name: "kept off for nobody, and somebody comes in the dark",
    zone: { ...vacant, ...dark, ...someone },
    plan: watched,
    because: "too-dark",
  },
  {
    name: "kept off for nobody, and the detector's board goes away",
    zone: { ...vacant, ...dark, ...nobody(ago(minutes(4))) },
    plan: watched,
    moment: { boardOnline: () => false },
    because: "too-dark",
  },
  {
    name: "kept off for nobody, somebody comes, and daylight has sufficed for ten minutes",
    zone: { ...vacant, ...someone },
    plan: watched,
    because: "daylight-sufficient",
  },
  {
    name: "kept off for nobody, somebody comes, and it has only just become bright",
    zone: { ...vacant, ...someone, ...light({ brightSince: ago(minutes(2)) }) },
    plan: watched,
    because: "not-bright-long-enough",
  },
  {
    name: "nobody, and the lamps were switched on a minute ago",
    zone: { ...dark, ...nobody(ago(minutes(40))), switchedOnAt: ago(minutes(1)) },
    plan: watched,
    because: "too-dark",
  },
  {
    name: "nobody, given back two minutes ago",
    zone: { ...dark, ...nobody(ago(minutes(4))), releasedAt: ago(minutes(2)) },
    plan: watched,
    because: "too-dark",
  },
  {
    name: "nobody, on a day of many switchings",
    zone: {
      ...dark,
      ...nobody(ago(minutes(10))),
      vacancies: Array.from({ length: 27 }, () => ago(minutes(90))),
    },
    plan: watched,
    because: "too-dark",
  },
  {
    name: "no light sensor, and the circuit is not for vacancy",
    zone: nobody(ago(minutes(4))),
    plan: { ...watched, lightSensor: undefined, circuit: stairs.circuit },
    because: "no-light-sensor",
  },
  {
    name: "no light sensor, nobody",
    zone: nobody(ago(minutes(4))),
    plan: { ...watched, lightSensor: undefined },
    because: "vacant",
  },
  {
    name: "no light sensor, somebody",
    zone: someone,
    plan: { ...watched, lightSensor: undefined },
    because: "occupied",
  },
);

test.each(rows)("$name → $because", (row) => {
  const zone = { ...bright, ...row.zone };
  const decision = decide(zone, row.plan ?? stairs, { ...noon, ...row.moment });
  expect(decision.because).toBe(row.because);
  const inhibits = ["daylight-sufficient", "vacant"].includes(row.because);
  expect(decision.kind).toBe(inhibits ? "inhibit" : "allow");
});

test.each<[name: string, row: Pick<Row, "zone" | "plan">, evidence: Partial<Evidence>]>([
  [
    "who asked for light, since when and until when",
    { zone: override(instant(NOON + 1)) },
    { by: "wall-switch", since: ago(minutes(2)), until: instant(NOON + 1) },
  ],
  ["that nothing is sent", { plan: plan({ mode: "observe" }) }, { observed: true }],
  [
    "how long daylight must suffice today",
    { zone: { ...light({ brightSince: ago(minutes(9)) }) } },
    { offDelay: minutes(10), since: ago(minutes(9)), until: instant(NOON + minutes(1)) },
  ],
  [
    "since when nobody is there",
    { zone: { ...dark, ...nobody(ago(minutes(4))) }, plan: watched },
    { presence: { kind: "nobody", since: ago(minutes(4)) }, since: ago(minutes(4)) },
  ],
  [
    "when it goes off for nobody, without a light sensor",
    {
      zone: { ...nobody(ago(minutes(4))), releasedAt: ago(minutes(1)) },
      plan: { ...watched, lightSensor: undefined },
    },
    { presence: { kind: "nobody", since: ago(minutes(4)) }, until: instant(NOON + minutes(2)) },
  ],
])("a decision tells %s", (...row) => {
  const [, given, evidence] = row;
  const decision = decide({ ...bright, ...given.zone }, given.plan ?? stairs, noon);
  expect(decision.evidence).toMatchObject(evidence);
});

test("outdoor paths are still bright when the sun has just set, indoors are not", () => {
  expect(sunGuardDeg(stairs)).toBe(0);
  expect(sunGuardDeg({ ...stairs, kind: "outdoor-path" })).toBe(-4);
});
