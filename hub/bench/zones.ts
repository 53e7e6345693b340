import { setTimeout as sleep } from "node:timers/promises";
import type { Board } from "./board-socket.ts";
import { answer, listenForOrders } from "./instrument.ts";
import { type Answer, openZone, type Zone } from "./zone.ts";

/**
 * The zones, a process of its own. It darkens zone after zone, and takes the time from the write of
 * the dark reading's PUBLISH to the arrival of the answer at the relay's board. Sensor, relay and
 * stopwatch share one clock.
 */

export type ZonesOrder = {
  readonly port: number;
  readonly boot: string;
  readonly zones: readonly { readonly light: Board; readonly relay: Board }[];
  readonly answer: Answer;
};

export type DarkenOrder = {
  readonly first: number;
  readonly count: number;
  /** From one zone to the next, on average. */
  readonly everyMs: number;
};

export type DarkenReport = {
  readonly latenciesMs: readonly number[];
  /** Given back at the hub's own tick, before the reading that was to be timed. */
  readonly early: number;
  readonly unanswered: number;
};

/** A sensor that says nothing is not believed for long. */
const BRIGHT_EVERY_MS = 45_000;
/** What a sensor sees while its luminaires have just been switched is not believed either. */
const SETTLED_AFTER_MS = 6000;
const POLL_MS = 100;

/** Borrowing takes the hub minutes: it is slow to take a light, and quick to give it back. */
async function untilBorrowed(zones: readonly Zone[]): Promise<void> {
  await sleep(SETTLED_AFTER_MS);
  for (;;) {
    for (const zone of zones) zone.shine();
    for (let waited = 0; waited < BRIGHT_EVERY_MS; waited += POLL_MS) {
      if (zones.every((zone) => zone.isBorrowed())) return;
      await sleep(POLL_MS);
    }
  }
}

async function darken(zones: readonly Zone[], order: DarkenOrder): Promise<DarkenReport> {
  const results: ReturnType<Zone["darken"]>[] = [];
  for (const zone of zones.slice(order.first, order.first + order.count)) {
    results.push(zone.darken());
    // Not in step with anybody's timers.
    await sleep(order.everyMs * (0.5 + Math.random()));
  }
  const all = await Promise.all(results);
  return {
    latenciesMs: all.filter((it) => typeof it === "number"),
    early: all.filter((it) => it === "early").length,
    unanswered: all.filter((it) => it === "unanswered").length,
  };
}

const orders = listenForOrders();
const { zones: pairs, ...shared } = await orders.next<ZonesOrder>();
const zones: Zone[] = [];
for (const pair of pairs) zones.push(await openZone({ ...shared, ...pair }));
answer("connected");
if (shared.answer === "lease-ended") {
  await untilBorrowed(zones);
  answer("borrowed");
  const lit = (): readonly Zone[] => zones.filter((zone) => zone.isBorrowed());
  setInterval(() => lit().forEach((zone) => zone.shine()), BRIGHT_EVERY_MS);
}
for (;;) answer(await darken(zones, await orders.next<DarkenOrder>()));
