import type { BuildingView, DecisionView, Sentence, ZoneView } from "../api/contract.ts";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import { onFloor, thresholdOf } from "@battant/rules/light";
import { sunAltitudeDeg } from "@battant/rules/sun";
import type { Building, Wiring } from "./domain/building.ts";
import type { Decision } from "./domain/decision.ts";
import { sentenceOf } from "./domain/sentence.ts";
import type { ZonePlan } from "./domain/site.ts";
import { activeOverride } from "./domain/override.ts";
import { type Circuit, litOf, type Zone } from "./domain/zone.ts";
import type { DecisionRecord } from "./ports.ts";

/** What the hub believes, in the words of its public API. */

export type Occasion = {
  readonly now: Instant;
  readonly speed: number;
  readonly demo: boolean;
  /** What is wrong with a zone's calibration. */
  readonly alarms?: (zone: ZoneId) => readonly Sentence[];
};

export function buildingView(building: Building, wiring: Wiring, occasion: Occasion): BuildingView {
  const { site } = wiring;
  const { now, speed, demo } = occasion;
  const zones: ZoneView[] = [];
  for (const plan of site.zones.values()) {
    const zone = building.zones.get(plan.id);
    if (zone === undefined) continue;
    const alarms = occasion.alarms?.(plan.id) ?? [];
    zones.push({ ...zoneView(zone, plan, site.timezone, now), alarms });
  }
  return {
    building: site.building,
    name: site.name,
    timezone: site.timezone,
    now,
    speed,
    demo,
    sunAltitude_deg: Math.round(sunAltitudeDeg(site.location, now) * 10) / 10,
    zones,
  };
}

function zoneView(
  zone: Zone,
  plan: ZonePlan,
  timezone: string,
  now: Instant,
): Omit<ZoneView, "alarms"> {
  const settings = plan.daylight;
  const { seen, daylight } = zone.light;
  const fresh = seen !== undefined && now - seen.at <= settings.readingAgeMax;
  const { verdict, circuit } = zone;
  const { lease } = circuit;
  const override = activeOverride(zone.overrides, now);
  const held = lease?.wanted === "inhibit" && lease.answer === "granted";
  return {
    zone: plan.id,
    name: plan.name,
    kind: plan.kind,
    mode: settings.mode,
    illuminance_lx: fresh ? round(seen.illuminance) : null,
    daylight_lx: fresh && daylight !== undefined ? round(onFloor(daylight, settings)) : null,
    target_lx: settings.target,
    threshold_lx: thresholdOf(settings),
    light: lightOf(circuit),
    decision: verdict?.decision.kind ?? "allow",
    because: verdict?.decision.because ?? "sensor-silent",
    why: verdict === undefined ? STARTING : tell(verdict.decision, now, timezone),
    since: verdict?.since ?? null,
    override_until: override?.until ?? null,
    override_by: override?.by ?? null,
    lease_until: held && lease.until > now ? lease.until : null,
  };
}

export const decisionView = (record: DecisionRecord, timezone: string): DecisionView => ({
  at: record.at,
  zone: record.zone,
  decision: record.decision.kind,
  because: record.decision.because,
  why: tell(record.decision, record.at, timezone),
});

const STARTING: Sentence = {
  fr: "Allumage permis : le boîtier vient de démarrer.",
  en: "Light allowed: the hub has just started.",
};

const tell = (decision: Decision, at: Instant, timezone: string): Sentence => ({
  fr: sentenceOf(decision, { language: "fr", at, timezone }),
  en: sentenceOf(decision, { language: "en", at, timezone }),
});

function lightOf(circuit: Circuit): ZoneView["light"] {
  if (circuit.report?.mismatch === true) return "mismatch";
  const lit = litOf(circuit);
  if (circuit.report?.state === "inhibited" && lit !== true) return "inhibited";
  if (lit === undefined) return "unknown";
  return lit ? "on" : "off";
}

const round = (value: number): number => Math.round(value * 10) / 10;
