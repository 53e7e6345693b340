import { type BootId, isBootId, isSensorId } from "../vocabulary/ids.ts";
import { isQuantity, QUANTITIES } from "../vocabulary/quantity.ts";
import type { ReportedReading, ReportedTime } from "../vocabulary/reading.ts";
import { instant, milliseconds } from "../vocabulary/units.ts";
import { type Decoded, type Fields, isCount, parseObject, refused } from "./decoded.ts";

/**
 * Readings travel in batches of 1 to 32 that share a boot:
 * `{"boot":"k3f9","r":[{"n":41,"s":"light","q":"illuminance","v":412.5,"t":1771234567000}]}`.
 * `n` sequence, `s` sensor, `q` quantity, `v` value, `t` time in ms since 1970 (UTC), or `a` age in
 * ms while the board has no clock. One bad reading does not take its neighbours with it.
 */
export type ReadingBatch = {
  readonly boot: BootId;
  readonly readings: readonly ReportedReading[];
  /** What was wrong with the readings that were left out. */
  readonly problems: readonly string[];
};

export const BATCH_LENGTH_MAX = 32;

/** A board that kept a reading longer than this has lost its sense of time. */
export const AGE_MAX = milliseconds(90 * 24 * 3600 * 1000);

export const encodeReading = (reading: ReportedReading): string => {
  const time = reading.time;
  return (
    '{"n":' +
    reading.sequence +
    ',"s":"' +
    reading.sensor +
    '","q":"' +
    reading.quantity +
    '","v":' +
    JSON.stringify(reading.value) +
    (time.kind === "at" ? ',"t":' + time.at : ',"a":' + time.age) +
    "}"
  );
};

/** A batch is this, its readings with commas between, and `BATCH_END`. */
export const batchStart = (boot: BootId): string => '{"boot":"' + boot + '","r":[';
export const BATCH_END = "]}";

/** As text at once: made as objects first, eight readings would take a tenth of a board's memory. */
export const encodeReadings = (boot: BootId, readings: readonly ReportedReading[]): string => {
  let text = batchStart(boot);
  for (let i = 0; i < readings.length; i++) {
    text += (i > 0 ? "," : "") + encodeReading(readings[i] as ReportedReading);
  }
  return text + BATCH_END;
};

const decodeTime = (fields: Fields): Decoded<ReportedTime> => {
  const at = fields["t"];
  if (at !== undefined) {
    if (!isCount(at)) return refused("t is not a time in whole milliseconds");
    return { ok: true, value: { kind: "at", at: instant(at) } };
  }
  const age = fields["a"];
  if (!isCount(age)) return refused("neither t nor a is a time in whole milliseconds");
  if (age > AGE_MAX) return refused("a is older than 90 days");
  return { ok: true, value: { kind: "age", age: milliseconds(age) } };
};

const decodeOne = (item: unknown): Decoded<ReportedReading> => {
  if (typeof item !== "object" || item === null) return refused("a reading is not an object");
  const fields = item as Fields;
  const sequence = fields["n"];
  const sensor = fields["s"];
  const quantity = fields["q"];
  const value = fields["v"];
  if (!isCount(sequence)) return refused("n is not a sequence number");
  if (!isSensorId(sensor)) return refused("s is not the name of a sensor");
  if (!isQuantity(quantity)) return refused("q is not a known quantity");
  if (typeof value !== "number" || !isFinite(value)) return refused("v is not a number");
  const facts = QUANTITIES[quantity];
  if (value < facts.min || value > facts.max) {
    return refused("v is out of bounds for " + quantity + ", " + facts.min + " to " + facts.max);
  }
  if (facts.yesNo === true && value !== 0 && value !== 1) {
    return refused("v is neither 0 nor 1 for " + quantity);
  }
  const time = decodeTime(fields);
  if (!time.ok) return time;
  return {
    ok: true,
    value: {
      sequence: sequence,
      sensor: sensor,
      quantity: quantity,
      value: value,
      time: time.value,
    },
  };
};

export const decodeReadings = (payload: string): Decoded<ReadingBatch> => {
  const parsed = parseObject(payload);
  if (!parsed.ok) return parsed;
  const boot = parsed.value["boot"];
  const items = parsed.value["r"];
  if (!isBootId(boot)) return refused("boot is not the name of a start");
  if (!(items instanceof Array)) return refused("r is not a list of readings");
  if (items.length === 0) return refused("r is empty");
  if (items.length > BATCH_LENGTH_MAX) {
    return refused("r has more than " + BATCH_LENGTH_MAX + " readings");
  }
  const readings: ReportedReading[] = [];
  const problems: string[] = [];
  for (let i = 0; i < items.length; i++) {
    const decoded = decodeOne(items[i]);
    if (decoded.ok) readings.push(decoded.value);
    else problems.push("reading " + (i + 1) + ": " + decoded.problem);
  }
  return { ok: true, value: { boot: boot, readings: readings, problems: problems } };
};
