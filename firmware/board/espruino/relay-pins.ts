import type { RelayFile } from "../board-file.ts";
import type { Storage } from "../hardware.ts";
import type { EspruinoPins } from "./globals.ts";

/**
 * A restart by software does not touch the pins of an ESP32: a relay that keeps a light off would go
 * on doing so, for seconds, or for ever when no program starts any more. So the program writes down
 * where its relays are, and whoever restarts, and the loader before all else, gives the light back.
 */
const FILE = "relay-pins";

/** A line for each: pin, and the level that de-energises. */
export const rememberRelays = (storage: Storage, relays: readonly RelayFile[]): void => {
  let text = "";
  relays.forEach((it) => {
    text += it.output.pin + (it.output.activeLow === true ? " 1\n" : " 0\n");
  });
  if (text === "") storage.erase(FILE);
  else storage.write(FILE, text);
};

export const releaseRelays = (
  storage: Storage,
  pins: Pick<EspruinoPins, "Pin" | "digitalWrite">,
): void => {
  const text = storage.read(FILE);
  if (text === undefined) return;
  text.split("\n").forEach((line) => {
    const words = line.split(" ");
    if (words.length === 2) pins.digitalWrite(new pins.Pin(Number(words[0])), words[1] === "1");
  });
};
