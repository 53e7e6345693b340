import { type Instant, instant } from "@battant/protocol/vocabulary/units";

/** Times as people write and read them, in the building's time zone. */

export type WallClock = {
  /** `2026-06-21T12:00:00.000+02:00`: exact, and the building's own hour at the same time. */
  iso(at: Instant): string;
  /** `2026-06-21 12:00:00`, as a spreadsheet takes it. */
  local(at: Instant): string;
  /** What somebody wrote after `--from` or `--to`; `undefined` if it is no time. */
  read(text: string, now: Instant): Instant | undefined;
};

/** Clocks of every time zone in use change at full quarters of an hour, UTC. */
const QUARTER_MS = 900_000;

export const createWallClock = (timezone: string): WallClock => {
  const parts = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" });
  let known = { quarter: Number.NaN, offsetMs: 0 };

  const offsetAt = (at: number): number => {
    const quarter = Math.floor(at / QUARTER_MS);
    if (known.quarter !== quarter) {
      const name = parts.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value;
      known = { quarter, offsetMs: readOffset(name ?? "") };
    }
    return known.offsetMs;
  };

  const shifted = (at: Instant): string => new Date(at + offsetAt(at)).toISOString();

  /** Twice, because the first guess may lie on the other side of a clock change. */
  const fromLocal = (asIfUtc: number): Instant => {
    const guess = asIfUtc - offsetAt(asIfUtc);
    return instant(asIfUtc - offsetAt(guess));
  };

  return {
    iso: (at) => shifted(at).slice(0, -1) + writeOffset(offsetAt(at)),
    local: (at) => shifted(at).slice(0, 19).replace("T", " "),
    read: (text, now) => readTime(text.trim(), now, fromLocal),
  };
};

/** `GMT+02:00`, or `GMT` alone. */
const readOffset = (name: string): number => {
  const match = /([+-])(\d{2}):(\d{2})/.exec(name);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
};

const writeOffset = (offsetMs: number): string => {
  const minutes = Math.abs(offsetMs) / 60_000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${offsetMs < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
};

const UNIT_MS: { readonly [unit: string]: number } = {
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

export const TIME_FORMS =
  "2026-06-21, 2026-06-21T14:30 (the building's time), 2026-06-21T12:30:00Z, or 90min, 24h, 7d ago";

const readTime = (
  text: string,
  now: Instant,
  fromLocal: (asIfUtc: number) => Instant,
): Instant | undefined => {
  const ago = /^(\d{1,6})(min|h|d)$/.exec(text);
  if (ago !== null) return instant(now - Number(ago[1]) * UNIT_MS[ago[2]!]!);
  const written =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(
      text,
    );
  if (written === null) return undefined;
  const [, day, hour = "00:00", zone] = written;
  const asIfUtc = Date.parse(`${day}T${hour}Z`);
  // 30 February would quietly become 2 March.
  if (Number.isNaN(asIfUtc) || !new Date(asIfUtc).toISOString().startsWith(day!)) return undefined;
  return zone === undefined ? fromLocal(asIfUtc) : instant(Date.parse(`${day}T${hour}${zone}`));
};

/** `12 s`, `5 min`, `3 h`, `4 days`: as exact as one needs to know how long ago something was. */
export const span = (ms: number): string => {
  if (ms < 1000) return "less than a second";
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
};
