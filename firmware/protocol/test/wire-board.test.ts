import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Description } from "../vocabulary/description.ts";
import type { BootId, RelayId, SensorId } from "../vocabulary/ids.ts";
import { RELAYS_MAX } from "../vocabulary/relay.ts";
import type { LocalRule } from "../vocabulary/settings.ts";
import { lux, milliseconds } from "../vocabulary/units.ts";
import { CHUNK_LENGTH_MAX } from "../vocabulary/update.ts";
import { decodeClockQuestion, encodeClockQuestion } from "../wire/presence.ts";
import { decodeDescription, encodeDescription } from "../wire/presence.ts";
import { decodeSettings, encodeSettings, settingsDigest } from "../wire/settings.ts";
import * as update from "../wire/update.ts";

// Goal: what a hub has its boards do and run, and what they say of themselves, arrives as it was
// meant or not at all.
// Method: round trips over random values, a table of refusals for each, hostile text.

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/);
const boot = id.map((it) => it as BootId);
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const shortText = fc.stringMatching(/^[ -~]{1,64}$/);
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true }).map((it) => it + 0); // JSON knows no -0.
const delay = fc.integer({ min: 0, max: 86_400_000 }).map(milliseconds);

test("the clock question survives the wire", () => {
  fc.assert(
    fc.property(boot, count, count, fc.boolean(), (start, counter, number, isNumbered) => {
      const plain = { boot: start, counter };
      const question = isNumbered ? { ...plain, number } : plain;
      expect(decodeClockQuestion(encodeClockQuestion(question))).toEqual({
        ok: true,
        value: question,
      });
    }),
  );
});

test.each([
  ["nothing", "", "not JSON"],
  ["no start", '{"c":1}', "boot is not the name of a start"],
  ["no counter", '{"boot":"b"}', "c is not a counter"],
  ["a counter below zero", '{"boot":"b","c":-1}', "c is not a counter"],
  ["a number in words", '{"boot":"b","c":1,"n":"one"}', "n is not the number of a question"],
])("a clock question with %s is refused with the reason", (_, payload, problem) => {
  expect(decodeClockQuestion(payload)).toEqual({ ok: false, problem });
});

const life = fc
  .record(
    {
      reset: shortText,
      uptime: count.map(milliseconds),
      variablesFree: fc.nat(2500),
      variables: fc.integer({ min: 2500, max: 16383 }),
      signal: fc.integer({ min: -128, max: 0 }),
      dropped: count,
      refused: count,
      problem: shortText,
    },
    { requiredKeys: ["reset", "uptime", "variablesFree", "variables", "dropped", "refused"] },
  )
  .map((it) => it as NonNullable<Description["life"]>);

const sixteenDigits = fc.stringMatching(/^[0-9a-f]{16}$/);

const plain: Description = {
  contract: 1,
  boot: "b1" as BootId,
  model: "relay-light",
  program: "0.1.0",
  sensors: [{ sensor: "light" as SensorId, quantity: "illuminance" }],
  relays: ["main" as RelayId],
};

test("what a board says of its life, settings, program and trial survives the wire, all of it optional", () => {
  const more = fc.record(
    { settings: sixteenDigits, digest: sixteenDigits, trial: fc.boolean(), life },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(more, (extra) => {
      const description = { ...plain, ...extra };
      expect(decodeDescription(encodeDescription(description))).toEqual({
        ok: true,
        value: description,
      });
    }),
  );
});

const sober = '"reset":"power","up":1,"free":1,"of":2,"dropped":0,"refused":0';

test.each([
  ["settings that are no digest", '"settings":"DA506C8A9C8A9F31"'],
  ["a digest that is too short", '"settings":"da50"'],
  ["a program that is no digest", '"digest":"program"'],
  ["a trial in words", '"trial":"yes"'],
  ["a life that is a list", '"life":[]'],
  ["a life that is nothing", '"life":null'],
  ["more variables free than there are", `"life":{${sober.replace('"free":1', '"free":3')}}`],
  ["an uptime of half a millisecond", `"life":{${sober.replace('"up":1', '"up":0.5')}}`],
  ["no reason for its start", `"life":{${sober.replace('"reset":"power",', "")}}`],
])("a description with %s is taken without that", (_, field) => {
  const payload = `${encodeDescription(plain).slice(0, -1)},${field}}`;
  expect(decodeDescription(payload)).toEqual({ ok: true, value: plain });
});

