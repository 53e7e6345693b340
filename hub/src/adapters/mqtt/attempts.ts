import { type Bucket, createBucket } from "./bucket.ts";
import type { BrokerLimits } from "./limits.ts";

/** Failed sign-ins by address and name, so that passwords cannot be guessed by trying. */
export type Attempts = {
  isBlocked(address: string): boolean;
  failed(address: string): void;
};

/** Whoever comes from more addresses than this pushes out its own oldest ones. */
const ADDRESSES_MAX = 1024;

export const createAttempts = (limits: BrokerLimits, nowMs: () => number): Attempts => {
  const rate = { perSecond: limits.failedSignInsPerMinute / 60, burst: limits.failedSignInsMax };
  const buckets = new Map<string, Bucket>();

  return {
    isBlocked: (address) => (buckets.get(address)?.waitMs() ?? 0) > 0,
    failed: (address) => {
      const bucket = buckets.get(address) ?? createBucket(rate, nowMs);
      bucket.spend(1);
      buckets.delete(address);
      buckets.set(address, bucket);
      if (buckets.size <= ADDRESSES_MAX) return;
      for (const oldest of buckets.keys()) {
        buckets.delete(oldest);
        return;
      }
    },
  };
};
