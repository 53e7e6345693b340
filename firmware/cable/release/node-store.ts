import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Decoded, isHex, refused } from "@battant/protocol/wire/decoded";
import { type EspruinoRelease, packRelease, readRelease } from "./node-read.ts";
import { type Pins, PINS, standingOf } from "./pins.ts";
import { isNewEnough } from "./version.ts";

/**
 * The release of Espruino that this hub writes into boards: imported once, with a checksum that
 * somebody vouches for, and held against that checksum each time it is used.
 */
export type KeptRelease = EspruinoRelease & {
  /** Battant names its checksum; otherwise a person confirmed it. */
  readonly isListed: boolean;
};

export type KeepOptions = {
  /** The checksum that a person has compared, or read aloud, or believes. */
  readonly confirmed?: string | undefined;
  /** Older than we advise. */
  readonly anyway?: boolean;
  readonly pins?: Pins;
};

/** The archive begins after the checksum and a line feed: one file, so that they are one write. */
const FILE = "espruino.pinned";
const SHA256_LENGTH = 64;
const HEAD_BYTES = SHA256_LENGTH + 1;

const IMPORT = "import it with `battant firmware import FILE`";

const problemWith = (
  release: EspruinoRelease,
  { confirmed, anyway = false, pins = PINS }: KeepOptions,
): string | undefined => {
  const { version, sha256 } = release;
  if (!isNewEnough(version) && !anyway) {
    return `Espruino ${version} loses bytes on its serial lines: take one newer than 2v29, or add --anyway`;
  }
  switch (standingOf(release, pins)) {
    case "listed":
      return undefined;
    case "differs":
      return `this is not the Espruino ${version} that Battant knows, whose SHA-256 is ${pins[version]?.sha256}, but ${sha256}: download it again from ${pins[version]?.address}`;
    case "unlisted":
      if (confirmed?.trim().toLowerCase() === sha256) return undefined;
      return `no checksum is listed for Espruino ${version}. Compare this one with somebody else's, then add --sha256 ${sha256}`;
  }
};

/** Instead of the one before it, whole or not at all. */
export const keepRelease = async (
  dataDir: string,
  release: EspruinoRelease,
  options: KeepOptions = {},
): Promise<Decoded<KeptRelease>> => {
  const problem = problemWith(release, options);
  if (problem !== undefined) return refused(problem);
  const path = join(dataDir, FILE);
  const head = new TextEncoder().encode(`${release.sha256}\n`);
  try {
    const bytes = Buffer.concat([head, packRelease(release)]);
    await writeFile(`${path}.new`, bytes, { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  } catch (error) {
    return refused(`Espruino cannot be kept: ${(error as Error).message}`);
  }
  const isListed = standingOf(release, options.pins) === "listed";
  return { ok: true, value: { ...release, isListed } };
};

const readIfThere = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};

const verified = (bytes: Uint8Array, path: string, pins: Pins): Decoded<KeptRelease> => {
  const pin = new TextDecoder("latin1").decode(bytes.subarray(0, SHA256_LENGTH));
  const release = readRelease(bytes.subarray(HEAD_BYTES));
  if (!isHex(pin, SHA256_LENGTH) || !release.ok || release.value.sha256 !== pin) {
    return refused(
      `${path} is not what was imported any more. Espruino is needed again: ${IMPORT}`,
    );
  }
  const standing = standingOf(release.value, pins);
  if (standing === "differs") {
    const { version } = release.value;
    return refused(
      `Battant now lists another checksum for Espruino ${version}: download it and ${IMPORT}`,
    );
  }
  return { ok: true, value: { ...release.value, isListed: standing === "listed" } };
};

/** Undefined until one was imported. */
export const openRelease = async (
  dataDir: string,
  pins: Pins = PINS,
): Promise<Decoded<KeptRelease | undefined>> => {
  const path = join(dataDir, FILE);
  try {
    const bytes = await readIfThere(path);
    return bytes === undefined ? { ok: true, value: undefined } : verified(bytes, path, pins);
  } catch (error) {
    return refused(`Espruino cannot be read: ${(error as Error).message}`);
  }
};
