import {
  type BoardId,
  type BootId,
  isBoardId,
  isId,
  type SensorId,
} from "@battant/protocol/vocabulary/ids";
import { type Instant, milliseconds } from "@battant/protocol/vocabulary/units";
import { encodeReadings } from "@battant/protocol/wire/readings";
import { readingsTopic } from "@battant/protocol/wire/topics";
import { HUB_BOARD } from "../config/checks.ts";
import { asId, nearest } from "../config/nearest.ts";
import type { BoardPlan, Site } from "../domain/site.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import { addCommand, commandOn } from "./next-step.ts";
import { table } from "./table.ts";
import { span } from "./times.ts";

/** `battant boards`: who may connect. */

export type BoardBook = {
  add(board: {
    readonly id: BoardId;
    readonly name?: string | undefined;
    readonly flat?: string | undefined;
  }): string | undefined;
  remove(board: BoardId): boolean;
  list(): readonly {
    readonly id: BoardId;
    readonly name: string;
    readonly flat: string | undefined;
  }[];
};

export type Around = {
  readonly boards: BoardBook;
  readonly record: (action: string, about: string) => void;
  readonly site: Site | undefined;
  readonly buildingFile: string;
  readonly mqttPort: number;
  readonly isRunning: boolean;
  readonly dataDir: string;
  /** The command that starts the hub. */
  readonly start: string;
  readonly now: Instant;
};

export type AddRequest = {
  readonly id: string;
  readonly name?: string | undefined;
  readonly flat?: string | undefined;
  readonly asJson: boolean;
};

export const addBoard = async (request: AddRequest, around: Around, io: Io): Promise<ExitCode> => {
  const { id, name, flat } = request;
  const wrong = wrongName(request);
  if (wrong !== undefined || !isBoardId(id)) {
    await io.err(`${wrong}\n`);
    return EXIT.usage;
  }
  const planned = around.site?.boards.get(id);
  const password = around.boards.add({
    id,
    name: name ?? planned?.name,
    flat: flat ?? planned?.flat,
  });
  if (password === undefined) {
    await io.err(
      `There is a board ${id} already, and its password cannot be shown again.\n` +
        `To give it a new one:\n\n${again(id, around)}`,
    );
    return EXIT.problems;
  }
  around.record("board added", id);
  const isInFile = planned !== undefined;
  if (request.asJson) {
    await io.out(json({ board: id, password, topic: readingsTopic(id), inBuildingFile: isInFile }));
    return EXIT.ok;
  }
  await io.out(
    `Board ${id} may connect. Its password, shown this once:\n\n  ${password}\n\n` +
      `${around.isRunning ? "" : `No hub runs on ${around.dataDir} now. Start it first:\n\n  ${around.start}\n\n`}` +
      `Try it from this machine:\n\n${example(id, password, around)}\n` +
      (isInFile ? differs(planned, request) : addToFile(request, around)),
  );
  return EXIT.ok;
};

/** Added without its flat, its readings would no longer be private. */
const again = (id: BoardId, { boards, site, dataDir }: Around): string => {
  const known = boards.list().find((board) => board.id === id);
  const flat = known?.flat ?? site?.boards.get(id)?.flat;
  return (
    `  ${commandOn(dataDir, `boards remove ${id}`)}\n` + `  ${addCommand(dataDir, { id, flat })}\n`
  );
};

const wrongName = ({ id, name, flat }: AddRequest): string | undefined => {
  const form = "must be 1 to 32 of a-z, 0-9 and -, not starting with -";
  const better = (text: string) =>
    ["", HUB_BOARD].includes(asId(text)) ? "" : `; for example ${asId(text)}`;
  if (!isId(id)) return `The name of a board ${form}${better(id)}.`;
  if (id === HUB_BOARD) return `${HUB_BOARD} is the name of the hub itself; choose another one.`;
  if (flat !== undefined && !isId(flat)) return `The name of a flat ${form}${better(flat)}.`;
  if (name !== undefined && !/^\P{Cc}{1,80}$/u.test(name)) {
    return "The name for people must be 1 to 80 characters on one line.";
  }
  return undefined;
};

