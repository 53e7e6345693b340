import { instant } from "@battant/protocol/vocabulary/units";
import { createBroker } from "../src/adapters/mqtt/broker.ts";

/** A program for `broker-restart.test.ts`: a broker in a process of its own, to be killed. */

const broker = await createBroker({
  inbox: {
    readings: async (batch) => ({ ok: true, stored: batch.length, duplicates: 0 }),
    event: () => {},
    updateReported: () => {},
    refused: () => {},
  },
  access: {
    verify: () => true,
    isKnown: (board) => board === "stairs" || board === "hall",
    key: () => undefined,
  },
  clock: { now: () => instant(Date.UTC(2026, 5, 21, 12)), every: () => () => {} },
  dataDir: process.argv[2] ?? "",
  listen: { mqtt: { host: "127.0.0.1", port: 0 } },
});
process.stdout.write(`${broker.port}\n`);
