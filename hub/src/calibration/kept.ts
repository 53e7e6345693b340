import { z } from "zod";
import { POINTS_MAX, TOGGLES_MAX } from "./figures.ts";
import { type CalibrationState, freshState, type Kept } from "./state.ts";

/** The part of a zone's calibration that outlives the hub, as text. */

const time = z.number().int();
const level = z.number().min(-1000).max(200_000);

const POINT = z.strictObject({
  id: z.number().int().positive(),
  at: time,
  who: z.string().max(100),
  floor: level,
  sensor: level,
  lamps: z.strictObject({ floor: level, sensor: level }).optional(),
});

const TOGGLE = z.strictObject({
  at: time,
  contribution: level,
  dark: level,
  by: z.enum(["relay", "hand"]),
});

const KEPT = z.strictObject({
  wired: z.string().max(200),
  lampKind: z.enum(["led", "fluorescent"]),
  points: z.array(POINT).max(POINTS_MAX),
  toggles: z.array(TOGGLE).max(TOGGLES_MAX),
  refined: z
    .strictObject({
      reference: level,
      value: level,
      variance: z.number().nonnegative(),
      count: z.number().int().nonnegative(),
      since: time,
    })
    .optional(),
  dark: z.strictObject({
    reference: level,
    level: level.optional(),
    at: time.optional(),
    highSince: time.optional(),
  }),
  alarms: z
    .array(
      z.strictObject({
        kind: z.enum(["less-light", "more-light", "foreign-light"]),
        since: time,
      }),
    )
    .max(3),
});

export const encodeKept = (state: CalibrationState): string => {
  const { wired, lampKind, points, toggles, refined, dark, alarms } = state;
  const kept: Kept = { wired, lampKind, points, toggles, refined, dark, alarms };
  return JSON.stringify(kept);
};

/** Written by another version, or for a sensor that hangs elsewhere now, it says nothing. */
export function decodeKept(text: string, wired: string): CalibrationState | undefined {
  const read = KEPT.safeParse(parsed(text));
  if (!read.success || read.data.wired !== wired) return undefined;
  // The schema knows no units; what it holds was written from the type.
  return { ...freshState(wired), ...(read.data as unknown as Kept) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