/** A reading as the board would send it, each time as a start of its own. */
const example = (board: BoardId, password: string, { mqttPort, now }: Around): string => {
  const boot = `try-${Math.floor(now / 1000).toString(36)}` as BootId;
  const payload = encodeReadings(boot, [
    {
      sequence: 1,
      sensor: "light" as SensorId,
      quantity: "illuminance",
      value: 250,
      time: { kind: "age", age: milliseconds(0) },
    },
  ]);
  return (
    `  mosquitto_pub -h 127.0.0.1 -p ${mqttPort} -i ${board} -u ${board} -P ${password} \\\n` +
    `    -q 1 -t ${readingsTopic(board)} \\\n` +
    `    -m '${payload}'\n`
  );
};

const addToFile = ({ id, name, flat }: AddRequest, { buildingFile }: Around): string => {
  const lines = [
    `  ${id}:`,
    ...(name === undefined ? [] : [`    name: ${JSON.stringify(name)}`]),
    ...(flat === undefined ? [] : [`    flat: ${flat}`]),
  ];
  return (
    `\nIt is not in the building file yet. To use it in a zone, write below \`boards:\` in\n` +
    `${buildingFile}:\n\n${lines.join("\n")}\n`
  );
};

/** Privacy follows whichever says that the board is a flat's. */
const differs = (planned: BoardPlan, { flat }: AddRequest): string =>
  flat === undefined || flat === planned.flat
    ? ""
    : `\nThe building file says ${planned.flat === undefined ? "it is not in a flat" : `flat: ${planned.flat}`}; ` +
      `make it say flat: ${flat}.\n`;

export const removeBoard = async (
  request: { readonly id: string; readonly asJson: boolean },
  around: Around,
  io: Io,
): Promise<ExitCode> => {
  const { id } = request;
  if (!isBoardId(id) || !around.boards.remove(id)) {
    const known = around.boards.list().map((board) => String(board.id));
    const meant = nearest(id, known);
    await io.err(
      `There is no board ${JSON.stringify(id)}${meant === undefined ? "" : `; did you mean ${meant}?`}\n` +
        `This shows those there are: ${commandOn(around.dataDir, "boards list")}\n`,
    );
    return EXIT.problems;
  }
  around.record("board removed", id);
  if (request.asJson) await io.out(json({ board: id, removed: true }));
  else {
    await io.out(
      `Board ${id} may no longer connect${around.isRunning ? "; the hub ends its connection within a second or two" : ""}.\n` +
        "Its readings are kept.\n",
    );
  }
  return EXIT.ok;
};

export type Seen = {
  readonly online: boolean | null;
  /** `private`: when something in a flat was last used says whether its resident is at home. */
  readonly lastReading: Instant | "never" | "private";
};

type Line = {
  readonly board: BoardId;
  readonly name: string;
  readonly flat: string | null;
  readonly mayConnect: boolean;
  readonly inBuildingFile: boolean;
  readonly online: boolean | null;
  readonly lastReading: string | null;
  readonly age_ms: number | null;
  readonly private: boolean;
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
    const { online, lastReading } = seen(board);
    const at = typeof lastReading === "string" ? undefined : lastReading;
    return {
      board,
      name: planned.get(board)?.name ?? registered.get(board)?.name ?? board,
      flat: planned.get(board)?.flat ?? registered.get(board)?.flat ?? null,
      mayConnect: registered.has(board),
      inBuildingFile: planned.has(board),
      online,
      lastReading: at === undefined ? null : new Date(at).toISOString(),
      age_ms: at === undefined ? null : Math.max(0, around.now - at),
      private: lastReading === "private",
    };
  });
};

const asTable = (lines: readonly Line[], dataDir: string): string =>
  table(
    ["BOARD", "ONLINE", "LAST READING", "FLAT", "NAME", "NOTE"],
    lines.map((line) => [
      line.board,
      line.online === null ? "?" : line.online ? "yes" : "no",
      line.private ? "-" : line.age_ms === null ? "never" : `${span(line.age_ms)} ago`,
      line.flat ?? "-",
      line.name,
      noteOn(line, dataDir),
    ]),
  );

const noteOn = ({ board, flat, mayConnect, inBuildingFile }: Line, dataDir: string): string => {
  if (!mayConnect) {
    return `may not connect yet: ${addCommand(dataDir, { id: board, flat: flat ?? undefined })}`;
  }
  return inBuildingFile ? "" : "not in the building file";
};
