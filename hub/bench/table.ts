import { type Figure, ratioOf, type Unit } from "./figures.ts";

/** Figures as a table for people, and as JSON for machines. */

export type Machine = { readonly cores: number; readonly memoryGB: number; readonly node: string };

export type Result = {
  readonly machine: Machine;
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
};

const HEADINGS = ["", "Battant", "floor", "", "ratio", "MING", "ratio"];
/** These columns are text, the others are numbers. */
const LEFT = new Set([0, 3]);

export function textOf({ machine, figures, notes }: Result): string {
  const withMing = figures.some((it) => it.ming !== null);
  const rows = [HEADINGS, ...figures.map(rowOf)].map((row) => (withMing ? row : row.slice(0, 5)));
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]))));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths?.[column] ?? 0;
        return LEFT.has(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
  const { cores, memoryGB, node } = machine;
  return [
    `${cores} cores, ${memoryGB} GB of memory, Node.js ${node}`,
    "",
    ...lines,
    "",
    ...notes.map((note) => `· ${note}`),
    "",
  ].join("\n");
}

const widthOf = (cell: string | undefined): number => cell?.length ?? 0;

function rowOf({ name, unit, battant, floor, ming }: Figure): string[] {
  return [
    name,
    amount(battant, unit),
    amount(floor?.value ?? null, unit),
    floor?.what ?? "",
    ratio(ratioOf(battant, floor?.value ?? null)),
    amount(ming, unit),
    ratio(ratioOf(battant, ming)),
  ];
}

export function jsonOf({ machine, figures, notes }: Result): string {
  const withRatios = figures.map((it) => ({
    ...it,
    ratioToFloor: ratioOf(it.battant, it.floor?.value ?? null),
    ratioToMing: ratioOf(it.battant, it.ming),
  }));
  return `${JSON.stringify({ machine, figures: withRatios, notes }, null, 2)}\n`;
}

function amount(value: number | null, unit: Unit): string {
  if (value === null) return "–";
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const rounded = value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d)(?<!\.\d*))/gu, " ");
  return unit === "/s" ? `${rounded}/s` : `${rounded} ${unit}`;
}

/** Battant divided by the other: 8 × as much, or 1/8 of it. */
function ratio(value: number | null): string {
  if (value === null) return "";
  const digits = (it: number): string => it.toFixed(it < 10 ? 1 : 0);
  return value >= 1 ? `${digits(value)} ×` : `1/${digits(1 / value)}`;
}
