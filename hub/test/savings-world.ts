import type {
  BoardId,
  BootId,
  LeaseId,
  RelayId,
  SensorId,
  ZoneId,
} from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Lease, RelayReport } from "@battant/protocol/vocabulary/relay";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Embedded } from "../src/adapters/sqlite/journal.ts";
import { unknownBuilding, wire } from "../src/domain/building.ts";
import type { Site } from "../src/domain/site.ts";
import { createLine, type Line } from "../src/line.ts";
import type { BoardLink } from "../src/ports.ts";
import { chance } from "./evidence-kit.ts";

/**
 * A building lived quickly: pretend sky, people and relays around the hub's own straight line and
 * its real journal; and beside it, every fifteen seconds, what was really so.
 */

export const TICK_MS = 15_000;
const MINUTE_MS = 60_000;

/** What was so for one tick. */
export type Moment = {
  readonly at: Instant;
  readonly zone: ZoneId;
  /** The hub was there. */
  readonly isSeen: boolean;
  readonly isLit: boolean;
  /** The relay's board was connected. */
  readonly isTold: boolean;
  readonly isInhibited: boolean;
  readonly because: string | undefined;
  readonly mode: "observe" | "act";
};

/** A lighting circuit as it is, with people who want light now and then. */
type Lamp = {
  readonly zone: ZoneId;
  readonly board: BoardId;
  readonly sensor: BoardId;
  readonly relay: RelayId;
  readonly watts: number;
  readonly meter: BoardId | undefined;
  isWanted: boolean;
  until: number;
  lease: LeaseId | undefined;
  wattHours: number;
};

export type World = {
  /** From now to `to`; `hub` is undefined while none runs. Returns what was so. */
  live(to: Instant, hub: Hub | undefined): Promise<Moment[]>;
  /** A hub that has just started: knows nothing, and is told by the boards. */
  start(embedded: Embedded, site: Site): Hub;
  now(): Instant;
};

export type Hub = {
  readonly line: Line;
  readonly embedded: Embedded;
  readonly mode: Moment["mode"];
};

const LAMPS_LX = 120;

