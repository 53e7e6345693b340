import { type Instant, instant, minutes, watts } from "@battant/protocol/vocabulary/units";
import { createCalendar } from "../src/domain/calendar.ts";
import type {
  Break,
  CircuitRecord,
  History,
  PowerEvidence,
  Range,
  VerdictRecord,
} from "../src/evidence/records.ts";
import type { Terms } from "../src/evidence/worth.ts";

/** Records of a zone, written in the order of the test. */

export const PARIS = createCalendar("Europe/Paris");
export const utc = (text: string): Instant => instant(Date.parse(`${text}Z`));
/** Local months of 2026 in Paris, as the law has them (directive 2000/84/EC). */
export const FEBRUARY: Range = { from: utc("2026-01-31T23:00"), to: utc("2026-02-28T23:00") };
export const MARCH: Range = { from: utc("2026-02-28T23:00"), to: utc("2026-03-31T22:00") };
export const APRIL: Range = { from: utc("2026-03-31T22:00"), to: utc("2026-04-30T22:00") };
export const OCTOBER: Range = { from: utc("2026-09-30T22:00"), to: utc("2026-10-31T23:00") };

export const HUNDRED_WATTS: PowerEvidence = {
  register: [],
  samples: [],
  declared: [{ from: utc("2026-01-01T00:00"), power: watts(100) }],
};
export const NO_POWER: PowerEvidence = { register: [], samples: [], declared: [] };

export const terms = (change: Partial<Terms> = {}): Terms => ({
  calendar: PARIS,
  load: { origin: "declared", rows: HUNDRED_WATTS.declared },
  prices: [{ from: utc("2026-01-01T00:00"), eurosPerKWh: 0.2 }],
  ...change,
});

/** Numbers from 0 to 1, the same for the same seed. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export function shuffled<Kind>(list: readonly Kind[], random: () => number): Kind[] {
  return list
    .map((item) => ({ item, key: random() }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ item }) => item);
}

export type State = {
  readonly lit?: boolean | undefined;
  readonly inhibited?: boolean;
  readonly daylight?: VerdictRecord["daylight"];
  readonly mode?: VerdictRecord["mode"];
  /** Why nobody can tell about daylight. */
  readonly because?: VerdictRecord["because"];
};

export type Writer = {
  circuit(at: Instant, state?: State): void;
  verdict(at: Instant, state?: State): void;
  /** Both, now and every hour until `to`. */
  hourly(range: Range, state: State): void;
  break(from: Instant, to: Instant): void;
  readonly history: History;
};

/** Lit and not inhibited; daylight sufficient, only observed: unless said otherwise. */
export function writer(): Writer {
  const circuit: CircuitRecord[] = [];
  const verdicts: VerdictRecord[] = [];
  const breaks: Break[] = [];
  let written = 0;
  const it: Writer = {
    circuit: (at, state = {}) => {
      const { lit, inhibited = false } = { lit: true, ...state };
      circuit.push({ at, written: (written += 1), lit, inhibited });
    },
    verdict: (at, state = {}) => {
      const { daylight = "sufficient", mode = "observe" } = state;
      const because = daylight === "unknown" ? (state.because ?? "sensor-silent") : undefined;
      verdicts.push({ at, written: (written += 1), daylight, because, mode });
    },
    hourly: ({ from, to }, state) => {
      for (let at = from; at < to; at = instant(at + minutes(60))) {
        it.circuit(at, state);
        it.verdict(at, state);
      }
    },
    break: (from, to) => void breaks.push({ from, to, written: (written += 1) }),
    history: { circuit, verdicts, breaks },
  };
  return it;
}
