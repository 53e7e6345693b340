import { QUANTITIES } from "@battant/protocol/vocabulary/quantity";
import {
  type AliveView,
  type BoardHealth,
  type BoardLifeView,
  type BuildingView,
  type DecisionView,
  type ForwarderHealth,
  type HealthView,
  NAME_LENGTH_MAX,
  PASSWORD_LENGTH_MAX,
  type RefusalView,
  type SavingsAmountView,
  type SavingsDayView,
  type SavingsIntervalView,
  type SavingsView,
  type Sentence,
  type SerialHealth,
  type SessionView,
  type SetupRequest,
  type SignInRequest,
  type WhyView,
  type WindowView,
  type ZoneView,
} from "../../../api/contract.ts";
import { type ProblemCode, PROBLEMS } from "./problems.ts";

/**
 * The types of `hub/api/contract.ts` once more, as JSON Schema: they check what comes in, let
 * nothing out that the contract does not name, and become the OpenAPI document.
 */

export type Schema = { readonly [keyword: string]: unknown };

/** The compiler holds the keys to those of the contract. */
export const object = <T>(properties: { readonly [key in keyof T]-?: Schema }): Schema => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});

export const text: Schema = { type: "string" };
export const number: Schema = { type: "number" };
export const yesNo: Schema = { type: "boolean" };
export const count: Schema = { type: "integer", minimum: 0 };
export const time: Schema = { type: "integer", description: "Milliseconds since 1970, UTC." };
export const oneOf = (...words: readonly string[]): Schema => ({ type: "string", enum: words });
export const orUnknown = (schema: Schema): Schema => ({
  ...schema,
  type: [schema["type"], "null"],
});
export const list = (items: Schema): Schema => ({ type: "array", items });
const ref = (name: string): Schema => ({ $ref: `${name}#` });
/** As `orUnknown`, for what has no single type. */
export const orNothing = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });

const amount = {
  time_ms: count,
  energy_Wh: orUnknown(count),
  cost_EURcents: orUnknown(count),
};

const NAMED: { readonly [name: string]: Schema } = {
  Sentence: object<Sentence>({ fr: text, en: text }),
  ZoneView: object<ZoneView>({
    zone: text,
    name: text,
    kind: text,
    mode: oneOf("act", "observe", "off"),
    illuminance_lx: orUnknown(number),
    daylight_lx: orUnknown(number),
    target_lx: number,
    threshold_lx: number,
    light: oneOf("on", "off", "inhibited", "mismatch", "unknown"),
    decision: oneOf("inhibit", "allow"),
    because: text,
    why: ref("Sentence"),
    since: orUnknown(time),
    override_until: orUnknown(time),
    override_by: { enum: ["wall-switch", "page", null] },
    lease_until: orUnknown(time),
    alarms: list(ref("Sentence")),
  }),
  BuildingView: object<BuildingView>({
    building: text,
    name: text,
    timezone: text,
    now: time,
    speed: number,
    demo: yesNo,
    sunAltitude_deg: number,
    zones: list(ref("ZoneView")),
  }),
  AliveView: object<AliveView>({ now: time }),
  DecisionView: object<DecisionView>({
    at: time,
    zone: text,
    decision: oneOf("inhibit", "allow"),
    because: text,
    why: ref("Sentence"),
  }),
  WhyView: object<WhyView>({
    at: time,
    zone: text,
    decision: { enum: ["inhibit", "allow", null] },
    because: orUnknown(text),
    since: orUnknown(time),
    why: ref("Sentence"),
  }),
  SavingsAmountView: object<SavingsAmountView>(amount),
  SavingsDayView: object<SavingsDayView>({
    from: time,
    to: time,
    burning: ref("SavingsAmountView"),
    burningUnknown_ms: count,
    keptOff_ms: count,
    avoided: orNothing(ref("SavingsAmountView")),
  }),
  SavingsIntervalView: object<SavingsIntervalView>({
    ...amount,
    figure: oneOf("burning", "unknown", "kept-off"),
    from: time,
    to: time,
    because: orUnknown(text),
  }),
  SavingsView: object<SavingsView>({
    zone: text,
    from: time,
    to: time,
    burning: ref("SavingsAmountView"),
    burningUnknown_ms: count,
    keptOff_ms: count,
    avoided: orNothing(ref("SavingsAmountView")),
    avoidedAtMost: ref("SavingsAmountView"),
    days: list(ref("SavingsDayView")),
    intervals: list(ref("SavingsIntervalView")),
    headline: ref("Sentence"),
    method: list(ref("Sentence")),
    missing: orNothing(ref("Sentence")),
  }),
  WindowView: object<WindowView>({
    start: time,
    count,
    mean: number,
    min: number,
    max: number,
    last: number,
  }),
  SessionView: object<SessionView>({
    signedIn: yesNo,
    account: orUnknown(text),
    role: orUnknown(text),
    setupOpen: yesNo,
  }),
  BoardHealth: object<BoardHealth>({
    board: text,
    name: text,
    online: orUnknown(yesNo),
    model: orUnknown(text),
    program: orUnknown(text),
    onTrial: yesNo,
    life: orNothing(ref("BoardLifeView")),
    restarts: count,
    lastReading: orUnknown(time),
  }),
  BoardLifeView: object<BoardLifeView>({
    reset: text,
    uptime_ms: number,
    variablesFree: count,
    variables: count,
    signal_dBm: orUnknown(number),
    dropped: count,
    refused: count,
    problem: orUnknown(text),
  }),
  RefusalView: object<RefusalView>({
    from: text,
    where: text,
    problem: text,
    count,
    last: time,
  }),
  ForwarderHealth: object<ForwarderHealth>({
    store: text,
    behind: count,
    parked: count,
    problem: orUnknown(text),
  }),
  SerialHealth: object<SerialHealth>({
    port: text,
    mode: orUnknown(text),
    groupsGood: count,
    groupsBad: count,
    problem: orUnknown(text),
  }),
  HealthView: object<HealthView>({
    since: time,
    boards: list(ref("BoardHealth")),
    readingsStored: count,
    duplicates: count,
    refusals: list(ref("RefusalView")),
    forwarder: orNothing(ref("ForwarderHealth")),
    journalProblem: orUnknown(text),
    serial: list(ref("SerialHealth")),
  }),
};