export function createWorld(site: Site, from: Instant, seed: number): World {
  const random = chance(seed);
  let now = from;
  let isCloudy = false;
  let sequence = 0;
  const lamps = lampsOf(site);
  const asked: { readonly lamp: Lamp; readonly lease: Lease }[] = [];

  const link: BoardLink = {
    lease: (board, relay, lease) => {
      const lamp = lamps.find((it) => it.board === board && it.relay === relay);
      if (lamp !== undefined) asked.push({ lamp, lease });
    },
    clock: () => {},
    settings: () => {},
    offer: () => {},
    chunk: () => {},
  };

  const isInhibited = (lamp: Lamp): boolean => now < lamp.until;
  const isLit = (lamp: Lamp): boolean => lamp.isWanted && !isInhibited(lamp);

  const report = (lamp: Lamp, hub: Hub | undefined, reason: RelayReport["reason"]): void => {
    const { lease } = lamp;
    const state = isInhibited(lamp) ? ("inhibited" as const) : ("available" as const);
    const said = { boot: BOOT, state, reason, lit: isLit(lamp), ...(lease && { lease }) };
    hub?.line.live(
      { kind: "relay-reported", board: lamp.board, relay: lamp.relay, report: said },
      now,
    );
  };

  const answer = (hub: Hub | undefined): void => {
    for (const { lamp, lease } of asked.splice(0)) {
      lamp.lease = lease.id;
      lamp.until = lease.duration === 0 ? now : lease.issued + lease.duration;
      report(lamp, hub, lease.duration === 0 ? "lease-ended" : "lease");
    }
  };

  /** Weather and people, once a minute. */
  const passMinute = (hub: Hub | undefined): void => {
    if (random() < (isCloudy ? 1 / 25 : 1 / 70)) isCloudy = !isCloudy;
    for (const lamp of lamps) {
      if (random() < (lamp.isWanted ? 1 / 160 : 1 / 30)) {
        lamp.isWanted = !lamp.isWanted;
        report(lamp, hub, isInhibited(lamp) ? "lease" : "start");
      }
    }
  };

  const measure = (hub: Hub | undefined): Reading[] =>
    lamps.flatMap((lamp) => {
      const daylight = (isBright(now) ? (isCloudy ? 80 : 600) : 2) * (1 + 0.02 * random());
      const light = daylight + (isLit(lamp) ? LAMPS_LX : 0);
      const seen = read(lamp.sensor, "light", "illuminance", light);
      hub?.line.live({ kind: "reading", reading: seen }, now);
      if (lamp.meter === undefined) return [seen];
      return [seen, read(lamp.meter, "circuit", "energy", Math.round(lamp.wattHours))];
    });

  const read = (
    board: BoardId,
    sensor: string,
    quantity: Reading["quantity"],
    value: number,
  ): Reading => ({
    board,
    boot: BOOT,
    sequence: (sequence += 1),
    sensor: sensor as SensorId,
    quantity,
    value,
    at: now,
    received: now,
  });

  const live = async (to: Instant, hub: Hub | undefined): Promise<Moment[]> => {
    const moments: Moment[] = [];
    let readings: Reading[] = [];
    while (now < to) {
      for (const lamp of lamps) {
        if (lamp.until !== 0 && now >= lamp.until) {
          lamp.until = 0;
          report(lamp, hub, "lease-expired");
        }
      }
      if (now % MINUTE_MS === 0) {
        passMinute(hub);
        readings.push(...measure(hub));
      }
      hub?.line.live({ kind: "tick" }, now);
      answer(hub);
      for (const lamp of lamps) {
        moments.push(momentOf(lamp, hub));
        if (isLit(lamp)) lamp.wattHours += (lamp.watts * TICK_MS) / 3_600_000;
      }
      now = instant(now + TICK_MS);
      if (now % 3_600_000 !== 0 && now < to) continue;
      // What a hub takes in is on the disk before it is acknowledged; what boards measure without
      // one is lost in this world.
      await hub?.embedded.journal.append(readings);
      readings = [];
    }
    return moments;
  };

  const momentOf = (lamp: Lamp, hub: Hub | undefined): Moment => ({
    at: now,
    zone: lamp.zone,
    isSeen: hub !== undefined,
    isLit: isLit(lamp),
    isTold: hub?.line.building().boards.get(lamp.board)?.online === true,
    isInhibited: isInhibited(lamp),
    because: hub?.line.building().zones.get(lamp.zone)?.verdict?.decision.because,
    mode: hub?.mode ?? "observe",
  });

  const start = (embedded: Embedded, plan: Site): Hub => {
    const line = createLine({
      wiring: wire(plan),
      trace: { record: () => {} },
      decisions: embedded.decisions,
      circuits: embedded.circuits,
    });
    line.connect(link);
    const [zone] = plan.zones.values();
    const mode = zone?.daylight.mode === "act" ? "act" : "observe";
    const hub = { line, embedded, mode } as const;
    for (const lamp of lamps) {
      line.live({ kind: "availability", board: lamp.sensor, online: true }, now);
      report(lamp, hub, "start");
    }
    return hub;
  };

  return { live, start, now: () => now };
}

const BOOT = "boot-1" as BootId;

/** 9:00 to 18:00 UTC+2 in the building, whatever the almanac's exact minute. */
const isBright = (at: number): boolean => {
  const hour = (at % 86_400_000) / 3_600_000;
  return hour >= 7 && hour < 15.5;
};

const lampsOf = (site: Site): Lamp[] =>
  [...unknownBuilding(site).zones.keys()].flatMap((zone) => {
    const plan = site.zones.get(zone);
    if (plan?.circuit === undefined || plan.lightSensor === undefined) return [];
    const { board, relay, load, meter } = plan.circuit;
    return [
      {
        zone,
        board,
        relay,
        sensor: plan.lightSensor.board,
        watts: load ?? 93,
        meter: meter?.board,
        isWanted: true,
        until: 0,
        lease: undefined,
        wattHours: 0,
      },
    ];
  });
