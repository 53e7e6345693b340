import type { LeaseId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Past } from "@battant/rules/daylight";
import { type LightState, NOTHING_SEEN } from "@battant/rules/light";
import type { CircuitState } from "./circuit.ts";
import type { Decision } from "./decision.ts";
import { NOBODY_ASKED, type Overrides } from "./override.ts";
import { type Detections, NOTHING_DETECTED } from "./presence.ts";

/** A lit space switched as one, as the hub believes it to be, with what the rule did to it. */
export type Zone = Past & {
  readonly id: ZoneId;
  readonly light: LightState;
  readonly circuit: Circuit;
  readonly presence: Detections;
  readonly overrides: Overrides;
  /** The latest decision, since when, and when it was last written to the decision log. */
  readonly verdict: Verdict | undefined;
  /** When somebody, or a detector, last switched the luminaires on. */
  readonly switchedOnAt: Instant | undefined;
  /** When it began to be kept off because nobody was there, in the last 24 hours. */
  readonly vacancies: readonly Instant[];
  /** How the circuit was when that was last written down. */
  readonly witnessed: Witnessed | undefined;
};

export type Witnessed = { readonly state: CircuitState; readonly at: Instant };

export type Verdict = {
  readonly decision: Decision;
  readonly since: Instant;
  readonly loggedAt: Instant | undefined;
};

/** The circuit is what its relay last reported, never what was asked of it. */
export type Circuit = {
  readonly report: RelayReport | undefined;
  /** When the luminaires were last reported to change; their light needs a moment to settle. */
  readonly litChanged: Instant | undefined;
  readonly lease: LeaseState | undefined;
};

export type LeaseState = {
  readonly id: LeaseId;
  /** `inhibit`: borrowed, to be renewed. `end`: the hub asked for its end and waits for the report. */
  readonly wanted: "inhibit" | "end";
  readonly sentAt: Instant;
  /** The board gives the light back by itself then. */
  readonly until: Instant;
  readonly answer: "none" | "granted" | "refused";
  readonly attempts: number;
};

export const unknownZone = (id: ZoneId): Zone => ({
  id,
  light: NOTHING_SEEN,
  circuit: { report: undefined, litChanged: undefined, lease: undefined },
  presence: NOTHING_DETECTED,
  overrides: NOBODY_ASKED,
  verdict: undefined,
  inhibitions: [],
  vacancies: [],
  releasedAt: undefined,
  switchedOnAt: undefined,
  witnessed: undefined,
  beforeOff: undefined,
  distrust: undefined,
});

/** Whether the luminaires burn; `undefined` where nobody can tell. */
export function litOf(circuit: Circuit): boolean | undefined {
  const { report } = circuit;
  if (report === undefined) return undefined;
  // A bypass switch or a welded contact lights what the relay keeps off: what is seen counts.
  return report.lit ?? (report.state === "inhibited" ? false : undefined);
}

/** Unknown counts as lit: daylight is then under-estimated, and the light stays available. */
export const takenAsLit = (circuit: Circuit): boolean => litOf(circuit) ?? true;

/** When the lamps of an inhibited circuit were seen to go out. */
export const lampsOutAt = (circuit: Circuit): Instant | undefined =>
  circuit.report?.state === "inhibited" && litOf(circuit) === false
    ? circuit.litChanged
    : undefined;

export const isInhibiting = (zone: Zone): boolean => zone.verdict?.decision.kind === "inhibit";

/** Kept off because daylight does, and not because nobody is there. */
export const isKeptOffByDay = (zone: Zone): boolean =>
  zone.verdict?.decision.because === "daylight-sufficient";
