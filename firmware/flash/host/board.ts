import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { BoardFile } from "@battant/board/board-file";
import { FACTORY_STATE_FILE, factoryState } from "@battant/board/update-slots";
import { bundle, type Entry } from "../bundle.ts";
import { benchEntry, loaderEntry, programEntry } from "../entry.ts";
import { readHardwareFile, refusal } from "../hardware-file.ts";
import type { World } from "./world.ts";

/**
 * A board on the host, whatever runs its program: a vm with what Espruino offers and no more, or a
 * real Espruino interpreter. Both get the same loader and the same program, as they were built, and
 * the same bench around them; a test need not know which one it has.
 */
export type HostBoard = {
  readonly world: World;
  /** Writes a file into the flash of a board without power. */
  install(name: string, content: string): Promise<void>;
  /** From the flash of a board without power. */
  read(name: string): Promise<string | undefined>;
  /** Power on. Returns when the bench is there; loader and program follow. */
  start(): Promise<void>;
  /** Power off, at once. Flash and world stay. */
  kill(): Promise<void>;
  /** All that was printed so far, over all restarts. */
  console(): string;
  /** What no board may print: exceptions that nobody caught, memory that ran out. */
  mishaps(): readonly string[];
  /** How often it has started again of its own accord. */
  restarts(): number;
  /** What the running board answers when it evaluates this. */
  ask(code: string): Promise<string>;
  /** After collecting garbage, without what the bench takes. A vm does not know. */
  memory(): Promise<Memory | undefined>;
  /** Ends everything, and leaves nothing on the disk. */
  close(): Promise<void>;
};

/** In Espruino variables. */
export type Memory = { readonly used: number; readonly total: number };

/** One byte a character. */
export type StoredFile = readonly [name: string, content: string];

/** What a board's flash is filled with, all of it as built. */
export type Parts = {
  readonly file: BoardFile;
  readonly bench: string;
  readonly loader: string;
  readonly program: string;
};

export type HostBoardOptions = {
  readonly parts: Parts;
  /** What lies in flash instead of the parts as built. */
  readonly files?: readonly StoredFile[];
  /** What is printed, as it comes. */
  readonly onPrint?: (text: string) => void;
  /** How much faster than life: 60 makes an hour a minute. */
  readonly speed?: number;
  /** How many the interpreter has, bench not counted. A vm has no such limit. */
  readonly variables?: number;
};

const built = async (entry: Entry): Promise<string> => {
  const result = await bundle(entry);
  if (!result.ok) throw new Error(result.problems.join("\n"));
  return result.code;
};

const readBoardFile = (model: string): BoardFile => {
  const path = fileURLToPath(new URL(`../../../hardware/boards/${model}.json`, import.meta.url));
  const decoded = readHardwareFile(path);
  if (!decoded.ok) throw new Error(refusal(path, decoded.problems));
  return decoded.value.board;
};

/** The same program under another version: what an update brings. */
export const buildProgram = (model: string, version: string): Promise<string> =>
  built(programEntry(readBoardFile(model), version));

/** `model`: a file in `hardware/boards`. */
export const buildParts = async (model: string): Promise<Parts> => {
  const file = readBoardFile(model);
  const entries = [benchEntry(), loaderEntry(), programEntry(file)];
  const [bench, loader, program] = (await Promise.all(entries.map(built))) as [
    string,
    string,
    string,
  ];
  return { file, bench, loader, program };
};

const sha256 = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");

/** The files of a board that was just flashed, in their order. It still knows no hub. */
export const factoryFiles = ({ bench, loader, program }: Parts): readonly StoredFile[] => {
  const digest = createHash("sha256").update(program, "latin1").digest("hex");
  return [
    [".bootcde", loader],
    [".boot0", bench],
    ["app", program],
    [FACTORY_STATE_FILE, factoryState(digest, sha256)],
  ];
};

const MISHAP = /^.*(?:Uncaught|OUT OF MEMORY|New interpreter error|Execution Interrupted).*$/gm;

export const mishapsIn = (text: string): readonly string[] => text.match(MISHAP) ?? [];
