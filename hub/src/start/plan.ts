import type { Sentence } from "../../api/contract.ts";
import { type BuildingEdit, editBuilding } from "../config/edit.ts";
import { rewriteBuildingFile } from "../config/rewrite.ts";
import type { Changed } from "../desk/board-desk.ts";
import { wire, type Wiring } from "../domain/building.ts";
import type { Site } from "../domain/site.ts";

/**
 * The building file as the hub goes by it. It may change while the hub runs: whoever needs to know
 * what hangs where asks each time, and keeps no answer.
 */
export type Plan = {
  site(): Site;
  wiring(): Wiring;
  /** Writes the building file, then goes by it at once; by all of it, what people changed included. */
  change(edit: BuildingEdit): Promise<Changed>;
  /** Calls back after each change, until the returned function is called. */
  onChange(listener: (wiring: Wiring) => void): () => void;
};

export type PlanParts = {
  readonly file: string;
  /** As the file said at the start. */
  readonly site: Site;
  /** The demonstration's building belongs to the project, and its boards are simulated. */
  readonly isSimulated: boolean;
};

/** Each waits for the one before: beyond this somebody is playing. */
const WAITING_MAX = 20;

export function createPlan({ file, site, isSimulated }: PlanParts): Plan {
  let wiring = wire(site);
  let waiting = 0;
  let before: Promise<unknown> = Promise.resolve();
  const listeners = new Set<(wiring: Wiring) => void>();

  const carryOut = async (edit: BuildingEdit): Promise<Changed> => {
    const edited = await rewriteBuildingFile(file, (text) => editBuilding(text, edit));
    if (!edited.ok) return refused(edited.problem);
    // Readings are kept under the name and in the days that the hub was started with.
    const { building, timezone } = site;
    wiring = wire({ ...edited.site, building, timezone });
    for (const listener of listeners) listener(wiring);
    return { ok: true };
  };

  return {
    site: () => wiring.site,
    wiring: () => wiring,
    change: async (edit) => {
      if (isSimulated) return { ok: false, problem: "simulated-building" };
      if (waiting >= WAITING_MAX) return refused(BUSY);
      waiting += 1;
      const changed = before.then(() => carryOut(edit));
      before = changed.catch(() => {}).finally(() => (waiting -= 1));
      return changed;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const refused = (detail: Sentence): Changed => ({
  ok: false,
  problem: "building-file-refused",
  detail,
});

const BUSY: Sentence = {
  fr: "trop de modifications à la fois ; attendez un instant, puis recommencez",
  en: "too many changes at once; wait a moment, then try again",
};
