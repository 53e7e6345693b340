import type { LocalRule } from "@battant/protocol/vocabulary/settings";
import type { Sha256 } from "@battant/protocol/wire/sealed";
import { decodeSettings, settingsDigest } from "@battant/protocol/wire/settings";
import type { Storage } from "./hardware.ts";

/**
 * What the hub has this board do on its own, kept in flash as it came: it is needed most when the
 * board starts and there is no hub.
 */
export type Settings = {
  readonly storage: Pick<Storage, "read" | "write">;
  readonly sha256: Sha256;
  rules: readonly LocalRule[];
  /** Of the text that is kept, as the description tells it; `undefined` without any. */
  digest: string | undefined;
};

const FILE = "settings";

const take = (settings: Settings, body: string): string | undefined => {
  const decoded = decodeSettings(body);
  if (!decoded.ok) return decoded.problem;
  settings.rules = decoded.value.rules;
  settings.digest = settingsDigest(body, settings.sha256);
  return undefined;
};

/** Out of its seal. Returns why it was refused; what was kept before then stays. */
export const receiveSettings = (settings: Settings, body: string): string | undefined => {
  const problem = take(settings, body);
  if (problem !== undefined) return problem;
  // Flash wears: what is there already is not written again.
  if (settings.storage.read(FILE) === body) return undefined;
  return settings.storage.write(FILE, body) ? undefined : "no room to keep the settings";
};

export const createSettings = (storage: Settings["storage"], sha256: Sha256): Settings => {
  const settings: Settings = { storage: storage, sha256: sha256, rules: [], digest: undefined };
  const kept = storage.read(FILE);
  if (kept !== undefined) take(settings, kept);
  return settings;
};
