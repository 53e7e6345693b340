import type { SerialPort } from "serialport";
import { type PortTrouble, troubleOf } from "./trouble.ts";

/**
 * One opening of a serial port, from open to closed. What the library reports twice, late or not at
 * all ends here as one promise that is kept once.
 */
export type OpenPort = {
  /** Resolves when the port has gone by itself: unplugged, or a read failed. */
  readonly lost: Promise<void>;
  /** May be called again, and on a port that is gone. Never fails. */
  close(): Promise<void>;
};

export type Opened =
  | { readonly ok: true; readonly port: OpenPort }
  | { readonly ok: false; readonly trouble: PortTrouble };

export type Line = { readonly path: string; readonly baudRate: number };

/** A driver whose hardware is gone may never answer a close. */
const CLOSE_MS_MAX = 2000;

/** Calls `onBytes` with strings of characters 0 to 255. */
export const openPort = async (line: Line, onBytes: (bytes: string) => void): Promise<Opened> => {
  try {
    const serial = await prepare(line);
    const lost = new Promise<void>((resolve) => {
      serial.on("close", () => resolve());
      // Stays for good: an error event that nobody hears would end the process.
      serial.on("error", () => resolve());
    });
    serial.on("data", (chunk: Buffer) => onBytes(chunk.toString("latin1")));
    await new Promise<void>((resolve, reject) => {
      serial.open((error) => (error ? reject(error) : resolve()));
    });
    return { ok: true, port: { lost, close: () => close(serial) } };
  } catch (error) {
    return { ok: false, trouble: troubleOf(error) };
  }
};

/** Loaded here, because most hubs have no dongle and its native code would cost them memory. */
const prepare = async (line: Line): Promise<SerialPort> => {
  const library = await import("serialport");
  return new library.SerialPort({
    path: line.path,
    baudRate: line.baudRate,
    dataBits: 7, // Both modes are 7E1 (Enedis-NOI-CPT_54E §4.2).
    parity: "even",
    stopBits: 1,
    autoOpen: false,
  });
};

const close = (serial: SerialPort): Promise<void> =>
  new Promise((resolve) => {
    serial.removeAllListeners("data");
    if (!serial.isOpen) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, CLOSE_MS_MAX);
    serial.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