/** With the names under which others and the OpenAPI document refer to them. */
export const withNames = (schemas: { readonly [name: string]: Schema }): readonly Schema[] =>
  Object.entries(schemas).map(([name, schema]) => ({ $id: name, ...schema }));

export const NAMED_SCHEMAS = withNames(NAMED);

export const view = (name: string): Schema => ref(name);
export const listOf = (name: string): Schema => list(ref(name));

const name: Schema = { type: "string", pattern: "\\S", maxLength: NAME_LENGTH_MAX };
/** Its least length is checked by hand, for a refusal that says what to do. */
const password: Schema = { type: "string", minLength: 1, maxLength: PASSWORD_LENGTH_MAX };

export const signInBody: Schema = object<SignInRequest>({ name, password });
export const setupBody: Schema = object<SetupRequest>({
  token: { type: "string", minLength: 1, maxLength: 256 },
  name,
  password,
});

/** As `isId` of the contract has it. */
export const idParameter: Schema = { type: "string", pattern: "^[a-z0-9][a-z0-9-]{0,31}$" };
export const quantityParameter: Schema = oneOf(...Object.keys(QUANTITIES));
/** The latest instant JavaScript knows (ECMA-262 §21.4.1.1). */
export const timeParameter: Schema = { ...time, minimum: 0, maximum: 8.64e15 };

export const json = (description: string, schema: Schema): Schema => ({
  description,
  content: { "application/json": { schema } },
});

/** These can happen to any request. */
const ALWAYS: readonly ProblemCode[] = ["wrong-host", "too-many-requests", "failed"];

/** One response for each HTTP code, naming the problem codes it can carry. */
export const problems = (...codes: readonly ProblemCode[]): { readonly [http: string]: Schema } => {
  const all = [...codes, ...ALWAYS];
  const byHttp = Map.groupBy(all, (code) => PROBLEMS[code].http);
  const responses = [...byHttp].map(([http, group]) => {
    const description = group.map((code) => `\`${code}\`: ${PROBLEMS[code].message.en}`).join("\n");
    const schema = object({ code: oneOf(...group), message: ref("Sentence") });
    return [http, json(description, schema)] as const;
  });
  return Object.fromEntries(responses);
};
