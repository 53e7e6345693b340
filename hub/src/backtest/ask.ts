import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Site, ZonePlan } from "../domain/site.ts";
import { pricesOf } from "../proof/ask.ts";
import type { PastZone, Price } from "./question.ts";

/** What the building file says that a question about the past needs. */

export const pastZoneOf = (plan: ZonePlan): PastZone => ({
  plan,
  presence: plan.presence?.sensors ?? [],
});

/** As the building file has them: none if it has none. */
export const filePrices = (site: Site, now: Instant): readonly Price[] =>
  pricesOf(site, now)
    .map(({ from, eurosPerKWh }) => ({ from, perKWh: eurosPerKWh }))
    .toSorted((one, other) => one.from - other.from);

export const onePrice = (perKWh: number): readonly Price[] => [{ from: instant(0), perKWh }];
