import type { Instant, Lux } from "@battant/protocol/vocabulary/units";

/** What is known of a zone's calibration: measured by people, and learned by watching. */

export type LampKind = "led" | "fluorescent";

export type CalibrationState = Kept & Watched;

/** On the disk too. */
export type Kept = {
  /** Which sensor sees which circuit: of another one nothing of this is true. */
  readonly wired: string;
  readonly lampKind: LampKind;
  readonly points: readonly Point[];
  /** By night, oldest first. */
  readonly toggles: readonly Toggle[];
  readonly refined: Refined | undefined;
  readonly dark: Dark;
  readonly alarms: readonly Alarm[];
};

/** A lux-meter on the floor and the sensor at the same moment. */
export type Point = {
  readonly id: number;
  readonly at: Instant;
  readonly who: string;
  /** As it was read, lamps included. */
  readonly floor: Lux;
  readonly sensor: Lux;
  /** What the lamps gave of these two, if they burned. */
  readonly lamps: { readonly floor: Lux; readonly sensor: Lux } | undefined;
};

/** The lamps were switched by night, and this is by how much the sensor's light changed. */
export type Toggle = {
  readonly at: Instant;
  readonly contribution: number;
  /** With the lamps off. */
  readonly dark: number;
  readonly by: SwitchedBy;
};

/** `relay`: the board sees whether they burn. `hand`: somebody at the switch says so. */
export type SwitchedBy = "relay" | "hand";

/** `L` as the switchings of every day tell it, beside the `reference` in the building file. */
export type Refined = {
  readonly reference: Lux;
  readonly value: number;
  readonly variance: number;
  readonly count: number;
  readonly since: Instant;
};

export type Dark = {
  /** What shone there by night when the calibration was written. */
  readonly reference: number;
  readonly level: number | undefined;
  readonly at: Instant | undefined;
  /** Brighter than it was, without a break since then. */
  readonly highSince: Instant | undefined;
};

export type Alarm = { readonly kind: AlarmKind; readonly since: Instant };

export type AlarmKind = "less-light" | "more-light" | "foreign-light";

/** Forgotten when the hub stops. */
export type Watched = {
  /** Oldest first, each with how the lamps were. */
  readonly samples: readonly Seen[];
  readonly lamps: Lamps | undefined;
  /** A switching whose lamps still settle. */
  readonly open: Open | undefined;
};

export type Seen = {
  readonly at: Instant;
  readonly illuminance: number;
  readonly lit: boolean | undefined;
  /** The lamps had been so for long enough. */
  readonly settled: boolean;
};

export type Lamps = {
  readonly lit: boolean;
  readonly since: Instant;
  readonly by: SwitchedBy;
};

export type Open = Lamps & { readonly isNight: boolean };

export const freshState = (wired: string): CalibrationState => ({
  wired,
  lampKind: "led",
  points: [],
  toggles: [],
  refined: undefined,
  dark: { reference: 0, level: undefined, at: undefined, highSince: undefined },
  alarms: [],
  samples: [],
  lamps: undefined,
  open: undefined,
});
