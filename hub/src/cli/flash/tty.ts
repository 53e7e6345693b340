import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Trouble } from "@battant/cable/trouble";
import type { Terminal } from "./workshop.ts";

/** A terminal of this process: questions and progress go beside the output, which may be a file. */

export type Streams = {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** What stays, and need not be a terminal. */
  readonly print: (text: string) => void | Promise<void>;
  /** Nobody is to be asked, although somebody sits there. */
  readonly isQuiet: boolean;
};

/** ECMA-48, §8.3.41: erases to the end of the line. */
const ERASE_REST = "\x1b[K";

export const createTerminal = ({ input, output, print, isQuiet }: Streams): Terminal => {
  const isInteractive = input.isTTY && output.isTTY && !isQuiet;
  let hasProgress = false;
  const write = (text: string): Promise<void> =>
    new Promise((resolve) => void output.write(text, () => resolve()));
  const endProgress = (): Promise<void> => {
    if (!hasProgress) return Promise.resolve();
    hasProgress = false;
    return write("\n");
  };
  const question = async (text: string, isSeen: boolean): Promise<string> => {
    await endProgress();
    await write(text);
    const answer = await readLine(input, isSeen ? output : nothing());
    if (!isSeen) await write("\n");
    return answer;
  };
  return {
    isInteractive,
    ask: (text) => question(text, true),
    askUnseen: (text) => question(text, false),
    progress: (line) => {
      if (!isInteractive) return;
      hasProgress = true;
      // A line that wraps could not be taken back.
      output.write(`\r${line.slice(0, (output.columns || 80) - 1)}${ERASE_REST}`);
    },
    say: async (line) => {
      await endProgress();
      if (!isQuiet) await print(`${line}\n`);
    },
  };
};

/** What is typed unseen is echoed here. */
const nothing = (): Writable => new Writable({ write: (_bytes, _encoding, done) => done() });

const readLine = (input: NodeJS.ReadStream, output: NodeJS.WritableStream): Promise<string> =>
  new Promise((resolve, reject) => {
    const lines = createInterface({ input, output, terminal: true, historySize: 0 });
    let answer: string | undefined;
    lines.on("line", (line) => {
      answer = line;
      lines.close();
    });
    lines.on("SIGINT", () => lines.close());
    lines.on("close", () => {
      if (answer !== undefined) return resolve(answer);
      output.write("\n");
      reject(new Trouble("cancelled", "Ctrl-C at a question"));
    });
  });
