import type { Views } from "../adapters/http/views.ts";
import type { Embedded } from "../adapters/sqlite/journal.ts";
import { questionOf } from "../proof/ask.ts";
import { savingsView } from "../proof/view.ts";
import type { Base } from "./base.ts";

/** What a zone saved, from the journal and the building file of this moment. */
export const savingsOf =
  ({ plan, clock }: Base, embedded: Pick<Embedded, "ask">): Views["savings"] =>
  async (zone, range, withRows) => {
    const site = plan.site();
    const mode = site.zones.get(zone)?.daylight.mode;
    const question = questionOf(site, { zone, range, now: clock.now(), withRows });
    const proof = await embedded.ask("proof", question);
    const [proven] = proof.ok ? proof.zones : [];
    if (proven === undefined || mode === undefined) return undefined;
    return savingsView(proven, { timezone: site.timezone, mode });
  };
