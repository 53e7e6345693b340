import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Decoded, refused } from "@battant/protocol/wire/decoded";
import { type EspruinoRelease, packRelease, RELEASE_FILES, releaseOf } from "./node-read.ts";

/** On a machine with internet: a release as one file, to carry to a workshop without. */
export type FetchParts = {
  readonly fetch: typeof globalThis.fetch;
  /** Of the folder on the web that holds the three files; ends in `/`. */
  readonly address: string;
  /** Ends the download, after a time or when somebody says so. */
  readonly signal: AbortSignal;
};

/** More than the flash of a chip holds. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

const download = async (name: string, { fetch, address, signal }: FetchParts) => {
  const url = new URL(name, address);
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) throw new Error(`answer ${response.status}`);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body) {
      size += piece.length;
      if (size > FILE_BYTES_MAX) throw new Error("it is longer than any flash");
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new Error(`${url.href} did not come: ${reason}. Try again`, { cause: error });
  }
};

/** Nothing is kept of a download that did not end well: it is small enough to begin again. */
export const fetchRelease = async (
  version: string,
  parts: FetchParts,
): Promise<Decoded<EspruinoRelease>> => {
  try {
    const release = releaseOf({
      bootloader: await download(RELEASE_FILES.bootloader, parts),
      partitions: await download(RELEASE_FILES.partitions, parts),
      application: await download(RELEASE_FILES.application, parts),
    });
    if (release.ok && release.value.version !== version) {
      return refused(`${parts.address} holds Espruino ${release.value.version}, not ${version}`);
    }
    return release;
  } catch (error) {
    return refused((error as Error).message);
  }
};

/** Returns its path: `espruino_2v30_esp32.zip`. */
export const writeRelease = async (folder: string, release: EspruinoRelease): Promise<string> => {
  const path = join(folder, `espruino_${release.version}_esp32.zip`);
  await writeFile(`${path}.new`, packRelease(release), { flush: true });
  await rename(`${path}.new`, path);
  return path;
};
