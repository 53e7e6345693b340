/** How often something may be done in a while, by each of many, remembering no more than so many. */

export type Allowance = {
  /** How long `key` has to wait for one more; 0 if it need not. */
  waitMs(key: string): number;
  /** Counts one. */
  spend(key: string): void;
};

export type AllowanceSize = { readonly count: number; readonly perMs: number };

/** Entries of some hundred bytes. When full, the oldest is forgotten. */
const KEYS_MAX = 2000;

type Window = { readonly since: number; count: number };

export const createAllowance = (
  { count, perMs }: AllowanceSize,
  nowMs: () => number,
): Allowance => {
  const windows = new Map<string, Window>();

  const running = (key: string): Window | undefined => {
    const window = windows.get(key);
    if (window === undefined) return undefined;
    const passed = nowMs() - window.since;
    // A clock that was set back must not lock anybody out until it has caught up.
    return passed >= 0 && passed < perMs ? window : undefined;
  };

  return {
    waitMs: (key) => {
      const window = running(key);
      return window === undefined || window.count < count ? 0 : window.since + perMs - nowMs();
    },
    spend: (key) => {
      const window = running(key);
      if (window !== undefined) {
        window.count += 1;
        return;
      }
      windows.delete(key);
      const [oldest] = windows.keys();
      if (windows.size >= KEYS_MAX && oldest !== undefined) windows.delete(oldest);
      windows.set(key, { since: nowMs(), count: 1 });
    },
  };
};
