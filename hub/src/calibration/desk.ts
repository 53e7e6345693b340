import { isZoneId, type ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type {
  AlarmView,
  CalibrationView,
  LampKindRequest,
  MarkRequest,
  PointRequest,
  SheetView,
  WriteRequest,
} from "../../api/calibration.ts";
import type { Calibrated } from "../config/calibrated.ts";
import type { Changed } from "../desk/board-desk.ts";
import type { Outcome as DeskOutcome } from "../desk/desks.ts";
import { no, type Refused } from "../desk/refusals.ts";
import type { Site, ZonePlan } from "../domain/site.ts";
import type { Audit } from "../ports.ts";
import { NIGHT_BELOW_DEG } from "./figures.ts";
import { type Learner, nightAfter } from "./learner.ts";
import { isNight } from "./moment.ts";
import { takePoint } from "./point.ts";
import { busyWith, NOTHING_TO_WRITE, notYet, refusalSentence, SEES_ITSELF } from "./refusals.ts";
import { createSessions } from "./session.ts";
import { sheetView } from "./sheet.ts";
import { alarmViews, calibrationView } from "./view.ts";
import { knownContribution, textOf, valuesToWrite, withDarkAccepted } from "./writing.ts";

/** What people do to calibrate a zone. `who` is the account's name. */
export type CalibrationDesk = {
  view(zone: string): CalibrationView | undefined;
  sheet(zone: string): SheetView | undefined;
  alarms(zone: ZoneId): readonly AlarmView[];
  addPoint(zone: string, request: PointRequest, who: string): Outcome;
  removePoint(zone: string, id: number, who: string): Outcome;
  /** Where no board sees it, somebody at the switch says how the lamps are. */
  mark(zone: string, request: MarkRequest, who: string): Outcome;
  setLampKind(zone: string, request: LampKindRequest, who: string): Outcome;
  write(zone: string, request: WriteRequest, who: string): Promise<Outcome>;
};

export type Outcome = DeskOutcome<CalibrationView, CalibrationProblem>;

export type CalibrationProblem =
  | "unknown-zone"
  /** Somebody else is at it. */
  | "calibration-busy"
  /** `detail` says why. */
  | "calibration-refused"
  | "simulated-building"
  | "building-file-refused";

export type DeskParts = {
  readonly learner: Learner;
  readonly plan: {
    site(): Site;
    change(edit: Calibrated): Promise<Changed>;
  };
  readonly audit: Audit;
  readonly now: () => Instant;
  readonly version: string;
};

export function createCalibrationDesk(parts: DeskParts): CalibrationDesk {
  const { learner, plan, version } = parts;
  const room = createRoom(parts);
  return {
    view: (zone) => {
      const it = room.planOf(zone);
      return it === undefined ? undefined : room.viewOf(it);
    },
    sheet: (zone) => {
      const it = room.planOf(zone);
      if (it === undefined) return undefined;
      return sheetView(it, { site: plan.site(), calibration: room.viewOf(it), version });
    },
    alarms: (zone) => {
      const it = room.planOf(zone);
      return it === undefined ? [] : alarmViews(learner.state(it), plan.site().timezone);
    },
    ...pointsAt(parts, room),
    ...lampsAt(parts, room),
    write: (zone, { from }, who) => write(zone, { from, who }, { ...parts, ...room }),
  };
}

/** Where people are let in, one at a time, and see what there is. */
type Room = {
  planOf(zone: string): ZonePlan | undefined;
  viewOf(plan: ZonePlan): CalibrationView;
  /** Undefined, or who is there already. */
  enter(plan: ZonePlan, who: string): Refused<CalibrationProblem> | undefined;
  withZone(
    zone: string,
    who: string,
    act: (plan: ZonePlan) => Refused<CalibrationProblem> | "done",
  ): Outcome;
};

function createRoom({ learner, plan, now }: DeskParts): Room {
  const sessions = createSessions(now);

  /** What somebody said of the lamps holds no longer than they are there. */
  const leave = (it: ZonePlan): void => {
    if (sessions.of(it.id) !== undefined || learner.state(it).lamps?.by !== "hand") return;
    learner.tell(it, { kind: "lamps", lit: undefined, by: "hand" });
  };

  const planOf: Room["planOf"] = (zone) =>
    isZoneId(zone) ? plan.site().zones.get(zone) : undefined;

  const viewOf: Room["viewOf"] = (it) => {
    leave(it);
    const site = plan.site();
    const moment = learner.moment(it);
    return calibrationView(learner.state(it), {
      plan: it,
      moment,
      timezone: site.timezone,
      hasFeedback: learner.hasFeedback(it.id),
      nightFrom: isNight(moment) ? undefined : nightAfter(site, moment.now, NIGHT_BELOW_DEG),
      session: sessions.of(it.id) ?? null,
    });
  };

  const enter: Room["enter"] = (it, who) => {
    leave(it);
    const busy = sessions.enter(it.id, who);
    if (busy === undefined) return undefined;
    return no("calibration-busy", busyWith(busy, plan.site().timezone));
  };

  return {
    planOf,
    viewOf,
    enter,
    withZone: (zone, who, act) => {
      const it = planOf(zone);
      if (it === undefined) return no("unknown-zone");
      const done = enter(it, who) ?? act(it);
      return done === "done" ? { ok: true, value: viewOf(it) } : done;
    },
  };
}

const pointsAt = (
  { learner, audit }: DeskParts,
  room: Room,
): Pick<CalibrationDesk, "addPoint" | "removePoint"> => ({
  addPoint: (zone, request, who) =>
    room.withZone(zone, who, (it) => {
      const state = learner.state(it);
      const contribution = knownContribution(it, state);
      const taken = takePoint(state, { ...request, who, contribution }, learner.moment(it));
      if (!taken.ok) return no("calibration-refused", refusalSentence(taken.refusal));
      learner.change(it, { ...state, points: [...state.points, taken.point] });
      audit.record({ who, action: "calibration point", about: `${zone} ${request.floor_lx} lx` });
      return "done";
    }),
  removePoint: (zone, id, who) =>
    room.withZone(zone, who, (it) => {
      const state = learner.state(it);
      const points = state.points.filter((point) => point.id !== id);
      if (points.length === state.points.length) return "done";
      learner.change(it, { ...state, points });
      audit.record({ who, action: "calibration point removed", about: `${zone} ${id}` });
      return "done";
    }),
});

const lampsAt = (
  { learner, plan }: DeskParts,
  room: Room,
): Pick<CalibrationDesk, "mark" | "setLampKind"> => ({
  mark: (zone, { lamps }, who) =>
    room.withZone(zone, who, (it) => {
      if (learner.hasFeedback(it.id)) return no("calibration-refused", SEES_ITSELF);
      const moment = learner.moment(it);
      if (!isNight(moment)) {
        const from = nightAfter(plan.site(), moment.now, NIGHT_BELOW_DEG);
        return no("calibration-refused", notYet(from, plan.site().timezone));
      }
      learner.tell(it, { kind: "lamps", lit: lamps === "on", by: "hand" });
      return "done";
    }),
  setLampKind: (zone, { kind }, who) =>
    room.withZone(zone, who, (it) => {
      const state = learner.state(it);
      // What was measured of lamps that had not warmed up was wrong.
      if (kind !== state.lampKind) learner.change(it, { ...state, lampKind: kind, toggles: [] });
      return "done";
    }),
});

type Wish = WriteRequest & { readonly who: string };

async function write(
  zone: string,
  { from, who }: Wish,
  { learner, plan, audit, ...room }: DeskParts & Room,
): Promise<Outcome> {
  const it = room.planOf(zone);
  if (it === undefined) return no("unknown-zone");
  const busy = room.enter(it, who);
  if (busy !== undefined) return busy;
  const values = valuesToWrite(it, from, learner.state(it));
  if (values === undefined) return no("calibration-refused", NOTHING_TO_WRITE);
  const changed = await plan.change({ kind: "calibrate", zone: it.id, ...values });
  if (!changed.ok) return changed;
  audit.record({ who, action: "calibration written", about: `${zone} ${textOf(values)}` });
  const after = room.planOf(zone) ?? it;
  learner.change(after, withDarkAccepted(learner.state(after)));
  return { ok: true, value: room.viewOf(after) };
}
