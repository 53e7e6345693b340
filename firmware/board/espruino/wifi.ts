import { type Milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { parseObject } from "@battant/protocol/wire/decoded";
import type { Hardware, Storage } from "../hardware.ts";
import type { EspruinoWifi } from "./globals.ts";

/**
 * Keeps the board on its Wi-Fi, for years. Espruino connects at start from the file `.wificfg` (that
 * it exists also keeps older releases from opening an access point of their own), tries a lost
 * network again a few times, then switches the radio off and never tries again. So we look whether
 * there is an address, and when there is none for a while we begin anew.
 *
 * We look rather than listen: not every loss is an event, nor every event a loss.
 */

export const WIFI_FILE = ".wificfg";

const LOOK_EVERY: Milliseconds = seconds(5);
/** How long one attempt may take: scan, handshake, three tries, DHCP. */
const PATIENCE_LOOKS = 6;
/** On top of that a pause of up to half a minute, then one, two, four, five. */
const PAUSE_LOOKS_MIN = 6;
const PAUSE_LOOKS_MAX = 60;
/** Between giving up what was under way and beginning anew. */
const SETTLE: Milliseconds = seconds(1);
const NO_ADDRESS = "0.0.0.0";

type Network = { readonly ssid: string; readonly password: string };

/** As Espruino's own `Wifi.save()` spells it; what is in it is never printed. */
const readNetwork = (storage: Storage): Network | undefined => {
  const text = storage.read(WIFI_FILE);
  if (text === undefined) return undefined;
  const parsed = parseObject(text);
  if (!parsed.ok) return undefined;
  const ssid = parsed.value["ssid"];
  const password = parsed.value["password"];
  if (typeof ssid !== "string" || ssid === "") return undefined;
  return { ssid: ssid, password: typeof password === "string" ? password : "" };
};

export const hasAddress = (radio: EspruinoWifi): boolean => {
  const ip = radio.getIP().ip;
  return ip !== undefined && ip !== NO_ADDRESS;
};

/** dBm; unknown without Wi-Fi. */
export const signalOf = (radio: EspruinoWifi): number | undefined =>
  hasAddress(radio) ? radio.getStatus().rssi : undefined;

type WifiParts = Pick<Hardware, "timers" | "storage" | "random">;

const beginAnew = (radio: EspruinoWifi, parts: WifiParts): void => {
  const network = readNetwork(parts.storage);
  if (network === undefined) return;
  // A radio that is on and stuck would not hear of another connect.
  radio.disconnect(() => undefined);
  parts.timers.after(SETTLE, () =>
    radio.connect(network.ssid, { password: network.password }, () => undefined),
  );
};

export const superviseWifi = (radio: EspruinoWifi, parts: WifiParts): void => {
  let pause = PAUSE_LOOKS_MIN;
  let looksLeft = PATIENCE_LOOKS;
  parts.timers.every(LOOK_EVERY, () => {
    if (hasAddress(radio)) {
      pause = PAUSE_LOOKS_MIN;
      looksLeft = PATIENCE_LOOKS;
      return;
    }
    looksLeft--;
    if (looksLeft > 0) return;
    // A building full of boards after a power cut does not come all at once.
    looksLeft = PATIENCE_LOOKS + Math.floor(pause * parts.random());
    pause = Math.min(pause * 2, PAUSE_LOOKS_MAX);
    beginAnew(radio, parts);
  });
};
