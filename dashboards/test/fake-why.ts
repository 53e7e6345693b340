import type { BuildingView, ZoneView } from "@battant/hub/api/contract";
import type { BoardId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import {
  hours,
  type Instant,
  instant,
  lux,
  minutes,
  seconds,
} from "@battant/protocol/vocabulary/units";
import type { Views } from "../../hub/src/adapters/http/views.ts";
import type { AllowReason, Decision } from "../../hub/src/domain/decision.ts";
import type { Site, ZoneKind, ZonePlan } from "../../hub/src/domain/site.ts";
import type { DecisionRecord } from "../../hub/src/ports.ts";
import { recordsAround } from "../../hub/src/why/around.ts";
import { askWhy } from "../../hub/src/why/ask.ts";

/** The hub's own answers to why, for a made-up building and a made-up log. */

export const createFakeWhy =
  (building: () => BuildingView): Views["why"] =>
  (zone, when) => {
    const { zones, timezone, now } = building();
    const view = zones.find((it) => it.zone === zone);
    if (view === undefined) throw new Error(`the server asks for ${zone}, which it does not show`);
    const records = recordsOf(view, instant(now));
    return askWhy(
      { zone, when },
      {
        now: instant(now),
        timezone,
        site: siteOf(zones),
        keptDays: 90,
        live: { decision: decisionOf(view), since: instant(view.since ?? now) },
        stoppedAt: undefined,
        around: (_zone, at, end) => {
          const before = records.filter((it) => it.at <= at).toReversed();
          return recordsAround({ before, after: records.filter((it) => it.at > at) }, end);
        },
      },
    );
  };

const decisionOf = (view: ZoneView, because = view.because): Decision => {
  const since = instant((view.since ?? 0) - minutes(10));
  return {
    kind: because === "daylight-sufficient" ? "inhibit" : "allow",
    because: because as AllowReason,
    evidence: {
      target: lux(view.target_lx),
      threshold: lux(view.threshold_lx),
      ...(view.daylight_lx !== null && { daylight: lux(view.daylight_lx) }),
      ...(because === "override" && view.override_until !== null
        ? { by: "wall-switch", until: instant(view.override_until) }
        : { since }),
      ...(view.mode === "observe" && { observed: true }),
    },
  };
};

/** Too dark for a day, then as it is now. */
const recordsOf = (view: ZoneView, now: Instant): readonly DecisionRecord[] => {
  const zone = view.zone as ZoneId;
  const since = view.since ?? now;
  const before = Array.from({ length: 24 }, (_, hour) => ({
    at: instant(since - hours(24 - hour)),
    zone,
    decision: decisionOf(view, "too-dark"),
  }));
  return [...before, { at: instant(since), zone, decision: decisionOf(view) }];
};

const siteOf = (zones: readonly ZoneView[]): Site => ({
  building: "rue-battant-42",
  name: "42 rue Battant",
  location: { latitudeDeg: 47.24, longitudeDeg: 6.02 },
  timezone: "Europe/Paris",
  zones: new Map(zones.map((it) => [it.zone as ZoneId, planOf(it)])),
  boards: new Map(),
});

const planOf = (view: ZoneView): ZonePlan => {
  const board = view.zone as BoardId;
  return {
    id: view.zone as ZoneId,
    name: view.name,
    kind: view.kind as ZoneKind,
    circuit: {
      board,
      relay: "main" as RelayId,
      load: undefined,
      warning: false,
      offWhenVacant: false,
    },
    lightSensor: { board, sensor: "light" as SensorId },
    presence: undefined,
    daylight: {
      mode: view.mode,
      target: lux(view.target_lx),
      margin: 1.5,
      floorFactor: 1,
      luminaireContribution: lux(0),
      offDelay: minutes(10),
      onDelay: seconds(20),
      readingAgeMax: minutes(5),
      overrideHold: minutes(30),
      localRule: false,
    },
  };
};
