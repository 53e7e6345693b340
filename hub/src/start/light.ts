import { after, type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { LIGHT_MINUTES_MAX } from "../../api/light.ts";
import { systemClock } from "../adapters/clock/system.ts";
import type { Views } from "../adapters/http/views.ts";
import { trying } from "../adapters/registry/database.ts";
import type { Registry } from "../adapters/registry/registry.ts";
import { createLightDesk, type LightDesk } from "../desk/light-desk.ts";
import type { HubEvent } from "../domain/event.ts";
import type { Audit } from "../ports.ts";
import type { Runtime } from "../runtime.ts";
import type { Base } from "./base.ts";
import { addressesAt } from "./workshop.ts";

/** Where people ask for light on a page: what they want goes the way of every other event. */

type Parts = {
  readonly runtime: Pick<Runtime, "building" | "event">;
  readonly views: Pick<Views, "building">;
};

export const openLight = (base: Base, { runtime, views }: Parts): LightDesk => {
  const { registry, settings, clock } = base;
  recall(registry, runtime.event, clock.now());
  return createLightDesk({
    links: registry.links,
    audit: patient(registry),
    building: views.building,
    askedUntil: (zone) => runtime.building().zones.get(zone)?.overrides.page?.until,
    event: remembered(registry, runtime.event),
    clock: systemClock,
    addresses: () => addressesAt(settings.http.host),
  });
};

type Tell = (event: HubEvent) => void;

/** Whoever was given light must not be told that it failed: a full disk is the doctor's to tell. */
const patient = ({ audit, refusals }: Pick<Registry, "audit" | "refusals">): Audit => ({
  record: (line) => {
    const problem = `"${line.action}" could not be written to the audit log; is the disk full?`;
    if (!trying(() => audit.record(line)))
      refusals.record({ from: "hub", where: "light", problem });
  },
});

/**
 * What was promised before the hub stopped; and never more than anybody can be promised, for a small
 * computer without a battery may wake up in the past.
 */
const recall = ({ asked }: Pick<Registry, "asked">, tell: Tell, now: Instant): void => {
  const latest = after(now, minutes(LIGHT_MINUTES_MAX));
  for (const { zone, until } of asked.all()) {
    if (until > now) {
      const promised = instant(Math.min(until, latest));
      tell({ kind: "override", zone, until: promised, by: "page" });
    } else asked.keep(zone, undefined);
  }
};

const remembered =
  ({ asked }: Pick<Registry, "asked">, tell: Tell): Tell =>
  (event) => {
    tell(event);
    if (event.kind === "override") asked.keep(event.zone, event.until);
  };
