import type {
  AlarmView,
  CalibrationFileView,
  CalibrationView,
  ContributionView,
  FactorView,
  RefinedView,
  SensorNowView,
} from "../../api/calibration.ts";
import type { Sentence } from "../../api/contract.ts";
import type { ZonePlan } from "../domain/site.ts";
import { type Contribution, contributionOf } from "./contribution.ts";
import { type Factor, factorAt, factorOf } from "./factor.ts";
import {
  ALARM_HIGH,
  ALARM_LOW,
  FOREIGN_LX,
  SILENT_AFTER,
  TOGGLES_COUNTED,
  TOGGLES_ENOUGH,
} from "./figures.ts";
import { isNight, type Moment } from "./moment.ts";
import { nextStep } from "./next.ts";
import { isOffered, refinedFrom } from "./refined.ts";
import type { Alarm, CalibrationState, Point, Refined, Toggle } from "./state.ts";
import { steadinessOf } from "./steady.ts";
import {
  ALARM_TODO,
  alarmSentence,
  clockIn,
  contradictingNote,
  dayIn,
  factorSentence,
  fewMarksNote,
  foreignNote,
  leftOutNote,
  refinedSentence,
  scatterNote,
  steadinessSentence,
} from "./words.ts";

/** A zone's calibration in the words of the API. */

export type ViewParts = {
  readonly plan: ZonePlan;
  readonly moment: Moment;
  readonly timezone: string;
  readonly hasFeedback: boolean;
  readonly nightFrom: number | undefined;
  readonly session: CalibrationView["session"];
};

export function calibrationView(state: CalibrationState, parts: ViewParts): CalibrationView {
  const { plan, moment, timezone, hasFeedback, nightFrom } = parts;
  const factor = factorOf(state.points);
  const found = contributionOf(state.toggles);
  const refined = refinedFrom(state.refined, moment.reference);
  const file = fileView(plan, factor, found);
  return {
    zone: plan.id,
    name: plan.name,
    kind: plan.kind,
    mode: plan.daylight.mode,
    now: moment.now,
    timezone,
    sensor: sensorView(state, plan, moment),
    lamps: { lit: state.lamps?.lit ?? null, hasFeedback, kind: state.lampKind },
    sun_deg: tenth(moment.sunAltitudeDeg),
    isNight: isNight(moment),
    nightFrom: nightFrom ?? null,
    points: state.points.map(pointView),
    factor: factor === undefined ? null : factorView(factor),
    toggles: state.toggles.slice(-TOGGLES_COUNTED).toReversed().map(toggleView),
    contribution: found === undefined ? null : contributionView(found),
    file,
    refined: refined === undefined ? null : refinedView(refined, timezone),
    alarms: alarmViews(state, timezone),
    session: parts.session,
    notes: notesOn(state, factor, found),
    next: nextStep({
      hasSensor: plan.lightSensor !== undefined,
      hasCircuit: plan.circuit !== undefined,
      hasFeedback,
      points: state.points.length,
      contribution: found,
      isNight: isNight(moment),
      nightFrom: nightFrom === undefined ? undefined : clockIn(timezone)(nightFrom),
      isWritten: file.isWritten,
    }),
  };
}

function sensorView(state: CalibrationState, plan: ZonePlan, { now }: Moment): SensorNowView {
  const { lightSensor } = plan;
  const steadiness =
    lightSensor === undefined ? ({ kind: "none" } as const) : steadinessOf(state, now);
  const last = state.samples.at(-1);
  const isFresh = last !== undefined && now - last.at <= SILENT_AFTER;
  return {
    board: lightSensor?.board ?? null,
    sensor: lightSensor?.sensor ?? null,
    illuminance_lx: isFresh ? tenth(last.illuminance) : null,
    at: last?.at ?? null,
    trust: steadiness.kind,
    about: steadinessSentence(steadiness),
  };
}

const pointView = (point: Point) => ({
  id: point.id,
  at: point.at,
  who: point.who,
  floor_lx: tenth(point.floor),
  sensor_lx: tenth(point.sensor),
  lampsLit: point.lamps !== undefined,
  factor: Math.round(1000 * factorAt(point)) / 1000,
});

