/** Resolves after `delayMs`, or at once when `signal` is aborted. */
export const pause = (delayMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, delayMs);
    signal.addEventListener("abort", finish);
  });

export type Backoff = { readonly firstMs: number; readonly maxMs: number };

/** Doubles with every failure; at random between half and the whole, so that nobody keeps step. */
export const backoffMs = (backoff: Backoff, failures: number): number =>
  Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(failures - 1, 30)) *
  (0.5 + Math.random() / 2);
