import { type ChipOptions, type ChipState, createBody, plugIn, setFaults, unplug } from "./body.ts";
import type { Cable, CableEnd } from "./cable.ts";
import type { Faults } from "./faults.ts";
import type { Counts } from "./loader.ts";

/**
 * A simulated ESP32 on a development board: its power, its reset and boot pins behind the usual two
 * transistors, its loaders, its flash, and what it prints when it starts. It gets its power from the
 * cable.
 */

export type Esp32 = {
  readonly mac: string;
  /** As it is now. */
  readonly flash: Uint8Array;
  /** What no honest host does. Nothing is said here while the faults would make a liar of anyone. */
  readonly complaints: readonly string[];
  readonly counts: Readonly<Counts>;
  state(): ChipState;
  /** How often it started from flash, well or not. */
  starts(): number;
  plug(end: CableEnd): Cable;
  /** Instead of those before; `{}` for none. */
  setFaults(faults: Faults): void;
  /** Unplugs it, and waits until all has stopped. */
  close(): Promise<void>;
};

export const createChip = (options: ChipOptions = {}): Esp32 => {
  const body = createBody(options);
  return {
    mac: body.identity.mac,
    flash: body.memory.bytes,
    complaints: body.complaints,
    counts: body.counts,
    state: () => (body.state === "loader" && body.loader?.isStub() === true ? "stub" : body.state),
    starts: () => body.starts,
    plug: (end) => plugIn(body, end),
    setFaults: (faults) => setFaults(body, faults),
    close: async () => {
      unplug(body);
      await body.program.ended();
    },
  };
};
