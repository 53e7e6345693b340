import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Appended, Inbox } from "../../ports.ts";
import { type Backoff, backoffMs, pause } from "./pause.ts";

/**
 * Readings on their way to the journal. A meter cannot be asked again, so what the journal refuses
 * is kept and offered again, under the same name, until there are too many: then the oldest go.
 */
export type Outbox = {
  add(readings: readonly Reading[]): void;
  /** Why the journal takes nothing at present. */
  problem(): string | null;
  close(): Promise<void>;
};

/** About an hour of a three-phase meter. */
const KEPT_MAX = 1000;
const BATCH_MAX = 100;
const BACKOFF: Backoff = { firstMs: 1000, maxMs: 60_000 };

export const createOutbox = (
  inbox: Pick<Inbox, "readings">,
  backoff: Backoff = BACKOFF,
): Outbox => {
  const stop = new AbortController();
  let kept: Reading[] = [];
  let dropped = 0;
  let detail: string | undefined;
  let sending: Promise<void> | undefined;

  const offer = async (batch: readonly Reading[]): Promise<Appended> => {
    try {
      return await inbox.readings(batch);
    } catch (error) {
      return { ok: false, problem: "failed", detail: String(error) };
    }
  };

  const keep = (readings: readonly Reading[]): void => {
    const excess = Math.max(0, readings.length - KEPT_MAX);
    dropped += excess;
    kept = readings.slice(excess);
  };

  const send = async (): Promise<void> => {
    let failures = 0;
    while (kept.length > 0 && !stop.signal.aborted) {
      const batch = kept.slice(0, BATCH_MAX);
      kept = kept.slice(BATCH_MAX);
      const answer = await offer(batch);
      if (answer.ok) {
        failures = 0;
        detail = undefined;
        dropped = 0;
        continue;
      }
      failures++;
      detail = `${answer.problem}: ${answer.detail}`;
      keep([...batch, ...kept]);
      await pause(backoffMs(backoff, failures), stop.signal);
    }
    sending = undefined;
  };

  return {
    add: (readings) => {
      if (readings.length === 0) return;
      keep([...kept, ...readings]);
      sending ??= send();
    },
    problem: () =>
      detail === undefined
        ? null
        : `the journal refuses the meter's readings (${detail}); ` +
          `${kept.length} are kept, ${dropped} had to be dropped`,
    close: async () => {
      stop.abort();
      await sending;
    },
  };
};
