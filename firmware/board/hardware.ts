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
  readonly storage: Storage;
  /** Why the board started: `power`, `brown-out`, `watchdog`, `crash`, `asked`. */
  readonly restartReason: string;
  /** Drawn anew at each start, never twice the same. */
  readonly boot: BootId;
  i2c(wiring: I2CWiring): I2CBus;
  /** Takes a pin as output, inactive from the first moment. */
  output(wiring: PinWiring): void;
  /** To a pin that was taken as output. */
  write(wiring: PinWiring, active: boolean): void;
  /** Takes a pin as input. */
  input(wiring: PinWiring): void;
  /** From a pin that was taken as input, as is the one that is watched. */
  read(wiring: PinWiring): boolean;
  watch(wiring: PinWiring, onEdge: (edge: Edge) => void): void;
  serial(wiring: SerialWiring): SerialPort;
  /** Time since start. Grows whatever happens to the clock. */
  uptime(): Milliseconds;
  /** Unknown until somebody has told the time: no board keeps it through a power cut. */
  now(): Instant | undefined;
  setClock(now: Instant): void;
  /** At least 0, below 1. */
  random(): number;
  /** SHA-256 (FIPS 180-4) of a binary string, as a binary string of 32 characters. */
  sha256(bytes: string): string;
  /** To be called every few seconds; a board that forgets for a minute and a half starts again. */
  kickWatchdog(): void;
  /** Starts the board again, from its loader. Relays are de-energised meanwhile. */
  restart(): void;
  health(): Health;
};

/** What is left of the interpreter's memory, and how well the Wi-Fi is heard. */
export type Health = {
  /** Espruino variables. */
  readonly variablesFree: number;
  readonly variables: number;
  /** Received signal strength in dBm; unknown without Wi-Fi. */
  readonly signal: number | undefined;
};

declare const timer: unique symbol;

/** Never given twice. */
export type TimerId = number & { readonly [timer]: true };

export const NO_TIMER = 0 as TimerId;

export type Timers = {
  after(delay: Milliseconds, action: () => void): TimerId;
  every(period: Milliseconds, action: () => void): TimerId;
  /** Of a timer that has fired, or of none, nothing comes. */
  cancel(id: TimerId): void;
};

export type I2CWiring = { readonly sda: number; readonly scl: number };

/** Espruino's `I2C`, part of it. Each throws when nobody acknowledges the address. */
export type I2CBus = {
  writeTo(address: number, bytes: readonly number[]): void;
  readFrom(address: number, count: number): Uint8Array;
  /** Writes `register`, and reads after a repeated start. */
  readReg(address: number, register: number, count: number): Uint8Array;
};

/** How a pin is wired is said once; above this line a pin is active or it is not. */
export type PinWiring = {
  readonly pin: number;
  /** The low level is the active one, as with a push-button to ground. */
  readonly activeLow?: boolean;
};

/** `at` is taken in the interrupt: it is right even when the program was busy for a while. */
export type Edge = { readonly active: boolean; readonly at: Milliseconds };

export type SerialWiring = {
  /** 2 or 3: the first one is the console. */
  readonly port: number;
  readonly rx: number;
  /** Absent on a line that only listens. */
  readonly tx?: number;
  readonly baud: number;
  /** Seven bits and even parity, as a French meter sends; else eight bits and none. */
  readonly sevenEven?: boolean;
};

/** Bytes as a binary string, cut anywhere. What comes while nobody listens is lost. */
export type SerialPort = {
  write(bytes: string): void;
  listen(onBytes: (bytes: string) => void): void;
  deafen(): void;
};

export type Network = {
  /** Throws when it fails at once; a failure that shows later is a `close`. */
  connect(address: Address, handlers: SocketHandlers): Socket;
  /** The pace of the wire. Only in a simulation that runs faster than life does it differ. */
  readonly timers: Timers;
};

export type Address = {
  readonly host: string;
  readonly port: number;
  /** MQTTS. It hides what is said and does not prove who listens: Espruino checks no certificate. */
  readonly tls?: boolean;
};

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

/**
 * Files in flash, by names of at most 28 characters. Contents are binary strings.
 *
 * A byte of flash is written once: what is replaced or erased stays as waste until the loader tidies
 * up at the next start (never the program, which itself runs from there). Nothing throws: a full or
 * broken flash is an answer.
 */
export type Storage = {
  read(name: string): string | undefined;
  /** Replaces the whole file. False when there is no room. */
  write(name: string, content: string): boolean;
  /** A file of `size` bytes, all still to be written; they read as `\xff`. False without room. */
  reserve(name: string, size: number): boolean;
  /** Into bytes that have not been written yet. */
  writeAt(name: string, content: string, at: number): boolean;
  erase(name: string): void;
  /** Names of the files that begin with `prefix`, in no order. */
  names(prefix: string): readonly string[];
  /** Bytes that can be written before the loader has to tidy up. */
  free(): number;
  /** Bytes of replaced and erased files. */
  waste(): number;
};

/** Bytes. Less waste is not worth the seconds that tidying takes, nor its risk (espruino/tidy.ts). */
export const WASTE_WORTH_TIDYING = 65536;
