import type { SavingsAmountView, Sentence, ZoneView } from "./contract.ts";

/** Zones that observe, and what they are made to do then: the part of the API's contract. */

/** What a zone in observation would have done, beside what was so. */
export type ObservationView = {
  readonly zone: string;
  readonly name: string;
  /** IANA name. */
  readonly timezone: string;
  readonly mode: ZoneView["mode"];
  /** `null` if the zone was never observed: then there are no figures. */
  readonly figures: ObservationFiguresView | null;
  readonly headline: Sentence;
  readonly method: readonly Sentence[];
  /** What is still missing before the zone had better act. Empty: nothing. */
  readonly missing: readonly Sentence[];
};

/** Sums are those of the days below. */
export type ObservationFiguresView = {
  readonly began: number;
  /** `null` while it goes on; since then the zone acts, or is off. */
  readonly ended: number | null;
  /** The local day it is of the observation, from 1. */
  readonly day: number;
  readonly daysKnown: number;
  readonly daysNeeded: number;
  /** Battant would have kept the light off. */
  readonly would_ms: number;
  readonly wouldUnknown_ms: number;
  /** Mean of the days that are known. */
  readonly wouldPerDay_ms: number | null;
  readonly switchings: number;
  /** Of the time it would have been kept off: the light burned, was out, or nobody knows. */
  readonly burned: SavingsAmountView;
  readonly out_ms: number;
  readonly lightUnknown_ms: number;
  /** Of that time, daylight as measured was below the target. */
  readonly below_ms: number;
  readonly days: readonly ObservationDayView[];
};

/** A local day of 23 to 25 hours. */
export type ObservationDayView = {
  readonly from: number;
  readonly to: number;
  /** Nearly all of it is known. */
  readonly isKnown: boolean;
  readonly would_ms: number;
  readonly wouldUnknown_ms: number;
  readonly switchings: number;
  readonly burned_ms: number;
  readonly lightUnknown_ms: number;
  /** One after the other, as far as the day was observed. */
  readonly spans: readonly ObservationSpanView[];
};

export type ObservationSpanView = {
  readonly from: number;
  readonly to: number;
  /** `off`: Battant would have kept it off. `available`: left it to the building's own switches. */
  readonly would: "off" | "available" | "unknown";
  readonly light: "lit" | "out" | "unknown";
};

export type ModeRequest = { readonly mode: ZoneView["mode"] };

export type ModeView = ModeRequest & { readonly zone: string };
