/**
 * Names that have been checked: 1 to 32 of `a-z`, `0-9` and `-`, not starting with `-`.
 *
 * So narrow that no name can be a topic wildcard, a path, a tag separator or a piece of HTML. They
 * never hold a person's name or a meter's serial number (docs/glossary.md).
 */

declare const name: unique symbol;

type Name<Kind extends string> = string & { readonly [name]: Kind };

export type BoardId = Name<"board">;
export type SensorId = Name<"sensor">;
export type RelayId = Name<"relay">;
export type ZoneId = Name<"zone">;

/** Drawn by a board at each start, never twice the same. With a sequence number it names a reading. */
export type BootId = Name<"boot">;

export type LeaseId = Name<"lease">;

export const ID_LENGTH_MAX = 32;

const isLetterOrDigit = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57);

/** A loop, because the board's regular expressions have no `{1,32}`. */
export const isId = (text: unknown): text is string => {
  if (typeof text !== "string" || text.length === 0 || text.length > ID_LENGTH_MAX) return false;
  if (!isLetterOrDigit(text.charCodeAt(0))) return false;
  for (let i = 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!isLetterOrDigit(code) && code !== 45) return false;
  }
  return true;
};

export const isBoardId = (text: unknown): text is BoardId => isId(text);
export const isSensorId = (text: unknown): text is SensorId => isId(text);
export const isRelayId = (text: unknown): text is RelayId => isId(text);
export const isZoneId = (text: unknown): text is ZoneId => isId(text);
export const isBootId = (text: unknown): text is BootId => isId(text);
export const isLeaseId = (text: unknown): text is LeaseId => isId(text);
