import type { I2CBus } from "@battant/board/hardware";

/**
 * A BH1750 as the bus sees it: opcodes in, counts out, after ROHM's datasheet. It saturates, it
 * measures nothing while it is powered down, and it has the noise of a real one.
 */

export type ChipSurroundings = {
  readonly address: number;
  /** What falls on it, or `undefined` when it does not answer at all. */
  readonly illuminance: () => number | undefined;
  /** Normal, mean 0, deviation 1. */
  readonly noise: () => number;
};

const NOISE_SHARE = 0.005;
const COUNTS_PER_LUX = 1.2;
const COUNTS_MAX = 65535;
const SENSITIVITY_DEFAULT = 69;
const POWER_DOWN = 0x00;
const POWER_ON = 0x01;
/** Measuring once: H, H2 and L resolution. */
const ONCE_HALVES: { readonly [command: number]: number } = { 0x20: 1, 0x21: 2, 0x23: 1 };

export const createBh1750Chip = (surroundings: ChipSurroundings): I2CBus => {
  let powered = false;
  let sensitivity = SENSITIVITY_DEFAULT;
  let counts = 0;

  const seen = (address: number): number => {
    const illuminance = surroundings.illuminance();
    if (address !== surroundings.address || illuminance === undefined) {
      throw new Error("I2C: slave doesn't ACK the transfer");
    }
    return illuminance * (1 + NOISE_SHARE * surroundings.noise());
  };

  const measure = (illuminance: number, halves: number): void => {
    const exact = (illuminance * COUNTS_PER_LUX * halves * sensitivity) / SENSITIVITY_DEFAULT;
    counts = Math.max(0, Math.min(COUNTS_MAX, Math.round(exact)));
    // After measuring once the chip powers itself down.
    powered = false;
  };

  return {
    writeTo: (address, bytes) => {
      const illuminance = seen(address);
      // One opcode per transfer; what else there is goes unheard.
      const command = bytes[0];
      if (command === undefined) return;
      const halves = ONCE_HALVES[command];
      if (command === POWER_DOWN) powered = false;
      else if (command === POWER_ON) powered = true;
      else if ((command & 0xf8) === 0x40) sensitivity = ((command & 7) << 5) | (sensitivity & 31);
      else if ((command & 0xe0) === 0x60) sensitivity = (sensitivity & 0xe0) | (command & 31);
      else if (halves !== undefined && powered) measure(illuminance, halves);
    },
    readFrom: (address, count) => {
      seen(address);
      return Uint8Array.of(counts >> 8, counts & 255).subarray(0, count);
    },
    readReg: () => {
      throw new Error("a BH1750 has no registers");
    },
  };
};
