import { systemClock } from "../adapters/clock/system.ts";
import type { Views } from "../adapters/http/views.ts";
import type { Registry } from "../adapters/registry/registry.ts";
import { createLightDesk, type LightDesk } from "../desk/light-desk.ts";
import type { HubEvent } from "../domain/event.ts";
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
    audit: registry.audit,
    building: views.building,
    askedUntil: (zone) => runtime.building().zones.get(zone)?.overrides.page?.until,
    event: remembered(registry, runtime.event),
    clock: systemClock,
    addresses: () => addressesAt(settings.http.host),
  });
};

type Tell = (event: HubEvent) => void;

/** What was promised before the hub stopped. */
const recall = ({ asked }: Pick<Registry, "asked">, tell: Tell, now: number): void => {
  for (const { zone, until } of asked.all()) {
    if (until > now) tell({ kind: "override", zone, until, by: "page" });
    else asked.keep(zone, undefined);
  }
};

const remembered =
  ({ asked }: Pick<Registry, "asked">, tell: Tell): Tell =>
  (event) => {
    tell(event);
    if (event.kind === "override") asked.keep(event.zone, event.until);
  };
