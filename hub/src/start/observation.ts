import type { Views } from "../adapters/http/views.ts";
import type { Embedded } from "../adapters/sqlite/journal.ts";
import { observationQuestion } from "../observation/ask.ts";
import { observationView } from "../observation/view.ts";
import type { Base } from "./base.ts";

/** What a zone would have done, from the journal and the building file of this moment. */
export const observationOf =
  (
    { plan, clock }: Pick<Base, "plan" | "clock">,
    { ask }: Pick<Embedded, "ask">,
  ): Views["observation"] =>
  async (zone) => {
    const site = plan.site();
    const zonePlan = site.zones.get(zone);
    if (zonePlan === undefined) return undefined;
    const question = observationQuestion(site, zonePlan, clock.now());
    return observationView(await ask("observation", question), zonePlan, site);
  };
