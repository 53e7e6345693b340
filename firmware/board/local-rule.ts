import type { SensorId } from "@battant/protocol/vocabulary/ids";
import { WARNING } from "@battant/protocol/vocabulary/relay";
import type { LocalRule } from "@battant/protocol/vocabulary/settings";
import { type Instant, instant, lux, minutes, seconds } from "@battant/protocol/vocabulary/units";
import { begun, checked, ended, judgeDaylight, type Past } from "@battant/rules/daylight";
import { SETTLING } from "@battant/rules/figures";
import { type LightState, NOTHING_SEEN, seeLight } from "@battant/rules/light";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { isInhibited, localRule, type RelayCommands } from "./commands.ts";
import type { Hardware } from "./hardware.ts";
import { findRelay, type Relays } from "./relays.ts";

/**
 * The daylight rule, run by the board while the hub is gone.
 *
 * It always watches: the light sensor, the lamps, and what becomes of the circuit, whoever moves it.
 * It borrows only after the hub has been away for a minute, and gives back at any time whatever is in
 * doubt. Time is the board's uptime, which never jumps; the clock is asked for the sun alone.
 */
export type LocalRules = LocalRulesPorts & {
  /** For which the zones were made. */
  rules: readonly LocalRule[];
  zones: readonly Zone[];
  hubSeenAt: Instant;
};

export type LocalRulesPorts = {
  readonly hardware: Hardware;
  /** The list is another one when the hub has sent new settings. */
  readonly settings: { readonly rules: readonly LocalRule[] };
  readonly relays: Relays;
  readonly linkIsUp: () => boolean;
};

/** What only the bundle of a board with a relay and a light sensor holds; made when asked for. */
export type LocalRulePart = () => {
  start(ports: LocalRulesPorts): LocalRules;
  /** What a sensor of this board reports. */
  see(rules: LocalRules, sensor: SensorId, value: number): void;
};

const PERIOD = seconds(5);
/** A hub that restarts is back within this; until then its lease runs on. */
const HUB_GONE_AFTER = minutes(1);

type Zone = {
  readonly rule: LocalRule;
  readonly commands: RelayCommands;
  light: LightState;
  past: Past;
  because: string;
  inhibited: boolean;
  /** The lamps burn, or are taken to because nobody can tell. */
  lit: boolean;
  litChanged: Instant | undefined;
  /** By somebody, or because the circuit was given back a moment ago. */
  switchedOnAt: Instant | undefined;
  /** The hub left the light on although daylight sufficed: it knew why, as when somebody asked. */
  objected: boolean;
};

const watched = (rule: LocalRule, commands: RelayCommands): Zone => ({
  rule: rule,
  commands: commands,
  light: NOTHING_SEEN,
  past: { inhibitions: [], releasedAt: undefined, beforeOff: undefined, distrust: undefined },
  because: "start",
  inhibited: isInhibited(commands),
  lit: true,
  litChanged: undefined,
  switchedOnAt: undefined,
  objected: false,
});

/** Takes in what became of the circuit and its lamps. */
const watch = (zone: Zone, hubIsHere: boolean, now: Instant): void => {
  const wasInhibited = zone.inhibited;
  const inhibited = isInhibited(zone.commands);
  const seen = zone.commands.relay.lit;
  if (inhibited && !wasInhibited) {
    const latest = zone.light.seen;
    const lampsWereSeen = zone.lit && seen !== undefined;
    const before = lampsWereSeen && latest !== undefined ? latest.illuminance : undefined;
    zone.past = begun(zone.past, before, now);
  }
  if (wasInhibited && !inhibited) {
    if (hubIsHere && zone.because === "daylight-sufficient") zone.objected = true;
    zone.past = ended(zone.past, zone.because, now);
  }
  zone.inhibited = inhibited;

  const lit = seen === undefined ? !inhibited : seen;
  if (lit === zone.lit) return;
  zone.lit = lit;
  zone.litChanged = now;
  if (lit && !inhibited) zone.switchedOnAt = now;
};

