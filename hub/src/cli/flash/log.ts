import { openConsole } from "@battant/cable/console";
import type { HubClient } from "@battant/cable/hub-client";
import { Trouble } from "@battant/cable/trouble";
import { instant } from "@battant/protocol/vocabulary/units";
import type { BoardLogLine } from "../../../api/contract.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { printable } from "../table.ts";
import type { WallClock } from "../times.ts";
import { FLASH_WORDS } from "./words.ts";
import type { Workshop } from "./workshop.ts";

/** `battant boards log`: what a board says, over the hub or over its cable. */

export type LogOptions = { readonly follow?: boolean; readonly port?: string };

export type Logging = {
  readonly board: string;
  readonly follow: boolean;
  readonly asJson: boolean;
  readonly wallClock: WallClock;
};

const WAIT_SECONDS = 25;

export const logOverHub = (
  { board, follow, asJson, wallClock }: Logging,
  hub: HubClient,
  { io, interruptible, terminal, language }: Workshop,
): Promise<ExitCode> =>
  interruptible(async (signal) => {
    let after: number | undefined;
    const show = async (line: BoardLogLine): Promise<void> => {
      const { at, from, text } = line;
      const time = wallClock.local(instant(at));
      await io.out(
        asJson ? `${JSON.stringify(line)}\n` : `${time}  ${from.padEnd(5)}  ${printable(text)}\n`,
      );
    };
    for (;;) {
      // What is there already is shown at once.
      const waitSeconds = after === undefined ? 0 : WAIT_SECONDS;
      try {
        const { lines, next } = await hub.log(board, { after: after ?? 0, waitSeconds, signal });
        for (const line of lines) await show(line);
        if (after === undefined && lines.length === 0) {
          await terminal.say(FLASH_WORDS[language].nothingSaid);
        }
        after = next;
      } catch (problem) {
        if (signal.aborted) return EXIT.ok;
        throw problem;
      }
      if (!follow) return EXIT.ok;
    }
  });

/** For whoever sits there: how it ends. */
export const hint = async (
  what: "console" | "listening",
  { terminal, language }: Workshop,
): Promise<void> => {
  if (terminal.isInteractive) await terminal.say(FLASH_WORDS[language][what]);
};

const LOOK_MS = 200;

/** Until Ctrl-C, or until it is unplugged. */
export const logOverCable = (path: string, workshop: Workshop): Promise<ExitCode> =>
  workshop.interruptible(async (signal) => {
    const port = workshop.openablePort(path);
    await port.open({ baudRate: 115_200 });
    await hint("listening", workshop);
    const pause = (ms: number): Promise<void> => workshop.pause(ms);
    const boardConsole = openConsole({ port, pause });
    let shown = Promise.resolve();
    boardConsole.onLine((line) => {
      shown = shown.then(() => workshop.io.out(`${printable(line)}\n`));
    });
    try {
      while (!signal.aborted) {
        const problem = boardConsole.problem();
        if (problem !== undefined) throw new Trouble("unplugged", problem.detail);
        await pause(LOOK_MS);
      }
      return EXIT.ok;
    } finally {
      await shown;
      await boardConsole.close();
      await port.close();
    }
  });
