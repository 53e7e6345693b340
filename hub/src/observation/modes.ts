import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { ModeView } from "../../api/observation.ts";
import type { ModeEdit } from "../config/mode-edit.ts";
import type { Changed } from "../desk/board-desk.ts";
import type { Outcome } from "../desk/desks.ts";
import { no } from "../desk/refusals.ts";
import type { Site } from "../domain/site.ts";
import type { Audit } from "../ports.ts";

/** From observing to acting, and back: a line of the building file, that a person answers for. */
export type ZoneModes = {
  /** `who` is the account's name, for the audit log. */
  set(zone: ZoneId, mode: ModeView["mode"], who: string): Promise<Outcome<ModeView>>;
};

export type ZoneModesParts = {
  readonly plan: {
    site(): Site;
    change(edit: ModeEdit): Promise<Changed>;
  };
  readonly audit: Audit;
  /** Decides anew at once, so that a light that is to be given back does not wait. */
  readonly decide: () => void;
};

export const createZoneModes = ({ plan, audit, decide }: ZoneModesParts): ZoneModes => ({
  set: async (zone, mode, who) => {
    const before = plan.site().zones.get(zone)?.daylight.mode;
    if (before === undefined) return no("unknown-zone");
    if (before === mode) return { ok: true, value: { zone, mode } };
    const changed = await plan.change({ kind: "mode", zone, mode });
    if (!changed.ok) return changed;
    audit.record({ who, action: "zone mode set", about: `${zone}: ${before} to ${mode}` });
    decide();
    return { ok: true, value: { zone, mode } };
  },
});
