/**
 * A BH1750 on the bench: takes the commands of ROHM's datasheet and answers with the counts that the
 * light at its window gives.
 */
export type Bh1750Chip = {
  shine(lux: number): void;
  /** False until there was light, if only 0 lx: a socket without a chip acknowledges nothing. */
  isThere(): boolean;
  command(opcode: number): void;
  counts(): number;
};

const COUNTS_PER_LUX = 1.2;
const COUNTS_MAX = 65535;
const SENSITIVITY_DEFAULT = 69;

export const createBh1750Chip = (): Bh1750Chip => {
  let lux: number | undefined;
  let sensitivity = SENSITIVITY_DEFAULT;
  let halves = 1;
  return {
    shine: (now) => {
      lux = now;
    },
    isThere: () => lux !== undefined,
    command: (opcode) => {
      if (opcode >> 3 === 8) sensitivity = (sensitivity & 31) | ((opcode & 7) << 5);
      else if (opcode >> 5 === 3) sensitivity = (sensitivity & 0xe0) | (opcode & 31);
      else if (opcode >= 0x10) halves = (opcode & 3) === 1 ? 2 : 1;
    },
    counts: () => {
      if (lux === undefined) return 0;
      const perLux = (COUNTS_PER_LUX * halves * sensitivity) / SENSITIVITY_DEFAULT;
      return Math.min(COUNTS_MAX, Math.floor(lux * perLux));
    },
  };
};
