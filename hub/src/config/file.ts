import { type FileHandle, mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sentence } from "../../api/contract.ts";
import { TEXT_LENGTH_MAX } from "./document.ts";
import { type Configuration, readConfiguration } from "./read.ts";

/** The building file on disk: read with care, and written once for a hub that has none yet. */

export const BUILDING_FILE_NAME = "building.yaml";

export const loadConfiguration = async (path: string): Promise<Configuration> => {
  const text = await readText(path);
  return typeof text === "string" ? readConfiguration(text) : unreadable(text);
};

/** The whole text with the mark that some editors put before it, or why there is none. */
export const readText = async (path: string): Promise<string | Sentence> => {
  const bytes = await readAtMost(path, TEXT_LENGTH_MAX * 4);
  if (!(bytes instanceof Uint8Array)) return bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return {
      fr: "le fichier n'est pas en UTF-8 ; réenregistrez-le en choisissant l'encodage UTF-8",
      en: "the file is not UTF-8; save it again with the encoding UTF-8",
    };
  }
};

/**
 * The building file of a data directory, written from the commented starter if there is none.
 * Never overwrites one.
 */
export const ensureBuildingFile = async (dataDir: string, lang: "fr" | "en"): Promise<string> => {
  const path = join(dataDir, BUILDING_FILE_NAME);
  const text = await starterText(lang);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (problem) {
    if (codeOf(problem) !== "EEXIST") throw problem;
  }
  return path;
};

export const starterText = (lang: "fr" | "en"): Promise<string> =>
  readFile(new URL(`starter.${lang}.yaml`, import.meta.url), "utf8");

/** One byte more than allowed is asked for, so that a file too long is seen to be so. */
const readAtMost = async (path: string, bytesMax: number): Promise<Uint8Array | Sentence> => {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytesMax + 1), 0, bytesMax + 1, 0);
    return buffer.subarray(0, bytesRead);
  } catch (problem) {
    return cannotOpen(path, codeOf(problem));
  } finally {
    await file?.close();
  }
};

export const codeOf = (problem: unknown): string =>
  problem instanceof Error && "code" in problem ? String(problem.code) : String(problem);

const cannotOpen = (path: string, code: string): Sentence => {
  switch (code) {
    case "ENOENT":
      return {
        fr: `${path} n'existe pas ; donnez le chemin du fichier, ou démarrez le boîtier une fois : il en écrit un`,
        en: `${path} does not exist; give the path of the file, or start the hub once: it writes one`,
      };
    case "EACCES":
      return {
        fr: `${path} ne peut pas être lu par cet utilisateur ; donnez-lui le droit de lecture`,
        en: `${path} cannot be read by this user; give it the right to read`,
      };
    case "EISDIR":
      return {
        fr: `${path} est un dossier ; donnez le fichier, par exemple ${join(path, BUILDING_FILE_NAME)}`,
        en: `${path} is a folder; give the file, for example ${join(path, BUILDING_FILE_NAME)}`,
      };
    default:
      return {
        fr: `${path} ne peut pas être lu (${code})`,
        en: `${path} cannot be read (${code})`,
      };
  }
};

const unreadable = (message: Sentence): Configuration => ({
  ok: false,
  problems: [{ line: 1, column: 1, path: "", message }],
});
