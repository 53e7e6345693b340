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
import { type BoardPlan, type Site, zonesOfBoard } from "../domain/site.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import { addCommand, commandOn } from "./next-step.ts";

/** `battant boards add` and `remove`: who may connect. */

export type BoardBook = {
  add(board: {
    readonly id: BoardId;
    readonly name?: string | undefined;
    readonly flat?: string | undefined;
  }): { readonly password: string; readonly key: string } | undefined;
  remove(board: BoardId): boolean;
  list(): readonly {
    readonly id: BoardId;
    readonly name: string;
    readonly flat: string | undefined;
    readonly hasKey: boolean;
  }[];
  /** Whose readings are kept under this name, also once it was removed. */
  flatOf(board: BoardId): string | undefined;
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
  const { site } = around;
  const [served] = flat === undefined || site === undefined ? [] : zonesOfBoard(site, id);
  if (served !== undefined) {
    await io.err(
      `${id} serves the zone ${served.id}, which everybody sees: it cannot be a flat's board too.\n`,
    );
    return EXIT.problems;
  }
  const planned = site?.boards.get(id);
  const credentials = around.boards.add({
    id,
    name: name ?? planned?.name,
    flat: flat ?? planned?.flat,
  });
  if (credentials === undefined) {
    await io.err(
      `There is a board ${id} already; its password and its key cannot be shown again.\n` +
        `To give it new ones:\n\n${again(id, around)}`,
    );
    return EXIT.problems;
  }
  const { password, key } = credentials;
  around.record("board added", id);
  const isInFile = planned !== undefined;
  if (request.asJson) {
    await io.out(
      json({ board: id, password, key, topic: readingsTopic(id), inBuildingFile: isInFile }),
    );
    return EXIT.ok;
  }
  await io.out(
    `Board ${id} may connect. Its password and its key, shown this once:\n\n` +
      `  password   ${password}\n  key        ${key}\n\n` +
      "It shows the password to the hub. The key never travels: by it the board knows that what it\n" +
      "is told comes from the hub.\n\n" +
      `${around.isRunning ? "" : `No hub runs on ${around.dataDir} now. Start it first:\n\n  ${around.start}\n\n`}` +
      `Try it from this machine:\n\n${example(id, password, around)}\n` +
      (isInFile ? differs(planned, request) : addToFile(request, around)),
  );
  return EXIT.ok;
};

/** Added without its flat, its readings would no longer be private; without its name, nobody knows it. */
export const again = (
  id: BoardId,
  { boards, site, dataDir }: Pick<Around, "boards" | "site" | "dataDir">,
): string => {
  const known = boards.list().find((board) => board.id === id);
  const planned = site?.boards.get(id);
  const flat = known?.flat ?? planned?.flat;
  const name = [id, planned?.name].includes(known?.name) ? undefined : known?.name;
  return (
    `  ${commandOn(dataDir, `boards remove ${id}`)}\n` +
    `  ${addCommand(dataDir, { id, name, flat })}\n`
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
    await io.err(noSuchBoard(id, around));
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

export const noSuchBoard = (
  id: string,
  { boards, dataDir }: Pick<Around, "boards" | "dataDir">,
): string => {
  const known = boards.list().map((board) => String(board.id));
  const meant = nearest(id, known);
  return (
    `There is no board ${JSON.stringify(id)}${meant === undefined ? "" : `; did you mean ${meant}?`}\n` +
    `This shows those there are: ${commandOn(dataDir, "boards list")}\n`
  );
};
