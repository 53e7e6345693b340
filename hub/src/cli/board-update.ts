import { readFile } from "node:fs/promises";
import { isBoardId } from "@battant/protocol/vocabulary/ids";
import { PROGRAM_SIZE_MAX } from "@battant/protocol/wire/update";
import type { BoardUpdate, ProgramRequest } from "../domain/update.ts";
import { again, type Around, noSuchBoard } from "./boards.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import { commandOn } from "./next-step.ts";
import { count, printable } from "./table.ts";

/** `battant boards update`: which program a board is to run. The hub brings it there. */

export type ProgramBook = {
  ask(request: ProgramRequest): boolean;
  list(): readonly BoardUpdate[];
};

export type UpdateRequest = {
  readonly id: string;
  readonly file: string;
  readonly downgrade: boolean;
  readonly asJson: boolean;
};

export type UpdateAround = Around & {
  readonly programs: ProgramBook;
  /** What the board says it is and runs, if it has said so. */
  readonly described: (board: string) => Described | undefined;
};

export type Described = { readonly model: string | null; readonly program: string | null };

export const updateBoard = async (
  request: UpdateRequest,
  around: UpdateAround,
  io: Io,
): Promise<ExitCode> => {
  const { id, downgrade } = request;
  const known = around.boards.list().find((board) => board.id === id);
  if (!isBoardId(id) || known === undefined) {
    await io.err(noSuchBoard(id, around));
    return EXIT.problems;
  }
  const read = known.hasKey
    ? await readBundle(request, around.described(id))
    : refused(
        `${id} was added when boards had no keys, so nothing can be sent to it. To give it one:\n\n` +
          again(id, around),
      );
  if (!read.ok) {
    await io.err(`${read.problem}\n`);
    return EXIT.problems;
  }
  const { text, program, model } = read.bundle;
  around.programs.ask({ board: id, bundle: text, program, model, downgrade });
  around.record("board update asked for", `${id} ${program}`);
  if (request.asJson) await io.out(json({ board: id, program, model, size: text.length }));
  else {
    await io.out(
      `Board ${id} is to run program ${program}, ${count(text.length, "byte")}.\n` +
        `${around.isRunning ? "The hub brings it there" : `It gets it once the hub runs: ${around.start}\nAnd then`}` +
        `; this shows how far it is: ${commandOn(around.dataDir, "boards list")}\n`,
    );
  }
  return EXIT.ok;
};

type Bundle = {
  readonly text: string;
  readonly program: string;
  readonly model: string;
};

type Read =
  | { readonly ok: true; readonly bundle: Bundle }
  | { readonly ok: false; readonly problem: string };

const refused = (problem: string): Read => ({ ok: false, problem });

/** `//battant 0.1.0 relay-light`: its version and the kind of board. A board takes no other. */
const HEADER = /^\/\/battant (\S{1,64}) (\S{1,64})\n/;

/** Boards compare versions number by number. */
const VERSION = /^\d{1,5}(\.\d{1,5}){1,3}$/;

const readBundle = async (request: UpdateRequest, actual: Described | undefined): Promise<Read> => {
  const { file } = request;
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (problem) {
    const why = problem instanceof Error && "code" in problem ? ` (${String(problem.code)})` : "";
    return refused(`${file} cannot be read${why}.`);
  }
  if (bytes.length === 0 || bytes.length > PROGRAM_SIZE_MAX) {
    const most = count(PROGRAM_SIZE_MAX, "byte");
    return refused(`${file} has ${count(bytes.length, "byte")}; a program has 1 to ${most}.`);
  }
  if (bytes.some((byte) => byte > 127)) {
    return refused(
      `${file} is not plain ASCII, so it is no bundle of \`npm run build -w firmware\`.`,
    );
  }
  const text = bytes.toString("latin1");
  const [, program, model] = HEADER.exec(text) ?? [];
  if (program === undefined || model === undefined) {
    return refused(
      `${file} does not begin with \`//battant VERSION MODEL\`, as \`npm run build -w firmware\` writes it.`,
    );
  }
  if (!VERSION.test(program)) {
    return refused(`${JSON.stringify(program)} is no version; it looks like 0.2.0.`);
  }
  const bundle = { text, program, model };
  const misfit = actual === undefined ? undefined : misfitOf(bundle, request, actual);
  return misfit === undefined ? { ok: true, bundle } : refused(printable(misfit));
};

/** The board would refuse it as well, or the hub believe it is there already: said at once. */
const misfitOf = (
  { model, program }: Bundle,
  { id, file, downgrade }: UpdateRequest,
  actual: Described,
): string | undefined => {
  if (actual.model !== null && model !== actual.model) {
    return `${file} was built for ${model}, and ${id} is ${actual.model}; take the bundle of ${actual.model}.`;
  }
  if (downgrade || actual.program === null || isNewer(program, actual.program)) return undefined;
  return (
    `${id} runs ${actual.program}, and ${file} is ${program}, which is not newer. ` +
    "To send it all the same, add --downgrade."
  );
};

const isNewer = (version: string, than: string): boolean =>
  version.localeCompare(than, "en", { numeric: true }) > 0;
