import { createHash } from "node:crypto";
import { encodeMembership } from "@battant/board/espruino/membership";
import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId, BootId } from "@battant/protocol/vocabulary/ids";
import { CHUNK_LENGTH_MAX, type UpdateReport } from "@battant/protocol/vocabulary/update";
import { instant } from "@battant/protocol/vocabulary/units";
import {
  decodeClockQuestion,
  decodeDescription,
  encodeClock,
} from "@battant/protocol/wire/presence";
import { clockTopic, parseBoardTopic, updateTopic } from "@battant/protocol/wire/topics";
import {
  decodeUpdateReport,
  encodeUpdateChunk,
  encodeUpdateOffer,
} from "@battant/protocol/wire/update";
import { createAedes, freePort, type Published } from "../../simulator/test/brokers.ts";
import { createSealer, KEY_HEX } from "../../simulator/test/sealer.ts";
import type { HostBoard, HostBoardOptions } from "../host/board.ts";
import { createEspruinoBoard } from "../host/espruino.ts";
import { createVmBoard } from "../host/vm.ts";

/** A hub that follows a script: it tells boards the time, and gives them what programs a test wants. */
export type ScriptedHub = {
  /** With the next board. */
  talk(): Talk;
  close(): Promise<void>;
};

/** With one board. */
export type Talk = {
  /** The file by which the board knows its hub. */
  readonly membership: string;
  /** Waits until the board has said something of itself that fits. */
  described(fits?: (description: Description) => boolean): Promise<Description>;
  /** Whatever the board said does not count any more: its power is gone. */
  forget(): void;
  /** Sealed, and maybe spoilt on its way. Nobody waits for an answer. */
  send(body: string, spoil?: (sealed: string) => string): void;
  offer(program: string, downgrade?: boolean): Promise<UpdateReport>;
  /** Sends the chunk that begins at `at`. */
  chunk(program: string, at: number): Promise<UpdateReport>;
  /** Offers a program and sends its chunks, until the board has enough or says that it is over. */
  bring(program: string, how?: Bringing): Promise<UpdateReport>;
  /** How many reports there were. */
  reports(): number;
};

export type Bringing = {
  /** Bytes that are enough. */
  readonly end?: number;
  /** What is sent in its stead. */
  readonly sent?: string;
  readonly downgrade?: boolean;
};

const PASSWORD = "not to be printed";
const AT_A_TIME = 4;
const PATIENCE_MS = 20_000;
/** What was lost with a connection is said again. */
const SAID_AGAIN_MS = 2000;

export const digestOf = (program: string): string =>
  createHash("sha256").update(program, "latin1").digest("hex");

export const versionOf = (program: string): string =>
  /^\/\/battant (\S+) /.exec(program)?.[1] ?? "none";

export const chunkCount = (program: string): number => Math.ceil(program.length / CHUNK_LENGTH_MAX);

export const chunkOf = (program: string, at: number): string =>
  encodeUpdateChunk({ at, data: program.slice(at, at + CHUNK_LENGTH_MAX) });

export const offerOf = (program: string, downgrade = false): string =>
  encodeUpdateOffer({
    size: program.length,
    digest: digestOf(program),
    program: versionOf(program),
    downgrade,
  });

/** Whoever waits looks again each time something has come. */
const createWaiting = () => {
  const waiting = new Set<() => void>();
  return {
    lookAgain: (): void => waiting.forEach((look) => look()),
    /** Undefined when it does not come about in time. */
    wait: <T>(look: () => T | undefined, ms: number): Promise<T | undefined> =>
      new Promise((resolve) => {
        const end = (seen: T | undefined): void => {
          waiting.delete(check);
          clearTimeout(timer);
          resolve(seen);
        };
        const check = (): void => {
          const seen = look();
          if (seen !== undefined) end(seen);
        };
        const timer = setTimeout(() => end(undefined), ms);
        waiting.add(check);
        check();
      }),
  };
};

type Correspondence = {
  readonly board: BoardId;
  readonly membership: string;
  readonly publish: (topic: string, payload: string) => void;
};

type Heard = {
  readonly talk: Talk;
  readonly hear: (published: Published) => void;
};

