import type { ModeRequest, ModeView, ObservationView } from "@battant/hub/api/observation";
import { type Answer, ask } from "../client.ts";

/** The part of the hub's API that is about observing and acting. */

const at = (zone: string): string => `/api/zones/${encodeURIComponent(zone)}`;

export const readObservation = (zone: string): Promise<Answer<ObservationView>> =>
  ask(`${at(zone)}/observation`);

export const setMode = (zone: string, body: ModeRequest): Promise<Answer<ModeView>> =>
  ask(`${at(zone)}/mode`, { method: "POST", body });
