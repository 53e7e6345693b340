/**
 * What can be measured, in which unit and within which bounds.
 *
 * Values are numbers in the base unit. Yes-or-no quantities are 1 or 0, so that they can be summed
 * and averaged like any other. The bounds are physical: what lies outside is a fault, not a reading.
 */

export type Quantity =
  | "illuminance"
  | "occupancy"
  | "active-power"
  | "apparent-power"
  | "energy"
  | "current"
  | "voltage"
  | "tariff-register"
  | "inhibited"
  | "lit";

export type QuantityFacts = {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** Only 0 and 1 are values. */
  readonly yesNo?: true;
};

const NINE_DIGITS = 999999999;

export const QUANTITIES: { readonly [quantity in Quantity]: QuantityFacts } = {
  /** Direct sun at noon is 110 klx (docs/glossary.md); a BH1750 saturates at 121 557 lx. */
  illuminance: { unit: "lx", min: 0, max: 150000 },
  /** Somebody is, or was within the hold time, in the zone. */
  occupancy: { unit: "", min: 0, max: 1, yesNo: true },
  /** Negative when the building exports. */
  "active-power": { unit: "W", min: -1000000, max: 1000000 },
  "apparent-power": { unit: "VA", min: 0, max: 1000000 },
  /** A register that only grows. Linky registers have nine digits (Enedis-NOI-CPT_54E §6.2.2). */
  energy: { unit: "Wh", min: 0, max: NINE_DIGITS },
  current: { unit: "A", min: 0, max: 10000 },
  voltage: { unit: "V", min: 0, max: 1000 },
  /** Which of the meter's registers 1 to 10 is counting now. */
  "tariff-register": { unit: "", min: 1, max: 10 },
  /** The relay keeps its lighting circuit off. */
  inhibited: { unit: "", min: 0, max: 1, yesNo: true },
  /** The luminaires of the circuit burn. */
  lit: { unit: "", min: 0, max: 1, yesNo: true },
};

export const isQuantity = (text: unknown): text is Quantity =>
  typeof text === "string" && QUANTITIES.hasOwnProperty(text);
