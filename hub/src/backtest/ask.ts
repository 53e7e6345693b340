import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Sentence } from "../../api/contract.ts";
import type { Site, ZonePlan } from "../domain/site.ts";
import { pricesOf } from "../proof/ask.ts";
import { signalsOf } from "./compare.ts";
import type { PastZone, Price } from "./question.ts";

/** What the building file says that a question about the past needs. */

export const pastZoneOf = (plan: ZonePlan): PastZone => ({
  plan,
  presence: plan.presence?.sensors ?? [],
});

/** A board of theirs whose name was a flat's before: what the journal keeps under it is that flat's. */
export const privateIn = (
  zones: readonly PastZone[],
  isPrivate: (board: BoardId) => boolean,
): BoardId | undefined => zones.flatMap(signalsOf).find(({ board }) => isPrivate(board))?.board;

export const flatsPast = (board: BoardId): Sentence => ({
  fr: `sous le nom ${board}, ce sont les relevés d'un logement qui sont gardés, et ils n'appartiennent qu'à son occupant ; donnez un autre nom à la carte`,
  en: `what is kept under the name ${board} are readings of a flat, which belong to its resident alone; give the board another name`,
});

/** As the building file has them: none if it has none. */
export const filePrices = (site: Site, now: Instant): readonly Price[] =>
  pricesOf(site, now)
    .map(({ from, eurosPerKWh }) => ({ from, perKWh: eurosPerKWh }))
    .toSorted((one, other) => one.from - other.from);

export const onePrice = (perKWh: number): readonly Price[] => [{ from: instant(0), perKWh }];
