import { decimal } from "@battant/protocol/tic/digits";
import { type Group, modeOf, readGroup } from "@battant/protocol/tic/group";
import type { IndexFilter } from "@battant/protocol/tic/index-filter";
import type { TicMode } from "@battant/protocol/tic/labels";
import {
  isPossible,
  type MeterSample,
  sampleOf,
  subscribedIn,
  wholeOf,
} from "@battant/protocol/tic/meter";
import { lookUp } from "@battant/protocol/tic/table";
import { instant, type Milliseconds } from "@battant/protocol/vocabulary/units";
import { type PackedReporter, registerRule, reportRule, type ReportRule } from "../report.ts";
import { placeOf } from "./tic-places.ts";

/**
 * One turn through everything that a Linky has to say, taken group by group: frames kept whole would
 * hold a quarter of a board's memory. What is said has been checked by the same laws as on the hub.
 */

/** `PPOT 00 #` is shorter than any other; what comes between frames is shorter still. */
const GROUP_LENGTH_MIN = 9;
/** `PJOURF+1` with its 98 characters of data is longer than any other. */
const GROUP_LENGTH_MAX = 128;

/** Labels that say how much may be drawn, or on how many phases. */
const LIMITS = "|PREF=|PCOUP=|ISOUSC=|IINST2=|IINST3=|";
const CUT_OFF = "PCOUP";

const isTariffRegister = (sample: MeterSample): boolean =>
  sample.quantity === "energy" && sample.part.charAt(0) === "r";

const ruleOf = (sample: MeterSample): ReportRule =>
  isTariffRegister(sample) ? registerRule() : reportRule(sample.quantity);

/** What is kept of a meter from one turn to the next. */
export type Meter = {
  readonly offer: PackedReporter;
  readonly filter: IndexFilter;
  /** As it was last said: the power in kVA above which it cuts off, and the most it may give in VA. */
  cutOff: number | undefined;
  subscribed: number | undefined;
};

/**
 * Once through everything that the meter has to say, beginning anywhere in its frame. Kept as groups
 * is only what must be seen together.
 */
export type Turn = {
  /** Uptime at its beginning; a moment of its own for each group would blur the minutes. */
  readonly since: Milliseconds;
  /** A group of which only the beginning has come; the first one had begun before we listened. */
  rest: string;
  isFirst: boolean;
  /** Those that were kept so far, as a table. When one comes again, all have come. */
  labels: string;
  mode: TicMode | undefined;
  good: number;
  bad: number;
  /** What says how much may be drawn. */
  limits: Group[];
  /** The registers of mode historique, whose sum is the whole. */
  registers: Group[];
};

export const beginTurn = (since: Milliseconds): Turn => ({
  since: since,
  rest: "",
  isFirst: true,
  labels: "|",
  mode: undefined,
  good: 0,
  bad: 0,
  limits: [],
  registers: [],
});

const takeSample = (meter: Meter, sample: MeterSample, since: Milliseconds): void => {
  // A Linky has ten registers and tariffs use one to six: one that never counted is no news.
  if (isTariffRegister(sample) && sample.value === 0) return;
  if (sample.quantity === "energy") {
    const sight = {
      part: sample.part,
      value: sample.value,
      subscribed: meter.subscribed,
      now: instant(since),
    };
    if (meter.filter.admit(sight) !== "admitted") return;
  }
  const place = placeOf(sample);
  if (place !== undefined) meter.offer(place, ruleOf(sample), sample.value, since);
};

const takeGroup = (meter: Meter, turn: Turn, group: Group): void => {
  if (lookUp(LIMITS, group.label) !== undefined) turn.limits.push(group);
  if (group.label === CUT_OFF) meter.cutOff = decimal(group.data);
  const sample = sampleOf(group);
  if (sample === undefined || !isPossible(sample, meter.cutOff)) return;
  if (turn.mode === "historique" && sample.quantity === "energy") turn.registers.push(group);
  takeSample(meter, sample, turn.since);
};

export const endTurn = (meter: Meter, turn: Turn): void => {
  const subscribed = subscribedIn(turn.limits);
  if (subscribed !== undefined) meter.subscribed = subscribed;
  const whole = wholeOf(turn.registers);
  if (whole !== undefined && isPossible(whole, undefined)) takeSample(meter, whole, turn.since);
};

/** True when it ends the turn. */
const takeLine = (meter: Meter, turn: Turn, line: string): boolean => {
  if (line.length < GROUP_LENGTH_MIN) return false;
  const mode = modeOf(line);
  const group = readGroup(mode, line);
  if (group === undefined || (turn.mode !== undefined && turn.mode !== mode)) {
    turn.bad++;
    return false;
  }
  turn.mode = mode;
  if (group !== "not-kept") {
    if (lookUp(turn.labels, group.label) !== undefined) return true;
    turn.labels += group.label + "=|";
    takeGroup(meter, turn, group);
  }
  turn.good++;
  return false;
};

/** A group lies between LF and CR. True when the bytes end the turn. */
export const hear = (meter: Meter, turn: Turn, bytes: string): boolean => {
  turn.rest += bytes;
  for (;;) {
    const end = turn.rest.indexOf("\r");
    if (end < 0) break;
    const lines = turn.rest.substring(0, end).split("\n");
    turn.rest = turn.rest.substring(end + 1);
    for (let i = turn.isFirst ? 1 : 0; i < lines.length; i++) {
      if (takeLine(meter, turn, lines[i] as string)) return true;
    }
    turn.isFirst = false;
  }
  // A lost end must not fill the memory: what is longer than any group is none.
  if (turn.rest.length > GROUP_LENGTH_MAX) turn.rest = "";
  return false;
};