test("a signal and a problem that make no sense leave the rest of the life", () => {
  const payload = `${encodeDescription(plain).slice(0, -1)},"life":{${sober},"signal":61,"problem":7}}`;
  const decoded = decodeDescription(payload);
  expect(decoded).toMatchObject({ ok: true, value: { life: { reset: "power" } } });
  expect(JSON.stringify(decoded)).not.toMatch(/signal|problem/);
});

test("a long problem is cut, not refused", () => {
  const told = { ...ORDINARY_LIFE, problem: "x".repeat(100) };
  const decoded = decodeDescription(encodeDescription({ ...plain, life: told }));
  expect(decoded).toMatchObject({ ok: true, value: { life: { problem: "x".repeat(64) } } });
});

const ORDINARY_LIFE = {
  reset: "power",
  uptime: milliseconds(1),
  variablesFree: 1,
  variables: 2,
  dropped: 0,
  refused: 0,
};

const rule: fc.Arbitrary<LocalRule> = fc.record({
  relay: id.map((it) => it as RelayId),
  sensor: id.map((it) => it as SensorId),
  target: between(1, 150_000).map(lux),
  margin: between(1, 100),
  floorFactor: between(0.001, 1000),
  luminaireContribution: between(0, 150_000).map(lux),
  offDelay: delay,
  onDelay: delay,
  readingAgeMax: delay,
  latitudeDeg: between(-90, 90),
  longitudeDeg: between(-180, 180),
  sunGuardDeg: between(-18, 90),
  warn: fc.boolean(),
});

test("settings survive the wire", () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: RELAYS_MAX }), (rules) => {
      expect(decodeSettings(encodeSettings({ rules }))).toEqual({ ok: true, value: { rules } });
    }),
  );
});

const one =
  '{"r":"main","s":"light","T":150,"K":1.5,"k":1,"L":60,"off":600000,"on":20000,"age":300000,"lat":47.24,"lon":6.02,"sun":0}';

const wrongRules: readonly [what: string, written: string, instead: string, field: string][] = [
  ["no relay", '"r":"main",', "", "r"],
  ["a sensor with a slash", '"s":"light"', '"s":"a/b"', "s"],
  ["no light wanted", '"T":150', '"T":0', "T"],
  ["a target beyond the sun", '"T":150', '"T":1e999', "T"],
  ["a margin below one", '"K":1.5', '"K":0.5', "K"],
  ["a floor factor of zero", '"k":1', '"k":0', "k"],
  ["luminaires that take light away", '"L":60', '"L":-1', "L"],
  ["a delay in seconds and a half", '"off":600000', '"off":0.5', "off"],
  ["a delay of two days", '"on":20000', '"on":172800000', "on"],
  ["an age in words", '"age":300000', '"age":"5 min"', "age"],
  ["a place beyond the pole", '"lat":47.24', '"lat":91', "lat"],
  ["a place nowhere", '"lon":6.02', '"lon":null', "lon"],
  ["a sun far below the horizon", '"sun":0', '"sun":-60', "sun"],
];

test("settings of before there were warnings are what they were, and warn nobody", () => {
  const decoded = decodeSettings(`{"rules":[${one}]}`);
  expect(decoded).toMatchObject({ ok: true, value: { rules: [{ warn: false }] } });
  if (decoded.ok) expect(encodeSettings(decoded.value)).toBe(`{"rules":[${one}]}`);
});

test.each(wrongRules)("settings with %s are refused whole", (_, written, instead, field) => {
  const wrong = one.replace(written, instead);
  expect(wrong).not.toBe(one);
  expect(decodeSettings(`{"rules":[${one},${wrong}]}`)).toEqual({
    ok: false,
    problem: `rule 2: ${field} is missing or out of bounds`,
  });
});

test.each([
  ["no rules", "{}", "rules is not a list of at most 8"],
  [
    "more rules than relays",
    `{"rules":[${Array(RELAYS_MAX + 1)
      .fill(one)
      .join(",")}]}`,
    "rules is not a list of at most 8",
  ],
  ["a rule that is nothing", '{"rules":[null]}', "rule 1: it is not an object"],
])("settings with %s are refused with the reason", (_, body, problem) => {
  expect(decodeSettings(body)).toEqual({ ok: false, problem });
});

test("the digest of settings is the beginning of their SHA-256", () => {
  const digest = (text: string): ReturnType<typeof createHash> => createHash("sha256").update(text);
  const body = encodeSettings({ rules: [] });
  expect(body).toBe('{"rules":[]}');
  expect(settingsDigest(body, (bytes) => digest(bytes).digest().toString("latin1"))).toBe(
    digest(body).digest("hex").slice(0, 16),
  );
});

