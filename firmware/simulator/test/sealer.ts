import type { BootId } from "@battant/protocol/vocabulary/ids";
import { sealed } from "@battant/protocol/wire/sealed";
import { sha256 } from "../fake-hardware.ts";

/** The hub's seal, for tests that play the hub: all boards of a test share one key. */
export const KEY_HEX = "5a".repeat(32);

export type Sealer = (boot: BootId, topic: string, body: string) => string;

export const createSealer = (): Sealer => {
  let counter = 0;
  const key = Buffer.from(KEY_HEX, "hex").toString("latin1");
  return (boot, topic, body) => sealed({ key, boot, sha256 }, topic, { counter: ++counter, body });
};
