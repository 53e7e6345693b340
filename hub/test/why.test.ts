import fc from "fast-check";
import { expect, test } from "vitest";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, type Instant, instant, lux, minutes } from "@battant/protocol/vocabulary/units";
import type { Because, Decision, Evidence } from "../src/domain/decision.ts";
import type { Site } from "../src/domain/site.ts";
import type { DecisionRecord } from "../src/ports.ts";
import { recordsAround } from "../src/why/around.ts";
import { askWhy, type Sources } from "../src/why/ask.ts";
import { BOOT, RELAY, scene, SENSOR, siteOf, STAIRS, stairs } from "./building.ts";

// Goal: somebody who asks why gets at most three short sentences, true to the records and to nothing
// else; and hears that nobody knows where nobody does.

const paris = (local: string): Instant => instant(Date.parse(`${local}:00+01:00`));
/** A Friday in November; the sun sets at 16:50 in Besançon. */
const NOW = paris("2026-11-20T12:00");

const site: Site = {
  ...siteOf(stairs),
  boards: new Map(
    [[SENSOR, "Escalier A, 2e étage"] as const, [RELAY, "Tableau de l'escalier A"] as const].map(
      ([id, name]) => [id, { id, name, flat: undefined }],
    ),
  ),
};

const decided = (because: Because, evidence: Partial<Evidence> = {}): Decision => ({
  kind: because === "daylight-sufficient" ? "inhibit" : "allow",
  because,
  evidence: { target: lux(150), threshold: lux(225), daylight: lux(310.4), ...evidence },
});

const logged = (at: Instant, because: Because, evidence?: Partial<Evidence>): DecisionRecord => ({
  at,
  zone: STAIRS,
  decision: decided(because, evidence),
});

const sources = (records: readonly DecisionRecord[], more: Partial<Sources> = {}): Sources => ({
  now: NOW,
  timezone: "Europe/Paris",
  site,
  keptDays: 90,
  live: undefined,
  stoppedAt: undefined,
  around: (_zone, at, now) => {
    const before = records.filter((it) => it.at <= at).toReversed();
    return recordsAround({ before, after: records.filter((it) => it.at > at) }, now);
  },
  ...more,
});

const asked = async (when: string | undefined, from: Sources): Promise<[string, string][]> => {
  const answered = await askWhy({ zone: STAIRS, when }, from);
  if (!answered.ok) throw new Error(answered.problem);
  return answered.answers.map(({ why }) => [why.fr, why.en]);
};

const since = (local: string): { since: Instant } => ({ since: paris(local) });

// ── Now ─────────────────────────────────────────────────────────────────────────────────────────

const now: readonly [because: Because, evidence: Partial<Evidence>, fr: string, en: string][] = [
  [
    "daylight-sufficient",
    since("2026-11-20T11:48"),
    "Éteint depuis 11:58 : la lumière du jour suffit depuis 12 min (310 lx, seuil 225 lx). Rallumage permis après 20 s sous 150 lx, au plus tard au coucher du soleil, à 16:50.",
    "Off since 11:58: daylight has been enough for 12 min (310 lx, threshold 225 lx). Light is allowed again after 20 s below 150 lx, at sunset at the latest, at 16:50.",
  ],
  [
    "daylight-sufficient",
    { ...since("2026-11-20T11:48"), observed: true },
    "Observation, rien n'est commandé. Éteint depuis 11:58 : la lumière du jour suffit depuis 12 min (310 lx, seuil 225 lx). Rallumage permis après 20 s sous 150 lx, au plus tard au coucher du soleil, à 16:50.",
    "Observation, nothing is sent. Off since 11:58: daylight has been enough for 12 min (310 lx, threshold 225 lx). Light is allowed again after 20 s below 150 lx, at sunset at the latest, at 16:50.",
  ],
  [
    "not-bright-long-enough",
    { ...since("2026-11-20T11:58"), until: paris("2026-11-20T12:08") },
    "Allumage permis depuis 11:58 : la lumière du jour suffit depuis 2 min seulement (310 lx), extinction à 12:08 si cela dure. Sous 225 lx, l'attente recommence.",
    "Light allowed since 11:58: daylight has been enough for 2 min only (310 lx), off at 12:08 if it lasts. Below 225 lx, the wait starts again.",
  ],
  [
    "not-bright-long-enough",
    { ...since("2026-11-20T11:58"), until: paris("2026-11-20T19:58") },
    "Allumage permis depuis 11:58 : la lumière du jour suffit depuis 2 min seulement (310 lx), extinction si cela dure. Extinction possible au plus tôt au lever du soleil, demain à 07:54.",
    "Light allowed since 11:58: daylight has been enough for 2 min only (310 lx), off if it lasts. It may be kept off at sunrise at the earliest, tomorrow at 07:54.",
  ],
  [
    "too-dark",
    { daylight: lux(140) },
    "Allumage permis depuis 11:58 : la lumière du jour ne suffit pas (140 lx, il faut 225 lx pour éteindre et 150 lx pour le rester). Extinction possible après au moins 10 min au-dessus de 225 lx.",
    "Light allowed since 11:58: daylight is not enough (140 lx; it takes 225 lx to switch off and 150 lx to stay off). It may be kept off after at least 10 min above 225 lx.",
  ],
  [
    "override",
    { by: "page", until: paris("2026-11-20T12:30") },
    "Allumage permis depuis 11:58 : quelqu'un l'a demandé sur la page, jusqu'à 12:30. Extinction possible au plus tôt à 12:30, si le jour suffit.",
    "Light allowed since 11:58: somebody asked for it on the page, until 12:30. It may be kept off at 12:30 at the earliest, if daylight is enough.",
  ],
  [
    "override",
    { by: "wall-switch", until: paris("2026-11-20T18:30") },
    "Allumage permis depuis 11:58 : quelqu'un a appuyé sur l'interrupteur, jusqu'à 18:30. Extinction possible au plus tôt au lever du soleil, demain à 07:54.",
    "Light allowed since 11:58: somebody pressed the wall switch, until 18:30. It may be kept off at sunrise at the earliest, tomorrow at 07:54.",
  ],
  [
    "sensor-silent",
    since("2026-11-20T11:53"),
    "Allumage permis depuis 11:58 : le capteur ne dit rien depuis 7 min. Regardez le câble du capteur de la carte « Escalier A, 2e étage ».",
    "Light allowed since 11:58: the sensor has said nothing for 7 min. Look at the cable of the sensor of the board “Escalier A, 2e étage”.",
  ],
  [
    "relay-offline",
    {},
    "Allumage permis depuis 11:58 : la carte du relais ne répond pas. Regardez l'alimentation et le Wi-Fi de la carte « Tableau de l'escalier A ».",
    "Light allowed since 11:58: the relay board does not answer. Look at the power and the Wi-Fi of the board “Tableau de l'escalier A”.",
  ],
];

