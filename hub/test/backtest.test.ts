import type { Reading } from "@battant/protocol/vocabulary/reading";
import { instant, lux, minutes, watts } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import { compare } from "../src/backtest/compare.ts";
import type { Question, Result } from "../src/backtest/question.ts";
import {
  at,
  history,
  inhibited,
  light,
  lit,
  minute,
  question,
  someone,
  ZONE,
} from "./backtest-kit.ts";
import { stairs } from "./building.ts";

// Goal: a manager is told how long the light would have been off, what that is worth, how often it
// would have switched, and how long it would have been too dark.
// Method: days told in a few readings whose answer is worked out by hand. Target 150 lx, threshold
// 225 lx, ten minutes to switch off, twenty seconds to give back, the lamps add 120 lx.

const NOON = at("2026-06-21T10:00:00Z");

/** A reading a minute from noon on; the sky of each, with the lamps burning or not. */
const sky = (values: readonly number[], lamps = 120): Reading[] =>
  values.map((value, index) => light(NOON + minute(index), value + lamps + (index % 2)));

const times = (count: number, value: number): number[] =>
  Array.from({ length: count }, () => value);

const result = async (
  readings: readonly Reading[],
  more: Partial<Question> = {},
): Promise<Result> => (await compare(history(readings), question(more))).zones[0]!.results[0]!;

test("an hour of sun: off after ten minutes, given back as soon as it is too dark", async () => {
  const told = [...times(60, 400), ...times(30, 100)];
  // Bright from 0:00; off at 10:00; dark at 60:00, and back at once.
  expect(await result(sky(told))).toMatchObject({
    avoided: minute(50),
    switchings: 2,
    switchingsMaxADay: 2,
    tooDark: 0,
    tooDarkLongest: 0,
    unknown: 0,
  });
});

test("close to the target the light is given back after twenty seconds", async () => {
  const { target } = stairs.daylight;
  expect(await result(sky([...times(60, 400), ...times(30, target + 5)]))).toMatchObject({
    avoided: minute(50) + 20_000,
    tooDark: 0,
  });
});

test("a sensor that falls silent by day is unknown from then on, and the light is given back", async () => {
  const told = sky(times(60, 400));
  const until = instant(NOON + minute(120));
  // The last reading is of 59:00 and is believed for five minutes; the tick after finds out.
  expect(await result(told, { to: until })).toMatchObject({
    avoided: minute(54) + 5000,
    unknown: minute(56) - 5000,
  });
});

test("before history begins nothing is known", async () => {
  const from = instant(NOON - minute(30));
  expect(await result(sky(times(20, 50)), { from })).toMatchObject({
    unknown: minute(30),
    avoided: 0,
  });
});

test("lamps that history saw off were not avoided, and do not add to the sky", async () => {
  const told = times(60, 400);
  const off = told.map((_, index) => lit(NOON + minute(index) - 1, 0));
  const readings = [...off, ...sky(told, 0)];
  expect(await result(readings)).toMatchObject({ avoided: 0, switchings: 1 });
  // The most that could be: they burn whenever they may.
  const most = await result(readings, { burns: "always" });
  expect(most.avoided).toBeGreaterThan(minute(48));
  expect(most.avoidedSeen).toBe(0);
});

test("what a hub kept off then, it would keep off again: that was avoided, though not seen to burn", async () => {
  const told = times(60, 400);
  const kept = told.flatMap((_, index) => [
    inhibited(NOON + minute(index) - 1, 1),
    lit(NOON + minute(index) - 1, 0),
  ]);
  expect(await result([...kept, ...sky(told, 0)])).toMatchObject({
    avoided: minute(49),
    avoidedSeen: 0,
  });
});

test("of what was avoided, it is told how much was seen to burn", async () => {
  const told = times(60, 400);
  // The board tells of its lamps for the first half hour only, and is believed for a quarter more.
  const seen = times(31, 1).map((value, index) => lit(NOON + minute(index) - 1, value));
  const { avoided, avoidedSeen } = await result([...seen, ...sky(told)]);
  expect(avoided).toBe(minute(49));
  expect(avoidedSeen).toBe(minute(35));
});

test("somebody there, nobody there: told apart", async () => {
  const told = [...times(60, 400), ...times(30, 100)];
  const zone = { ...ZONE, presence: [someone(0, 0)] };
  const presence = (value: number): Reading[] =>
    told.map((_, index) => someone(NOON + minute(index) - 1, value));
  expect(await result([...presence(0), ...sky(told)], { zones: [zone] })).toMatchObject({
    tooDark: 0,
    avoidedOccupied: 0,
  });
  expect(await result([...presence(1), ...sky(told)], { zones: [zone] })).toMatchObject({
    tooDark: 0,
    avoidedOccupied: minute(50),
  });
  expect((await result(sky(told))).avoidedOccupied).toBeUndefined();
});

test("energy is load times time, money by the price of the day", async () => {
  const plan = { ...stairs, circuit: { ...stairs.circuit!, load: watts(120) } };
  const told = sky([...times(70, 400), ...times(2, 100)]);
  const zones = [{ plan, presence: [] }];
  const prices = [
    { from: instant(0), perKWh: 0.2 },
    { from: instant(NOON + minute(30)), perKWh: 0.4 },
  ];
  const { energy, euros } = await result(told, { zones, prices });
  // 10:00 to 70:00 at 120 W; 20 minutes of it at the old price.
  expect(energy).toBeCloseTo(120, 9);
  expect(euros).toBeCloseTo(0.12 * (20 / 60) * 0.2 + 0.12 * (40 / 60) * 0.4, 9);
  expect((await result(told, { zones })).euros).toBeUndefined();
  expect(await result(told)).toMatchObject({ energy: undefined, euros: undefined });
  // A price from later on says nothing of before.
  expect((await result(told, { zones, prices: prices.slice(1) })).euros).toBeUndefined();
});

