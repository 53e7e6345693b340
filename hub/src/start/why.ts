import type { Views } from "../adapters/http/views.ts";
import type { Embedded } from "../adapters/sqlite/journal.ts";
import type { Runtime } from "../runtime.ts";
import { askWhy, type Sources } from "../why/ask.ts";
import type { Base } from "./base.ts";

/** Why a light is as it is: what the hub believes this moment, and for the past its journal. */

type Here = {
  readonly plan: Pick<Base["plan"], "site">;
  readonly settings: { readonly retention: Pick<Base["settings"]["retention"], "decisionsDays"> };
  readonly clock: Pick<Base["clock"], "now">;
};

type Parts = {
  readonly runtime: Pick<Runtime, "building">;
  readonly embedded: Pick<Embedded, "ask">;
};

export const whyOf =
  ({ plan, settings, clock }: Here, { runtime, embedded }: Parts): Views["why"] =>
  (zone, when) => {
    const site = plan.site();
    const sources: Sources = {
      now: clock.now(),
      timezone: site.timezone,
      site,
      keptDays: settings.retention.decisionsDays,
      live: runtime.building().zones.get(zone)?.verdict,
      stoppedAt: undefined,
      around: (...asked) => embedded.ask("decisionsAround", ...asked),
    };
    return askWhy({ zone, when }, sources);
  };
