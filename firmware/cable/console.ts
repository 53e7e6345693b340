import type { CablePort } from "./port.ts";
import { Trouble } from "./trouble.ts";

/**
 * The console of a running board, at the other end of an open port: what it prints, as lines, and
 * what somebody types. Colours, prompts and noise are taken out; what is kept has a maximum.
 */
export type BoardConsole = {
  /** A moment, for `heardSince`. */
  mark(): number;
  /** Of what was heard after that, the last 64 kB, with the line that has only begun. */
  heardSince(mark: number): string;
  /** Until the returned function is called. */
  onLine(listener: (line: string) => void): () => void;
  /** With Enter. */
  type(line: string): Promise<void>;
  /** Why nothing more will come. */
  problem(): Trouble | undefined;
  /** Lets go of the port, which stays open. */
  close(): Promise<void>;
};

export type ConsoleParts = {
  readonly port: CablePort;
  readonly pause: (ms: number) => Promise<void>;
};

const HEARD_LENGTH_MAX = 65_536;
const LINE_LENGTH_MAX = 2048;
/** A stream that breaks more often than that in a row, without a byte between, is gone. */
const BREAKS_MAX = 50;
const BREAK_PAUSE_MS = 20;

export const openConsole = ({ port, pause }: ConsoleParts): BoardConsole => {
  const listeners = new Set<(line: string) => void>();
  const page = createPage((line) => {
    for (const listener of listeners) listener(line);
  });
  const ear = listen({ port, pause }, (bytes) => page.hear(bytes));
  return {
    mark: page.mark,
    heardSince: page.heardSince,
    onLine: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    type: async (line) => {
      await untilReady(page.isHeldUp, pause);
      await write(port, new TextEncoder().encode(`${line}\n`), pause);
    },
    problem: ear.problem,
    close: ear.close,
  };
};

const listen = ({ port, pause }: ConsoleParts, hear: (bytes: Uint8Array) => void) => {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let isClosed = false;
  let problem: Trouble | undefined;
  let breaks = 0;
  // A browser ends the stream at each byte with a bad stop bit, of which a chip that resets sends
  // some, and offers another one (Web Serial, §4.5.3).
  const readAll = async (): Promise<void> => {
    while (!isClosed && port.readable !== null && breaks < BREAKS_MAX) {
      reader = port.readable.getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          breaks = 0;
          hear(value);
        }
        breaks = BREAKS_MAX;
      } catch (cause) {
        if (cause instanceof Trouble) problem = cause;
        breaks = problem === undefined ? breaks + 1 : BREAKS_MAX;
      } finally {
        reader.releaseLock();
      }
      if (breaks > 0 && breaks < BREAKS_MAX) await pause(BREAK_PAUSE_MS);
    }
    if (!isClosed) problem ??= new Trouble("unplugged", "the port ended");
  };
  const ended = readAll();
  return {
    problem: () => problem,
    close: async () => {
      isClosed = true;
      await reader?.cancel().catch(() => undefined);
      await ended;
    },
  };
};

/** So long a line may be held up before it is typed all the same, and so long typing it may take. */
const HELD_UP_MS_MAX = 2000;
const HELD_UP_LOOK_MS = 50;
const TYPING_MS_MAX = 3000;

const untilReady = async (isHeldUp: () => boolean, pause: ConsoleParts["pause"]): Promise<void> => {
  for (let waited = 0; isHeldUp() && waited < HELD_UP_MS_MAX; waited += HELD_UP_LOOK_MS) {
    await pause(HELD_UP_LOOK_MS);
  }
};

const write = async (
  port: CablePort,
  bytes: Uint8Array,
  pause: ConsoleParts["pause"],
): Promise<void> => {
  if (port.writable === null) throw new Trouble("unplugged", "the port ended");
  const writer = port.writable.getWriter();
  try {
    const tooLong = pause(TYPING_MS_MAX).then(() => "stuck" as const);
    const written = writer.write(bytes).then(() => "written" as const);
    if ((await Promise.race([written, tooLong])) === "stuck") {
      written.catch(() => undefined);
      throw new Trouble("unplugged", "the port takes nothing");
    }
  } catch (cause) {
    if (cause instanceof Trouble) throw cause;
    throw new Trouble("unplugged", "the port broke off while typing", { cause });
  } finally {
    writer.releaseLock();
  }
};

const BACKSPACE = "\b";
const XON = "\x11";
const XOFF = "\x13";
const ESCAPE = "\x1b";

/** What a terminal would show of it: no colours, what was erased is gone, and no prompt. */
const createPage = (onLine: (line: string) => void) => {
  let text = "";
  let dropped = 0;
  let line = "";
  let isAtStart = false;
  let escape: "none" | "begun" | "sequence" = "none";
  let isHeldUp = false;

  const endLine = (): void => {
    const shown = withoutPrompt(line);
    line = "";
    isAtStart = false;
    text += `${shown}\n`;
    if (text.length > HEARD_LENGTH_MAX) {
      const cut = text.length - HEARD_LENGTH_MAX / 2;
      text = text.slice(cut);
      dropped += cut;
    }
    onLine(shown);
  };
  const show = (sign: string): void => {
    // The prompt and what was typed behind it make way for what is printed.
    if (isAtStart) line = "";
    isAtStart = false;
    if (line.length < LINE_LENGTH_MAX) line += sign;
  };
  const take = (sign: string): void => {
    if (escape !== "none") {
      // ECMA-48, §5.4: a control sequence ends with a sign from @ to ~.
      const goesOn = escape === "begun" ? sign === "[" : sign < "@" || sign > "~";
      escape = goesOn ? "sequence" : "none";
    } else if (sign === ESCAPE) escape = "begun";
    else if (sign === "\n") endLine();
    else if (sign === "\r") isAtStart = true;
    else if (sign === BACKSPACE) line = line.slice(0, -1);
    else if (sign === XOFF || sign === XON) isHeldUp = sign === XOFF;
    else if (sign >= " ") show(sign);
  };
  return {
    hear: (bytes: Uint8Array): void => {
      for (const byte of bytes) take(String.fromCharCode(byte));
    },
    isHeldUp: () => isHeldUp,
    mark: () => dropped + text.length,
    heardSince: (mark: number) => text.slice(Math.max(0, mark - dropped)) + withoutPrompt(line),
  };
};

const withoutPrompt = (line: string): string => line.replace(/^>+ ?/, "");