test.each(now)("now, %s %j: %s", async (because, evidence, fr, en) => {
  const decision = decided(because, evidence);
  const live = { decision, since: paris("2026-11-20T11:58") };
  expect(await asked(undefined, sources([], { live }))).toEqual([[fr, en]]);
});

test("a reason that began yesterday says so", async () => {
  const live = { decision: decided("rule-off"), since: paris("2026-11-19T17:02") };
  const [[fr, en] = []] = await asked(undefined, sources([], { live }));
  expect(fr).toMatch(/^Allumage permis depuis hier à 17:02 : la règle /);
  expect(en).toMatch(/^Light allowed since yesterday at 17:02: the daylight rule /);
});

test("without a plan the decision is told, and nothing is foretold", async () => {
  const live = { decision: decided("sensor-silent"), since: paris("2026-11-20T11:58") };
  expect(await asked(undefined, sources([], { live, site: undefined }))).toEqual([
    [
      "Allumage permis depuis 11:58 : le capteur ne dit rien.",
      "Light allowed since 11:58: the sensor has said nothing.",
    ],
  ]);
});

// ── Then ────────────────────────────────────────────────────────────────────────────────────────

/** Thursday 12 November: a morning as the log holds it, with another target than the plan's of today. */
const old = { target: lux(100), threshold: lux(150) };
const thursday: readonly DecisionRecord[] = [
  logged(paris("2026-11-11T16:53"), "sun-is-down", old),
  ...[17, 18, 19, 20, 21, 22, 23].map((hour) =>
    logged(paris(`2026-11-11T${hour}:53`), "sun-is-down", old),
  ),
  ...[0, 1, 2, 3, 4, 5, 6].map((hour) =>
    logged(paris(`2026-11-12T0${hour}:53`), "sun-is-down", old),
  ),
  logged(paris("2026-11-12T07:45"), "not-bright-long-enough", {
    ...old,
    daylight: lux(160),
    since: paris("2026-11-12T07:45"),
    until: paris("2026-11-12T07:55"),
  }),
  logged(paris("2026-11-12T07:55"), "daylight-sufficient", {
    ...old,
    since: paris("2026-11-12T07:45"),
  }),
  logged(paris("2026-11-12T08:40"), "override", {
    ...old,
    by: "wall-switch",
    since: paris("2026-11-12T08:40"),
    until: paris("2026-11-12T09:10"),
  }),
  logged(paris("2026-11-12T09:10"), "daylight-sufficient", {
    ...old,
    since: paris("2026-11-12T07:45"),
  }),
];

