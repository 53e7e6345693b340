import { expect, test } from "vitest";
import type { SurveyFactsView, SurveyRequest, SurveyView } from "../api/survey.ts";
import { ask, signIn, startHttp } from "./http-start.ts";

// Goal: anybody with an account asks the hub for a survey, and nobody can hurt it by asking.
// Method: the real server on a free port, asked over real HTTP, with a real building file behind it.

const HALL: SurveyRequest = {
  zone: "hall",
  kind: null,
  target_lx: null,
  readings: [{ indoor_lx: 190, outdoor_lx: 9500, lamps_lx: null }],
  load_W: null,
  burning: "always",
  minutesPerDay: null,
  price_EURperKWh: null,
  box_W: null,
  cost_EUR: 150,
};

const survey = async (body: unknown, name = "paul") => {
  const { address } = await startHttp();
  const cookie = await signIn(address, name);
  return ask(`${address}/api/survey`, { method: "POST", body, headers: { cookie } });
};

test("without an account the hub says nothing of the building's costs", async () => {
  const { address } = await startHttp();
  expect((await ask(`${address}/api/survey`)).code).toBe(401);
  const asked = await ask(`${address}/api/survey`, { method: "POST", body: HALL });
  expect([asked.code, asked.body]).toEqual([
    401,
    expect.objectContaining({ code: "sign-in-needed" }),
  ]);
});

test.each(["paul", "lea", "samir", "claire"])(
  "%s learns what the building file knows",
  async (name) => {
    const { address } = await startHttp();
    const cookie = await signIn(address, name);
    const { code, body } = await ask(`${address}/api/survey`, { headers: { cookie } });
    expect(code).toBe(200);
    const facts = body as SurveyFactsView;
    expect(facts.zones.map(({ zone, load_W }) => [zone, load_W])).toEqual([
      ["hall", 108],
      ["corridor-3", null],
    ]);
    expect(facts.kinds).toContainEqual({ kind: "stairwell", target_lx: 150 });
    expect([facts.price_EURperKWh, facts.box_W]).toEqual([0.2516, 6]);
  },
);

test("a zone of the building file needs its readings and nothing else", async () => {
  const { code, body } = await survey(HALL);
  expect(code).toBe(200);
  const view = body as SurveyView;
  expect(view).toMatchObject({
    verdict: "pays",
    daylightFactor: 0.02,
    target_lx: 100,
    lit_h: 8760,
  });
  expect(view.net_EUR?.from).toBeGreaterThan(50);
  expect(view.reasons.length).toBeGreaterThan(5);
});

test("a place that the building file does not know takes its kind and its lamps", async () => {
  const { code, body } = await survey({ ...HALL, zone: null, kind: "stairwell", load_W: 80 });
  expect([code, (body as SurveyView).target_lx]).toEqual([200, 150]);
});

test("what cannot be answered is refused with what to do, in both languages", async () => {
  const { code, body } = await survey({ ...HALL, readings: [] });
  expect(code).toBe(400);
  expect(body).toEqual({
    code: "survey-refused",
    message: {
      fr: expect.stringMatching(/^L'étude ne peut pas répondre. \(aucune mesure/) as string,
      en: expect.stringMatching(/^The survey cannot be answered. \(no reading/) as string,
    },
  });
});

const reading = (indoor_lx: unknown, outdoor_lx: unknown = 9500) => ({
  readings: [{ indoor_lx, outdoor_lx, lamps_lx: null }],
});

const wrong: readonly [what: string, change: object][] = [
  ["more readings than anybody takes", { readings: Array(21).fill(HALL.readings[0]) }],
  ["less than no light", reading(-1)],
  ["more light than the sun gives", reading(10, 1e9)],
  ["light that is no number", reading("bright")],
  ["a power beyond any building", { load_W: 1e6 }],
  ["a negative cost", { cost_EUR: -1 }],
  ["a burning nobody knows", { burning: "sometimes" }],
  ["a day of more than 24 hours", { burning: "minutes", minutesPerDay: 1441 }],
  ["a name without end", { zone: "z".repeat(10_000).slice(0, 7000) }],
  ["something that was not asked for", { secret: true }],
];

test.each(wrong)("%s is refused", async (_, change) => {
  const { code, body } = await survey({ ...HALL, ...change });
  expect([code, body]).toEqual([400, expect.objectContaining({ code: "invalid-request" })]);
});
