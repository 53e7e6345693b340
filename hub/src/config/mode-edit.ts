import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Sentence } from "../../api/contract.ts";
import type { DaylightSettings } from "../domain/site.ts";
import { field } from "./draft.ts";
import type { Change } from "./splice.ts";

/** A zone acts from now on, only observes, or leaves the light alone. */
export type ModeEdit = {
  readonly kind: "mode";
  readonly zone: ZoneId;
  readonly mode: DaylightSettings["mode"];
};

/** Where a zone's mode stands in a building file. */
const modePath = (zone: string): readonly string[] => ["zones", zone, "daylight", "mode"];

export const modeChanges = (
  file: unknown,
  { zone, mode }: ModeEdit,
): readonly Change[] | Sentence => {
  if (field(file, "zones", zone) === undefined) return noZone(zone);
  const path = modePath(zone);
  return field(file, ...path) === mode ? [] : [{ path, value: mode }];
};

const noZone = (zone: string): Sentence => ({
  fr: `pas de zone ${zone} dans le fichier de l'immeuble ; rechargez la page`,
  en: `no zone ${zone} in the building file; reload the page`,
});
