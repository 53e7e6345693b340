/** How a handful of values lie. */

/** Of none it is no number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export const range = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, it) => sum + it, 0) / values.length;

/** Standard deviation of the sample. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const squares = values.reduce((sum, it) => sum + (it - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Makes the median absolute deviation of normal noise equal to its standard deviation. */
const NORMAL = 1.4826;

/** Headlights and a neighbour's lamp are far outside what the others agree on. */
export function withoutOutliers<T>(
  items: readonly T[],
  valueOf: (item: T) => number,
  noiseMin: number,
): readonly T[] {
  const centre = median(items.map(valueOf));
  const noise = NORMAL * median(items.map((it) => Math.abs(valueOf(it) - centre)));
  const limit = 3 * Math.max(noise, noiseMin);
  return items.filter((it) => Math.abs(valueOf(it) - centre) <= limit);
}
