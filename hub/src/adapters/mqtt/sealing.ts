import { createHash } from "node:crypto";
import type { BoardId, BootId } from "@battant/protocol/vocabulary/ids";
import { sealed, type Sha256 } from "@battant/protocol/wire/sealed";
import { clockQuestionTopic } from "@battant/protocol/wire/topics";
import type { BoardAccess, Clock, Refusal } from "../../ports.ts";

/**
 * What is sent to a board is sealed with its key, for its present start, and counted: a board
 * believes no transport (wire/sealed.ts). Whoever cannot be spoken to so is not spoken to.
 */
export type Sealing = {
  /** The board has said something of itself. */
  learn(board: BoardId, start: Start): void;
  /** The number of its latest question for the time, once: an answer that names it cannot be kept back. */
  takeQuestion(board: BoardId): number | undefined;
  /** `undefined` if the board could not believe it: that has been counted, with what to do. */
  seal(message: ToBoard): string | undefined;
};

/** A start of a board and, from a question for the time, the highest counter it has seen in it. */
export type Start = {
  readonly boot: BootId;
  readonly counter?: number;
  readonly question?: number | undefined;
};

export type ToBoard = {
  readonly board: BoardId;
  readonly topic: string;
  readonly body: string;
};

export type SealingOptions = {
  readonly access: Pick<BoardAccess, "key">;
  readonly clock: Pick<Clock, "now">;
  readonly refuse: (refusal: Refusal) => void;
};

/**
 * A hub that counts from the time in ms goes on above an earlier hub of the same data. A claim far
 * beyond any such time, made to use the counters up, is not believed.
 */
const COUNTER_CLAIMED_MAX = 2 ** 52;

const NO_KEY =
  "has no key, so nothing can be sent to it; `battant boards remove` it, add it again and write " +
  "its new password and key into it";

const NO_START =
  "has not said which start it is in, so nothing can be sent to it; let it publish its description";

const USED_UP =
  "says it has seen a counter that no hub reaches, so it may refuse what is sent to it; restart " +
  "it, and if that goes on somebody knows its password: `battant boards remove` it and add it again";

export const sha256: Sha256 = (bytes) =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");

export const createSealing = ({ access, clock, refuse }: SealingOptions): Sealing => {
  /** No more than there are boards with a password. */
  const starts = new Map<BoardId, { boot: BootId; counter: number; question?: number }>();

  return {
    learn: (board, { boot, counter = 0, question }) => {
      const isCredible = counter <= COUNTER_CLAIMED_MAX;
      const said = isCredible ? counter : 0;
      if (!isCredible) {
        refuse({ from: board, where: clockQuestionTopic(board), problem: USED_UP });
      }
      const highest = Math.max(said, starts.get(board)?.counter ?? 0);
      starts.set(board, { boot, counter: highest, ...(question !== undefined && { question }) });
    },
    takeQuestion: (board) => {
      const start = starts.get(board);
      const question = start?.question;
      delete start?.question;
      return question;
    },
    seal: ({ board, topic, body }) => {
      const key = access.key(board);
      const start = starts.get(board);
      if (key === undefined || start === undefined) {
        const problem = key === undefined ? NO_KEY : NO_START;
        refuse({ from: board, where: topic, problem });
        return undefined;
      }
      start.counter = Math.max(start.counter + 1, Math.floor(clock.now()));
      const seal = { key: Buffer.from(key).toString("latin1"), boot: start.boot, sha256 };
      return sealed(seal, topic, { counter: start.counter, body });
    },
  };
};
