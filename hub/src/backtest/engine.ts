import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Lease } from "@battant/protocol/vocabulary/relay";
import { hours, type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { type Building, unknownBuilding, wire, type Wiring } from "../domain/building.ts";
import type { HubEvent } from "../domain/event.ts";
import type { Site, ZonePlan } from "../domain/site.ts";
import type { Zone } from "../domain/zone.ts";
import { step } from "../pipeline.ts";
import type { DecisionLog } from "../ports.ts";
import { TICK_EVERY } from "../runtime.ts";
import { onBeat, planTicks, type TickPlan } from "./ticks.ts";

/**
 * The straight line of a hub with one zone and nobody to speak to: events in, decisions noted, and
 * the leases that are asked for handed back instead of sent.
 */
export type Engine = {
  live(event: HubEvent, at: Instant): readonly Lease[];
  /** After what was lived last, nothing can change by itself until then. */
  nextTick(): Instant;
  zone(): Zone;
};

export type EngineParts = {
  readonly site: Pick<Site, "location" | "timezone">;
  readonly plan: ZonePlan;
  readonly from: Instant;
  readonly decisions?: DecisionLog;
  /** Those that matter, if nothing else is said. */
  readonly ticks?: TickPlan;
};

export function createEngine(parts: EngineParts): Engine {
  const { plan, decisions } = parts;
  const site: Site = {
    building: "past",
    name: "past",
    location: parts.site.location,
    timezone: parts.site.timezone,
    zones: new Map([[plan.id, plan]]),
    boards: new Map(),
  };
  const wiring = wiredAlone(site, plan);
  const ticks = parts.ticks ?? planTicks(site.location, plan);
  const ahead = yearsAhead(parts.from);
  let building = unknownBuilding(site);
  let decidedAt = instant(parts.from + ahead);

  const zone = (): Zone => {
    const found = building.zones.get(plan.id);
    if (found === undefined) throw new Error(`zone ${plan.id} is not in its own building`);
    return found;
  };

  return {
    zone,
    live: (event, at) => {
      const before = zone().verdict?.decision;
      const now = instant(at + ahead);
      const result = step(lastTicked(building, now), moved(event, ahead), wiring, now);
      building = result.building;
      // An event that concerns no zone decides nothing: what is due is still due.
      if (zone().verdict?.decision !== before) decidedAt = now;
      const leases: Lease[] = [];
      for (const effect of result.effects) {
        if (effect.kind === "lease") leases.push(effect.lease);
        else if (effect.kind === "log-decision") {
          decisions?.append({ at, zone: effect.zone, decision: effect.decision });
        }
      }
      return leases;
    },
    nextTick: () => onBeat(ticks(zone(), decidedAt) - ahead),
  };
}

/** One zone needs no looking up: whoever senses anything here senses it for that zone. */
function wiredAlone(site: Site, { id, lightSensor, presence }: ZonePlan): Wiring {
  const only = [id];
  const sensors = [lightSensor, ...(presence?.sensors ?? [])];
  return {
    ...wire(site),
    zonesOfSensor: (board, sensor) =>
      sensors.some((it) => it?.sensor === sensor && it.board === board) ? only : NONE,
  };
}

const NONE: readonly ZoneId[] = [];

/** No pause that is longer passes for a hub that ticks (pipeline.ts). */
const PAUSE_MAX = minutes(10);

/** Between two events the hub would have ticked all the time: nobody set its clock. */
function lastTicked(building: Building, now: Instant): Building {
  const last = building.now;
  if (last === undefined || now - last <= TICK_EVERY || now - last > PAUSE_MAX) return building;
  return { ...building, now: instant(now - TICK_EVERY) };
}

/** Four years, with their leap day, bring the sun back to where it was. */
const FOUR_YEARS = hours(24 * 1461);
/** No hub ran earlier, and the rule believes no such clock (pipeline.ts). */
const PLAUSIBLE_FROM = Date.UTC(2026, 0, 1);

/** History from before is lived some times four years later: it is the sun that counts. */
const yearsAhead = (from: Instant): number =>
  from >= PLAUSIBLE_FROM ? 0 : Math.ceil((PLAUSIBLE_FROM - from) / FOUR_YEARS) * FOUR_YEARS;

function moved(event: HubEvent, ahead: number): HubEvent {
  if (ahead === 0 || event.kind !== "reading") return event;
  const { reading } = event;
  const at = instant(reading.at + ahead);
  return { kind: "reading", reading: { ...reading, at, received: at } };
}
