import { seconds } from "@battant/protocol/vocabulary/units";
import type { Timers } from "./hardware.ts";
import type { Link } from "./link.ts";
import { type Batch, type Outbox, WINDOW } from "./outbox.ts";

/**
 * Carries readings from the outbox to the link: live ones at once, the backlog at a bounded rate, so
 * that a building that comes back after a day does not drown its hub.
 */
export type Delivery = {
  add(source: number, value: number): void;
  linkUp(): void;
};

const BACKLOG_PERIOD = seconds(1);
const BACKLOG_BATCHES_PER_PERIOD = 4;

export const createDelivery = (
  outbox: Outbox,
  link: Link,
  topic: string,
  timers: Timers,
): Delivery => {
  let credit = BACKLOG_BATCHES_PER_PERIOD;

  const send = (batch: Batch): void => {
    const message = { topic: topic, payload: batch.payload, retain: false };
    link.publish(message, batch.again, () => {
      outbox.acknowledged(batch.slot);
      pump();
    });
  };

  const pump = (): void => {
    for (let i = 0; i < WINDOW && link.hasRoom(); i++) {
      const batch = outbox.takeLive();
      if (batch === undefined) break;
      send(batch);
    }
    for (; credit > 0 && link.hasRoom(); credit--) {
      const batch = outbox.takeBacklog();
      if (batch === undefined) break;
      send(batch);
    }
  };

  timers.every(BACKLOG_PERIOD, () => {
    credit = BACKLOG_BATCHES_PER_PERIOD;
    pump();
  });

  return {
    add: (source, value) => {
      outbox.add(source, value);
      pump();
    },
    linkUp: () => {
      outbox.linkUp();
      pump();
    },
  };
};
