/**
 * The slice of Espruino's interpreter that the board program touches, 2v29. Types only: each file
 * that needs one of them declares it, so that what is global here stays unknown everywhere else.
 */

export type EspruinoE = {
  /** Whole seconds on an ESP32. Once on it stays on; `false`: only `kickWatchdog` feeds it. */
  enableWatchdog(seconds: number, automatic: boolean): void;
  kickWatchdog(): void;
  reboot(): void;
  /** NaN where there is no sensor. */
  getTemperature(): number;
  toString(bytes: ArrayBuffer): string;
  on(event: "errorFlag", handler: (flags: readonly string[]) => void): void;
};

export type EspruinoProcess = {
  readonly env: { readonly BOARD: string };
  on(event: "uncaughtException", handler: (error: unknown) => void): void;
  /** `false`: without collecting garbage first. */
  memory(collect: boolean): { readonly free: number; readonly total: number };
};

export type EspruinoStorage = {
  /** A string that points into flash and takes no RAM. */
  read(name: string): string | undefined;
  /** Throws when it cannot. A new file unless `offset` is above 0 (storage.ts knows the traps). */
  write(name: string, data: string, offset?: number, size?: number): boolean;
  erase(name: string): void;
  list(pattern: RegExp, filter: { readonly sf: boolean }): string[];
  getFree(): number;
  getStats(): { readonly trashBytes: number };
  compact(): void;
};

export type EspruinoCrypto = { SHA256(bytes: string): ArrayBuffer };

/** Global `Pin`; `D4` and `new Pin(4)` are the same. */
export type EspruinoPin = { read(): boolean; toggle(): boolean };

export type PinMode = "input" | "input_pullup" | "input_pulldown";

export type WatchEvent = { readonly state: boolean; readonly time: number };

export type EspruinoPins = {
  Pin: new (number: number) => EspruinoPin;
  /** Sets the level first, then makes the pin an output. */
  digitalWrite(pin: EspruinoPin, level: boolean): void;
  pinMode(pin: EspruinoPin, mode: PinMode): void;
  setWatch(
    handler: (event: WatchEvent) => void,
    pin: EspruinoPin,
    options: { readonly repeat: boolean; readonly edge: "both" },
  ): number;
};

export type EspruinoI2C = {
  setup(options: { readonly sda: EspruinoPin; readonly scl: EspruinoPin }): void;
  writeTo(address: number, bytes: readonly number[]): void;
  readFrom(address: number, count: number): Uint8Array;
  /** Without a stop between writing and reading. */
  readReg(address: number, register: number, count: number): Uint8Array;
};

export type EspruinoSerial = {
  setup(baud: number, options: EspruinoSerialOptions): void;
  on(event: "data", handler: (bytes: string) => void): void;
  removeAllListeners(event: "data"): void;
  write(bytes: string): void;
};

export type EspruinoSerialOptions = {
  readonly rx: EspruinoPin;
  readonly tx: EspruinoPin;
  readonly bytesize: 7 | 8;
  readonly parity: "even" | "none";
  readonly stopbits: 1;
};

export type EspruinoSocket = {
  write(bytes: string): boolean;
  end(): void;
  on(event: "data", handler: (bytes: string) => void): void;
  on(event: "close", handler: () => void): void;
};

/** `net` and `tls` alike. */
export type EspruinoNet = {
  /** Blocks until connected; throws when it fails. */
  connect(
    options: { readonly host: string; readonly port: number },
    connected: () => void,
  ): EspruinoSocket;
};

export type EspruinoWifi = {
  connect(
    ssid: string,
    options: { readonly password: string },
    done: (problem?: unknown) => void,
  ): void;
  disconnect(done: () => void): void;
  getIP(): { readonly ip?: string };
  getStatus(): { readonly rssi?: number };
  getHostByName(name: string, done: (address: string | null) => void): void;
  /** Five echo requests, half a second apart; calls back after each. */
  ping(address: string, done: (result: PingResult) => void): void;
};

export type PingResult = { readonly totalCount: number; readonly timeoutCount: number };

export type EspruinoModules = {
  (name: "Storage"): EspruinoStorage;
  (name: "crypto"): EspruinoCrypto;
  (name: "net" | "tls"): EspruinoNet;
  (name: "Wifi"): EspruinoWifi;
  (name: "TelnetServer"): { setOptions(options: { readonly mode: "off" }): void };
};
