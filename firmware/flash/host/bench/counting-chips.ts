/**
 * Light chips on the bench that are told what to count: so much in a millisecond at gain 1, on each of
 * their channels. They answer as their datasheets say for the gain and the time that the board has set,
 * and with 0 while they are off. A new integration has always just ended.
 */
export type CountingChip = {
  count(rates: readonly number[]): void;
  /** What the board writes: a register, and what goes into it. */
  write(bytes: readonly number[]): void;
  read(register: number): readonly number[];
};

const lowFirst = (counts: number): readonly number[] => [counts & 255, counts >> 8];

const VEML7700_ADDRESS = 0x10;
const VEML7700_MAX = 65535;
const VEML7700_GAINS = [1, 2, 0.125, 0.25];
/** By bits 9 to 6 of its configuration. */
const veml7700Time = (code: number): number => {
  if (code === 8) return 50;
  return code === 12 ? 25 : 100 << code;
};

/** Vishay, VEML7700, "Command Register Format": gain in bits 12 and 11, off with bit 0. */
const createVeml7700 = (): CountingChip => {
  let rate = 0;
  let configuration = 1;
  return {
    count: (rates) => {
      rate = rates[0] as number;
    },
    write: (bytes) => {
      if (bytes[0] === 0) configuration = (bytes[1] as number) | ((bytes[2] as number) << 8);
    },
    read: (register) => {
      if (register !== 4 || (configuration & 1) === 1) return lowFirst(0);
      const gain = VEML7700_GAINS[(configuration >> 11) & 3] as number;
      const time = veml7700Time((configuration >> 6) & 15);
      return lowFirst(Math.min(VEML7700_MAX, Math.floor(rate * gain * time)));
    },
  };
};

const TSL2591_ADDRESS = 0x29;
const TSL2591_ENABLE = 0xa0;
const TSL2591_CONTROL = 0xa1;
const TSL2591_CHANNELS = 0xb4;
/** An integration of 100 ms fills the converter no further. */
const TSL2591_MAX_100 = 36863;
const TSL2591_MAX = 65535;
const TSL2591_GAINS = [1, 25, 428, 9876];

/** ams, TSL2591, "Register Description": registers are commands, gain and time are in CONTROL. */
const createTsl2591 = (): CountingChip => {
  let all = 0;
  let infrared = 0;
  let isOn = false;
  let control = 0;
  const countsAt = (rate: number): readonly number[] => {
    const gain = TSL2591_GAINS[(control >> 4) & 3] as number;
    const steps = (control & 7) + 1;
    const max = steps === 1 ? TSL2591_MAX_100 : TSL2591_MAX;
    return lowFirst(isOn ? Math.min(max, Math.floor(rate * gain * steps * 100)) : 0);
  };
  return {
    count: (rates) => {
      all = rates[0] as number;
      infrared = rates[1] as number;
    },
    write: (bytes) => {
      if (bytes[0] === TSL2591_ENABLE) isOn = bytes[1] === 3;
      if (bytes[0] === TSL2591_CONTROL) control = bytes[1] as number;
    },
    read: (register) =>
      register === TSL2591_CHANNELS ? countsAt(all).concat(countsAt(infrared)) : lowFirst(0),
  };
};

/** By address. */
export type CountingChips = { [address: string]: CountingChip };

const createAt = (address: number): CountingChip => {
  if (address === VEML7700_ADDRESS) return createVeml7700();
  if (address === TSL2591_ADDRESS) return createTsl2591();
  throw new Error("no chip that counts has the address " + address);
};

/** `rates`: with a comma between two channels. A chip is there from the first time on. */
export const countAt = (chips: CountingChips, address: string, rates: string): void => {
  let chip = chips[address];
  if (chip === undefined) {
    chip = createAt(Number(address));
    chips[address] = chip;
  }
  chip.count(rates.split(",").map((rate) => Number(rate)));
};
