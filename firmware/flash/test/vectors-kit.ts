import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeMembership } from "@battant/board/espruino/membership";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import { decodeClockQuestion, encodeClock } from "@battant/protocol/wire/presence";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { sealed } from "@battant/protocol/wire/sealed";
import { clockTopic, parseBoardTopic } from "@battant/protocol/wire/topics";
import { createAedes, freePort, type Published } from "../../simulator/test/brokers.ts";
import type { HostBoard, HostBoardOptions } from "../host/board.ts";
import { createEspruinoBoard } from "../host/espruino.ts";
import { createVmBoard } from "../host/vm.ts";

/** What the tests of the vectors share: boards as built, a small hub, and what hangs on a line. */

type Create = (options: HostBoardOptions) => Promise<HostBoard>;

/** A vm always, and the interpreter that ESPRUINO names. */
export const kinds = (): readonly (readonly [kind: string, create: Create])[] => {
  const interpreter = process.env["ESPRUINO"];
  if (interpreter !== undefined) {
    const create: Create = (options) => createEspruinoBoard(interpreter, options);
    return [
      ["a vm", createVmBoard],
      ["Espruino", create],
    ];
  }
  console.info("ESPRUINO names no interpreter: the vectors run through the bundles in a vm only.");
  return [["a vm", createVmBoard]];
};

/** As many Espruino variables as VARIABLES says, or as many as the interpreter has. */
export const room = (): { readonly variables?: number } => {
  const variables = process.env["VARIABLES"];
  return variables === undefined ? {} : { variables: Number(variables) };
};

export const bytesOf = (hex: string): string => Buffer.from(hex, "hex").toString("latin1");
export const hexOf = (bytes: string): string => Buffer.from(bytes, "latin1").toString("hex");

/** Waits for what may take long on a loaded machine. */
export const until = async (what: () => Promise<boolean> | boolean): Promise<void> => {
  for (let i = 0; i < 3000; i++) {
    if (await what()) return;
    await sleep(20);
  }
  throw new Error("it did not come about within a minute");
};

/** So many seconds of the board's own time, of which nobody knows when it began. */
export const pass = async (board: HostBoard, seconds: number): Promise<void> => {
  const now = async (): Promise<number> => Number(await board.ask("getTime()"));
  const end = (await now()) + seconds;
  await until(async () => (await now()) >= end);
};

/** What a maker reads who asks the board now, or as soon as its program has come to its console. */
export const told = async (board: HostBoard): Promise<string> => {
  await until(async () => (await board.ask("typeof battant")) === "object");
  const before = board.console().length;
  await board.ask("battant.test()");
  await until(() => board.console().length > before);
  return board.console().slice(before);
};

/** As a board sees a hub: its broker takes every reading, and tells the time to who asks. */
export type VectorHub = {
  readonly port: number;
  /** `linky energy 1234567`, each once; what is no lawful reading begins with `refused`. */
  said(board: string): readonly string[];
  close(): Promise<void>;
};

const PASSWORD = "for all boards of these tests";
const KEY = "k".repeat(32);

const sha256 = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");

const readingsIn = (payload: string): readonly string[] => {
  const decoded = decodeReadings(payload);
  if (!decoded.ok) return [`refused: ${decoded.problem}`];
  return [
    ...decoded.value.readings.map((it) => `${it.sensor} ${it.quantity} ${it.value}`),
    ...decoded.value.problems.map((it) => `refused: ${it}`),
  ];
};

/** The clock for a board, under the seal of its start. */
const clockFor = (board: BoardId, payload: string): string | undefined => {
  const question = decodeClockQuestion(payload);
  if (!question.ok) return undefined;
  const { boot, counter, number } = question.value;
  const body = encodeClock(instant(Date.now()), number);
  return sealed({ key: KEY, boot, sha256 }, clockTopic(board), { counter: counter + 1, body });
};

export const startVectorHub = async (): Promise<VectorHub> => {
  const said = new Map<string, Set<string>>();
  const take = ({ topic, payload }: Published): void => {
    const route = parseBoardTopic(topic);
    if (route?.kind === "readings") {
      const all = said.get(route.board) ?? new Set();
      for (const reading of readingsIn(payload)) all.add(reading);
      said.set(route.board, all);
    }
    if (route?.kind === "clock-question") {
      const answer = clockFor(route.board, payload);
      if (answer !== undefined) broker.publish(clockTopic(route.board), answer);
    }
  };
  const broker = createAedes(await freePort(), PASSWORD, take);
  await broker.start();
  return {
    port: broker.port,
    said: (board) => [...(said.get(board) ?? [])].toSorted(),
    close: () => broker.kill(),
  };
};

/** Into the flash of a board without power: who it is, and where its hub. */
export const enrol = (board: HostBoard, name: string, hub: VectorHub): Promise<void> =>
  board.install(
    "membership",
    encodeMembership({
      board: name as BoardId,
      broker: { host: "127.0.0.1", port: hub.port },
      password: PASSWORD,
      key: KEY,
    }),
  );

export type Line = {
  readonly port: number;
  /** As whoever speaks has set it: `1200-7E1`. */
  readonly line: string;
  /** How much faster than life the board lives. */
  readonly speed: number;
  readonly next: () => string;
};

const BITS_PER_CHARACTER = 10;
const CHUNK_MS = 25;
/** After a pause of the machine, the board has not heard more than this of what was said meanwhile. */
const CHUNKS_MAX = 10;

/**
 * Speaks to a board without end, at the pace of the line; to one that has opened it in another way,
 * it is noise. Returns how to stop.
 */
export const speak = (board: HostBoard, { port, line, speed, next }: Line): (() => void) => {
  const perChunk = (Number.parseInt(line, 10) / BITS_PER_CHARACTER) * (CHUNK_MS / 1000) * speed;
  let rest = "";
  let last = performance.now();
  let due = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    due += perChunk * Math.min(CHUNKS_MAX, (now - last) / CHUNK_MS);
    last = now;
    const count = Math.floor(due);
    due -= count;
    while (rest.length < count) rest += next();
    const bytes = rest.slice(0, count);
    rest = rest.slice(count);
    board.world.serial(port, board.world.line(port) === line ? bytes : "~".repeat(count));
  }, CHUNK_MS);
  return () => clearInterval(timer);
};