const factorView = (factor: Factor): FactorView => ({
  value: factor.value,
  count: factor.count,
  scatter: Math.round(1000 * factor.scatter) / 1000,
  why: factorSentence(factor),
});

const toggleView = ({ at, contribution, dark, by }: Toggle) => ({
  at,
  contribution_lx: tenth(contribution),
  dark_lx: tenth(dark),
  by,
});

const contributionView = (it: Contribution): ContributionView => ({
  mean_lx: tenth(it.mean),
  sigma_lx: tenth(it.sigma),
  count: it.count,
  leftOut: it.leftOut,
  from: it.from,
  to: it.to,
  dark_lx: tenth(it.dark),
  isEnough: it.isEnough,
});

/** What is written of a factor and a contribution, and what is compared with what was written. */
export const written = (factor: Factor | undefined, found: Contribution | undefined) => ({
  floorFactor: factor?.value,
  luminaireContribution: found?.isEnough === true ? tenth(found.mean) : undefined,
});

/** Switchings that come later move the mean a little; the file need not follow each. */
const WRITTEN_SHARE = 0.1;

function fileView(
  { daylight }: ZonePlan,
  factor: Factor | undefined,
  found: Contribution | undefined,
): CalibrationFileView {
  const { floorFactor, luminaireContribution } = daylight;
  const measured = written(factor, found);
  const mean = measured.luminaireContribution;
  const isWritten =
    measured.floorFactor === floorFactor &&
    luminaireContribution !== undefined &&
    mean !== undefined &&
    Math.abs(mean - luminaireContribution) <= Math.max(FOREIGN_LX, WRITTEN_SHARE * mean);
  return {
    floorFactor,
    luminaireContribution_lx: luminaireContribution ?? null,
    isWritten,
  };
}

const refinedView = (refined: Refined, timezone: string): RefinedView => ({
  value_lx: tenth(refined.value),
  sigma_lx: tenth(Math.sqrt(refined.variance)),
  count: refined.count,
  since: refined.since,
  isOffered: isOffered(refined),
  about: refinedSentence(refined, dayIn(timezone)),
});

export const alarmViews = (state: CalibrationState, timezone: string): readonly AlarmView[] =>
  state.alarms.map((alarm) => {
    const { measured, reference, threshold } = valuesOf(alarm, state);
    const since = dayIn(timezone)(alarm.since);
    return {
      kind: alarm.kind,
      since: alarm.since,
      measured_lx: tenth(measured),
      reference_lx: tenth(reference),
      threshold_lx: tenth(threshold),
      about: alarmSentence(alarm.kind, { measured, reference, threshold }, since),
      todo: ALARM_TODO[alarm.kind],
    };
  });

function valuesOf({ kind }: Alarm, { refined, dark }: CalibrationState) {
  if (kind === "foreign-light") {
    const { level = dark.reference, reference } = dark;
    return { measured: level, reference, threshold: reference + FOREIGN_LX };
  }
  const { value = 0, reference = 0 } = refined ?? {};
  const share = kind === "less-light" ? ALARM_LOW : ALARM_HIGH;
  return { measured: value, reference, threshold: share * reference };
}

/** A lamp that warms up slowly gives another value each time. */
const CONTRADICTING_SHARE = 0.15;

function notesOn(
  state: CalibrationState,
  factor: Factor | undefined,
  found: Contribution | undefined,
): readonly Sentence[] {
  const notes: Sentence[] = [];
  if (factor?.isScattered === true) notes.push(scatterNote(factor));
  if (found !== undefined) {
    if (found.leftOut > 0) notes.push(leftOutNote(found));
    if (found.sigma > Math.max(FOREIGN_LX, CONTRADICTING_SHARE * found.mean)) {
      notes.push(contradictingNote(found));
    }
    if (found.isEnough && found.count < TOGGLES_ENOUGH) notes.push(fewMarksNote(found));
  }
  const dark = state.dark.level ?? found?.dark ?? 0;
  if (dark > FOREIGN_LX) notes.push(foreignNote(dark));
  return notes;
}

const tenth = (value: number): number => Math.round(10 * value) / 10;
