import { elapsed, type Instant, type Lux } from "@battant/protocol/vocabulary/units";
import { watchAlarms } from "./alarms.ts";
import {
  AFTER_BY_NIGHT,
  FADE_OUT,
  LATE,
  SAMPLES_KEPT,
  SAMPLES_MAX,
  SAMPLES_PER_SIDE,
  TOGGLES_MAX,
  WARM_UP,
} from "./figures.ts";
import { seeDark } from "./dark.ts";
import { measured } from "./measured.ts";
import { isNight, type Moment } from "./moment.ts";
import { refine } from "./refined.ts";
import type { CalibrationState, Lamps, Open, SwitchedBy } from "./state.ts";

/**
 * What a zone's light sensor and its lamps teach, one event after the other. Pure: the same events
 * teach the same, and nothing of it switches a light.
 */

export type Told =
  | { readonly kind: "reading"; readonly illuminance: Lux; readonly at: Instant }
  /** `undefined`: nobody can tell any more. */
  | { readonly kind: "lamps"; readonly lit: boolean | undefined; readonly by: SwitchedBy };

export function learn(state: CalibrationState, told: Told, moment: Moment): CalibrationState {
  const learned =
    told.kind === "reading" ? seeReading(state, told, moment) : seeLamps(state, told, moment);
  return learned === state ? state : watchAlarms(learned, moment);
}

type Reading = Extract<Told, { kind: "reading" }>;

function seeReading(state: CalibrationState, told: Reading, moment: Moment): CalibrationState {
  const { now } = moment;
  // A board whose clock is a little ahead must not speak of what is still to come.
  const at = told.at > now ? now : told.at;
  const last = state.samples.at(-1);
  if (elapsed({ since: at, now }) > LATE) return state;
  if (last !== undefined && at <= last.at) return state;
  const { lamps } = state;
  const settled = lamps === undefined || at - lamps.since >= settling(state, lamps);
  const sample = { at, illuminance: told.illuminance, lit: lamps?.lit, settled };
  const samples = [...state.samples.filter((it) => at - it.at <= SAMPLES_KEPT), sample];
  const seen = seeDark({ ...state, samples: samples.slice(-SAMPLES_MAX) }, sample, moment);
  const { open } = seen;
  if (open === undefined || !sample.settled) return seen;
  const after = seen.samples.filter((it) => it.settled && it.at >= open.since);
  const isOver = at - open.since > AFTER_BY_NIGHT + settling(seen, open);
  return isOver || after.length >= SAMPLES_PER_SIDE ? close(seen, open, moment) : seen;
}

const settling = ({ lampKind }: CalibrationState, { lit }: Lamps): number =>
  lit ? WARM_UP[lampKind] : FADE_OUT;

type LampsTold = Extract<Told, { kind: "lamps" }>;

function seeLamps(state: CalibrationState, told: LampsTold, moment: Moment): CalibrationState {
  const { lamps: before, open } = state;
  const { lit, by } = told;
  // A relay without the feedback says nothing against somebody who stands there.
  if (by === "relay" && lit === undefined && before?.by === "hand") return state;
  if (lit === before?.lit) return state;
  const closed = open === undefined ? state : close(state, open, moment);
  if (lit === undefined) return { ...closed, lamps: undefined };
  const lamps = { lit, since: moment.now, by };
  // The first word after a start says how they are, not that they changed.
  if (before === undefined) return { ...closed, lamps };
  return { ...closed, lamps, open: { ...lamps, isNight: isNight(moment) } };
}

/** Takes what a switching has taught, if it has. */
function close(state: CalibrationState, open: Open, moment: Moment): CalibrationState {
  const closed = { ...state, open: undefined };
  const found = measured(state.samples, open, moment.reference);
  if (found === undefined) return closed;
  const refined = refine(state.refined, found.contribution, moment);
  if (found.kind === "day") return { ...closed, refined };
  const { contribution, dark } = found;
  const toggle = { at: open.since, contribution, dark, by: open.by };
  return { ...closed, refined, toggles: [...state.toggles, toggle].slice(-TOGGLES_MAX) };
}