const createTalk = ({ board, membership, publish }: Correspondence): Heard => {
  const seal = createSealer();
  const waiting = createWaiting();
  let boot: BootId | undefined;
  let description: Description | undefined;
  let last: UpdateReport | undefined;
  let reports = 0;

  const say = (topic: string, body: string, spoil = (it: string) => it): void => {
    if (boot !== undefined) publish(topic, spoil(seal(boot, topic, body)));
  };
  const ask = async (
    body: string,
    isAnswer: (report: UpdateReport) => boolean,
  ): Promise<UpdateReport> => {
    for (let tries = 0; tries * SAID_AGAIN_MS < PATIENCE_MS; tries++) {
      last = undefined;
      say(updateTopic(board), body);
      const seen = (): UpdateReport | undefined =>
        last !== undefined && isAnswer(last) ? last : undefined;
      const report = await waiting.wait(seen, SAID_AGAIN_MS);
      if (report !== undefined) return report;
    }
    throw new Error(`${board} does not answer ${body.slice(0, 60)}`);
  };

  const talk: Talk = {
    membership,
    described: async (fits = () => true) => {
      const seen = (): Description | undefined =>
        description !== undefined && fits(description) ? description : undefined;
      const found = await waiting.wait(seen, PATIENCE_MS);
      if (found === undefined) throw new Error(`${board} said ${JSON.stringify(description)}`);
      return found;
    },
    forget: () => {
      boot = undefined;
      description = undefined;
      last = undefined;
    },
    send: (body, spoil) => say(updateTopic(board), body, spoil),
    offer: (program, downgrade) => ask(offerOf(program, downgrade), () => true),
    chunk: (program, at) =>
      ask(chunkOf(program, at), (report) => report.state !== "receiving" || report.at > at),
    bring: async (program, { end = program.length, sent = program, downgrade } = {}) => {
      let report = await talk.offer(program, downgrade);
      while (report.state === "receiving" && report.at < end) {
        report = await talk.chunk(sent, report.at);
      }
      return report;
    },
    reports: () => reports,
  };
  return {
    talk,
    hear: ({ topic, payload }) => {
      const kind = parseBoardTopic(topic)?.kind;
      const question = decodeClockQuestion(payload);
      if (kind === "clock-question" && question.ok) {
        boot = question.value.boot;
        say(clockTopic(board), encodeClock(instant(Date.now()), question.value.number));
      }
      const described = decodeDescription(payload);
      if (kind === "description" && described.ok) {
        boot = described.value.boot;
        description = described.value;
      }
      const report = decodeUpdateReport(payload);
      if (kind === "update-report" && report.ok && report.value.boot === boot) {
        last = report.value;
        reports++;
      }
      waiting.lookAgain();
    },
  };
};

export const startScriptedHub = async (): Promise<ScriptedHub> => {
  const heard = new Map<string, Heard>();
  const port = await freePort();
  const broker = createAedes(port, PASSWORD, (it) => heard.get(it.board)?.hear(it), 0);
  await broker.start();
  const membershipOf = (board: BoardId): string =>
    encodeMembership({
      board,
      broker: { host: "127.0.0.1", port },
      password: PASSWORD,
      key: Buffer.from(KEY_HEX, "hex").toString("latin1"),
    });
  return {
    talk: () => {
      const board = `board-${heard.size + 1}` as BoardId;
      const membership = membershipOf(board);
      const created = createTalk({ board, membership, publish: broker.publish });
      heard.set(board, created);
      return created.talk;
    },
    close: broker.kill,
  };
};

/** A board that belongs to a hub. */
export type Member<Board extends HostBoard> = { readonly board: Board; readonly talk: Talk };

/** Does something with a board, and leaves nothing behind. */
export const withMember = async <Board extends HostBoard>(
  hub: ScriptedHub,
  created: Promise<Board>,
  action: (member: Member<Board>) => Promise<void>,
): Promise<void> => {
  const board = await created;
  try {
    const talk = hub.talk();
    await board.install("membership", talk.membership);
    await action({ board, talk });
  } finally {
    await board.close();
  }
};

/** What runs on a board: by what it says, and by what its loader has chosen. */
export type Running = {
  readonly program: string;
  readonly trial: boolean;
  readonly slot: string;
};

export const powerOn = async ({ board, talk }: Member<HostBoard>): Promise<Running> => {
  talk.forget();
  await board.start();
  const { program, trial = false } = await talk.described();
  return { program, trial, slot: await board.ask("battantSlot") };
};

export const powerCycle = async (member: Member<HostBoard>): Promise<Running> => {
  await member.board.kill();
  return powerOn(member);
};

/** What runs the board's bundles. */
export type Kind = {
  readonly name: string;
  readonly isVm: boolean;
  create(options: HostBoardOptions): Promise<HostBoard>;
};

/** A vm, and the interpreter that ESPRUINO names. */
export const kindsOfBoard = (): readonly Kind[] => {
  const vm: Kind = { name: "a vm", isVm: true, create: createVmBoard };
  const path = process.env["ESPRUINO"];
  if (path !== undefined) {
    const create: Kind["create"] = (options) => createEspruinoBoard(path, options);
    return [vm, { name: "Espruino", isVm: false, create }];
  }
  console.info("ESPRUINO names no interpreter: updates are tried in a vm only.");
  return [vm];
};

/** One bit of the character at `at`, never the one that would make it more than ASCII. */
export const flipped = (text: string, at: number): string =>
  text.slice(0, at) +
  String.fromCharCode(text.charCodeAt(at) ^ (1 << (at % 7))) +
  text.slice(at + 1);

/** Does each job, no more than a few at a time. */
export const forEach = async <T>(jobs: readonly T[], work: (job: T) => Promise<void>) => {
  const waiting = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await work(job);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
};

export const inGroups = <T>(of: number, all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / of) }, (_, i) => all.slice(i * of, (i + 1) * of));