/** When the lamps of a circuit kept off were seen to go out. */
const lampsOutAt = (zone: Zone): Instant | undefined =>
  zone.inhibited && !zone.lit ? zone.litChanged : undefined;

const judge = (zone: Zone, clock: Instant | undefined, now: Instant): string => {
  const rule = zone.rule;
  if (clock === undefined) return "clock-unknown";
  if (sunAltitudeDeg(rule, clock) < rule.sunGuardDeg) return "sun-is-down";
  return judgeDaylight(zone.light, zone.past, rule, {
    now: now,
    inhibiting: zone.inhibited,
    lampsOutAt: lampsOutAt(zone),
    switchedOnAt: zone.switchedOnAt,
  }).because;
};

/** Borrows, gives back, or leaves things as they are. */
const decide = (rules: LocalRules, zone: Zone, hubIsHere: boolean, now: Instant): void => {
  watch(zone, hubIsHere, now);
  zone.because = judge(zone, rules.hardware.now(), now);
  const wanted = zone.because === "daylight-sufficient";
  if (wanted) zone.past = checked(zone.past, zone.light, lampsOutAt(zone));
  if (zone.inhibited || zone.light.brightSince === undefined) zone.objected = false;
  else if (wanted && hubIsHere) zone.objected = true;
  const warn = zone.rule.warn;
  if (!wanted) localRule(zone.commands, false, warn);
  else if (now - rules.hubSeenAt > HUB_GONE_AFTER && !zone.objected) {
    // Getting dark: what was borrowed runs on while a cloud passes, but is not prolonged.
    if (zone.light.darkSince === undefined) localRule(zone.commands, true, warn);
  }
  watch(zone, hubIsHere, now);
};

const zonesOf = (rules: readonly LocalRule[], relays: Relays): Zone[] => {
  const zones: Zone[] = [];
  rules.forEach((rule) => {
    const commands = findRelay(relays, rule.relay);
    if (commands !== undefined) zones.push(watched(rule, commands));
  });
  return zones;
};

const tick = (rules: LocalRules): void => {
  if (rules.rules !== rules.settings.rules) {
    rules.rules = rules.settings.rules;
    rules.zones = zonesOf(rules.rules, rules.relays);
  }
  const now = instant(rules.hardware.uptime());
  const hubIsHere = rules.linkIsUp();
  if (hubIsHere) rules.hubSeenAt = now;
  rules.zones.forEach((it) => decide(rules, it, hubIsHere, now));
};

export const startLocalRules = (ports: LocalRulesPorts): LocalRules => {
  const rules: LocalRules = {
    hardware: ports.hardware,
    settings: ports.settings,
    relays: ports.relays,
    linkIsUp: ports.linkIsUp,
    rules: [],
    zones: [],
    hubSeenAt: instant(ports.hardware.uptime()),
  };
  ports.hardware.timers.every(PERIOD, () => tick(rules));
  return rules;
};

export const see = (rules: LocalRules, sensor: SensorId, value: number): void => {
  const now = instant(rules.hardware.uptime());
  rules.zones.forEach((zone) => {
    if (zone.rule.sensor !== sensor) return;
    watch(zone, rules.linkIsUp(), now);
    // What a sensor sees of luminaires that blink, until they have settled, is neither nor.
    if (zone.commands.control.warnedAt - now > WARNING - SETTLING) return;
    const seen = {
      illuminance: lux(value),
      at: now,
      lit: zone.lit,
      litChanged: zone.litChanged,
    };
    zone.light = seeLight(zone.light, seen, zone.rule, now);
  });
};

/** The reason of each zone's latest decision, for a maker at the console. */
export const tellRules = (rules: LocalRules): string =>
  rules.zones.map((it) => it.rule.relay + ": " + it.because).join("\n");

export const localRulePart: LocalRulePart = () => ({ start: startLocalRules, see: see });
