import type { BoardLife, Description, SensorDescription } from "../vocabulary/description.ts";
import { type BootId, isBootId, isRelayId, isSensorId, type RelayId } from "../vocabulary/ids.ts";
import { isQuantity } from "../vocabulary/quantity.ts";
import { RELAYS_MAX } from "../vocabulary/relay.ts";
import { type Instant, instant, milliseconds } from "../vocabulary/units.ts";
import {
  asShortText,
  type Decoded,
  type Fields,
  isBetween,
  isCount,
  isHex,
  isShortText,
  parseObject,
  refused,
  SHORT_DIGEST_LENGTH,
} from "./decoded.ts";

/**
 * Being there. `availability` is the word `online`, or `offline` left as the last will; both kept.
 * `description` is published at birth and once an hour, and kept. `clock/get` asks for the time:
 * `{"boot":"k3f9","c":41,"n":3}`; `clock` is the hub's answer, sealed: `{"t":1771234567000,"n":3}`.
 */

export const ONLINE = "online";
export const OFFLINE = "offline";

const SENSORS_MAX = 32;
/** Received signal strength in dBm: what lies outside was not measured. */
const SIGNAL_MIN = -128;
const SIGNAL_MAX = 0;

export const decodeAvailability = (payload: string): Decoded<boolean> => {
  if (payload === ONLINE) return { ok: true, value: true };
  if (payload === OFFLINE) return { ok: true, value: false };
  return refused("neither online nor offline");
};

/**
 * A hub that was started again goes on counting above `counter`, the highest the board has seen. It
 * gives `number` back in its answer: one that somebody has kept back answers an older question.
 */
export type ClockQuestion = {
  readonly boot: BootId;
  readonly counter: number;
  readonly number?: number;
};

export type ClockAnswer = {
  readonly now: Instant;
  /** Of the question that this answers. */
  readonly number?: number;
};

export const encodeClockQuestion = (question: ClockQuestion): string =>
  JSON.stringify(
    question.number === undefined
      ? { boot: question.boot, c: question.counter }
      : { boot: question.boot, c: question.counter, n: question.number },
  );

export const decodeClockQuestion = (payload: string): Decoded<ClockQuestion> => {
  const parsed = parseObject(payload);
  if (!parsed.ok) return parsed;
  const boot = parsed.value["boot"];
  const counter = parsed.value["c"];
  const number = parsed.value["n"];
  if (!isBootId(boot)) return refused("boot is not the name of a start");
  if (!isCount(counter)) return refused("c is not a counter");
  if (number === undefined) return { ok: true, value: { boot: boot, counter: counter } };
  if (!isCount(number)) return refused("n is not the number of a question");
  return { ok: true, value: { boot: boot, counter: counter, number: number } };
};

export const encodeClock = (now: Instant, number?: number): string =>
  JSON.stringify(number === undefined ? { t: now } : { t: now, n: number });

export const decodeClock = (payload: string): Decoded<ClockAnswer> => {
  const parsed = parseObject(payload);
  if (!parsed.ok) return parsed;
  const now = parsed.value["t"];
  const number = parsed.value["n"];
  if (!isCount(now)) return refused("t is not a time in whole milliseconds");
  if (number === undefined) return { ok: true, value: { now: instant(now) } };
  if (!isCount(number)) return refused("n is not the number of a question");
  return { ok: true, value: { now: instant(now), number: number } };
};

/**
 * As text that grows: made as an object first, it would take twice as much of a board's memory, and
 * each `+` between long texts makes one more. `sensorAt` tells the sensors one by one.
 */
export const encodeDescriptionFrom = (
  description: Omit<Description, "sensors">,
  sensorAt: (place: number) => SensorDescription | undefined,
): string => {
  const life = description.life;
  let text = '{"contract":' + description.contract + ',"boot":"' + description.boot + '"';
  text += ',"model":' + JSON.stringify(description.model);
  text += ',"program":' + JSON.stringify(description.program) + ',"sensors":[';
  for (let i = 0, it = sensorAt(0); it !== undefined; i++, it = sensorAt(i)) {
    text += (i > 0 ? ',{"s":"' : '{"s":"') + it.sensor + '","q":"' + it.quantity + '"}';
  }
  text += '],"relays":' + JSON.stringify(description.relays);
  if (description.settings !== undefined) text += ',"settings":"' + description.settings + '"';
  if (description.digest !== undefined) text += ',"digest":"' + description.digest + '"';
  if (description.trial !== undefined) text += ',"trial":' + description.trial;
  if (life !== undefined) {
    text += ',"life":{"reset":' + JSON.stringify(life.reset) + ',"up":' + life.uptime;
    text += ',"free":' + life.variablesFree + ',"of":' + life.variables;
    text += ',"dropped":' + life.dropped + ',"refused":' + life.refused;
    if (life.signal !== undefined) text += ',"signal":' + life.signal;
    if (life.problem !== undefined) {
      text += ',"problem":' + JSON.stringify(asShortText(life.problem));
    }
    text += "}";
  }
  text += "}";
  return text;
};

