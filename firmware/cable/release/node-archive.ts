import { gunzipSync } from "node:zlib";
import { type Decoded, refused } from "@battant/protocol/wire/decoded";
import { unzipSync, type UnzipFileInfo } from "fflate";
import { type ArchiveFile, readTar } from "./tar.ts";

/**
 * What is in an archive that somebody gives us: `.zip`, `.tar`, `.tgz`. Names in it are compared with
 * those we look for and never lead anywhere.
 */

export const PACKED_BYTES_MAX = 16 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 64 * 1024 * 1024;
const FILES_MAX = 10_000;

const ZIP = 0x504b;
const GZIP = 0x1f8b;

/** The last part of a path, whichever way its slashes lean. */
export const baseName = (path: string): string => path.replace(/^.*[/\\]/s, "");

/** Unpacks as long as it stays within the limits that the archive's own list announces. */
const unzip = (bytes: Uint8Array, isWanted: (name: string) => boolean): readonly ArchiveFile[] => {
  let files = 0;
  let size = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    files++;
    if (files > FILES_MAX) throw new Error(`more than ${FILES_MAX} files`);
    if (!isWanted(baseName(name))) return false;
    size += originalSize;
    if (size > UNPACKED_BYTES_MAX) throw new Error("too large when unpacked");
    return true;
  };
  return Object.entries(unzipSync(bytes, { filter })).map(([name, content]) => ({
    name,
    bytes: content,
  }));
};

/** Those of its files that are called by one of these names, in whatever folder. */
export const readArchive = (
  bytes: Uint8Array,
  names: readonly string[],
): Decoded<readonly ArchiveFile[]> => {
  if (bytes.length > PACKED_BYTES_MAX) return refused("the archive has more than 16 MB");
  const isWanted = (name: string): boolean => names.includes(name);
  const magic = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  try {
    if (magic === ZIP) return { ok: true, value: unzip(bytes, isWanted) };
    const isPacked = magic === GZIP;
    const tar = readTar(
      isPacked ? gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }) : bytes,
    );
    if (!tar.ok) return tar;
    return { ok: true, value: tar.value.filter((it) => isWanted(baseName(it.name))) };
  } catch (error) {
    return refused(`the archive is damaged, or none: ${(error as Error).message}`);
  }
};
