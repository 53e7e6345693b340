import type { BootId, RelayId, SensorId } from "./ids.ts";
import type { Quantity } from "./quantity.ts";
import type { Milliseconds } from "./units.ts";

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
  /** First 16 hexadecimal digits of the SHA-256 of the settings it keeps; absent without any. */
  readonly settings?: string;
  /**
   * First 16 hexadecimal digits of the SHA-256 of the program that runs: two programs may bear the
   * same version. Absent where no loader started it.
   */
  readonly digest?: string;
  /** The program was started on trial: it is not yet the one the board comes back to. */
  readonly trial?: boolean;
  readonly life?: BoardLife;
};

/** How the board itself is doing. */
export type BoardLife = {
  /** Why it started: `power`, `brown-out`, `watchdog`, `crash`, `asked`. */
  readonly reset: string;
  readonly uptime: Milliseconds;
  /** Espruino variables, free and in all. */
  readonly variablesFree: number;
  readonly variables: number;
  /** Wi-Fi signal in dBm. */
  readonly signal?: number;
  /** Readings it had to drop since it started, because nobody took them for too long. */
  readonly dropped: number;
  /** Messages to it that it refused, and why the last one. */
  readonly refused: number;
  readonly problem?: string;
};

export type SensorDescription = { readonly sensor: SensorId; readonly quantity: Quantity };
