import { elapsed } from "@battant/protocol/vocabulary/units";
import { ALARM_AFTER, ALARM_BACK, ALARM_HIGH, ALARM_LOW, FOREIGN_AFTER } from "./figures.ts";
import type { Moment } from "./moment.ts";
import { refinedFrom } from "./refined.ts";
import type { AlarmKind, CalibrationState } from "./state.ts";

/** A calibration that holds no longer says so by itself. */

export function watchAlarms(state: CalibrationState, moment: Moment): CalibrationState {
  const wanted = ALARMS.filter((kind) => holds(kind, state, moment));
  const isSame = wanted.length === state.alarms.length && wanted.every((kind) => isOn(state, kind));
  if (isSame) return state;
  const alarms = wanted.map(
    (kind) => state.alarms.find((it) => it.kind === kind) ?? { kind, since: moment.now },
  );
  return { ...state, alarms };
}

const ALARMS = ["less-light", "more-light", "foreign-light"] as const satisfies AlarmKind[];

const isOn = ({ alarms }: CalibrationState, kind: AlarmKind): boolean =>
  alarms.some((it) => it.kind === kind);

function holds(kind: AlarmKind, state: CalibrationState, moment: Moment): boolean {
  if (kind === "foreign-light") return isForeign(state);
  const refined = refinedFrom(state.refined, moment.reference);
  if (refined === undefined || refined.count < ALARM_AFTER || refined.reference === 0) return false;
  const share = refined.value / refined.reference;
  const back = isOn(state, kind) ? ALARM_BACK : 0;
  return kind === "less-light" ? share < ALARM_LOW + back : share > ALARM_HIGH - back;
}

/** Nobody knows by day: what was found by night stands until the next one. */
function isForeign({ dark: { highSince, at } }: CalibrationState): boolean {
  if (highSince === undefined || at === undefined) return false;
  return elapsed({ since: highSince, now: at }) >= FOREIGN_AFTER;
}
