import type { Membership } from "@battant/board/board-file";
import { encodeMembership, MEMBERSHIP_FILE } from "@battant/board/espruino/membership";
import { FACTORY_STATE_FILE, factoryState } from "@battant/board/update-slots";
import { type Sha256, toHex } from "@battant/protocol/wire/sealed";
import { toText } from "./bytes.ts";
import type { StorageFile } from "./storage.ts";

/** Everything that makes a chip with Espruino this very board, secrets included. */
export type BoardFilesParts = {
  /** Of any kind of board the same, and never updated. */
  readonly loader: string;
  readonly program: string;
  readonly membership: Membership;
  /** Without one, the board stays off the air. */
  readonly wifi: WifiAccess | undefined;
  readonly sha256: Sha256;
};

export type WifiAccess = {
  readonly ssid: string;
  /** Empty for an open network. */
  readonly password: string;
  readonly hostname: string;
};

/** Espruino copies each into a field of fixed length with a zero behind it (jswrap_wifi_restore). */
const LENGTHS_MAX = { ssid: 31, password: 63, hostname: 63 } as const;

/** A network's name is bytes, by habit UTF-8, and so is a string on a board. */
const utf8 = (text: string): string => toText(new TextEncoder().encode(text));

/**
 * `.wificfg`, as Espruino's `Wifi.save()` spells it and as it reads it when it starts. Mode 1 is a
 * station, 0 off. Without this file, older releases open a network of their own for everybody.
 */
const wifiFile = (wifi: WifiAccess | undefined): string => {
  if (wifi === undefined) return '{"mode":0}';
  for (const field of ["ssid", "password", "hostname"] as const) {
    if (utf8(wifi[field]).length > LENGTHS_MAX[field]) {
      throw new Error(`the Wi-Fi's ${field} has more than ${LENGTHS_MAX[field]} bytes`);
    }
  }
  const { ssid, password, hostname } = wifi;
  return utf8(JSON.stringify({ ssid, password, mode: 1, sleepType: 1, hostname }));
};

/** In their order: the loader first, where tidying up never moves it; what never changes after it. */
export const boardFiles = (parts: BoardFilesParts): readonly StorageFile[] => {
  const digest = toHex(parts.sha256(parts.program));
  return [
    [".bootcde", parts.loader],
    [".wificfg", wifiFile(parts.wifi)],
    [MEMBERSHIP_FILE, encodeMembership(parts.membership)],
    ["app", parts.program],
    [FACTORY_STATE_FILE, factoryState(digest, parts.sha256)],
  ];
};
