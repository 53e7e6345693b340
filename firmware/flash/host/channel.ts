import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/**
 * The test's end of the connection to a bench. Lines of ASCII, each a word and its values:
 *
 *     pin 32 0              a level at an input; the other way: an output was set
 *     light 412.5           lux at the BH1750
 *     counts 41 2,0.48      what a chip at an address counts in a ms at gain 1, on each channel
 *     register 16:4 2c01    what a chip at an address answers when that register is read
 *     serial 3 Cg0=         bytes on a line, either way
 *     line 3 1200-7E1       how the board has opened it
 *     wifi Y2F2ZQ== c2VjcmV0 the name and the password of the access point in reach
 *     reach 1               whether hosts beyond it answer
 *     speed 60              how much faster than life time passes from now on
 *     ask process.memory()  evaluates; `answer …` comes back, in turn
 *
 * and, only before the board starts, `channel PORT`.
 */
export type Channel = {
  readonly port: number;
  /** To the board that is connected; without one nothing happens. */
  say(line: string): void;
  ask(code: string): Promise<string>;
  /** When a board's program has come to call. */
  connected(): Promise<void>;
  /** The next board may call. */
  hangUp(): void;
  close(): Promise<void>;
};

/** What a board says of its own accord. */
export type Hear = (word: string, first: string, second: string) => void;

type Call = { readonly socket: Socket; readonly answers: ((text: string) => void)[] };

/** Asks nobody answers any more are answered, so that no test waits for a board that is gone. */
const GONE = "the board is gone";

export const openChannel = async (hear: Hear): Promise<Channel> => {
  let call: Call | undefined;
  let waiting: (() => void)[] = [];
  const end = (ended: Call): void => {
    ended.socket.destroy();
    for (const answer of ended.answers) answer(GONE);
    if (call === ended) call = undefined;
  };
  const server: Server = createServer({ noDelay: true }, (socket) => {
    if (call !== undefined) end(call);
    const current: Call = { socket, answers: [] };
    call = current;
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (bytes: string) => {
      const lines = (text + bytes).split("\n");
      text = lines.pop()!;
      for (const line of lines) {
        if (line.startsWith("answer ")) current.answers.shift()?.(line.slice(7));
        else hear(...(line.split(" ") as [string, string, string]));
      }
    });
    socket.on("error", () => end(current));
    socket.on("close", () => end(current));
    for (const resume of waiting) resume();
    waiting = [];
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    say: (line) => void call?.socket.write(`${line}\n`),
    ask: (code) =>
      new Promise((resolve) => {
        if (call === undefined) return resolve(GONE);
        call.answers.push(resolve);
        call.socket.write(`ask ${code}\n`);
      }),
    connected: () =>
      call === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(),
    hangUp: () => {
      if (call !== undefined) end(call);
    },
    close: async () => {
      if (call !== undefined) end(call);
      server.close();
      await once(server, "close");
    },
  };
};
