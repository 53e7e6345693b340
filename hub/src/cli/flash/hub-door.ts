import { createHubClient, type HubClient } from "@battant/cable/hub-client";
import { startCommand } from "../next-step.ts";
import type { Place } from "../place.ts";
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

export const notRunning = (place: Place): { readonly fr: string; readonly en: string } => {
  const command = startCommand(place);
  return {
    fr: `Aucun boîtier ne tourne sur ${place.dataDir}. Démarrez-le d'abord, dans un autre terminal :\n\n  ${command}\n`,
    en: `No hub runs on ${place.dataDir}. Start it first, in another terminal:\n\n  ${command}\n`,
  };
};
