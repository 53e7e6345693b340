import type { Instant, Lux } from "@battant/protocol/vocabulary/units";
import { lux } from "@battant/protocol/vocabulary/units";
import type { PointRequest } from "../../api/calibration.ts";
import { factorAt } from "./factor.ts";
import { DAYLIGHT_MIN, FACTOR_MAX, FACTOR_MIN, POINTS_MAX } from "./figures.ts";
import type { Moment } from "./moment.ts";
import type { CalibrationState, Point } from "./state.ts";
import { type Steadiness, steadinessOf } from "./steady.ts";

/** A lux-meter was read: a point, or why it is none. */

export type Taken =
  | { readonly ok: true; readonly point: Point }
  | { readonly ok: false; readonly refusal: PointRefusal };

export type PointRefusal =
  | Exclude<Steadiness, { kind: "steady" }>
  | { readonly kind: "night" | "lamps-unknown" | "lamps-share-unknown" | "lamps-floor-missing" }
  | { readonly kind: "too-dark"; readonly daylight: number }
  | { readonly kind: "odd-factor"; readonly factor: number }
  | { readonly kind: "full" };

type Asked = PointRequest & { readonly who: string; readonly contribution: Lux | undefined };

export function takePoint(state: CalibrationState, asked: Asked, moment: Moment): Taken {
  if (moment.sunAltitudeDeg < 0) return no({ kind: "night" });
  if (state.points.length >= POINTS_MAX) return no({ kind: "full" });
  const sensor = steadinessOf(state, moment.now);
  if (sensor.kind !== "steady") return no(sensor);
  const lit = state.lamps?.lit ?? (asked.lamps === null ? undefined : asked.lamps === "on");
  if (lit === undefined) return no({ kind: "lamps-unknown" });
  const lamps = lit ? shareOf(asked) : undefined;
  if (lamps !== undefined && "kind" in lamps) return no(lamps);
  const point: Point = {
    id: freeId(state.points),
    at: moment.now as Instant,
    who: asked.who,
    floor: lux(asked.floor_lx),
    sensor: lux(sensor.value),
    lamps,
  };
  return judged(point);
}

/**
 * With the lamps on, their light must be taken off on both ends: off the sensor alone, daylight would
 * be given credit for what the lamps put on the floor.
 */
function shareOf({ contribution, lampsFloor_lx: floor }: Asked): Point["lamps"] | PointRefusal {
  if (contribution === undefined) return { kind: "lamps-share-unknown" };
  if (floor === null) return { kind: "lamps-floor-missing" };
  return { floor: lux(floor), sensor: contribution };
}

function judged(point: Point): Taken {
  const atSensor = point.sensor - (point.lamps?.sensor ?? 0);
  const onFloor = point.floor - (point.lamps?.floor ?? 0);
  if (Math.min(atSensor, onFloor) < DAYLIGHT_MIN) {
    return no({ kind: "too-dark", daylight: Math.max(0, Math.min(atSensor, onFloor)) });
  }
  const factor = factorAt(point);
  return factor < FACTOR_MIN || factor > FACTOR_MAX
    ? no({ kind: "odd-factor", factor })
    : { ok: true, point };
}

const freeId = (points: readonly Point[]): number =>
  points.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;

const no = (refusal: PointRefusal): Taken => ({ ok: false, refusal });
