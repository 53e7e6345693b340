/** Everything that arrives is a stranger: a decoder answers with a value or with what is wrong. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

export const refused = (problem: string): { readonly ok: false; readonly problem: string } => ({
  ok: false,
  problem: problem,
});

export type Fields = { readonly [key: string]: unknown };

export const PAYLOAD_LENGTH_MAX = 4096;

/** Hexadecimal digits of a SHA-256 that are enough to tell two settings or programs apart. */
export const SHORT_DIGEST_LENGTH = 16;

/** Text to a JSON object, or why not. Never throws. */
export const parseObject = (payload: string): Decoded<Fields> => {
  if (payload.length > PAYLOAD_LENGTH_MAX) {
    return refused("longer than " + PAYLOAD_LENGTH_MAX + " characters");
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload);
  } catch {
    return refused("not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || parsed instanceof Array) {
    return refused("not a JSON object");
  }
  return { ok: true, value: parsed as Fields };
};

/** Whole, not negative, and exact in a double. */
export const isCount = (value: unknown): value is number =>
  typeof value === "number" &&
  value >= 0 &&
  value <= 9007199254740991 &&
  Math.floor(value) === value;

const SHORT_TEXT_LENGTH_MAX = 64;

/** A name or a sentence for a person: not empty, at most 64 characters. */
export const isShortText = (text: unknown): text is string =>
  typeof text === "string" && text.length > 0 && text.length <= SHORT_TEXT_LENGTH_MAX;

/** What a sentence is cut to, so that whoever reads it takes it. */
export const asShortText = (text: string): string => text.substring(0, SHORT_TEXT_LENGTH_MAX);

export const isBetween = (value: unknown, min: number, max: number): value is number =>
  typeof value === "number" && value >= min && value <= max;

/** Lower case. A loop, because the board's regular expressions have no `{64}`. */
export const isHex = (text: unknown, length: number): text is string => {
  if (typeof text !== "string" || text.length !== length) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 48 || code > 57) && (code < 97 || code > 102)) return false;
  }
  return true;
};
