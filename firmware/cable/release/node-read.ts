import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Decoded, refused } from "@battant/protocol/wire/decoded";
import { zipSync } from "fflate";
import { type EspruinoFiles, layoutOf } from "../image/layout.ts";
import { baseName, PACKED_BYTES_MAX, readArchive } from "./node-archive.ts";
import type { ArchiveFile } from "./tar.ts";
import { versionOf } from "./version.ts";

/** A release of Espruino for the ESP32, however it comes: an archive of whatever kind, or a folder. */
export type EspruinoRelease = EspruinoFiles & {
  /** As the interpreter says it: `2v30`, `2v29.120`. */
  readonly version: string;
  /** Of the three files one after the other, hexadecimal. */
  readonly sha256: string;
};

/** The files of a release, in the order of its checksum. */
export const RELEASE_FILES = {
  bootloader: "bootloader.bin",
  partitions: "partitions_espruino.bin",
  application: "espruino_esp32.bin",
} as const;

const NAMES: readonly string[] = Object.values(RELEASE_FILES);

export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

const checksumOf = ({ bootloader, partitions, application }: EspruinoFiles): string =>
  createHash("sha256").update(bootloader).update(partitions).update(application).digest("hex");

/** Whether these three files are a release that a chip could start. */
export const releaseOf = (files: EspruinoFiles): Decoded<EspruinoRelease> => {
  const layout = layoutOf(files, md5);
  if (!layout.ok) return layout;
  const version = versionOf(files.application);
  if (version === undefined) return refused(`${RELEASE_FILES.application} is not Espruino`);
  // Copies: a part of a Buffer would keep the whole archive in memory, and slice otherwise.
  const release = {
    bootloader: new Uint8Array(files.bootloader),
    partitions: new Uint8Array(files.partitions),
    application: new Uint8Array(files.application),
    version,
    sha256: checksumOf(files),
  };
  return { ok: true, value: release };
};

const folderOf = (path: string): string => path.slice(0, path.length - baseName(path).length);

const MISSING = `give the archive for the ESP32, with ${NAMES.join(", ")} side by side in it`;

/** In an archive of all boards, other chips have a bootloader of their own in another folder. */
const pick = (files: readonly ArchiveFile[]): Decoded<EspruinoFiles> => {
  const folders = files
    .filter((it) => baseName(it.name) === RELEASE_FILES.application)
    .map((it) => folderOf(it.name));
  if (folders.length > 1) return refused(`more than one Espruino for the ESP32: ${MISSING}`);
  const find = (name: string) => files.find((it) => it.name === `${folders[0]}${name}`)?.bytes;
  const bootloader = find(RELEASE_FILES.bootloader);
  const partitions = find(RELEASE_FILES.partitions);
  const application = find(RELEASE_FILES.application);
  if (bootloader === undefined || partitions === undefined || application === undefined) {
    return refused(`no Espruino for the ESP32: ${MISSING}`);
  }
  return { ok: true, value: { bootloader, partitions, application } };
};

/** From an archive: `.tgz`, `.tar.gz`, `.tar`, `.zip`. */
export const readRelease = (bytes: Uint8Array): Decoded<EspruinoRelease> => {
  const archive = readArchive(bytes, NAMES);
  if (!archive.ok) return archive;
  const files = pick(archive.value);
  return files.ok ? releaseOf(files.value) : files;
};

/** As an archive that `readRelease` reads. */
export const packRelease = (files: EspruinoFiles): Uint8Array =>
  zipSync(
    {
      [RELEASE_FILES.bootloader]: files.bootloader,
      [RELEASE_FILES.partitions]: files.partitions,
      [RELEASE_FILES.application]: files.application,
    },
    // Not compressed, which a small hub would wait for at each use; of the earliest date that the
    // format knows, by whatever clock: the same files, the same archive.
    { level: 0, mtime: new Date(1980, 0, 1) },
  );

const readBounded = async (path: string): Promise<Uint8Array> => {
  const { size } = await stat(path);
  if (size > PACKED_BYTES_MAX) throw new Error(`${path} has more than 16 MB`);
  return readFile(path);
};

const readFolder = async (folder: string): Promise<EspruinoFiles> => ({
  bootloader: await readBounded(join(folder, RELEASE_FILES.bootloader)),
  partitions: await readBounded(join(folder, RELEASE_FILES.partitions)),
  application: await readBounded(join(folder, RELEASE_FILES.application)),
});

/** From the disk: an archive, or a folder with the three files. */
export const readReleaseAt = async (path: string): Promise<Decoded<EspruinoRelease>> => {
  try {
    const isFolder = (await stat(path)).isDirectory();
    return isFolder ? releaseOf(await readFolder(path)) : readRelease(await readBounded(path));
  } catch (error) {
    return refused(`cannot be read: ${(error as Error).message}`);
  }
};
