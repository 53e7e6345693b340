import type { BoardId, ZoneId } from "@battant/protocol/vocabulary/ids";
import {
  elapsed,
  hours,
  type Instant,
  instant,
  minutes,
  seconds,
} from "@battant/protocol/vocabulary/units";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import { begun, checked, ended } from "@battant/rules/daylight";
import { NOTHING_SEEN } from "@battant/rules/light";
import { sunAltitudeDeg } from "@battant/rules/sun";
import type { Building, Wiring } from "./domain/building.ts";
import type { Decision } from "./domain/decision.ts";
import type { Effect, HubEvent } from "./domain/event.ts";
import { arrangeLease } from "./domain/lease.ts";
import { isSameState } from "./domain/circuit.ts";
import { observe } from "./domain/observe.ts";
import type { ZonePlan } from "./domain/site.ts";
import { movedBy } from "./domain/override.ts";
import { NOTHING_DETECTED } from "./domain/presence.ts";
import { isInhibiting, isKeptOffByDay, lampsOutAt, litOf, type Zone } from "./domain/zone.ts";
import { decide } from "./rules/decide.ts";
import type { Moment } from "./rules/moment.ts";
import { sunGuardDeg } from "./rules/daylight.ts";
import { vacated } from "./rules/vacancy.ts";
import { circuitState } from "./rules/witness.ts";

/**
 * The straight line: one event in, one new building and a list of effects out. Nothing is done here
 * and no clock is read, so that live running, replay, backtest and simulation are all a loop over
 * the same function.
 */

export type Step = { readonly building: Building; readonly effects: readonly Effect[] };

const NO_EFFECTS: readonly Effect[] = [];
const NO_ZONES: readonly ZoneId[] = [];

/** What zones go by. */
const DECIDED_BY: readonly Quantity[] = ["illuminance", "occupancy"];

/** No Battant hub ran before this: an earlier time is a computer without a clock battery. */
const EARLIEST_PLAUSIBLE = instant(Date.UTC(2026, 0, 1));
/** Ticks come every few seconds; a step further than this was a clock being set. */
const BACKWARD_JUMP = seconds(2);
const FORWARD_JUMP = minutes(10);
/** A pause this long between two events is a clock being set, or a computer that slept. */
const CLOCK_STEP = seconds(30);
/** An unchanged decision is written again this often: silence in the log then means no hub. */
const LOGGED_AT_LEAST_EVERY = hours(1);

export function step(building: Building, event: HubEvent, wiring: Wiring, now: Instant): Step {
  const jumped = clockJumped(building.now, now);
  const lived = jumped ? forgetLight(building, now) : building;
  const broken = breakBefore(building, now);
  const seen = observe(broken === undefined ? lived : writeAnew(lived), event, wiring, now);
  const effects: Effect[] = [...answersTo(event), ...clockCorrections(building, now)];
  if (broken !== undefined) effects.push(broken);
  const concerned = jumped ? [...seen.zones.keys()] : zonesOf(event, wiring);
  if (concerned.length === 0) return { building: { ...seen, now }, effects };

  const zones = new Map(seen.zones);
  const sun = sunAltitudeDeg(wiring.site.location, now);
  for (const id of concerned) {
    const zone = zones.get(id);
    const plan = wiring.site.zones.get(id);
    if (zone === undefined || plan === undefined) continue;
    const moment = momentFor(plan, seen, sun, now);
    const decision = decide(zone, plan, moment);
    const concluded = carryOut({ zone: conclude(zone, decision, moment), plan, moment }, effects);
    zones.set(id, witness({ zone: concluded, plan, moment }, effects));
  }
  return { building: { now, zones, boards: seen.boards }, effects };
}

function clockJumped(last: Instant | undefined, now: Instant): boolean {
  if (last === undefined) return false;
  const passed = elapsed({ since: last, now });
  return passed + BACKWARD_JUMP < 0 || passed > FORWARD_JUMP;
}

/** What was seen before a jump says nothing about after it, and no memory lies in the future. */
function forgetLight(building: Building, now: Instant): Building {
  const jump = elapsed({ since: building.now ?? now, now });
  const zones = new Map<ZoneId, Zone>();
  for (const [id, zone] of building.zones) {
    const { releasedAt, switchedOnAt } = zone;
    zones.set(id, {
      ...zone,
      light: NOTHING_SEEN,
      presence: NOTHING_DETECTED,
      circuit: { ...zone.circuit, lease: undefined },
      inhibitions: zone.inhibitions.filter((at) => at <= now),
      vacancies: zone.vacancies.filter((at) => at <= now),
      releasedAt: releasedAt === undefined || releasedAt > now ? undefined : releasedAt,
      switchedOnAt: switchedOnAt === undefined || switchedOnAt > now ? undefined : switchedOnAt,
      distrust: undefined,
      overrides: movedBy(zone.overrides, jump),
    });
  }
  return { ...building, zones };
}

/** Without a word about the break, what was written last would seem to hold on through it. */
function breakBefore({ now: last, zones }: Building, now: Instant): Effect | undefined {
  if (last === undefined || now < EARLIEST_PLAUSIBLE || isContinuous(last, now)) return undefined;
  const from = last >= EARLIEST_PLAUSIBLE ? last : lastWitnessed(zones);
  return from === undefined ? undefined : { kind: "log-break", from, to: now };
}

function lastWitnessed(zones: Building["zones"]): Instant | undefined {
  const times = [...zones.values()].flatMap(({ witnessed }) => witnessed?.at ?? []);
  return times.length === 0 ? undefined : instant(Math.max(...times));
}

const isContinuous = (last: Instant, now: Instant): boolean => {
  const passed = elapsed({ since: last, now });
  return passed + BACKWARD_JUMP >= 0 && passed <= CLOCK_STEP;
};

