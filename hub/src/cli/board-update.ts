import { join } from "node:path";
import { isBoardId } from "@battant/protocol/vocabulary/ids";
import type { BoardUpdate, ProgramRequest } from "../domain/update.ts";
import { type Described, type Read, readBundle, refused, type Wanted } from "./bundle.ts";
import { again, type Around, noSuchBoard } from "./boards.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import { commandOn } from "./next-step.ts";
import { count } from "./table.ts";

/** `battant boards update`: which program a board is to run. The hub brings it there. */

export type ProgramBook = {
  ask(request: ProgramRequest): boolean;
  list(): readonly BoardUpdate[];
};

export type UpdateRequest = Omit<Wanted, "file"> & {
  /** Without it, the program of its kind as it was built here. */
  readonly file: string | undefined;
  readonly asJson: boolean;
};

export type UpdateAround = Around & {
  readonly programs: ProgramBook;
  /** What the board says it is and runs, if it has said so. */
  readonly described: (board: string) => Described | undefined;
  /** Where `npm run build -w firmware` writes `MODEL.js`. */
  readonly programsDir: string;
};

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
    ? await readProgram(request, around)
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

const readProgram = async (request: UpdateRequest, around: UpdateAround): Promise<Read> => {
  const { id, downgrade } = request;
  const actual = around.described(id);
  const model = actual?.model ?? undefined;
  const file =
    request.file ?? (model === undefined ? undefined : join(around.programsDir, `${model}.js`));
  if (file !== undefined) return readBundle({ id, file, downgrade }, actual);
  return refused(
    `${id} has not said to the running hub what kind of board it is; name its program with --file.`,
  );
};
