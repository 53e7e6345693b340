import { encodeMembership } from "@battant/board/espruino/membership";
import { type BoardId } from "@battant/protocol/vocabulary/ids";
import { KEY_LENGTH } from "@battant/protocol/wire/sealed";
import { setTimeout as sleep } from "node:timers/promises";
import type { Parts } from "./host/board.ts";
import { createEspruinoBoard } from "./host/espruino.ts";

/**
 * What a program takes of a board's memory, measured: a real interpreter runs it, its sensors are
 * looked at for a while, and its hub is away.
 */

/** Nobody listens there. */
const AWAY = { host: "127.0.0.1", port: 1 };

const LOOKS = 12;
const BETWEEN_MS = 250;

/** `path`: of an Espruino interpreter set up like a chip. The most variables that were ever seen. */
export const measure = async (path: string, parts: Parts): Promise<number> => {
  const board = await createEspruinoBoard(path, { parts });
  try {
    const key = "k".repeat(KEY_LENGTH);
    const membership = { board: "board" as BoardId, broker: AWAY, password: "none", key };
    await board.install("membership", encodeMembership(membership));
    board.world.illuminance(300);
    await board.start();
    let most = 0;
    for (let look = 0; look < LOOKS; look++) {
      await sleep(BETWEEN_MS);
      most = Math.max(most, (await board.memory())?.used ?? 0);
    }
    if (board.mishaps().length > 0) throw new Error(board.mishaps().join("\n"));
    return most;
  } finally {
    await board.close();
  }
};