const then: readonly [when: string, fr: string, en: string][] = [
  [
    "2026-11-12T08:00",
    "Éteint le jeudi 12 novembre à 08:00, depuis 07:55 : la lumière du jour suffit depuis 15 min (310 lx à 07:55, seuil 150 lx). À 08:40, allumage permis : quelqu'un a appuyé sur l'interrupteur, jusqu'à 09:10.",
    "Off on Thursday 12 November at 08:00, since 07:55: daylight has been enough for 15 min (310 lx at 07:55, threshold 150 lx). At 08:40, light allowed: somebody pressed the wall switch, until 09:10.",
  ],
  [
    "2026-11-12T02:00",
    "Allumage permis le jeudi 12 novembre à 02:00, depuis la veille à 16:53 : le soleil est couché. À 07:45, allumage permis : la lumière du jour suffit depuis peu (160 lx), extinction à 07:55 si cela dure.",
    "Light allowed on Thursday 12 November at 02:00, since the day before at 16:53: the sun is down. At 07:45, light allowed: daylight has been enough for a moment only (160 lx), off at 07:55 if it lasts.",
  ],
  [
    "2026-11-12T09:30",
    "Éteint le jeudi 12 novembre à 09:30, depuis 09:10 : la lumière du jour suffit depuis 1 h 45 (310 lx à 09:10, seuil 150 lx). Rien n'est écrit depuis 09:10.",
    "Off on Thursday 12 November at 09:30, since 09:10: daylight has been enough for 1 h 45 (310 lx at 09:10, threshold 150 lx). Nothing has been written since 09:10.",
  ],
  [
    "2026-11-12T10:16",
    "Le jeudi 12 novembre à 10:16, on ne sait pas : rien n'est écrit depuis 09:10.",
    "On Thursday 12 November at 10:16, nobody knows: nothing has been written since 09:10.",
  ],
  [
    "2026-11-10T08:00",
    "On ne sait pas : rien n'était écrit sur cette zone avant le mercredi 11 novembre à 16:53.",
    "Nobody knows: nothing was written about this zone before Wednesday 11 November at 16:53.",
  ],
  [
    "2026-08-20T08:00",
    "On ne sait plus : les décisions sont gardées 90 jours et rien ne reste d'avant le mercredi 11 novembre à 16:53.",
    "Nobody knows any more: decisions are kept for 90 days and nothing is left from before Wednesday 11 November at 16:53.",
  ],
];

test.each(then)("at %s: %s", async (when, fr, en) => {
  expect(await asked(when, sources(thursday))).toEqual([[fr, en]]);
});

test("where the hub came back, both ends of the gap are told", async () => {
  const back = logged(paris("2026-11-12T14:20"), "sensor-offline", old);
  const [[fr] = []] = await asked("2026-11-12T12:00", sources([...thursday, back]));
  expect(fr).toBe(
    "Le jeudi 12 novembre à 12:00, on ne sait pas : le boîtier était arrêté entre 09:10 et 14:20.",
  );
  const [[before] = []] = await asked("2026-11-12T09:30", sources([...thursday, back]));
  expect(before).toMatch(/Ensuite, rien n'est écrit avant 14:20 : le boîtier s'est arrêté\.$/);
});

test("a hub that was seen to stop is known to have stopped then, an hour earlier than from silence", async () => {
  const stoppedAt = paris("2026-11-20T11:40");
  const records = [logged(paris("2026-11-20T11:30"), "too-dark", { daylight: lux(90) })];
  const from = sources(records, { stoppedAt });
  expect((await asked(undefined, from))[0]?.[0]).toBe(
    "On ne sait pas : le boîtier est arrêté depuis 11:40.",
  );
  expect((await asked("2026-11-20T11:35", from))[0]?.[0]).toMatch(
    /^Allumage permis à 11:35, depuis 11:30 : .* Le boîtier est arrêté depuis 11:40\.$/,
  );
});

test("a time that was due and has passed is not told as if it were still to come", async () => {
  const waiting = { ...since("2026-11-20T11:20"), until: paris("2026-11-20T11:30") };
  const records = [logged(paris("2026-11-20T11:20"), "not-bright-long-enough", waiting)];
  const [[fr] = []] = await asked(undefined, sources(records));
  expect(fr).toBe(
    "Allumage permis depuis 11:20 : la lumière du jour suffit depuis 40 min seulement (310 lx à 11:20), extinction si cela dure. Sous 225 lx, l'attente recommence.",
  );
});

// ── Which instant ───────────────────────────────────────────────────────────────────────────────

