/** What starts from a chip's flash. Resolves once it runs; what it prints before is heard already. */
export type Run = (flash: Uint8Array, console: ChipConsole) => Promise<Running>;
export type Running = { stop(): Promise<void> };

/** The serial line as a program has it: one byte a character. */
export type ChipConsole = {
  print(text: string): void;
  onInput(listener: (text: string) => void): void;
};

/** Whatever a chip runs: programs one after the other, of which only the last is heard and hears. */
export type Program = {
  start(flash: Uint8Array): void;
  stop(): void;
  hear(text: string): void;
  /** Once all that were stopped have ended. */
  ended(): Promise<void>;
};

export const createProgram = (run: Run | undefined, print: (text: string) => void): Program => {
  let listeners: ((text: string) => void)[] = [];
  let current = 0;
  let last: Promise<void> = Promise.resolve();
  let end: () => void = () => undefined;

  const live = async (flash: Uint8Array, mine: number, over: Promise<void>): Promise<void> => {
    if (run === undefined || mine !== current) return;
    const running = await run(flash, {
      print: (text) => {
        if (mine === current) print(text);
      },
      onInput: (listener) => {
        if (mine === current) listeners.push(listener);
      },
    });
    await over;
    await running.stop();
  };

  return {
    start: (flash) => {
      const mine = ++current;
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      last = last
        .then(() => live(flash, mine, over))
        .catch((error: unknown) => {
          if (mine === current) print(`abort(): ${String(error)}\r\n`);
        });
    },
    stop: () => {
      current++;
      listeners = [];
      end();
    },
    hear: (text) => {
      for (const listener of listeners) listener(text);
    },
    ended: () => last,
  };
};
