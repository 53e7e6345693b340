import type { ModeRequest, ModeView, ObservationView } from "@battant/hub/api/observation";
import { type Answer, ask, zonePath } from "../client.ts";

/** The part of the hub's API that is about observing and acting. */

export const readObservation = (zone: string): Promise<Answer<ObservationView>> =>
  ask(`${zonePath(zone)}/observation`);

export const setMode = (zone: string, body: ModeRequest): Promise<Answer<ModeView>> =>
  ask(`${zonePath(zone)}/mode`, { method: "POST", body });
