import type {
  ModeRequest,
  ModeView,
  ObservationDayView,
  ObservationFiguresView,
  ObservationSpanView,
  ObservationView,
} from "../../../api/observation.ts";
import {
  count,
  listOf,
  object,
  oneOf,
  orNothing,
  orUnknown,
  text,
  time,
  view,
  withNames,
  yesNo,
} from "./schemas.ts";

/** Observations as JSON Schema. */

const mode = oneOf("act", "observe", "off");

export const OBSERVATION_SCHEMAS = withNames({
  ObservationSpanView: object<ObservationSpanView>({
    from: time,
    to: time,
    would: oneOf("off", "available", "unknown"),
    light: oneOf("lit", "out", "unknown"),
  }),
  ObservationDayView: object<ObservationDayView>({
    from: time,
    to: time,
    isKnown: yesNo,
    would_ms: count,
    wouldUnknown_ms: count,
    switchings: count,
    burned_ms: count,
    lightUnknown_ms: count,
    spans: listOf("ObservationSpanView"),
  }),
  ObservationFiguresView: object<ObservationFiguresView>({
    began: time,
    ended: orUnknown(time),
    day: count,
    daysKnown: count,
    daysNeeded: count,
    would_ms: count,
    wouldUnknown_ms: count,
    wouldPerDay_ms: orUnknown(count),
    switchings: count,
    burned: view("SavingsAmountView"),
    out_ms: count,
    lightUnknown_ms: count,
    below_ms: count,
    days: listOf("ObservationDayView"),
  }),
  ObservationView: object<ObservationView>({
    zone: text,
    name: text,
    timezone: text,
    mode,
    figures: orNothing(view("ObservationFiguresView")),
    headline: view("Sentence"),
    method: listOf("Sentence"),
    missing: listOf("Sentence"),
  }),
  ModeView: object<ModeView>({ zone: text, mode }),
});

export const modeBody = object<ModeRequest>({ mode });
