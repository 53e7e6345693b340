import { type Lux, lux, milliseconds } from "@battant/protocol/vocabulary/units";
import { type LightChip, type LightPlace, wordAt } from "../light-chip.ts";

/**
 * VEML7700 ambient light sensor, for places that direct sun may reach.
 * Datasheet: Vishay VEML7700; application note "Designing the VEML7700 Into an Application", with the
 * correction of its bend in bright light.
 */

export const VEML7700_ADDRESS = 0x10;

const CONFIGURATION = 0x00;
const AMBIENT = 0x04;
const SHUT_DOWN = 0x01;

const COUNTS_MAX = 65535;
/** Of the finest step: 800 ms at gain 2. */
const LUX_PER_COUNT = 0.0036;
const TIME_LONGEST = 800;
const GAIN_HIGHEST = 2;

/** Up to here it counts straight. */
const STRAIGHT_LUX_MAX = 1000;
/** The correction runs away above: 23 klx uncorrected are 120 klx, which is direct sun at noon. */
const CORRECTED_LUX_MAX = 120000;

/**
 * Ranges are configuration words. Bits 12 and 11: gain. Bits 9 to 6: integration time. 100 ms span
 * ten half-waves of the mains, at which lamps flicker; only direct sun needs less.
 */
const GAIN_2 = 0x0800;
const GAIN_EIGHTH = 0x1000;
const TIME_100 = 0x0000;
const TIME_25 = 0x0300;

/** Full scale 1 887 lx. */
export const FINE = GAIN_2 | TIME_100;
/** Full scale 30 198 lx before the correction. */
export const MIDDLE = GAIN_EIGHTH | TIME_100;
export const ROUGH = GAIN_EIGHTH | TIME_25;

const timeOf = (range: number): number => (range === ROUGH ? 25 : 100);
const gainOf = (range: number): number => (range === FINE ? 2 : 0.125);

/** By Horner's scheme, from the application note. */
const corrected = (x: number): number =>
  x * (1.0023 + x * (8.1488e-5 + x * (-9.3924e-9 + x * 6.0135e-13)));

/** `time` in ms. */
export const luxOf = (counts: number, gain: number, time: number): Lux => {
  const straight = counts * LUX_PER_COUNT * (TIME_LONGEST / time) * (GAIN_HIGHEST / gain);
  return lux(
    straight <= STRAIGHT_LUX_MAX ? straight : Math.min(CORRECTED_LUX_MAX, corrected(straight)),
  );
};

const configure = (place: LightPlace, bits: number): void =>
  place.bus.writeTo(place.address, [CONFIGURATION, bits & 255, bits >> 8]);

export const veml7700Chip = (): LightChip => ({
  rough: ROUGH,
  rangeFor: (rough) => {
    if (rough.illuminance < 900) return FINE;
    return rough.illuminance < 20000 ? MIDDLE : undefined;
  },
  start: (place, range) => {
    // Gain and time are changed while it is shut down, so that no old integration is read.
    configure(place, range | SHUT_DOWN);
    configure(place, range);
    // 2.5 ms to wake up, one integration, and as much again for its slow clock.
    return milliseconds(3 + 2 * timeOf(range));
  },
  read: (place, range) => {
    const counts = wordAt(place.bus.readReg(place.address, AMBIENT, 2), 0, 1);
    if (counts === COUNTS_MAX) return undefined;
    return { illuminance: luxOf(counts, gainOf(range), timeOf(range)), counts: counts };
  },
});
