import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { BoardHealth } from "../../api/contract.ts";
import type { BoardPlan } from "../domain/site.ts";
import type { BoardUpdate, UpdateProgress } from "../domain/update.ts";
import type { Around } from "./boards.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import { addCommand, commandOn } from "./next-step.ts";
import { percent, printable, table } from "./table.ts";
import { span } from "./times.ts";

/** `battant boards list`: every board, how it does, and which program it runs or is to run. */

export type Seen = {
  /** What the hub says of it; only known while the hub runs. */
  readonly health: BoardHealth | undefined;
  readonly update: BoardUpdate | undefined;
  /** `private`: when something in a flat was last used says whether its resident is at home. */
  readonly lastReading: Instant | "never" | "private";
};

type Line = {
  readonly board: BoardId;
  readonly name: string;
  readonly flat: string | null;
  readonly mayConnect: boolean;
  readonly hasKey: boolean;
  readonly inBuildingFile: boolean;
  readonly online: boolean | null;
  readonly lastReading: string | null;
  readonly age_ms: number | null;
  readonly private: boolean;
  readonly model: string | null;
  readonly program: string | null;
  readonly onTrial: boolean;
  readonly update: UpdateLine | null;
  readonly life: BoardHealth["life"];
  readonly restarts: number | null;
};

type UpdateLine = {
  readonly program: string;
  readonly state: UpdateProgress["kind"];
  readonly at: number;
  readonly size: number;
  readonly problem: string | null;
};

export const listBoards = async (
  { asJson, seen }: { readonly asJson: boolean; readonly seen: (board: BoardId) => Seen },
  around: Around,
  io: Io,
): Promise<ExitCode> => {
  const lines = linesOf(around, seen);
  if (asJson) await io.out(json(lines));
  else if (lines.length === 0) {
    await io.out(`No board yet. Add one: ${commandOn(around.dataDir, "boards add hall-1")}\n`);
  } else await io.out(asTable(lines, around.dataDir));
  return EXIT.ok;
};

const linesOf = (around: Around, seen: (board: BoardId) => Seen): Line[] => {
  const registered = new Map(around.boards.list().map((board) => [board.id, board]));
  const planned = around.site?.boards ?? new Map<BoardId, BoardPlan>();
  const ids = [...new Set([...registered.keys(), ...planned.keys()])].toSorted();
  return ids.map((board) => {
    const { health, update, lastReading } = seen(board);
    const at = typeof lastReading === "string" ? undefined : lastReading;
    return {
      board,
      name: planned.get(board)?.name ?? registered.get(board)?.name ?? board,
      flat: planned.get(board)?.flat ?? registered.get(board)?.flat ?? null,
      mayConnect: registered.has(board),
      hasKey: registered.get(board)?.hasKey === true,
      inBuildingFile: planned.has(board),
      online: health?.online ?? null,
      lastReading: at === undefined ? null : new Date(at).toISOString(),
      age_ms: at === undefined ? null : Math.max(0, around.now - at),
      private: lastReading === "private",
      model: health?.model ?? null,
      program: health?.program ?? null,
      onTrial: health?.onTrial === true,
      update: update === undefined ? null : updateLine(update),
      life: health?.life ?? null,
      restarts: health?.restarts ?? null,
    };
  });
};

const updateLine = ({ wanted, progress }: BoardUpdate): UpdateLine => ({
  program: wanted.program,
  state: progress.kind,
  at: sentOf(progress, wanted.size),
  size: wanted.size,
  problem: progress.kind === "failed" ? progress.problem : null,
});

const sentOf = (progress: UpdateProgress, size: number): number => {
  switch (progress.kind) {
    case "waiting":
    case "failed":
      return 0;
    case "sending":
      return progress.at;
    case "verified":
    case "trial":
    case "done":
      return size;
  }
};

const asTable = (lines: readonly Line[], dataDir: string): string =>
  table(
    ["BOARD", "ONLINE", "LAST READING", "PROGRAM", "SIGNAL", "FREE", "FLAT", "NAME", "NOTE"],
    lines.map((line) =>
      [
        line.board,
        line.online === null ? "?" : line.online ? "yes" : "no",
        line.private ? "-" : line.age_ms === null ? "never" : `${span(line.age_ms)} ago`,
        line.program === null ? "-" : `${line.program}${line.onTrial ? " (trial)" : ""}`,
        typeof line.life?.signal_dBm === "number" ? `${line.life.signal_dBm} dBm` : "-",
        line.life === null ? "-" : percent(line.life.variablesFree, line.life.variables),
        line.flat ?? "-",
        line.name,
        notesOn(line, dataDir).join("; "),
      ].map(printable),
    ),
  );

const notesOn = (line: Line, dataDir: string): string[] => {
  const { board, flat, mayConnect, hasKey, inBuildingFile, update } = line;
  if (!mayConnect) {
    return [`may not connect yet: ${addCommand(dataDir, { id: board, flat: flat ?? undefined })}`];
  }
  const onUpdate = update === null ? undefined : updateNote(update);
  return [
    ...(onUpdate === undefined ? [] : [onUpdate]),
    ...(hasKey ? [] : ["has no key: remove it and add it again"]),
    ...(inBuildingFile
      ? []
      : [`not in the building file: ${commandOn(dataDir, `boards adopt ${board} --zone ZONE`)}`]),
  ];
};

/** `undefined` once it runs the program: that has a column. */
const updateNote = ({ program, state, at, size, problem }: UpdateLine): string | undefined => {
  switch (state) {
    case "waiting":
      return `to get ${program} when it is there`;
    case "sending":
      return `getting ${program}: ${percent(at, size)}`;
    case "verified":
      return `has ${program}, starts it next`;
    case "failed":
      return `did not get ${program}: ${problem}`;
    case "trial":
    case "done":
      return undefined;
  }
};