export const encodeDescription = (description: Description): string =>
  encodeDescriptionFrom(description, (place) => description.sensors[place]);

const decodeSensors = (items: unknown): Decoded<SensorDescription[]> => {
  if (!(items instanceof Array) || items.length > SENSORS_MAX) {
    return refused("sensors is not a list of at most " + SENSORS_MAX);
  }
  const sensors: SensorDescription[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as Fields | null | undefined;
    const sensor = item === null || item === undefined ? undefined : item["s"];
    const quantity = item === null || item === undefined ? undefined : item["q"];
    if (!isSensorId(sensor)) return refused("a sensor has no name");
    // A newer board may measure what this hub does not know yet: the rest of it is still welcome.
    if (isQuantity(quantity)) sensors.push({ sensor: sensor, quantity: quantity });
  }
  return { ok: true, value: sensors };
};

const decodeRelays = (items: unknown): Decoded<RelayId[]> => {
  if (!(items instanceof Array) || items.length > RELAYS_MAX) {
    return refused("relays is not a list of at most " + RELAYS_MAX);
  }
  const relays: RelayId[] = [];
  for (let i = 0; i < items.length; i++) {
    const relay: unknown = items[i];
    if (!isRelayId(relay)) return refused("a relay has no name");
    relays.push(relay);
  }
  return { ok: true, value: relays };
};

/** `undefined` unless all of it makes sense: a board is known by less than how it is doing. */
const decodeLife = (item: unknown): BoardLife | undefined => {
  if (typeof item !== "object" || item === null) return undefined;
  const fields = item as Fields;
  const reset = fields["reset"];
  const uptime = fields["up"];
  const free = fields["free"];
  const variables = fields["of"];
  const dropped = fields["dropped"];
  const refusals = fields["refused"];
  const signal = fields["signal"];
  const problem = fields["problem"];
  if (!isShortText(reset) || !isCount(uptime) || !isCount(free) || !isCount(variables)) {
    return undefined;
  }
  if (free > variables || !isCount(dropped) || !isCount(refusals)) return undefined;
  const life: { -readonly [key in keyof BoardLife]: BoardLife[key] } = {
    reset: reset,
    uptime: milliseconds(uptime),
    variablesFree: free,
    variables: variables,
    dropped: dropped,
    refused: refusals,
  };
  if (isBetween(signal, SIGNAL_MIN, SIGNAL_MAX)) life.signal = signal;
  if (isShortText(problem)) life.problem = problem;
  return life;
};

export const decodeDescription = (payload: string): Decoded<Description> => {
  const parsed = parseObject(payload);
  if (!parsed.ok) return parsed;
  const contract = parsed.value["contract"];
  const boot = parsed.value["boot"];
  const model = parsed.value["model"];
  const program = parsed.value["program"];
  if (!isCount(contract)) return refused("contract is not a version number");
  if (!isBootId(boot)) return refused("boot is not the name of a start");
  if (!isShortText(model)) return refused("model is not a short text");
  if (!isShortText(program)) return refused("program is not a short text");
  const sensors = decodeSensors(parsed.value["sensors"]);
  if (!sensors.ok) return sensors;
  const relays = decodeRelays(parsed.value["relays"]);
  if (!relays.ok) return relays;
  const description: { -readonly [key in keyof Description]: Description[key] } = {
    contract: contract,
    boot: boot,
    model: model,
    program: program,
    sensors: sensors.value,
    relays: relays.value,
  };
  const settings = parsed.value["settings"];
  const digest = parsed.value["digest"];
  const trial = parsed.value["trial"];
  const life = decodeLife(parsed.value["life"]);
  if (isHex(settings, SHORT_DIGEST_LENGTH)) description.settings = settings;
  if (isHex(digest, SHORT_DIGEST_LENGTH)) description.digest = digest;
  if (typeof trial === "boolean") description.trial = trial;
  if (life !== undefined) description.life = life;
  return { ok: true, value: description };
};
