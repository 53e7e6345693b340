import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Sentence } from "../../api/contract.ts";
import { field } from "./draft.ts";
import type { Change } from "./splice.ts";

/** What was measured in a zone; the mode stays what it was. */
export type Calibrated = {
  readonly kind: "calibrate";
  readonly zone: ZoneId;
  /** Undefined: as it stands in the file. */
  readonly floorFactor: number | undefined;
  readonly luminaireContribution: number | undefined;
};

export const calibratedChanges = (
  file: unknown,
  { zone, floorFactor, luminaireContribution }: Calibrated,
): readonly Change[] | Sentence => {
  if (field(file, "zones", zone) === undefined) return noZone(zone);
  const daylight = ["zones", zone, "daylight"];
  const wanted = [
    { path: [...daylight, "floor_factor"], value: floorFactor },
    { path: [...daylight, "luminaire_contribution_lx"], value: luminaireContribution },
  ];
  return wanted.filter(({ path, value }) => value !== undefined && field(file, ...path) !== value);
};

const noZone = (zone: string): Sentence => ({
  fr: `pas de zone ${zone} dans le fichier de l'immeuble ; rechargez la page`,
  en: `no zone ${zone} in the building file; reload the page`,
});
