/**
 * LD2410 radar, 24 GHz: its reports as they come over the serial line, some ten in a second.
 * Hi-Link, "HLK-LD2410 Serial Communication Protocol", §2.2 commands, §2.3 reports.
 *
 * The state alone says whether somebody is there: the distances beside it stay what they were when
 * the last person has left.
 */
export type RadarReader = {
  /** What has come and is no whole report yet. */
  rest: string;
};

const HEAD = "\xf4\xf3\xf2\xf1";
const TAIL = "\xf8\xf7\xf6\xf5";
/** The head, and two bytes of length. */
const BEFORE_DATA = 6;
/** Without and with the details of engineering mode. */
const BASIC_LENGTH = 13;
const ENGINEERING_LENGTH = 35;
const STATE_MAX = 3;

/** How much of it must be there to judge what begins with a head. */
const lengthOf = (text: string): number => {
  if (text.length < BEFORE_DATA) return BEFORE_DATA;
  const data = text.charCodeAt(4) | (text.charCodeAt(5) << 8);
  const isKnown = data === BASIC_LENGTH || data === ENGINEERING_LENGTH;
  return isKnown ? BEFORE_DATA + data + TAIL.length : BEFORE_DATA;
};

/** `undefined` unless this is a report from head to tail. */
const stateIn = (frame: string): number | undefined => {
  const end = frame.length - TAIL.length;
  const data = end - BEFORE_DATA;
  if (data < BASIC_LENGTH || frame.substring(end) !== TAIL) return undefined;
  if (frame.charCodeAt(BEFORE_DATA) !== (data === BASIC_LENGTH ? 2 : 1)) return undefined;
  if (frame.charCodeAt(BEFORE_DATA + 1) !== 0xaa) return undefined;
  if (frame.substring(end - 2, end) !== "\x55\x00") return undefined;
  const state = frame.charCodeAt(BEFORE_DATA + 2);
  return state > STATE_MAX ? undefined : state;
};

/**
 * Bytes cut anywhere. Returns the state of the latest report that ends in them: 0 nobody, 1 moving,
 * 2 still, 3 both; `undefined` when none does.
 */
export const readRadar = (reader: RadarReader, bytes: string): number | undefined => {
  let latest: number | undefined;
  let rest = reader.rest + bytes;
  // Each turn shortens what is left, down to less than a report.
  for (;;) {
    // Espruino's `indexOf` also finds a head that the end of the text cuts off: it stays.
    const start = rest.indexOf(HEAD);
    rest = rest.substring(start < 0 ? Math.max(0, rest.length - HEAD.length + 1) : start);
    const length = lengthOf(rest);
    if (start < 0 || rest.length < length) break;
    const state = stateIn(rest.substring(0, length));
    if (state !== undefined) latest = state;
    rest = rest.substring(state === undefined ? 1 : length);
  }
  reader.rest = rest;
  return latest;
};

/** Words of commands. All but `ENABLE` are heeded after it only. */
export const ENABLE = 0xff;
/** Kept by the radar, and held from its next start on. */
export const SET_SPEED = 0xa1;
export const RESTART = 0xa3;

/** Two bytes, low one first. */
const twoBytes = (value: number): string =>
  String.fromCharCode(value & 255) + String.fromCharCode(value >> 8);

/** Most words go alone, some with a value. */
export const radarCommand = (word: number, value?: number): string => {
  const data = twoBytes(word) + (value === undefined ? "" : twoBytes(value));
  return "\xfd\xfc\xfb\xfa" + twoBytes(data.length) + data + "\x04\x03\x02\x01";
};
