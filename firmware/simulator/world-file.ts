import type { Scene } from "./sky.ts";
import type { Location } from "./sun.ts";

/**
 * A pretend building, as the simulator is told about it: who generates it says everything here.
 * Times are ms since 1970 (UTC), keys carry their unit.
 */
export type WorldFile = {
  /** The hub's broker, reached over real TCP. */
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly clock: ClockInWorld;
  /** Same seed, same clouds, same people. */
  readonly seed: number;
  readonly location: Location;
  /**
   * `clear`, `overcast`, `clouds`: passing clouds. `evening`: a heavy cloud at the origin that clears
   * within five minutes, then a clear sky.
   */
  readonly scene: Scene;
  readonly zones: readonly ZoneInWorld[];
  readonly meters: readonly MeterInWorld[];
  readonly boards: readonly BoardInWorld[];
  /** Faults drawn from the seed. Left out, nothing fails by itself. */
  readonly faults?: FaultsInWorld;
};

/** Simulated time is `origin` when the real clock says `realOrigin`, and runs `speed` times as fast. */
export type ClockInWorld = {
  readonly origin: number;
  readonly realOrigin: number;
  readonly speed: number;
};

export type ZoneInWorld = {
  readonly zone: string;
  /** Daylight at the sensor divided by daylight outside: 0.02 is a stairwell with windows. */
  readonly daylightFactor: number;
  /** What the zone's own luminaires add at the sensor. */
  readonly luminaire_lx: number;
  readonly load_W: number;
  /** `permanent`: they burn whenever the circuit has voltage. `timer`: for `timer_s` after a press. */
  readonly lighting: "permanent" | "timer";
  readonly timer_s: number;
  /** People who come through on average by day; more at 8, 12 and 18 h, few by night. */
  readonly passagesPerHour: number;
  /** How long whoever finds it dark waits before they press: a moment, where a detector lights. */
  readonly patience_s: number;
};

export type MeterInWorld =
  | { readonly meter: string; readonly kind: "flat"; readonly base_W: number }
  /** Counts what the named zones' luminaires take, and a load that never rests. */
  | {
      readonly meter: string;
      readonly kind: "common";
      readonly zones: readonly string[];
      readonly standby_W: number;
    };

export type BoardInWorld = {
  readonly id: string;
  readonly password: string;
  /** What the hub seals its messages with: 64 hexadecimal digits. */
  readonly key: string;
  readonly parts: readonly PartInWorld[];
};

/** `sensor` and `relay` are the names under which the board reports. */
export type PartInWorld =
  | { readonly kind: "light"; readonly sensor: string; readonly zone: string }
  | {
      readonly kind: "relay";
      readonly relay: string;
      readonly zone: string;
      /** Whether the board sees if the luminaires burn. */
      readonly feedback: boolean;
      /** Whether the zone's wall switch is wired to the board. */
      readonly wallSwitch: boolean;
    }
  /** A passive infrared detector. */
  | { readonly kind: "motion"; readonly sensor: string; readonly zone: string }
  | { readonly kind: "meter"; readonly sensor: string; readonly meter: string };

export type FaultsInWorld = {
  /** How many begin on an average day, in the whole building. */
  readonly perDay: number;
  readonly lasting_min: number;
};

/** A zone as such zones usually are: a starting point for whoever generates a world. */
export const typicalZone = (zone: string, kind: ZoneKind): ZoneInWorld => ({
  zone,
  ...TYPICAL[kind],
  timer_s: 180,
  patience_s: 0,
});

export type ZoneKind =
  | "outdoor-path"
  | "hall"
  | "corridor"
  | "stairwell"
  | "car-park"
  | "common-room";

const TYPICAL: {
  readonly [kind in ZoneKind]: Omit<ZoneInWorld, "zone" | "timer_s" | "patience_s">;
} = {
  "outdoor-path": {
    daylightFactor: 0.8,
    luminaire_lx: 25,
    load_W: 60,
    lighting: "permanent",
    passagesPerHour: 6,
  },
  hall: {
    daylightFactor: 0.03,
    luminaire_lx: 180,
    load_W: 108,
    lighting: "permanent",
    passagesPerHour: 12,
  },
  corridor: {
    daylightFactor: 0.015,
    luminaire_lx: 140,
    load_W: 72,
    lighting: "timer",
    passagesPerHour: 6,
  },
  stairwell: {
    daylightFactor: 0.02,
    luminaire_lx: 190,
    load_W: 80,
    lighting: "permanent",
    passagesPerHour: 8,
  },
  "car-park": {
    daylightFactor: 0.002,
    luminaire_lx: 60,
    load_W: 360,
    lighting: "permanent",
    passagesPerHour: 5,
  },
  "common-room": {
    daylightFactor: 0.03,
    luminaire_lx: 220,
    load_W: 90,
    lighting: "timer",
    passagesPerHour: 1,
  },
};
