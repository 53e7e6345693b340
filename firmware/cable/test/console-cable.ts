import type { CablePort } from "../port.ts";

/**
 * A port in memory with somebody at its other end: what the board says, and what was typed at it.
 * As in a browser, a stream that breaks is replaced by another one.
 */
export type ConsoleCable = {
  readonly port: CablePort;
  say(text: string | Uint8Array): void;
  typed(): string;
  /** Called with each line that is typed. */
  onTyped(listener: (line: string) => void): void;
  /** The stream ends with this; another one takes its place. */
  breaks(problem: unknown): void;
  /** The stream ends, and no other comes. */
  ends(): void;
  /** From now on nothing that is typed gets through. */
  blocks(): void;
};

export const createConsoleCable = (): ConsoleCable => {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  let readable: ReadableStream<Uint8Array> | null = null;
  let typed = "";
  let isBlocked = false;
  let listener: (line: string) => void = () => undefined;
  const open = (): void => {
    readable = new ReadableStream<Uint8Array>({
      start: (it) => {
        controller = it;
      },
    });
  };
  open();
  const take = (bytes: Uint8Array): void => {
    const lines = new TextDecoder().decode(bytes).split("\n");
    typed += lines.join("\n");
    for (const line of lines.slice(0, -1)) queueMicrotask(() => listener(line));
  };
  const writable = new WritableStream<Uint8Array>({
    write: (bytes) => (isBlocked ? new Promise<void>(() => undefined) : take(bytes)),
  });
  return {
    port: {
      get readable() {
        return readable;
      },
      writable,
      open: async () => undefined,
      close: async () => undefined,
      setSignals: async () => undefined,
      getInfo: () => ({}),
    },
    say: (text) => {
      controller.enqueue(typeof text === "string" ? new TextEncoder().encode(text) : text);
    },
    typed: () => typed,
    onTyped: (it) => {
      listener = it;
    },
    breaks: (problem) => {
      const broken = controller;
      open();
      broken.error(problem);
    },
    ends: () => {
      readable = null;
      controller.close();
    },
    blocks: () => {
      isBlocked = true;
    },
  };
};

/** A time that passes while nothing else is to be done. */
export const createQuickTime = () => {
  let time = 0;
  return {
    now: () => time,
    pause: async (ms: number): Promise<void> => {
      // As real timers do, it lets the streams have their turn first.
      await new Promise((resolve) => void setImmediate(resolve));
      time += ms;
    },
  };
};
