/**
 * Espruino's timers over Node's: numbers for names, one `clear` for both kinds, and code as text.
 *
 * Delays end in the order in which they are due. Node.js keeps one list for each length of delay, and
 * on a machine that was busy elsewhere may come to a longer one first.
 */
export type HostTimers = {
  readonly globals: object;
  stop(): void;
};

type Delay = { readonly due: number; readonly end: () => void };

type Action = string | ((...args: unknown[]) => void);

export const createTimers = (
  run: (action: () => void) => void,
  evaluate: (code: string) => unknown,
): HostTimers => {
  const running = new Map<number, NodeJS.Timeout>();
  const delays = new Map<number, Delay>();
  const repeated = new Map<number, () => void>();
  let last = 0;
  const act = (action: Action, args: readonly unknown[]): void => {
    if (typeof action === "string") evaluate(action);
    else action(...args);
  };
  const clear = (id: number): void => {
    clearTimeout(running.get(id));
    running.delete(id);
    delays.delete(id);
    repeated.delete(id);
  };
  /** Ends a delay, and before it those that should have ended already. */
  const end = ({ due }: Delay): void => {
    const all = [...delays]
      .filter(([, it]) => it.due <= due)
      .toSorted(([, a], [, b]) => a.due - b.due);
    for (const [id, delay] of all) {
      if (!delays.has(id)) continue;
      clear(id);
      delay.end();
    }
  };
  const repeat = (id: number, period: number): void => {
    clearTimeout(running.get(id));
    running.set(id, setInterval(repeated.get(id)!, period));
  };
  const globals = {
    setTimeout: (action: Action, delay: number, ...args: unknown[]) => {
      const id = ++last;
      const ending: Delay = {
        due: performance.now() + delay,
        end: () => run(() => act(action, args)),
      };
      delays.set(id, ending);
      running.set(
        id,
        setTimeout(() => end(ending), delay),
      );
      return id;
    },
    setInterval: (action: Action, period: number, ...args: unknown[]) => {
      const id = ++last;
      repeated.set(id, () => run(() => act(action, args)));
      repeat(id, period);
      return id;
    },
    changeInterval: (id: number, period: number) => {
      if (!repeated.has(id)) throw new Error("Unknown Interval");
      repeat(id, period);
    },
    clearTimeout: clear,
    clearInterval: clear,
  };
  return {
    globals,
    stop: () => {
      for (const timer of running.values()) clearTimeout(timer);
      running.clear();
      delays.clear();
      repeated.clear();
    },
  };
};