test("several settings side by side give what each gives alone", async () => {
  const told = sky([...times(20, 260), ...times(20, 210), ...times(40, 500), ...times(9, 90)]);
  const settings = [
    { name: "now", change: {} },
    { name: "eager", change: { margin: 1.2, offDelay: minutes(3) } },
    { name: "strict", change: { target: lux(300) } },
    { name: "unlit", change: { luminaireContribution: lux(0) } },
  ];
  const together = await compare(history(told), question({ settings }));
  const alone = await Promise.all(
    settings.map((it) => compare(history(told), question({ settings: [it] }))),
  );
  expect(together.zones[0]!.results).toEqual(alone.map((it) => it.zones[0]!.results[0]));
  const [now, eager, strict] = together.zones[0]!.results;
  expect(eager!.avoided).toBeGreaterThan(now!.avoided);
  expect(strict!.avoided).toBeLessThan(now!.avoided);
});

test("a closed loop is no oscillation: lamps that are put out are taken out of what the sensor sees", async () => {
  // 260 lx of sky and 120 of lamps: naively 380 with them and 260 without, above and below.
  const { switchings, avoided } = await result(sky(times(300, 260)));
  expect([switchings, avoided]).toEqual([1, minute(289)]);
});

test("a zone without calibration, without a sensor, without readings", async () => {
  const readings = sky(times(60, 400));
  const daylight = { ...stairs.daylight, luminaireContribution: undefined };
  const uncalibrated = { plan: { ...stairs, daylight }, presence: [] };
  const told = await result(readings, { zones: [uncalibrated] });
  expect(told).toMatchObject({ avoided: 0, switchings: 0 });
  expect(told.reasons["not-calibrated"]).toBeGreaterThan(minute(50));

  const blind = { plan: { ...stairs, lightSensor: undefined }, presence: [] };
  const answer = await compare(history(readings), question({ zones: [blind] }));
  expect(answer.zones[0]).toMatchObject({ readings: 0 });
  const empty = await compare(history([]), question());
  expect(empty.zones[0]).toMatchObject({ readings: 0 });
  expect(empty.zones[0]!.results[0]).toMatchObject({ avoided: 0, unknown: 0 });
});

test("a zone that has no relay yet is told what one would do", async () => {
  const plan = { ...stairs, circuit: undefined };
  const told = await result(sky(times(60, 400)), { zones: [{ plan, presence: [] }] });
  expect(told.avoided).toBe(minute(49));
});

test("a rule that is off or only observes is tried as if it acted", async () => {
  for (const mode of ["off", "observe", "act"] as const) {
    const plan = { ...stairs, daylight: { ...stairs.daylight, mode } };
    const told = await result(sky(times(60, 400)), { zones: [{ plan, presence: [] }] });
    expect([mode, told.avoided]).toEqual([mode, minute(49)]);
  }
});

test("history of a time before any hub ran is lived under the same sun", async () => {
  const shift = Date.UTC(2026, 5, 21) - Date.UTC(2022, 5, 21);
  const now = sky([...times(60, 400), ...times(30, 100)]);
  const then = now.map((it) => light(it.at - shift, it.value));
  const { chart, ...figures } = await result(then);
  const { chart: drawnNow, ...figuresNow } = await result(now);
  expect(figures).toEqual(figuresNow);
  expect(chart.keptOff?.map(({ from, to }) => [from + shift, to + shift])).toEqual(
    drawnNow.keptOff?.map(({ from, to }) => [from, to]),
  );
});

test("at night nothing is ever avoided, however bright", async () => {
  const night = at("2026-06-21T22:00:00Z");
  const told = Array.from({ length: 180 }, (_, index) =>
    light(night + minute(index), 900 + (index % 3)),
  );
  expect(await result(told)).toMatchObject({ avoided: 0, switchings: 0, unknown: 0 });
});

test("what is older or newer than asked is not looked at", async () => {
  const told = sky(times(180, 400));
  const range = { from: instant(NOON + minute(60)), to: instant(NOON + minute(120)) };
  expect((await result(told, range)).avoided).toBe(minute(50));
  const { from, to } = await compare(history(told), question());
  expect([from, to]).toEqual([NOON, NOON + minute(179)]);
});

test("what the sensor saw while history's own lamps came on says nothing about the sky", async () => {
  // Off until 5:00; two seconds later they are not up yet, and the sky alone would seem 180 lx.
  const told = times(30, 300).map((value, index) =>
    light(NOON + minute(index), value + (index > 5 ? 120 : 0) + (index % 2)),
  );
  told[5] = light(NOON + minute(5) + 2000, 300);
  const lamps = times(30, 0).map((_, index) => lit(NOON + minute(index), index < 5 ? 0 : 1));
  expect((await result([...lamps, ...told], { burns: "always" })).avoided).toBe(minute(19));
});

test("somebody who comes at the very instant that something is due does not put it off", async () => {
  const told = times(20, 400).map((value, index) => light(NOON + 70_000 * index, value + 120));
  const zone = { ...ZONE, presence: [someone(0, 0)] };
  const came = [someone(NOON + minute(10), 1)];
  const last = 19 * 70_000;
  expect((await result([...told, ...came], { zones: [zone] })).avoided).toBe(last - minute(10));
});
