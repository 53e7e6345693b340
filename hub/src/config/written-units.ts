/**
 * Units as people write them, to turn `load_kW: 0.08` or `target_lx: "150 lux"` into what the file
 * should say. Nothing is ever converted silently: the result is only shown in a message.
 */

type Unit = { readonly of: string; readonly factor: number };

const UNITS: { readonly [name: string]: Unit } = {
  lx: { of: "illuminance", factor: 1 },
  lux: { of: "illuminance", factor: 1 },
  klx: { of: "illuminance", factor: 1000 },
  W: { of: "power", factor: 1 },
  w: { of: "power", factor: 1 },
  watt: { of: "power", factor: 1 },
  watts: { of: "power", factor: 1 },
  kW: { of: "power", factor: 1000 },
  kw: { of: "power", factor: 1000 },
  ms: { of: "time", factor: 1 },
  s: { of: "time", factor: 1000 },
  sec: { of: "time", factor: 1000 },
  min: { of: "time", factor: 60_000 },
  mn: { of: "time", factor: 60_000 },
  h: { of: "time", factor: 3_600_000 },
  day: { of: "time", factor: 86_400_000 },
  days: { of: "time", factor: 86_400_000 },
  j: { of: "time", factor: 86_400_000 },
  m2: { of: "area", factor: 1 },
  "m²": { of: "area", factor: 1 },
  deg: { of: "angle", factor: 1 },
  "°": { of: "angle", factor: 1 },
};

const unitNamed = (name: string | undefined): Unit | undefined =>
  name !== undefined && Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;

/** `target_lx` is the stem `target` in the unit `lx`; `margin` has no unit. */
export const splitUnit = (key: string): { readonly stem: string; readonly unit?: string } => {
  const cut = key.lastIndexOf("_");
  const unit = key.slice(cut + 1);
  return cut > 0 && unitNamed(unit) !== undefined
    ? { stem: key.slice(0, cut), unit }
    : { stem: key };
};

/** A number, or a number with its unit as in `"0,08 kW"`, expressed in `unit`. */
export const amountIn = (
  written: unknown,
  units: { readonly written?: string | undefined; readonly wanted: string | undefined },
): number | undefined => {
  if (typeof written === "number") return convert(written, units.written, units.wanted);
  if (typeof written !== "string") return undefined;
  const match = /^([+-]?\d{1,9}(?:[.,]\d{1,6})?)\s*([a-z²°]\S{0,9})?$/i.exec(written.trim());
  if (match === null) return undefined;
  return convert(Number(match[1]!.replace(",", ".")), match[2] ?? units.written, units.wanted);
};

const convert = (value: number, from: string | undefined, to: string | undefined) => {
  if (from === undefined || from === to) return value;
  const given = unitNamed(from);
  const wanted = unitNamed(to);
  if (given === undefined || wanted === undefined || given.of !== wanted.of) return undefined;
  return Number(((value * given.factor) / wanted.factor).toPrecision(9));
};
