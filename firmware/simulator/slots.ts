import type { Storage } from "@battant/board/hardware";
import {
  chooseSlot,
  createSlots,
  FACTORY_STATE_FILE,
  factoryState,
  type Slots,
} from "@battant/board/update-slots";
import { type Sha256, toHex } from "@battant/protocol/wire/sealed";

/**
 * What the loader does on a board, for one that runs in Node.js: the program is always this one, but
 * it answers to the version of whatever an update has put into its slots.
 */
export type Loaded = {
  readonly slots: Slots;
  /** From the first line of the program: `//battant 0.1.0 relay-light`. */
  readonly version: string;
};

const FACTORY_VERSION = "0.1.0";

/** As a flash tool leaves a new board. */
export const installFactory = (storage: Storage, model: string, sha256: Sha256): void => {
  const program = `//battant ${FACTORY_VERSION} ${model}\n`;
  storage.write("app", program);
  storage.write(FACTORY_STATE_FILE, factoryState(toHex(sha256(program)), sha256));
};

export const load = (storage: Storage, sha256: Sha256): Loaded => {
  const slot = chooseSlot(storage, sha256) ?? "app";
  const header = /^\/\/battant (\S+) /.exec(storage.read(slot) ?? "");
  return {
    slots: createSlots(storage, sha256, slot),
    version: header?.[1] ?? FACTORY_VERSION,
  };
};
