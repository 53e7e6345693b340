import { isBoardId, isId, isRelayId, isSensorId, isZoneId } from "@battant/protocol/vocabulary/ids";
import { SCENES } from "./sky.ts";
import type { WorldFile } from "./world-file.ts";

/**
 * From any JSON to a world file, or everything that is wrong with it, each with its place.
 * What it does not know it leaves alone.
 */
export type DecodedWorld =
  | { readonly ok: true; readonly world: WorldFile }
  | { readonly ok: false; readonly problems: readonly string[] };

const LIST_LENGTH_MAX = 1000;
/** As many relays as a board may describe. */
const PARTS_MAX = 8;
const SPEED_MAX = 600;
const PASSWORD_LENGTH_MAX = 128;
const TIME_MAX = 8.64e15;

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown, at: string, problems: string[]) => void;

const that =
  (holds: (value: unknown) => boolean, what: string): Check =>
  (value, at, problems) => {
    if (!holds(value)) problems.push(`${at}: ${what}`);
  };

const number = (min: number, max: number): Check =>
  that(
    (value) => typeof value === "number" && value >= min && value <= max,
    `must be a number from ${min} to ${max}`,
  );

const oneOf = (words: readonly string[]): Check =>
  that(
    (value) => typeof value === "string" && words.includes(value),
    `must be one of ${words.join(", ")}`,
  );

const name = (isName: (value: unknown) => boolean): Check =>
  that(isName, "must be 1 to 32 of a-z, 0-9 and -");

const boolean = that((value) => typeof value === "boolean", "must be true or false");

const printable = (max: number): Check =>
  that(
    (value) => typeof value === "string" && value.length <= max && /^[\x20-\x7e]+$/.test(value),
    `must be 1 to ${max} printable ASCII characters`,
  );

const optional =
  (check: Check): Check =>
  (value, at, problems) => {
    if (value !== undefined) check(value, at, problems);
  };

const object =
  (checks: { readonly [key: string]: Check }): Check =>
  (value, at, problems) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      problems.push(`${at}: must be an object`);
      return;
    }
    for (const [key, check] of Object.entries(checks)) {
      check((value as Record<string, unknown>)[key], at === "" ? key : `${at}.${key}`, problems);
    }
  };

const list =
  (check: Check, lengthMax = LIST_LENGTH_MAX): Check =>
  (value, at, problems) => {
    if (!Array.isArray(value) || value.length > lengthMax) {
      problems.push(`${at}: must be a list of at most ${lengthMax}`);
      return;
    }
    value.forEach((item, i) => check(item, `${at}[${i}]`, problems));
  };

/** Objects that say in `kind` what else they hold. */
const byKind =
  (kinds: { readonly [kind: string]: Check }): Check =>
  (value, at, problems) => {
    const kind = (value as { readonly kind?: unknown } | null | undefined)?.kind;
    const check = typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (check === undefined) oneOf(Object.keys(kinds))(kind, `${at}.kind`, problems);
    else check(value, at, problems);
  };

const zone = object({
  zone: name(isZoneId),
  daylightFactor: number(0, 1),
  luminaire_lx: number(0, 10_000),
  load_W: number(0, 100_000),
  lighting: oneOf(["permanent", "timer"]),
  timer_s: number(1, 3600),
  passagesPerHour: number(0, 1000),
  patience_s: number(0, 3600),
});

const meter = byKind({
  flat: object({ meter: name(isId), base_W: number(0, 10_000) }),
  common: object({
    meter: name(isId),
    zones: list(name(isZoneId)),
    standby_W: number(0, 10_000),
  }),
});

const part = byKind({
  light: object({ sensor: name(isSensorId), zone: name(isZoneId) }),
  relay: object({
    relay: name(isRelayId),
    zone: name(isZoneId),
    feedback: boolean,
    wallSwitch: boolean,
  }),
  motion: object({ sensor: name(isSensorId), zone: name(isZoneId) }),
  meter: object({ sensor: name(isSensorId), meter: name(isId) }),
});

const world = object({
  mqtt: object({ host: printable(255), port: number(1, 65_535) }),
  clock: object({
    origin: number(0, TIME_MAX),
    realOrigin: number(0, TIME_MAX),
    speed: number(0.01, SPEED_MAX),
  }),
  seed: number(0, Number.MAX_SAFE_INTEGER),
  location: object({ latitude_deg: number(-90, 90), longitude_deg: number(-180, 180) }),
  scene: oneOf(SCENES),
  zones: list(zone),
  meters: list(meter),
  boards: list(
    object({
      id: name(isBoardId),
      password: printable(PASSWORD_LENGTH_MAX),
      key: that(
        (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
        "must be 64 hexadecimal digits",
      ),
      parts: list(part, PARTS_MAX),
    }),
  ),
  faults: optional(object({ perDay: number(0, 10_000), lasting_min: number(0.1, 10_000) })),
});

const doubles = (what: string, names: readonly string[]): readonly string[] =>
  names.filter((it, i) => names.indexOf(it) !== i).map((it) => `${what}: "${it}" is there twice`);

/** Names that point nowhere, and names that are given twice. */
const crossProblems = (file: WorldFile): readonly string[] => {
  const zones = file.zones.map((it) => it.zone);
  const meters = file.meters.map((it) => it.meter);
  const unknown = (at: string, word: string, known: readonly string[]): readonly string[] =>
    known.includes(word) ? [] : [`${at}: no "${word}" in this file`];
  const parts = file.boards.flatMap((board, b) =>
    board.parts.map((it, p) => ({ part: it, at: `boards[${b}].parts[${p}]` })),
  );
  return [
    ...doubles("zones", zones),
    ...doubles("meters", meters),
    ...doubles(
      "boards",
      file.boards.map((it) => it.id),
    ),
    ...file.meters.flatMap((it, i) =>
      it.kind === "common" ? it.zones.flatMap((z) => unknown(`meters[${i}].zones`, z, zones)) : [],
    ),
    ...parts.flatMap(({ part: it, at }) =>
      it.kind === "meter"
        ? unknown(`${at}.meter`, it.meter, meters)
        : unknown(`${at}.zone`, it.zone, zones),
    ),
  ];
};

export const decodeWorld = (value: unknown): DecodedWorld => {
  const problems: string[] = [];
  world(value, "", problems);
  if (problems.length > 0) return { ok: false, problems };
  const file = value as WorldFile;
  const crossed = crossProblems(file);
  return crossed.length > 0 ? { ok: false, problems: crossed } : { ok: true, world: file };
};