test("the hour that clocks repeat in autumn has two answers, told apart", async () => {
  const at = (utc: string): Instant => instant(Date.parse(utc));
  const records = [
    logged(at("2026-10-25T00:10:00Z"), "sun-is-down"),
    logged(at("2026-10-25T01:00:00Z"), "override", {
      by: "page",
      until: at("2026-10-25T02:00:00Z"),
    }),
  ];
  const answers = await asked("2026-10-25T02:30", sources(records));
  expect(answers.map(([fr]) => fr.slice(0, fr.indexOf(" :")))).toEqual([
    "Allumage permis le dimanche 25 octobre à 02:30 UTC+2, depuis 02:10",
    "Allumage permis le dimanche 25 octobre à 02:30 UTC+1, depuis 02:00",
  ]);
  expect(answers[1]?.[1]).toMatch(/^Light allowed on Sunday 25 October at 02:30 (GMT|UTC)\+1, /);
  expect(await asked("2026-10-25T00:30:00Z", sources(records))).toHaveLength(1);
  expect(await asked("2026-10-25T03:00", sources(records))).toHaveLength(1);
});

test.each([
  ["2026-03-29T02:30", "no-such-hour"],
  ["2026-11-20T12:01", "future"],
  ["2026-11-21", "future"],
  ["yesterday", "no-time"],
])("%s is refused: %s", async (when, problem) => {
  expect(await askWhy({ zone: STAIRS, when }, sources([]))).toMatchObject({ ok: false, problem });
});

test.each(["24h", "2026-11-12", "2026-11-12 08:00:30", "2026-11-12T08:00:00+01:00"])(
  "%s is a time that can be asked about",
  async (when) => {
    expect(await asked(when, sources(thursday))).toHaveLength(1);
  },
);

// ── Whatever the log holds ──────────────────────────────────────────────────────────────────────

const REASONS: readonly Because[] = [
  "daylight-sufficient",
  "no-circuit",
  "no-light-sensor",
  "rule-off",
  "override",
  "clock-unknown",
  "sun-is-down",
  "relay-offline",
  "sensor-offline",
  "sensor-silent",
  "sensor-stuck",
  "not-calibrated",
  "too-dark",
  "post-check-failed",
  "not-bright-long-enough",
];

test("any instant of any log has an answer of one to three sentences, in both languages", async () => {
  const minuteOf = fc.integer({ min: 0, max: 3 * 24 * 60 });
  const record = fc.record({
    minute: minuteOf,
    because: fc.constantFrom(...REASONS),
    observed: fc.constantFrom(undefined, true as const),
    until: fc.option(minuteOf, { nil: undefined }),
  });
  const START = NOW - hours(72);
  const property = fc.asyncProperty(
    fc.array(record, { maxLength: 12 }),
    fc.option(minuteOf, { nil: undefined }),
    fc.option(minuteOf, { nil: undefined }),
    async (made, minute, stopped) => {
      const instantOf = (it: number) => instant(START + minutes(it));
      const records = made
        .toSorted((a, b) => a.minute - b.minute)
        .map((it) =>
          logged(instantOf(it.minute), it.because, {
            ...(it.observed && { observed: it.observed }),
            ...(it.until !== undefined && { until: instantOf(it.until) }),
          }),
        );
      const when = minute === undefined ? undefined : new Date(instantOf(minute)).toISOString();
      const stoppedAt = stopped === undefined ? undefined : instantOf(stopped);
      const [said] = await asked(when, sources(records, { stoppedAt }));
      for (const text of said!) {
        expect(text).toMatch(/^[A-ZÀÉO].*\.$/);
        expect(text).not.toMatch(/undefined|NaN|Invalid|\s\s/);
        const sentences = text.split(/\.\s/).length;
        expect(sentences).toBeLessThanOrEqual(3);
      }
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

test("whoever overrides is in the record itself", () => {
  const { report, at, effects, now: clock } = scene();
  report({ boot: BOOT, reason: "wall-switch" });
  const until = instant(clock() + minutes(5));
  at({ kind: "override", zone: STAIRS, until, by: "page" });
  const told = effects.flatMap((it) =>
    it.kind === "log-decision" ? [it.decision.evidence.by] : [],
  );
  expect(told).toEqual(["wall-switch"]);
});

test("a reason is followed back through its hourly records, and no further than a silence", () => {
  const zone = "hall" as ZoneId;
  const every = (from: number, to: number, because: Because): DecisionRecord[] =>
    Array.from({ length: to - from }, (_, hour) => ({
      at: instant(NOW - hours(to - hour)),
      zone,
      decision: decided(because),
    })).filter(({ at }) => at < NOW - hours(from));
  const night = every(20, 30, "sun-is-down");
  const off = every(0, 18, "sun-is-down");
  const around = (at: Instant) => {
    const records = [...night, ...off];
    const before = records.filter((it) => it.at <= at).toReversed();
    return recordsAround({ before, after: records.filter((it) => it.at > at) }, NOW);
  };
  expect(around(NOW).began).toBe(NOW - hours(18));
  expect(around(instant(NOW - hours(22))).began).toBe(NOW - hours(30));
  expect(around(instant(NOW - hours(22))).sequel).toEqual({
    kind: "silence",
    from: NOW - hours(21),
    to: NOW - hours(18),
  });
});