function writeAnew(building: Building): Building {
  const zones = new Map<ZoneId, Zone>();
  for (const [id, zone] of building.zones) zones.set(id, { ...zone, witnessed: undefined });
  return { ...building, zones };
}

function zonesOf(event: HubEvent, wiring: Wiring): readonly ZoneId[] {
  switch (event.kind) {
    case "reading":
      if (!DECIDED_BY.includes(event.reading.quantity)) return NO_ZONES;
      return wiring.zonesOfSensor(event.reading.board, event.reading.sensor);
    case "relay-reported": {
      const zone = wiring.zoneOfRelay(event.board, event.relay);
      return zone === undefined ? NO_ZONES : [zone];
    }
    case "availability":
    case "described":
      return wiring.zonesOfBoard(event.board);
    case "clock-asked":
      return NO_ZONES;
    case "override":
      return [event.zone];
    case "tick":
      return [...wiring.site.zones.keys()];
  }
}

/** Leases need clocks that agree: when ours was set, every board hears of it at once. */
function clockCorrections(building: Building, now: Instant): readonly Effect[] {
  if (building.now === undefined || isContinuous(building.now, now)) return NO_EFFECTS;
  return [...building.boards]
    .filter(([, { online }]) => online)
    .map(([board]) => ({ kind: "set-clock", board }));
}

function answersTo(event: HubEvent): readonly Effect[] {
  if (event.kind !== "described" && event.kind !== "clock-asked") return NO_EFFECTS;
  return [{ kind: "set-clock", board: event.board }];
}

function momentFor(plan: ZonePlan, building: Building, sun: number, now: Instant): Moment {
  const isOnline = (at: { readonly board: BoardId } | undefined): boolean =>
    at !== undefined && (building.boards.get(at.board)?.online ?? false);
  return {
    now,
    sunAltitudeDeg: sun,
    clockTrusted: now >= EARLIEST_PLAUSIBLE,
    relayOnline: isOnline(plan.circuit),
    sensorOnline: isOnline(plan.lightSensor),
    boardOnline: (board) => isOnline({ board }),
  };
}

/** What a decision changes in what the hub believes about the zone. */
function conclude(zone: Zone, decision: Decision, { now }: Moment): Zone {
  const before = zone.verdict?.decision;
  const changed =
    before?.kind !== decision.kind ||
    before.because !== decision.because ||
    before.evidence.observed !== decision.evidence.observed;
  const verdict =
    changed || zone.verdict === undefined
      ? { decision, since: now, loggedAt: undefined }
      : { ...zone.verdict, decision };
  const inhibits = decision.kind === "inhibit";
  const concluded = { ...zone, verdict };
  if (inhibits && isInhibiting(zone)) {
    return { ...concluded, ...checked(concluded, zone.light, lampsOutAt(zone.circuit)) };
  }
  if (inhibits === isInhibiting(zone)) return concluded;
  if (!inhibits && !isKeptOffByDay(zone)) return { ...concluded, releasedAt: now };
  if (!inhibits) return { ...concluded, ...ended(zone, decision.because, now) };
  if (decision.because === "vacant") return { ...concluded, ...vacated(zone, now) };
  const beforeOff = litOf(zone.circuit) === true ? zone.light.seen?.illuminance : undefined;
  return { ...concluded, ...begun(zone, beforeOff, now) };
}

type Matter = { readonly zone: Zone; readonly plan: ZonePlan; readonly moment: Moment };

/** Logs the decision if there is news in it, and arranges the lease that follows from it. */
function carryOut({ zone, plan, moment }: Matter, effects: Effect[]): Zone {
  const { now } = moment;
  const { verdict } = zone;
  const { circuit } = plan;
  if (verdict === undefined) return zone;
  const due = isDue(verdict.loggedAt, now);
  if (due) effects.push({ kind: "log-decision", zone: zone.id, decision: verdict.decision });
  const logged = due ? { ...zone, verdict: { ...verdict, loggedAt: now } } : zone;
  if (circuit === undefined) return logged;

  const wanted = verdict.decision.kind === "inhibit" && plan.daylight.mode === "act";
  // Getting dark: the lease runs on while a cloud passes, but nobody asks for more of it.
  const isFading = isKeptOffByDay(zone) && zone.light.darkSince !== undefined;
  if (wanted && isFading) return logged;
  // Only a relay that has said how it is, since it came, can be spoken with.
  const boot = moment.relayOnline ? zone.circuit.report?.boot : undefined;
  const { lease, send } = arrangeLease(zone.circuit, { wanted, warn: circuit.warning }, boot, now);
  if (send !== undefined) {
    effects.push({ kind: "lease", board: circuit.board, relay: circuit.relay, lease: send });
  }
  return { ...logged, circuit: { ...zone.circuit, lease } };
}

/** Writes down how the circuit is, if that is news. A wrong clock would write it at a wrong time. */
function witness({ zone, plan, moment }: Matter, effects: Effect[]): Zone {
  const { now, clockTrusted } = moment;
  if (plan.circuit === undefined || !clockTrusted) return zone;
  const sunIsDown = moment.sunAltitudeDeg < sunGuardDeg(plan);
  const state = circuitState(zone, plan, { ...moment, sunIsDown });
  const before = zone.witnessed;
  if (before !== undefined && isSameState(before.state, state) && !isDue(before.at, now)) {
    return zone;
  }
  effects.push({ kind: "log-circuit", zone: zone.id, state });
  return { ...zone, witnessed: { state, at: now } };
}

function isDue(loggedAt: Instant | undefined, now: Instant): boolean {
  if (loggedAt === undefined || now < loggedAt) return true;
  return elapsed({ since: loggedAt, now }) >= LOGGED_AT_LEAST_EVERY;
}
