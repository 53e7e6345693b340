import { isDeepStrictEqual } from "node:util";
import type { HostBoard, HostBoardOptions, Parts } from "../../../flash/host/board.ts";
import { createEspruinoBoard } from "../../../flash/host/espruino.ts";
import { createVmBoard } from "../../../flash/host/vm.ts";
import type { World } from "../../../flash/host/world.ts";
import type { ChipConsole, Run, Running } from "./program.ts";
import { readStorageFiles, type StorageFile } from "./storage-files.ts";

/**
 * What a simulated chip runs when it starts from flash: the files that lie in its storage, and nothing
 * else, in a vm or on the interpreter that `ESPRUINO` names, with Espruino's console at the cable and
 * a world around the pins.
 *
 * What the program writes to its storage it finds again after a reset. It does not appear in the
 * chip's flash; flashed with other files, the chip begins with those.
 */
export type BootedBoard = {
  readonly run: Run;
  /** Undefined until the chip has started. */
  board(): HostBoard | undefined;
  /** Once the chip has stopped. */
  close(): Promise<void>;
};

export type BootedBoardOptions = {
  /** Of the kind of board that the files are for: its bench, and what hangs on its pins. */
  readonly parts: Parts;
  /** Told to each world before its board first starts: light, Wi-Fi, whether the hub is in reach. */
  readonly furnish: (world: World) => void;
  /** Path of an interpreter; a vm without one. */
  readonly interpreter?: string | undefined;
  /** How much faster than life its time passes; its clock is off then. */
  readonly speed?: number;
};

const BENCH = ".boot0";
const GREETING = "\n 2v29.277 (c) 2024 G.Williams\n";
const PROMPT = ">";
const ESCAPE = "\x1b";
/** Of what a real interpreter writes around its prompts. */
const NOT_SAID = new RegExp(`\\r|${ESCAPE}\\[J`, "g");
/** Espruino takes its prompt away before it prints, and puts it back behind. */
const ERASE_LINE = `\r${ESCAPE}[J`;

/** Ctrl-C: what was typed of a line is forgotten. */
const INTERRUPT = "\x03";
/** Ctrl-P at the beginning of a line: it is carried out without an echo, an answer or a prompt. */
const ECHO_OFF = "\x10";

/** Whole lines of what a board prints, without what a real interpreter does to its prompts. */
const createLines = (onLine: (line: string) => void): ((text: string) => void) => {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) onLine(line.replaceAll(NOT_SAID, "").replace(/^>+/, ""));
  };
};

/** Its value is printed, so that it comes behind what the code prints itself. */
const evaluating = (code: string): string => {
  const show = '(function(v){console.log("="+(typeof v=="string"?JSON.stringify(v):v))})';
  return `${show}(eval(${JSON.stringify(code)}))`;
};

/**
 * Espruino's console over a board that is asked one line at a time. What the program prints while it
 * is idle stands where the prompt was. Returns what prints that, line by line.
 */
const attach = (console: ChipConsole, board: HostBoard): ((line: string) => void) => {
  let typed = "";
  let asked = 0;
  const print = (text: string): void => console.print(text.replaceAll("\n", "\r\n"));
  const answer = (text: string): void => {
    asked--;
    print(`${text}\n${PROMPT}`);
  };
  const enter = async (code: string): Promise<void> => {
    if (code.trim() === "") return print(PROMPT);
    asked++;
    const failure = await board.ask(evaluating(code));
    if (failure !== "undefined") answer(failure);
  };
  const take = (character: string): void => {
    if (character === INTERRUPT) typed = "";
    else if (character !== "\n") typed += character;
    const isQuiet = typed.startsWith(ECHO_OFF);
    if (!isQuiet && character !== INTERRUPT) print(character);
    if (character !== "\n") return;
    void (isQuiet ? board.ask(typed.slice(1)) : enter(typed));
    typed = "";
  };
  console.onInput((text) => {
    for (const character of text.replaceAll(/\r\n?/g, "\n")) take(character);
  });
  print(GREETING + PROMPT);
  return (line) => {
    if (asked === 0) print(`${ERASE_LINE}${line}\n${PROMPT}`);
    else if (line.startsWith("=")) answer(line);
    else print(`${line}\n`);
  };
};

export const createBootedBoard = (options: BootedBoardOptions): BootedBoard => {
  const { parts, furnish, interpreter, speed } = options;
  let board: HostBoard | undefined;
  let files: readonly StorageFile[] = [];
  let onLine: (line: string) => void = () => undefined;

  const create = async (): Promise<HostBoard> => {
    const hostOptions: HostBoardOptions = {
      parts,
      files: [...files, [BENCH, parts.bench]],
      onPrint: createLines((line) => onLine(line)),
      ...(speed !== undefined && { speed }),
    };
    const created = await (interpreter === undefined
      ? createVmBoard(hostOptions)
      : createEspruinoBoard(interpreter, hostOptions));
    furnish(created.world);
    return created;
  };

  const run = async (flash: Uint8Array, console: ChipConsole): Promise<Running> => {
    const found = readStorageFiles(flash);
    if (board === undefined || !isDeepStrictEqual(found, files)) {
      await board?.close();
      files = found;
      board = await create();
    }
    const running = board;
    onLine = attach(console, running);
    await running.start();
    return { stop: () => running.kill() };
  };

  return { run, board: () => board, close: async () => board?.close() };
};
