import type { BoardId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Milliseconds } from "@battant/protocol/vocabulary/units";
import type { Address, I2CWiring, PinWiring } from "./hardware.ts";

/** What hangs on this board and whom it talks to. One board program serves all of them. */
export type BoardFile = {
  readonly board: BoardId;
  /** Kind of board, as its hardware file names it. */
  readonly model: string;
  readonly broker: Address;
  readonly password: string;
  readonly sensors: readonly SensorFile[];
  readonly relays: readonly RelayFile[];
  /** How many readings are kept while nobody takes them; 18 bytes each. */
  readonly outboxCapacity: number;
};

export type SensorFile =
  | {
      readonly kind: "bh1750";
      readonly sensor: SensorId;
      readonly wiring: I2CWiring;
      /** 0x23 unless the chip's ADDR pin is high. */
      readonly address?: number;
    }
  | {
      readonly kind: "pulse";
      readonly sensor: SensorId;
      readonly input: PinWiring;
      readonly pulsesPerKilowattHour: number;
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
