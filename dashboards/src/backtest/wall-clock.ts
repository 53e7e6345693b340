/** The building's own clock: where an hour stands on it, and when one of its days begins. */

export type WallClock = {
  /** `9.25` at a quarter past nine; below 24. */
  hourOf(at: number): number;
  /** The first moment of `2026-03-29`; `undefined` if that is no day. */
  startOf(day: string): number | undefined;
  /** `2026-03-29` */
  dayOf(at: number): string;
};

const HOUR_MS = 3_600_000;

export const createWallClock = (timeZone: string): WallClock => {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const partsAt = (at: number): { readonly [part: string]: string } =>
    Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));

  const asIfUtc = (at: number): number => {
    const { year, month, day, hour, minute, second } = partsAt(at);
    return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  };

  return {
    hourOf: (at) => (asIfUtc(at) % (24 * HOUR_MS)) / HOUR_MS,
    startOf: (day) => {
      const wanted = Date.parse(`${day}T00:00:00Z`);
      if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(wanted)) return undefined;
      // Twice, because the first guess may lie on the other side of a clock change.
      const guess = wanted - (asIfUtc(wanted) - wanted);
      return wanted - (asIfUtc(guess) - guess);
    },
    dayOf: (at) => new Date(asIfUtc(at)).toISOString().slice(0, 10),
  };
};
