import type { BoardId, RelayId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import { after, elapsed, type Instant, lux, seconds } from "@battant/protocol/vocabulary/units";
import { seeLight } from "@battant/rules/light";
import { type Board, type Building, UNKNOWN_BOARD, type Wiring } from "./building.ts";
import type { HubEvent } from "./event.ts";
import { withAsked } from "./override.ts";
import { detect } from "./presence.ts";
import { isBlinking, readReport } from "./lease.ts";
import type { SensorAt, ZonePlan } from "./site.ts";
import { type Circuit, litOf, takenAsLit, type Zone } from "./zone.ts";

/** A relay closes, lamps start, a feedback input settles: within this all of it has been reported. */
const GIVING_BACK = seconds(10);

/** What the hub believes after an event, before anything is decided. */

export function observe(
  building: Building,
  event: HubEvent,
  wiring: Wiring,
  now: Instant,
): Building {
  switch (event.kind) {
    case "reading":
      return observeReading(building, event.reading, wiring, now);
    case "relay-reported":
      return observeReport(building, event, wiring, now);
    case "availability":
      return withBoard(
        event.online ? building : forgetReports(building, event.board, wiring, now),
        event.board,
        { online: event.online },
      );
    case "described":
      return withBoard(building, event.board, {
        online: true,
        description: event.description,
      });
    case "override": {
      const { until, by } = event;
      return withZone(building, event.zone, (zone) => ({
        ...zone,
        overrides: withAsked(zone.overrides, by, { since: now, until }),
      }));
    }
    case "clock-asked":
    case "tick":
      return building;
  }
}

function observeReading(
  building: Building,
  reading: Reading,
  wiring: Wiring,
  now: Instant,
): Building {
  const { quantity } = reading;
  if (quantity !== "illuminance" && quantity !== "occupancy") return building;
  const concerned = wiring.zonesOfSensor(reading.board, reading.sensor);
  if (concerned.length === 0) return building;
  // Whoever speaks is there, even a board so simple that it never says so.
  const speaks = building.boards.get(reading.board)?.online === true;
  let next = speaks ? building : withBoard(building, reading.board, { online: true });
  for (const id of concerned) {
    const plan = wiring.site.zones.get(id);
    if (plan === undefined) continue;
    next = withZone(next, id, (zone) =>
      quantity === "illuminance"
        ? lightSeen(zone, plan, reading, now)
        : presenceSeen(zone, plan, reading, now),
    );
  }
  return next;
}

function lightSeen(zone: Zone, plan: ZonePlan, reading: Reading, now: Instant): Zone {
  if (!isAt(plan.lightSensor, reading) || isBlinking(zone.circuit, reading.at)) return zone;
  const seen = {
    illuminance: lux(reading.value),
    at: reading.at,
    lit: takenAsLit(zone.circuit),
    litChanged: zone.circuit.litChanged,
  };
  return { ...zone, light: seeLight(zone.light, seen, plan.daylight, now) };
}

function presenceSeen(zone: Zone, plan: ZonePlan, reading: Reading, now: Instant): Zone {
  if (plan.presence?.sensors.some((it) => isAt(it, reading)) !== true) return zone;
  const told = { isOccupied: reading.value > 0, at: reading.at };
  return { ...zone, presence: detect(zone.presence, reading, told, now) };
}

const isAt = (at: SensorAt | undefined, { board, sensor }: Reading): boolean =>
  at?.board === board && at.sensor === sensor;

type Reported = {
  readonly board: BoardId;
  readonly relay: RelayId;
  readonly report: RelayReport;
};

function observeReport(
  building: Building,
  { board, relay, report }: Reported,
  wiring: Wiring,
  now: Instant,
): Building {
  const known = withBoard(building, board, { online: true });
  const id = wiring.zoneOfRelay(board, relay);
  const plan = id === undefined ? undefined : wiring.site.zones.get(id);
  if (id === undefined || plan === undefined) return known;
  return withZone(known, id, (zone) => {
    const { circuit } = zone;
    const lease = readReport(circuit.lease, report, now);
    const reported = { ...circuit, report, lease };
    const litChanged = lampsChanged(circuit, reported) ? now : circuit.litChanged;
    return {
      ...zone,
      circuit: { ...reported, litChanged },
      ...obeyed(zone, plan, report, now),
      ...(switchedOnBySomebody(zone, report, now) && { switchedOnAt: now }),
    };
  });
}

/**
 * The first report after a start tells how the luminaires are, not that they changed. Those that give
 * a warning blink.
 */
function lampsChanged(before: Circuit, after: Circuit): boolean {
  if (before.report === undefined) return false;
  if (after.report?.reason === "warning" && before.report.reason !== "warning") return true;
  const wereLit = litOf(before);
  const areLit = litOf(after);
  if (wereLit !== undefined && areLit !== undefined) return wereLit !== areLit;
  return before.report.state !== after.report?.state;
}

/** Whoever presses the wall switch is obeyed, and by the rule too. */
function obeyed(
  zone: Zone,
  plan: ZonePlan,
  report: RelayReport,
  now: Instant,
): Pick<Zone, "overrides"> {
  const { overrides } = zone;
  if (report.reason !== "wall-switch") return { overrides };
  const until = after(now, plan.daylight.overrideHold);
  return { overrides: withAsked(overrides, "wall-switch", { since: now, until }) };
}

function switchedOnBySomebody(zone: Zone, report: RelayReport, now: Instant): boolean {
  const before = zone.circuit.report;
  if (before?.state !== "available" || before.lit !== false || report.lit !== true) return false;
  // Lamps that come back because the rule gave the circuit back were switched on by nobody.
  const { releasedAt } = zone;
  return releasedAt === undefined || elapsed({ since: releasedAt, now }) > GIVING_BACK;
}

/** A relay board that is away may have given the light back: nobody knows how its lamps are. */
function forgetReports(building: Building, board: BoardId, wiring: Wiring, now: Instant): Building {
  let next = building;
  for (const id of wiring.zonesOfBoard(board)) {
    if (wiring.site.zones.get(id)?.circuit?.board !== board) continue;
    const circuit = { report: undefined, litChanged: now, lease: undefined };
    next = withZone(next, id, (zone) => ({ ...zone, circuit }));
  }
  return next;
}

function withBoard(building: Building, id: BoardId, change: Partial<Board>): Building {
  const before = building.boards.get(id) ?? UNKNOWN_BOARD;
  const boards = new Map(building.boards);
  boards.set(id, { ...before, ...change });
  return { ...building, boards };
}

function withZone(building: Building, id: ZoneId, change: (zone: Zone) => Zone): Building {
  const zone = building.zones.get(id);
  if (zone === undefined) return building;
  const zones = new Map(building.zones);
  zones.set(id, change(zone));
  return { ...building, zones };
}
