/** Figures, what they are compared with, and the little arithmetic between them. */

export type Unit = "/s" | "s" | "ms" | "MB" | "B";

export type Figure = {
  readonly key: string;
  readonly name: string;
  readonly unit: Unit;
  readonly battant: number | null;
  readonly floor: Floor | null;
  readonly ming: number | null;
};

/** The least that any program would need for this, measured in the same run. */
export type Floor = { readonly value: number; readonly what: string };

export const ratioOf = (value: number | null, other: number | null): number | null =>
  value === null || other === null || other === 0 ? null : value / other;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const high = sorted[Math.floor(middle)];
  const low = sorted[Math.ceil(middle) - 1];
  if (high === undefined || low === undefined) throw new Error("nothing to take a median of");
  return (low + high) / 2;
}

/** Nearest rank: a value that was really measured. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
  if (found === undefined) throw new Error("nothing to take a percentile of");
  return found;
}
