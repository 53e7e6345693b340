import type { BootId } from "@battant/protocol/vocabulary/ids";
import { ACKNOWLEDGED, COMMIT } from "./backlog-records.ts";
import type { Storage } from "./hardware.ts";

/**
 * A segment: a file of flash of one size, filled with records (backlog-records.ts) behind a header,
 * `1771234567000t` and `k3f9,2`: its epoch, its boot, the number of its list of sources. The epoch
 * is the instant of the zero of its times; its place stays unwritten until the clock is known.
 *
 * So does the very first byte: Espruino takes what is written there for a new file.
 */

export const SEGMENT_SIZE = 2016;

export const SEGMENT_PREFIX = "backlog";

const EPOCH_AT = 1;
const EPOCH_LENGTH = 13;
/** Behind the digits, and written after them: torn ones are not believed. */
const EPOCH_KNOWN = "t";
const EPOCH_KNOWN_AT = EPOCH_AT + EPOCH_LENGTH;
/** Where the boot begins. */
export const HEADER_AT = EPOCH_KNOWN_AT + 1;

export const segmentText = (storage: Storage, segment: number): string => {
  const text = storage.read(SEGMENT_PREFIX + segment);
  return text === undefined ? "" : text;
};

/** Behind the last record that was committed; -1 when nothing was, as after a cut in the header. */
export const committedEnd = (text: string): number => text.lastIndexOf(COMMIT);

/** Where the first record is, or will be, that the hub may not have. */
export const segmentStart = (text: string): number =>
  Math.max(text.lastIndexOf(ACKNOWLEDGED + COMMIT) + 2, text.indexOf(COMMIT) + 1);

export const segmentBoot = (text: string): BootId =>
  text.substring(HEADER_AT, text.indexOf(",")) as BootId;

export const segmentSources = (text: string): number =>
  +text.substring(text.indexOf(",") + 1, text.indexOf(COMMIT));

export const segmentEpoch = (text: string): number | undefined =>
  text.charAt(EPOCH_KNOWN_AT) === EPOCH_KNOWN
    ? +text.substring(EPOCH_AT, EPOCH_KNOWN_AT)
    : undefined;

/** From `HEADER_AT`. */
export const encodeHeader = (boot: BootId, sources: number): string => boot + "," + sources;

/** False when flash refuses, or the instant is none of the years 1970 to 2286. */
export const writeEpoch = (storage: Storage, segment: number, epoch: number): boolean => {
  const digits = "" + epoch;
  if (epoch < 0 || digits.length > EPOCH_LENGTH) return false;
  const padded = "0000000000000".substring(digits.length) + digits;
  const name = SEGMENT_PREFIX + segment;
  return (
    storage.writeAt(name, padded, EPOCH_AT) && storage.writeAt(name, EPOCH_KNOWN, EPOCH_KNOWN_AT)
  );
};
