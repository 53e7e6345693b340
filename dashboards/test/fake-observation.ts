import type { BuildingView, ZoneView } from "@battant/hub/api/contract";
import type { ModeView } from "@battant/hub/api/observation";
import type { RelayId, BoardId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import {
  hours,
  type Instant,
  instant,
  lux,
  minutes,
  seconds,
  watts,
} from "@battant/protocol/vocabulary/units";
import type { Views } from "../../hub/src/adapters/http/views.ts";
import type { Decision } from "../../hub/src/domain/decision.ts";
import type { ZoneKind, ZonePlan } from "../../hub/src/domain/site.ts";
import type { ZoneModes } from "../../hub/src/observation/modes.ts";
import { type ObservationRecords, review } from "../../hub/src/observation/review.ts";
import { observationView } from "../../hub/src/observation/view.ts";
import type { CircuitRow } from "../../hub/src/proof/question.ts";
import type { FakeViews } from "../../hub/test/http-fakes.ts";

/** The hub's own observations, made of made-up weeks; zones that change their mode when told to. */

type Observing = Pick<Views, "observation"> & {
  readonly zoneModes: ZoneModes;
  /** Who set which mode. */
  readonly said: string[];
};

/** How long each zone has been observed, or was, before it acted. */
const DAYS: { readonly [zone: string]: number } = { "car-park": 8, "stairwell-b": 20, hall: 16 };
/** Nothing was calibrated there. */
const REFUSES = "hall";

export const createFakeObservation = (views: FakeViews): Observing => {
  const said: string[] = [];
  const acting = new Map<string, Instant>();
  const zoneOf = (zone: string): ZoneView | undefined =>
    views.building().zones.find((it) => it.zone === zone);

  const set = async (zone: ZoneId, mode: ModeView["mode"], who: string) => {
    said.push(`${who}: ${zone} ${mode}`);
    if (zone === REFUSES && mode === "act") return UNCALIBRATED;
    const building = views.building();
    if (mode !== "observe") acting.set(zone, instant(building.now));
    else acting.delete(zone);
    const zones = building.zones.map((it) => (it.zone === zone ? { ...it, mode } : it));
    views.show({ ...building, zones });
    return { ok: true, value: { zone, mode } } as const;
  };

  return {
    said,
    zoneModes: { set },
    observation: async (zone) => {
      const view = zoneOf(zone);
      if (view === undefined) return undefined;
      const { now, timezone } = views.building();
      const plan = planOf(view);
      const days = DAYS[zone];
      const question = {
        zone: { zone, load: watts(108), meter: undefined },
        now: instant(now),
        timezone,
        prices: [{ from: instant(0), eurosPerKWh: 0.2516 }],
      };
      const ended =
        view.mode === "observe" ? undefined : (acting.get(zone) ?? instant(now - hours(50)));
      const records = days === undefined ? NONE : recordsOf(views.building(), { days, ended });
      return observationView(review(question, records), plan, { timezone });
    },
  };
};

const UNCALIBRATED = {
  ok: false,
  problem: "building-file-refused",
  detail: {
    fr: "zones.hall.daylight.mode : `act` demande un étalonnage",
    en: "zones.hall.daylight.mode: `act` needs a calibration",
  },
} as const;

const NONE: ObservationRecords = {
  circuits: () => [],
  breaks: () => [],
  standings: () => [],
  stretch: () => undefined,
  decisions: () => [],
};

type Lived = { readonly days: number; readonly ended: Instant | undefined };

const STEP = minutes(15);

/** Bright from half past eight until five but for clouds; somebody lights it nearly every day. */
const recordsOf = ({ now }: BuildingView, { days, ended }: Lived): ObservationRecords => {
  const to = ended ?? instant(now);
  const began = instant(Math.floor((to - hours(24 * days)) / STEP) * STEP);
  const stopped = instant(to - hours(75));
  const back = instant(stopped + hours(7));
  const moments = Array.from({ length: Math.ceil((to - began) / STEP) }, (_, index) =>
    instant(began + index * STEP),
  ).filter((at) => at < stopped || at >= back);
  const hourOf = (at: Instant): number => (at / hours(1) + 1) % 24;
  const dayOf = (at: Instant): number => Math.floor(at / hours(24));
  const isBright = (at: Instant): boolean => {
    const isCloudy = dayOf(at) % 4 === 1 && hourOf(at) > 11 && hourOf(at) < 14;
    return hourOf(at) >= 8.5 && hourOf(at) < 17 && !isCloudy;
  };
  const isLit = (at: Instant): boolean => hourOf(at) < 23 && (dayOf(at) * 7 + hourOf(at)) % 9 > 1;
  const decision = (off: boolean): Decision => ({
    kind: off ? "inhibit" : "allow",
    because: off ? "daylight-sufficient" : "too-dark",
    evidence: { target: lux(20), threshold: lux(30), daylight: lux(off ? 41 : 9), observed: true },
  });
  const circuits = moments.map((at, written): CircuitRow => ({
    at,
    written,
    lit: dayOf(at) % 6 === 0 && hourOf(at) < 10 ? undefined : isLit(at),
    inhibited: false,
    daylight: isBright(at) ? "sufficient" : "insufficient",
    because: undefined,
    mode: "observe",
  }));
  const written = moments.findIndex((at) => at >= back) - 0.5;
  return {
    circuits: (_, range) => circuits.filter(({ at }) => range.from <= at && at < range.to),
    breaks: () => [{ from: stopped, to: back, written }],
    standings: () => [],
    stretch: () => ({ began, ended }),
    decisions: (_, range) =>
      moments
        .filter((at) => range.from <= at && at < range.to)
        .map((at) => ({ at, decision: decision(isBright(at)) })),
  };
};

const planOf = (view: ZoneView): ZonePlan => ({
  id: view.zone as ZoneId,
  name: view.name,
  kind: view.kind as ZoneKind,
  circuit: {
    board: view.zone as BoardId,
    relay: "main" as RelayId,
    load: watts(108),
    warning: false,
    offWhenVacant: false,
  },
  lightSensor: { board: view.zone as BoardId, sensor: "light" as SensorId },
  presence: undefined,
  daylight: {
    mode: view.mode,
    target: lux(view.target_lx),
    margin: 1.5,
    floorFactor: 1,
    luminaireContribution: view.zone === REFUSES ? undefined : lux(60),
    offDelay: minutes(10),
    onDelay: seconds(20),
    readingAgeMax: minutes(5),
    overrideHold: minutes(30),
    localRule: false,
  },
});
