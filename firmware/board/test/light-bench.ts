import type { Lux } from "@battant/protocol/vocabulary/units";
import { expect } from "vitest";
import type { I2CBus } from "../hardware.ts";
import { type LightChip, sampleLight } from "../light-chip.ts";
import type { Sample } from "../sample.ts";
import { createBench, silentBus } from "./bench.ts";

/** Chips with registers, as one sees them on the bus: `read` gives the bytes from a register on. */
export type Registers = {
  readonly write: (register: number, bytes: readonly number[]) => void;
  readonly read: (register: number) => readonly number[];
};

export const busOf = (address: number, registers: Registers): I2CBus => ({
  writeTo: (to, bytes) => {
    expect(to).toBe(address);
    registers.write(bytes[0]!, bytes.slice(1));
  },
  readFrom: silentBus.readFrom,
  readReg: (to, register, count) => {
    expect(to).toBe(address);
    return Uint8Array.from(registers.read(register).slice(0, count));
  },
});

export const sampleOf = (chip: () => LightChip, bus: I2CBus, address: number): Sample<Lux> => {
  const bench = createBench();
  const seen: Sample<Lux>[] = [];
  const sensor = { chip, place: { bus, address }, timers: bench.hardware.timers };
  sampleLight(sensor, (sample) => seen.push(sample));
  bench.pass(2000);
  expect(seen, "calls back exactly once").toHaveLength(1);
  return seen[0]!;
};

export const lowFirst = (value: number): readonly number[] => [value & 255, value >> 8];