const digest = fc.stringMatching(/^[0-9a-f]{64}$/);

test("offers, chunks and reports survive the wire", () => {
  const offers = fc.record({
    size: fc.integer({ min: 1, max: update.PROGRAM_SIZE_MAX }),
    digest,
    program: shortText,
    downgrade: fc.boolean(),
  });
  const chunks = fc.record({
    at: count,
    data: fc.string({ minLength: 1, maxLength: CHUNK_LENGTH_MAX, unit: "grapheme-ascii" }),
  });
  const reports = fc.record(
    {
      boot,
      state: fc.constantFrom("receiving" as const, "verified" as const, "refused" as const),
      at: count,
      problem: shortText,
    },
    { requiredKeys: ["boot", "state", "at"] },
  );
  fc.assert(
    fc.property(offers, chunks, reports, (offer, chunk, report) => {
      expect(update.decodeUpdate(update.encodeUpdateOffer(offer))).toEqual({
        ok: true,
        value: { kind: "offer", offer },
      });
      expect(update.decodeUpdate(update.encodeUpdateChunk(chunk))).toEqual({
        ok: true,
        value: { kind: "chunk", chunk },
      });
      expect(update.decodeUpdateReport(update.encodeUpdateReport(report))).toEqual({
        ok: true,
        value: report,
      });
    }),
  );
});

test("the longest chunk of the most awkward characters fits one payload", () => {
  const data = '"\\\n'.repeat(171).slice(0, CHUNK_LENGTH_MAX);
  const body = update.encodeUpdateChunk({ at: update.PROGRAM_SIZE_MAX, data });
  expect(body.length).toBeLessThan(1100);
  expect(update.decodeUpdate(body).ok).toBe(true);
});

const sha = "a".repeat(64);

test.each([
  ["neither offer nor chunk", "{}", "at is not a number of bytes"],
  [
    "an offer of nothing",
    `{"size":0,"sha":"${sha}","program":"1"}`,
    "size is not a number of bytes",
  ],
  [
    "an offer too big",
    `{"size":131073,"sha":"${sha}","program":"1"}`,
    "size is above 131072 bytes",
  ],
  [
    "an offer in capitals",
    `{"size":1,"sha":"${"A".repeat(64)}","program":"1"}`,
    "sha is not a SHA-256",
  ],
  ["an offer without a version", `{"size":1,"sha":"${sha}"}`, "program is not a short text"],
  ["a chunk of nothing", '{"at":0,"data":""}', "data is not text"],
  ["a chunk of numbers", '{"at":0,"data":[1,2]}', "data is not text"],
  ["a chunk before the beginning", '{"at":-1,"data":"x"}', "at is not a number of bytes"],
  [
    "a chunk too long",
    `{"at":0,"data":"${"x".repeat(513)}"}`,
    "data is longer than 512 characters",
  ],
])("%s is refused with the reason", (_, body, problem) => {
  expect(update.decodeUpdate(body)).toEqual({ ok: false, problem });
});

test.each([
  ["no start", '{"state":"receiving","at":0}', "boot is not the name of a start"],
  [
    "a state nobody knows",
    '{"boot":"b","state":"well","at":0}',
    "state is neither receiving, verified nor refused",
  ],
  ["no place", '{"boot":"b","state":"receiving"}', "at is not a number of bytes"],
])("an update report with %s is refused with the reason", (_, payload, problem) => {
  expect(update.decodeUpdateReport(payload)).toEqual({ ok: false, problem });
});

test("no stranger's text makes a decoder throw", () => {
  const strangers = fc.oneof(fc.string(), fc.json(), fc.string({ unit: "binary" }));
  const inside = strangers.map((it) => `{"rules":[${it}],"sha":${it},"boot":"b","life":${it}}`);
  fc.assert(
    fc.property(fc.oneof(strangers, inside), (text) => {
      decodeClockQuestion(text);
      decodeDescription(text);
      update.decodeUpdateReport(text);
      const settings = decodeSettings(text);
      if (settings.ok) expect(settings.value.rules.length).toBeLessThanOrEqual(RELAYS_MAX);
      const program = update.decodeUpdate(text);
      if (program.ok && program.value.kind === "chunk") {
        expect(program.value.chunk.data.length).toBeLessThanOrEqual(CHUNK_LENGTH_MAX);
      }
    }),
    { numRuns: 1000 },
  );
});
