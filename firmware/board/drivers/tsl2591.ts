import { type Lux, lux, milliseconds } from "@battant/protocol/vocabulary/units";
import { type LightChip, wordAt } from "../light-chip.ts";

/**
 * TSL2591 ambient light sensor: one channel sees light and infrared, the other infrared alone.
 * Datasheet: ams TSL2591, "Register Description".
 *
 * Its gains differ from chip to chip, and glass or the light of LEDs shift the ratio of its channels:
 * what it says is calibrated in place, with the zone's floor factor.
 */

export const TSL2591_ADDRESS = 0x29;

/** "Normal operation" of the command register: the low bits name a register. */
const COMMAND = 0xa0;
const ENABLE = COMMAND | 0x00;
const CONTROL = COMMAND | 0x01;
/** Both channels, low byte first. */
const CHANNELS = COMMAND | 0x14;

const OFF = 0x00;
const POWER_AND_MEASURE = 0x03;

/** An integration of 100 ms counts no further than this; it spans ten half-waves of the mains. */
const COUNTS_MAX = 36863;
const TIME = 100;
/** The clock of the chip may run 8 % slow. */
const TIME_MAX = 120;
const COUNTS_PER_LUX = 408;

/** Ranges are the gain, in bits 5 and 4 of the control register; 0 in bits 2 to 0 is 100 ms. */
const GAIN_1 = 0x00;
const GAIN_25 = 0x10;
const GAIN_428 = 0x20;

const gainOf = (range: number): number => {
  if (range === GAIN_1) return 1;
  return range === GAIN_25 ? 25 : 428;
};

/** In counts. */
export type Channels = { readonly all: number; readonly infrared: number };

/** `time` in ms. */
export const luxOf = (channels: Channels, gain: number, time: number): Lux => {
  const all = channels.all;
  const infrared = channels.infrared;
  // Nothing but infrared. With both factors below zero, the formula would make light of it.
  if (infrared >= all) return lux(0);
  return lux(((all - infrared) * (1 - infrared / all) * COUNTS_PER_LUX) / (time * gain));
};

export const tsl2591Chip = (): LightChip => ({
  rough: GAIN_1,
  // By the counts and not by the illuminance: a warm lamp fills the converter with infrared.
  rangeFor: (rough) => {
    if (rough.counts < 60) return GAIN_428;
    return rough.counts < 1200 ? GAIN_25 : undefined;
  },
  start: (place, range) => {
    // Off and on again: an integration begins now, at this gain.
    place.bus.writeTo(place.address, [ENABLE, OFF]);
    place.bus.writeTo(place.address, [CONTROL, range]);
    place.bus.writeTo(place.address, [ENABLE, POWER_AND_MEASURE]);
    return milliseconds(TIME_MAX);
  },
  read: (place, range) => {
    const bytes = place.bus.readReg(place.address, CHANNELS, 4);
    const all = wordAt(bytes, 0, 1);
    const infrared = wordAt(bytes, 2, 3);
    if (all >= COUNTS_MAX || infrared >= COUNTS_MAX) return undefined;
    const seen = { all: all, infrared: infrared };
    return { illuminance: luxOf(seen, gainOf(range), TIME), counts: all };
  },
});
