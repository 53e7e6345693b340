import type { BoardId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Past } from "../backtest/history.ts";
import type { Configuration } from "../config/read.ts";
import type { Site } from "../domain/site.ts";
import type { DecisionRecord, Range, RefusalCount } from "../ports.ts";
import type { Observation, ObservationQuestion } from "../observation/review.ts";
import type { Proof, Question } from "../proof/question.ts";
import type { Around } from "../why/around.ts";
import type { ProgramBook } from "./board-update.ts";
import type { BoardBook } from "./boards.ts";
import type { RunInfo } from "./doctor/observed.ts";
import type { ReadingSource } from "./readings.ts";
import { createWallClock, type WallClock } from "./times.ts";

/** A hub as a command finds it: its files, and what it last said, whether it runs or not. */
export type Place = {
  readonly dataDir: string;
  /** Real time. */
  readonly now: Instant;
  readonly pause: (ms: number) => Promise<void>;
  /** The building's own time: another one in a simulated building. */
  readonly buildingNow: Instant;
  readonly buildingFile: string;
  /** `undefined` if the file is not there. */
  readonly configuration: Configuration | undefined;
  readonly run: (RunInfo & { readonly mqttPort: number; readonly httpPort: number }) | undefined;
  /** Its process is there. */
  readonly isAlive: boolean;
  readonly boards: BoardBook;
  readonly programs: ProgramBook;
  /** Lets this command through the hub's HTTP door. Undefined where the hub's own file cannot be used. */
  readonly pass: () => string | undefined;
  readonly record: (action: string, about: string) => void;
  readonly refusals: () => readonly RefusalCount[];
  /** Why the hub's own file cannot be used, where that was allowed: then nothing is known of it. */
  readonly registryProblem: string | undefined;
  readonly journal: JournalFile;
};

export type JournalFile =
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly problem: string }
  | {
      readonly kind: "open";
      readonly source: ReadingSource;
      readonly decisions: (range: Range, zone: ZoneId | undefined) => readonly DecisionRecord[];
      readonly around: (zone: ZoneId, at: Instant, now: Instant) => Around;
      readonly past: Past;
      readonly proof: (question: Question) => Proof;
      readonly observation: (question: ObservationQuestion) => Observation | undefined;
      readonly damage: () => string | undefined;
    };

export type PlaceOptions = {
  readonly data: string | undefined;
  /** Made if it is not there yet. */
  readonly mayBeNew?: boolean;
  /** A hub's own file that cannot be used is `registryProblem`, not the end. */
  readonly mayBeBroken?: boolean;
};

/** Opens the place, closes it in any case. A place that cannot be opened is told and is exit code 1. */
export type WithPlace = <Code extends number>(
  options: PlaceOptions,
  action: (place: Place) => Promise<Code>,
) => Promise<Code | 1>;

export const lastReadingOf =
  ({ journal }: Place) =>
  (board: BoardId): Instant | undefined =>
    journal.kind === "open" ? journal.source.lastReading(board) : undefined;

export const siteOf = ({ configuration }: Place): Site | undefined =>
  configuration?.ok === true ? configuration.site : undefined;

export const timezoneOf = (place: Place): string =>
  siteOf(place)?.timezone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;

export const buildingClock = (place: Place): WallClock => createWallClock(timezoneOf(place));
