import type { BootId } from "@battant/protocol/vocabulary/ids";
import type { Instant, Milliseconds } from "@battant/protocol/vocabulary/units";

/**
 * The slice of Espruino that the board program uses, and the only thing it knows of the world.
 *
 * Whoever implements it calls back later, never before the call that asked for it has returned.
 */
export type Hardware = {
  readonly timers: Timers;
  readonly network: Network;
  /** Why the board started, in its own words: `power`, `watchdog`, `crash`. */
  readonly restartReason: string;
  i2c(wiring: I2CWiring): I2CBus;
  /** Takes a pin as output, inactive from the first moment. */
  output(wiring: PinWiring): OutputPin;
  input(wiring: PinWiring): InputPin;
  /** Time since start. Grows whatever happens to the clock. */
  uptime(): Milliseconds;
  /** Unknown until somebody has told the time: no board keeps it through a power cut. */
  now(): Instant | undefined;
  setClock(now: Instant): void;
  /** At least 0, below 1. */
  random(): number;
  /** Drawn anew at each start, never twice the same. */
  bootId(): BootId;
};

export type Cancel = () => void;

export type Timers = {
  after(delay: Milliseconds, action: () => void): Cancel;
  every(period: Milliseconds, action: () => void): Cancel;
};

export type I2CWiring = { readonly sda: number; readonly scl: number };

/** Both throw when nobody acknowledges the address, as Espruino's `I2C` does. */
export type I2CBus = {
  writeTo(address: number, command: number): void;
  readFrom(address: number, count: number): Uint8Array;
};

/** How a pin is wired is said once; above this line a pin is active or it is not. */
export type PinWiring = {
  readonly pin: number;
  /** The low level is the active one, as with a push-button to ground. */
  readonly activeLow?: boolean;
};

export type OutputPin = { write(active: boolean): void };

export type InputPin = {
  read(): boolean;
  watch(onEdge: (edge: Edge) => void): void;
};

/** `at` is taken in the interrupt: it is right even when the program was busy for a while. */
export type Edge = { readonly active: boolean; readonly at: Milliseconds };

export type Network = {
  /** Throws when it fails at once; a failure that shows later is a `close`. */
  connect(address: Address, handlers: SocketHandlers): Socket;
  /** The pace of the wire. Only in a simulation that runs faster than life does it differ. */
  readonly timers: Timers;
};

export type Address = { readonly host: string; readonly port: number };

export type SocketHandlers = {
  readonly open: () => void;
  /** One character per byte, cut and joined anywhere. */
  readonly data: (bytes: string) => void;
  readonly close: () => void;
};

/** `write` throws once the socket is closed. */
export type Socket = {
  write(bytes: string): void;
  close(): void;
};
