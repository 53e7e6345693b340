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
