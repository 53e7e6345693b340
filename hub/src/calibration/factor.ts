import { SCATTER_MAX } from "./figures.ts";
import { median } from "./spread.ts";
import type { Point } from "./state.ts";

/**
 * `k`: illuminance on the floor for one lux of daylight at the sensor.
 *
 * Of several points the smallest factor is kept: it promises the floor the least daylight, so the
 * light goes off later and comes back sooner than with any other.
 */

export type Factor = {
  readonly value: number;
  readonly count: number;
  readonly highest: number;
  /** Between the highest and the lowest, as a share of the one in the middle. */
  readonly scatter: number;
  readonly isScattered: boolean;
};

/** Daylight alone, on both ends. */
export function factorAt({ floor, sensor, lamps }: Pick<Point, "floor" | "sensor" | "lamps">) {
  return (floor - (lamps?.floor ?? 0)) / (sensor - (lamps?.sensor ?? 0));
}

export function factorOf(points: readonly Point[]): Factor | undefined {
  if (points.length === 0) return undefined;
  const factors = points.map(factorAt);
  const [lowest, highest] = [Math.min(...factors), Math.max(...factors)];
  const scatter = (highest - lowest) / median(factors);
  return {
    value: roundedDown(lowest),
    count: points.length,
    highest,
    scatter,
    isScattered: scatter > SCATTER_MAX,
  };
}

/** To three decimals, of which 0.3 must come out as 0.3. */
const roundedDown = (value: number): number => Math.floor(value * 1000 + 1e-9) / 1000;
