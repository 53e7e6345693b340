import type { BoardId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Milliseconds } from "@battant/protocol/vocabulary/units";
import type { Address, I2CWiring, PinWiring, SerialWiring } from "./hardware.ts";

/** What hangs on this kind of board: the hardware file, bundled with the program. Holds no secret. */
export type BoardFile = {
  /** Kind of board, as its hardware file names it. */
  readonly model: string;
  readonly sensors: readonly SensorFile[];
  readonly relays: readonly RelayFile[];
  /** How many readings are kept in RAM, about 11 bytes each; beyond that they go to flash. */
  readonly outboxCapacity: number;
  readonly led?: PinWiring;
};

/** Who this board is and whom it trusts. Lives in its flash alone, and never on the console. */
export type Membership = {
  readonly board: BoardId;
  readonly broker: Address;
  /** For the broker. */
  readonly password: string;
  /** 32 bytes as a binary string: what the hub sends is sealed with it (wire/sealed.ts). */
  readonly key: string;
};

export type SensorFile =
  | Bh1750File
  | Veml7700File
  | Tsl2591File
  | MotionFile
  | RadarFile
  | PulseFile
  | TicFile
  | PzemFile;

type LightFile<Kind extends string> = {
  readonly kind: Kind;
  readonly sensor: SensorId;
  readonly wiring: I2CWiring;
};

export type Bh1750File = LightFile<"bh1750"> & {
  /** 0x23 unless the chip's ADDR pin is high. */
  readonly address?: number;
};
export type Veml7700File = LightFile<"veml7700">;
export type Tsl2591File = LightFile<"tsl2591">;

/** A passive infrared detector, AM312 or HC-SR501: its output is high while something warm moves. */
export type MotionFile = {
  readonly kind: "motion";
  readonly sensor: SensorId;
  readonly input: PinWiring;
  /** What it says this long after power-on is not believed: 60 s for a HC-SR501. */
  readonly settles: Milliseconds;
  /** The zone counts as occupied this long after the last movement. */
  readonly hold: Milliseconds;
};

/** A 24 GHz radar LD2410, which also sees who stands still. */
export type RadarFile = {
  readonly kind: "ld2410";
  readonly sensor: SensorId;
  readonly wiring: SerialWiring;
  readonly hold: Milliseconds;
};

/** The S0 output or the LED of a meter. */
export type PulseFile = {
  readonly kind: "pulse";
  readonly sensor: SensorId;
  readonly input: PinWiring;
  readonly pulsesPerKilowattHour: number;
};

/** The customer output of a Linky; 1200 baud in mode historique, 9600 in standard. */
export type TicFile = {
  readonly kind: "tic";
  /** At most 20 characters: parts of the meter are named after it. */
  readonly sensor: SensorId;
  readonly wiring: SerialWiring;
};

export type PzemFile = {
  readonly kind: "pzem";
  readonly sensor: SensorId;
  readonly wiring: SerialWiring;
};

export type RelayFile = {
  readonly relay: RelayId;
  /** On an ESP32 never a pin that starts with a pull-up: 0, 12-15, 18, 19, 21, 22, 25-27. */
  readonly output: PinWiring;
  readonly lit?: PinWiring;
  readonly wallSwitch?: PinWiring;
  /** How long a press of the wall switch is obeyed against any lease; never below a minute. */
  readonly hold: Milliseconds;
};
