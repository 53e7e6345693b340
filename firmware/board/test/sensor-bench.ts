import { createFakeStorage, type FakeStorage } from "../../simulator/fake-storage.ts";
import type { SensorFile } from "../board-file.ts";
import type { Hardware, SerialWiring } from "../hardware.ts";
import type { RunningSensor, SensorKind } from "../sensor.ts";
import { type Bench, createBench } from "./bench.ts";

/**
 * The workbench with what sensors need beside pins: a serial line whose other end is the test, and
 * their reports.
 */
export type SensorBench = Bench & {
  readonly line: Line;
  /** One line for each report: seconds since the start, place, value. */
  readonly reports: string[];
  start<File extends SensorFile>(kind: SensorKind<File>, file: File): RunningSensor;
};

/** The serial line that was opened last. */
export type Line = {
  wiring: SerialWiring | undefined;
  readonly written: string[];
  isListening(): boolean;
  /** Bytes arrive; whoever is deaf loses them. */
  feed(bytes: string): void;
  /** Called with what the board writes, as soon as it does. */
  onWrite: (bytes: string) => void;
};

type MutableLine = Line & { listener: ((bytes: string) => void) | undefined };

const createLine = (): MutableLine => {
  const line: MutableLine = {
    wiring: undefined,
    listener: undefined,
    written: [],
    isListening: () => line.listener !== undefined,
    feed: (bytes) => line.listener?.(bytes),
    onWrite: () => undefined,
  };
  return line;
};

export const createSensorBench = (flash: FakeStorage = createFakeStorage()): SensorBench => {
  const bench = createBench(flash);
  const line = createLine();
  const reports: string[] = [];
  const hardware: Hardware = {
    ...bench.hardware,
    i2c: () => sensorBench.i2c,
    serial: (wiring) => {
      line.wiring = wiring;
      return {
        write: (bytes) => {
          line.written.push(bytes);
          line.onWrite(bytes);
        },
        listen: (onBytes) => {
          line.listener = onBytes;
        },
        deafen: () => {
          line.listener = undefined;
        },
      };
    },
  };
  const sensorBench: SensorBench = {
    ...bench,
    hardware,
    line,
    reports,
    start: (kind, file) =>
      kind.start(file, hardware, (place, value) => {
        reports.push(`${Math.floor(hardware.uptime() / 1000)} ${place} ${value}`);
      }),
  };
  return sensorBench;
};

export const bytesOf = (hex: string): string => Buffer.from(hex, "hex").toString("latin1");

/** The text cut at these places, wherever they are. */
export const cut = (text: string, places: readonly number[]): readonly string[] => {
  const ends = places.map((it) => it % (text.length + 1)).toSorted((a, b) => a - b);
  return [...ends, text.length].map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
};
