import { createHubClient, type HubClient } from "@battant/cable/hub-client";
import type { Sentence } from "../../../api/contract.ts";
import { EXIT, type ExitCode, languageOf } from "../io.ts";
import { startCommand } from "../next-step.ts";
import type { Place } from "../place.ts";
import { orTrouble, type Telling } from "./troubles.ts";
import type { Workshop } from "./workshop.ts";

/** The running hub, through its HTTP door: it alone may change its plan, and knows what it hears. */

/** A hub that has only its own network's addresses is none that a command could ask. */
const LOOPBACK = "127.0.0.1";

export const hubOf = (
  { run, isAlive, pass }: Place,
  { fetch }: Pick<Workshop, "fetch">,
): HubClient | undefined => {
  const token = run !== undefined && isAlive ? pass() : undefined;
  if (run === undefined || token === undefined) return undefined;
  return createHubClient(fetch, `http://${LOOPBACK}:${run.httpPort}`, {
    authorization: `Bearer ${token}`,
  });
};

type Door = Telling &
  Pick<Workshop, "fetch"> & {
    /** What is said where no hub runs. */
    readonly otherwise?: (place: Place) => Sentence;
  };

/** With the hub that runs there, or not at all. */
export const throughHub = async (
  place: Place,
  { io, asJson, fetch, otherwise = notRunning }: Door,
  action: (hub: HubClient) => Promise<ExitCode>,
): Promise<ExitCode> => {
  const hub = hubOf(place, { fetch });
  if (hub !== undefined) return orTrouble(() => action(hub), { io, asJson });
  await io.err(otherwise(place)[languageOf(io)]);
  return EXIT.problems;
};

export const notRunning = (place: Place): Sentence => {
  const command = startCommand(place);
  return {
    fr: `Aucun boîtier ne tourne sur ${place.dataDir}. Démarrez-le d'abord, dans un autre terminal :\n\n  ${command}\n`,
    en: `No hub runs on ${place.dataDir}. Start it first, in another terminal:\n\n  ${command}\n`,
  };
};
