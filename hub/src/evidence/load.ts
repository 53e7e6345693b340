import type { Instant, Milliseconds, Watts } from "@battant/protocol/vocabulary/units";
import { hours, milliseconds, watts } from "@battant/protocol/vocabulary/units";
import { figureOf, lengthOf, piecesWithin } from "./figure.ts";
import {
  type DeclaredPower,
  MEASURED_MIN,
  type PowerEvidence,
  type PowerSample,
  type RegisterReading,
  SAMPLE_HOLDS,
  validAt,
} from "./records.ts";
import { statementsOf, type Timeline } from "./timeline.ts";

/** What the circuit draws while it burns: measured if a meter saw it burn, else as declared. */
export type Load =
  | {
      readonly origin: "measured";
      readonly by: "register" | "samples";
      /** Mean over the burning it was measured for. */
      readonly power: Watts;
      readonly burning: Milliseconds;
    }
  | { readonly origin: "declared"; readonly rows: readonly DeclaredPower[] };

/** `undefined` where no power was declared for that time. */
export const powerAt = (load: Load | undefined, at: Instant): Watts | undefined =>
  load?.origin === "measured" ? load.power : validAt(load?.rows ?? [], at)?.power;

/** A register is exact whatever happens between two readings, so it comes before samples. */
export function loadOf(evidence: PowerEvidence, timeline: Timeline): Load | undefined {
  const register = meanOf(spansOfRegister(evidence.register, timeline));
  if (register !== undefined) return { origin: "measured", by: "register", ...register };
  const samples = meanOf(spansOfSamples(evidence.samples, timeline));
  if (samples !== undefined) return { origin: "measured", by: "samples", ...samples };
  const { declared } = evidence;
  return declared.length === 0 ? undefined : { origin: "declared", rows: declared };
}

/** Energy in watt-milliseconds, and the burning that took it. */
type Drawn = { readonly energy: number; readonly burning: Milliseconds };

function meanOf(spans: readonly Drawn[]): { power: Watts; burning: Milliseconds } | undefined {
  let energy = 0;
  let burning = 0;
  for (const span of spans) {
    energy += span.energy;
    burning += span.burning;
  }
  if (burning < MEASURED_MIN) return undefined;
  return { power: watts(energy / burning), burning: milliseconds(burning) };
}

/** A span counts if the light is known throughout: dark, a circuit of luminaires draws nothing. */
function spansOfRegister(
  readings: readonly RegisterReading[],
  timeline: Timeline,
): readonly Drawn[] {
  const stood = statementsOf(readings, [], milliseconds(Infinity));
  const known = figureOf(timeline, ({ light }) => light !== "unknown").intervals;
  const lit = figureOf(timeline, ({ light }) => light === "lit").intervals;
  return stood.flatMap((span, index) => {
    const next = stood[index + 1]?.record;
    if (next === undefined) return [];
    const energy = (next.energy - span.record.energy) * hours(1);
    const burning = lengthOf(piecesWithin(span, lit));
    const isKnown = lengthOf(piecesWithin(span, known)) === span.to - span.from;
    // A register that went back is another meter.
    return isKnown && energy >= 0 ? [{ energy, burning }] : [];
  });
}

/** A sample taken while the light burns speaks for that burning, not for the dark around it. */
function spansOfSamples(samples: readonly PowerSample[], timeline: Timeline): readonly Drawn[] {
  const lit = figureOf(timeline, ({ light }) => light === "lit").intervals;
  return statementsOf(samples, [], SAMPLE_HOLDS).flatMap((held) => {
    const burning = lengthOf(piecesWithin(held, lit).filter(({ from }) => from === held.from));
    return burning === 0 ? [] : [{ energy: held.record.power * burning, burning }];
  });
}
