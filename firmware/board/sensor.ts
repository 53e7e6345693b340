import type { SensorId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { SensorFile } from "./board-file.ts";
import type { Hardware } from "./hardware.ts";

/** What a board can report: a reading in the outbox names its source by its place in a list. */
export type Source = { readonly sensor: SensorId; readonly quantity: Quantity };

/**
 * One kind of sensor: what it reports, and how it is put to work. A bundle holds the kinds that its
 * hardware file names and no others.
 */
export type SensorKind<File extends SensorFile = SensorFile> = {
  readonly kind: File["kind"];
  sources(file: File): Source[];
  /** Runs for ever. Whatever fails in it is its own affair: it reports nothing and tries again. */
  start(file: File, hardware: Hardware, report: Report): RunningSensor;
};

/** `place`: which of this sensor's own sources. */
export type Report = (place: number, value: number) => void;

export type RunningSensor = {
  /** What it has seen last, for a maker at the console: `412.5 lx`, or `no answer`. */
  tell(): string;
};
