import { request as openRequest } from "node:http";
import { expect, test } from "vitest";
import type { BacktestFactsView, BacktestView } from "../api/backtest.ts";
import type { ProblemView } from "../api/contract.ts";
import { NOON } from "./http-fakes.ts";
import { ask, type Asked, signIn, startHttp } from "./http-start.ts";

// Goal: those who pay for the light try settings over HTTP, with the bounds and the law of the
// building file; others may not, and nobody keeps the hub busy by leaving.
// Method: the real server and desk, before a made-up sky.

const DAY = 86_400_000;
const PATH = "/api/zones/stairwell-a/backtest";
const WEEK = { from: NOON - 7 * DAY, to: NOON, settings: [{}] };

const start = async (name = "claire") => {
  const http = await startHttp();
  const cookie = await signIn(http.address, name);
  const asks = (path: string, asked: Asked = {}) =>
    ask(`${http.address}${path}`, { ...asked, headers: { cookie } });
  return { ...http, cookie, asks, tries: (body: unknown) => asks(PATH, { method: "POST", body }) };
};

test("settings are told as the building file has them, with what there is to try on", async () => {
  const { asks } = await start();
  const { code, body } = await asks(PATH);
  expect(code).toBe(200);
  expect(body as BacktestFactsView).toMatchObject({
    settings: { target_lx: 150, margin: 1.5, luminaire_contribution_lx: 60, off_delay_min: 10 },
    floor_lx: 150,
    load_W: 120,
    price_EURperkWh: 0.2516,
    measured: { to: NOON },
  });
});

test("several settings come back side by side, with all that a chart needs", async () => {
  const { tries } = await start();
  const settings = [{}, { margin: 3, name: "prudent" }, { target_lx: 200, off_delay_min: 5 }];
  const { code, body } = await tries({ ...WEEK, settings });
  expect(code).toBe(200);
  const { results, days, notes, readings } = body as BacktestView;
  expect(readings).toBeGreaterThan(4000);
  expect(results.map((it) => [it.name, it.settings.margin, it.settings.target_lx])).toEqual([
    [null, 1.5, 150],
    ["prudent", 3, 150],
    [null, 1.5, 200],
  ]);
  const [now] = results;
  expect(now!.avoided_ms).toBeGreaterThan(DAY / 2);
  expect(now!.energy_Wh).toBeCloseTo((now!.avoided_ms / 3_600_000) * 120, 6);
  expect(now!.cost_EURcents).toBeCloseTo((now!.energy_Wh! / 1000) * 25.16, 6);
  const drawn = now!.keptOff!.reduce((sum, it) => sum + it.to - it.from, 0);
  expect(drawn).toBe(now!.avoided_ms);
  expect(now!.days.reduce((sum, it) => sum + it.avoided_ms, 0)).toBe(now!.avoided_ms);
  expect(days).toHaveLength(8);
  expect(days[0]!.sun).toHaveLength(1);
  expect(notes.map((it) => it.en).join()).toContain("history does not say");
});

test("a price of one's own is taken instead of the file's", async () => {
  const { tries } = await start();
  const { body } = await tries({ ...WEEK, price_EURperkWh: 0.1 });
  const [now] = (body as BacktestView).results;
  expect(now!.cost_EURcents).toBeCloseTo((now!.energy_Wh! / 1000) * 10, 6);
});

const refused: readonly [what: string, body: object, code: number, told: RegExp][] = [
  [
    "below the legal minimum",
    { ...WEEK, settings: [{}, { target_lx: 100 }] },
    400,
    /réglage 2, target_lx : 100 lx est sous le minimum légal de 150 lx \(arrêté du 24 décembre 2015/,
  ],
  ["out of bounds", { ...WEEK, settings: [{ margin: 9 }] }, 400, /réglage 1, margin : 9/],
  ["backwards", { ...WEEK, from: NOON, to: NOON - DAY }, 400, /le début doit précéder la fin/],
  ["all to come", { ...WEEK, from: NOON + DAY, to: NOON + 2 * DAY }, 400, /le moment présent/],
  ["longer than a year", { ...WEEK, from: NOON - 500 * DAY }, 400, /400 jours/],
  ["no setting", { ...WEEK, settings: [] }, 400, /n'a pas la forme attendue/],
  ["five settings", { ...WEEK, settings: [{}, {}, {}, {}, {}] }, 400, /n'a pas la forme/],
  ["an unknown key", { ...WEEK, settings: [{ margn: 2 }] }, 400, /n'a pas la forme attendue/],
];

test.each(refused)("%s is refused with what to do instead", async (_, body, code, told) => {
  const { tries } = await start();
  const answer = await tries(body);
  expect(answer.code).toBe(code);
  expect((answer.body as ProblemView).message.fr).toMatch(told);
});

const visitors: readonly [name: string | undefined, code: number][] = [
  [undefined, 401],
  ["claire", 200],
  ["samir", 200],
  ["lea", 403],
  ["paul", 403],
];

test.each(visitors)("for %s the answer is %d", async (name, code) => {
  const { address } = await startHttp();
  const headers = name === undefined ? {} : { cookie: await signIn(address, name) };
  expect((await ask(`${address}${PATH}`, { headers })).code).toBe(code);
  expect((await ask(`${address}/api/backtest`, { headers })).code).toBe(code);
  expect((await ask(`${address}${PATH}`, { method: "POST", body: WEEK, headers })).code).toBe(code);
});

test("a zone that is not there is told, with the one that was meant", async () => {
  const { asks } = await start();
  const answer = await asks("/api/zones/stairwell-b/backtest");
  expect([answer.code, (answer.body as ProblemView).message.en]).toEqual([
    404,
    expect.stringContaining("did you mean stairwell-a?"),
  ]);
});

test("a second one is told to wait, and progress is told meanwhile", async () => {
  const { asks, tries, backtests } = await start();
  expect((await asks("/api/backtest")).body).toEqual({ done: null });
  backtests.hold();
  const first = tries(WEEK);
  await expect.poll(async () => (await asks("/api/backtest")).body).toEqual({ done: 0.4 });
  const second = await tries(WEEK);
  expect([second.code, second.headers["retry-after"]]).toEqual([429, "30"]);
  expect((second.body as ProblemView).code).toBe("backtest-busy");
  backtests.release();
  expect((await first).code).toBe(200);
});

test("whoever leaves stops the work", async () => {
  const { address, cookie, asks, tries, backtests } = await start();
  backtests.hold();
  const leaving = openRequest(`${address}${PATH}`, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json", cookie },
  });
  leaving.on("error", () => {});
  leaving.end(JSON.stringify(WEEK));
  await expect.poll(async () => (await asks("/api/backtest")).body).toEqual({ done: 0.4 });
  leaving.destroy();
  await expect.poll(() => backtests.stopped()).toBe(1);
  backtests.release();
  expect((await tries(WEEK)).code).toBe(200);
});

test("a time without readings says of which days there are some", async () => {
  const { tries } = await start();
  const { body } = await tries({ ...WEEK, from: NOON - 3.5 * DAY, to: NOON - 3.2 * DAY });
  expect(body).toMatchObject({ readings: 0, measured: { to: NOON } });
});
