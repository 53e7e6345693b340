/**
 * A bucket of tokens that refills with time. It may go into debt: what has been spent is spent, and
 * the next must wait until the debt is paid.
 */
export type Bucket = {
  spend(tokens: number): void;
  /** How long until there is a token again; 0 when there is one. */
  waitMs(): number;
};

export type Rate = { readonly perSecond: number; readonly burst: number };

/** `nowMs` is a clock that never jumps: a correction of the time of day is not a refill. */
export const createBucket = (rate: Rate, nowMs: () => number): Bucket => {
  let tokens = rate.burst;
  let filledAt = nowMs();

  const fill = (): void => {
    const now = nowMs();
    tokens = Math.min(rate.burst, tokens + ((now - filledAt) * rate.perSecond) / 1000);
    filledAt = now;
  };

  return {
    spend: (count) => {
      fill();
      tokens -= count;
    },
    waitMs: () => {
      if (tokens >= 1) return 0;
      fill();
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1000) / rate.perSecond);
    },
  };
};
