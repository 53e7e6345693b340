import type { BoardId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Lux, Milliseconds, Watts } from "@battant/protocol/vocabulary/units";

/** A building as its file describes it: where it stands, what hangs where, how zones are lit. */
export type Site = {
  readonly building: string;
  readonly name: string;
  readonly location: Location;
  /** IANA name, for days and tariffs: `Europe/Paris`. */
  readonly timezone: string;
  readonly zones: ReadonlyMap<ZoneId, ZonePlan>;
  readonly boards: ReadonlyMap<BoardId, BoardPlan>;
  readonly energy?: EnergyPlan;
};

/** What electricity costs here, and what Battant itself draws. */
export type EnergyPlan = {
  /** The hub and its boards together. */
  readonly box: Watts | undefined;
  readonly prices: readonly PriceRow[];
};

/** Valid from the beginning of that day, `2026-01-01`, until the next row. */
export type PriceRow = { readonly from: string; readonly eurosPerKWh: number };

export type Location = { readonly latitudeDeg: number; readonly longitudeDeg: number };

export type BoardPlan = {
  readonly id: BoardId;
  readonly name: string;
  /** Set when the board measures inside a flat: its readings belong to the resident alone. */
  readonly flat: string | undefined;
};

export type ZonePlan = {
  readonly id: ZoneId;
  readonly name: string;
  readonly kind: ZoneKind;
  /** What one control serves here, as far as the file says. */
  readonly extent?: { readonly area_m2: number | undefined; readonly levels: number | undefined };
  readonly circuit: CircuitPlan | undefined;
  readonly lightSensor: SensorAt | undefined;
  /** Nobody knows whether somebody is there where nothing watches: somebody is taken to be. */
  readonly presence: PresencePlan | undefined;
  readonly daylight: DaylightSettings;
};

export type SensorAt = { readonly board: BoardId; readonly sensor: SensorId };

export type PresencePlan = {
  /** Together they see all of the zone and, at its ends, who is about to come in. */
  readonly sensors: readonly SensorAt[];
  /** How long somebody who was last seen is taken to be there still. */
  readonly hold: Milliseconds;
};

export type CircuitPlan = {
  readonly board: BoardId;
  readonly relay: RelayId;
  readonly load: Watts | undefined;
  /** It measures this circuit alone. */
  readonly meter?: SensorAt;
  /** Blinks before it goes dark, so that somebody there can press the switch and keep the light. */
  readonly warning: boolean;
  /** May be kept off while nobody is there: its lamps come back by themselves when it is given back. */
  readonly offWhenVacant: boolean;
};

export type ZoneKind =
  | "outdoor-path"
  | "hall"
  | "corridor"
  | "stairwell"
  | "car-park"
  | "common-room";

export type DaylightSettings = {
  /** `act` borrows the circuit, `observe` decides and sends nothing, `off` does not decide. */
  readonly mode: "act" | "observe" | "off";
  /** `T`: what the floor must get, in lx. Never below the legal floor of the zone's kind. */
  readonly target: Lux;
  /** `K`: daylight must exceed the target by this factor before the circuit is borrowed. */
  readonly margin: number;
  /** `k`: illuminance on the floor divided by illuminance at the sensor. */
  readonly floorFactor: number;
  /** `L`: what the zone's own luminaires add at the sensor. Unknown until it was calibrated. */
  readonly luminaireContribution: Lux | undefined;
  /** `t_off`: how long daylight must suffice first. Longer than a gap between clouds. */
  readonly offDelay: Milliseconds;
  /** `t_on`: how long daylight may be close to the target before the circuit is given back. */
  readonly onDelay: Milliseconds;
  /** An older reading is no evidence. */
  readonly readingAgeMax: Milliseconds;
  /** How long somebody who presses the wall switch is obeyed. */
  readonly overrideHold: Milliseconds;
  /** The board goes on by itself with the rule while the hub is gone, if it has sensor and relay. */
  readonly localRule: boolean;
};

/** What a zone sees with. */
export const sensorsOf = ({ lightSensor, presence }: ZonePlan): readonly SensorAt[] => [
  ...(lightSensor === undefined ? [] : [lightSensor]),
  ...(presence?.sensors ?? []),
];

/** The boards that a zone goes by: those it sees with, and that of its circuit. */
export const boardsOf = (zone: ZonePlan): readonly BoardId[] =>
  [...sensorsOf(zone), ...(zone.circuit === undefined ? [] : [zone.circuit])].map(
    ({ board }) => board,
  );

/** Which zones go by what this board senses, or are switched by it. */
export const zonesOfBoard = ({ zones }: Site, board: BoardId): readonly ZonePlan[] =>
  [...zones.values()].filter((zone) => boardsOf(zone).includes(board));
