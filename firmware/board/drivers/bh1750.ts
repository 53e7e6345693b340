import { type Lux, lux, milliseconds } from "@battant/protocol/vocabulary/units";
import { type LightChip, wordAt } from "../light-chip.ts";

/**
 * BH1750 ambient light sensor, from 0.1 lx at night to direct sun. It measures once and powers itself
 * down; one opcode per transfer.
 * Datasheet: ROHM BH1750FVI, "Instruction Set Architecture".
 */

/** ADDR pin low; 0x5C when it is high. */
export const BH1750_ADDRESS = 0x23;

const POWER_ON = 0x01;
const SENSITIVITY_HIGH_BITS = 0x40;
const SENSITIVITY_LOW_BITS = 0x60;

const SENSITIVITY_DEFAULT = 69;
const SENSITIVITY_MIN = 31;
const SENSITIVITY_MAX = 254;

const COUNTS_PER_LUX = 1.2;
const COUNTS_MAX = 65535;
/** Full scale of H-resolution mode 2 at the highest sensitivity is 7 417 lx. */
const FINE_LUX_MAX = 7000;
/** Where a sample in bright light should land: below full scale, with room for a flicker. */
const COUNTS_AIM = 50000;

export const ONCE_LOW = 0x23;
export const ONCE_HIGH = 0x20;
/** H-resolution mode 2 counts in half steps. */
export const ONCE_HIGH_2 = 0x21;

/** The opcode that measures once, and the sensitivity in the low byte. */
export const rangeOf = (once: number, sensitivity: number): number => (once << 8) | sensitivity;

/** At the default sensitivity, at most. */
const timeOf = (once: number): number => (once === ONCE_LOW ? 24 : 180);

export const luxOf = (counts: number, range: number): Lux => {
  const halves = range >> 8 === ONCE_HIGH_2 ? 2 : 1;
  return lux(((counts / COUNTS_PER_LUX) * (SENSITIVITY_DEFAULT / (range & 255))) / halves);
};

export const rangeFor = (rough: Lux): number => {
  if (rough <= FINE_LUX_MAX) return rangeOf(ONCE_HIGH_2, SENSITIVITY_MAX);
  const wanted = Math.floor((COUNTS_AIM * SENSITIVITY_DEFAULT) / (COUNTS_PER_LUX * rough));
  return rangeOf(ONCE_HIGH, Math.max(SENSITIVITY_MIN, Math.min(SENSITIVITY_MAX, wanted)));
};

export const bh1750Chip = (): LightChip => ({
  rough: rangeOf(ONCE_LOW, SENSITIVITY_MIN),
  rangeFor: (rough) => rangeFor(rough.illuminance),
  start: (place, range) => {
    const sensitivity = range & 255;
    place.bus.writeTo(place.address, [POWER_ON]);
    place.bus.writeTo(place.address, [SENSITIVITY_HIGH_BITS | (sensitivity >> 5)]);
    place.bus.writeTo(place.address, [SENSITIVITY_LOW_BITS | (sensitivity & 31)]);
    place.bus.writeTo(place.address, [range >> 8]);
    return milliseconds(Math.ceil((timeOf(range >> 8) * sensitivity) / SENSITIVITY_DEFAULT));
  },
  read: (place, range) => {
    const counts = wordAt(place.bus.readFrom(place.address, 2), 1, 0);
    if (counts === COUNTS_MAX) return undefined;
    return { illuminance: luxOf(counts, range), counts: counts };
  },
});
