import { startBareAedes } from "./floors.ts";
import { load } from "./loading.ts";
import { SPARE } from "./size.ts";
import type { Processes } from "./processes.ts";

/** The loader against a broker that does nothing else: is the measuring tool true, and fast enough? */

export type LoadOptions = {
  readonly connections: number;
  readonly window: number;
  readonly batch: number;
  readonly quick?: boolean;
};

export type LoaderFigures = {
  readonly messages: number;
  readonly acknowledged: number;
  /** As the broker itself counts. */
  readonly received: number;
  readonly readingsAcknowledged: number;
  readonly readingsPerSecond: number;
  readonly problems: readonly string[];
};

const MESSAGES = 100_000;
const MESSAGES_QUICK = 2000;

export async function measureLoader(
  processes: Processes,
  { connections, window, batch, quick = false }: LoadOptions,
): Promise<LoaderFigures> {
  const aedes = await startBareAedes(processes);
  const messages = quick ? MESSAGES_QUICK : MESSAGES;
  const { acknowledged, readingsAcknowledged, readingsPerSecond, problems } = await load(
    processes,
    aedes.subject,
    {
      boards: connections,
      boot: "load",
      messages,
      messagesPerBoardMax: Math.ceil((messages * SPARE) / connections),
      batch,
      window,
      messagesPerSecond: null,
      everyMs: batch,
    },
  );
  const received = await aedes.received();
  await aedes.end();
  return { messages, acknowledged, received, readingsAcknowledged, readingsPerSecond, problems };
}
