import type { FoundPort } from "@battant/cable/node/list";
import type { CablePort } from "@battant/cable/port";
import type { Language } from "../../domain/sentence.ts";
import type { Io } from "../io.ts";

/** What the commands of the workshop may touch beyond a hub's files: a maker, a cable, the network. */
export type Workshop = {
  readonly io: Io;
  readonly language: Language;
  readonly terminal: Terminal;
  /** USB serial ports, but for those that the building itself uses. */
  ports(leaveOut: readonly string[]): Promise<readonly FoundPort[]>;
  openablePort(path: string, usb?: FoundPort["usb"]): CablePort;
  readonly fetch: typeof globalThis.fetch;
  /** Ms, monotonic. */
  now(): number;
  /** Ms since 1970. */
  date(): number;
  pause(ms: number): Promise<void>;
  /** Aborted once somebody presses Ctrl-C, while `action` runs. */
  interruptible<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Runs the `espruino` tool on a port, at this terminal. Throws `Trouble`. */
  espruino(request: EspruinoRequest): Promise<number>;
};

/** Without `file` it is a console. */
export type EspruinoRequest = { readonly port: string; readonly file?: string };

/** Whoever sits there. Nothing that is typed unseen is ever shown or kept. */
export type Terminal = {
  /** False for a pipe, a file, or a program that reads: then nobody is asked anything. */
  readonly isInteractive: boolean;
  /** Throws `Trouble` "cancelled" for Ctrl-C and at the end of the input. */
  ask(question: string): Promise<string>;
  askUnseen(question: string): Promise<string>;
  /** Takes the place of the line that it showed before; shown to people only. */
  progress(line: string): void;
  /** A line that stays. */
  say(line: string): Promise<void>;
};
