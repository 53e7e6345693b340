import type { Instant } from "@battant/protocol/vocabulary/units";

/**
 * Limits how often somebody may try a password: few times for one name from one address, more from
 * one address, more still for one name from anywhere. The last is generous, or anybody could lock
 * the manager out by failing in the manager's name.
 */
export type Attempts = {
  /** Counts one try; false if it is one too many. */
  allow(name: string, from: string): boolean;
  /** For a try that was right: it does not count, nor do the wrong ones of this pair before it. */
  forgive(name: string, from: string): void;
};

const WINDOW_MS = 15 * 60_000;

export const ATTEMPTS_MAX = { pair: 6, address: 30, name: 100 } as const;

/** Entries, of some hundred bytes each. When full, the oldest is forgotten. */
const ENTRIES_MAX = 5000;

type Window = { readonly since: number; count: number };

export const createAttempts = (now: () => Instant): Attempts => {
  const windows = new Map<string, Window>();

  const windowOf = (key: string): Window => {
    const known = windows.get(key);
    if (known !== undefined && now() - known.since < WINDOW_MS) return known;
    windows.delete(key);
    const [oldest] = windows.keys();
    if (windows.size >= ENTRIES_MAX && oldest !== undefined) windows.delete(oldest);
    const fresh = { since: now(), count: 0 };
    windows.set(key, fresh);
    return fresh;
  };

  return {
    allow: (name, from) => {
      const limits = keysOf(name, from).map(({ key, max }) => ({ window: windowOf(key), max }));
      if (limits.some(({ window, max }) => window.count >= max)) return false;
      for (const { window } of limits) window.count += 1;
      return true;
    },
    forgive: (name, from) => {
      const [pair, ...shared] = keysOf(name, from);
      if (pair !== undefined) windows.delete(pair.key);
      for (const { key } of shared) windowOf(key).count -= 1;
    },
  };
};

const keysOf = (name: string, from: string) => {
  const address = networkOf(from);
  const who = name.slice(0, 64);
  return [
    { key: `pair ${address} ${who}`, max: ATTEMPTS_MAX.pair },
    { key: `address ${address}`, max: ATTEMPTS_MAX.address },
    { key: `name ${who}`, max: ATTEMPTS_MAX.name },
  ];
};

/** One machine owns a whole IPv6 /64 (RFC 4291 §2.5.4): its addresses count as one. */
const networkOf = (address: string): string =>
  address.includes(".") ? address.slice(0, 64) : address.split(":").slice(0, 4).join(":");
