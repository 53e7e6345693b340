import type { BootId, RelayId, SensorId } from "./ids.ts";
import type { Quantity } from "./quantity.ts";

/** What a board says about itself at birth; kept by the broker until the next birth. */
export type Description = {
  /** Version of this contract the board was built with. */
  readonly contract: number;
  readonly boot: BootId;
  /** Kind of board, as its hardware file names it. */
  readonly model: string;
  /** Version of the board program. */
  readonly program: string;
  readonly sensors: readonly SensorDescription[];
  readonly relays: readonly RelayId[];
};

export type SensorDescription = { readonly sensor: SensorId; readonly quantity: Quantity };
