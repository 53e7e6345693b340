import type { Instant, Lux } from "@battant/protocol/vocabulary/units";
import { ALPHA, OFFER_LX, OFFER_SHARE, REFINED_ENOUGH } from "./figures.ts";
import type { Refined } from "./state.ts";

/** `L` as every switching refines it, beside the value of the building file that the rule goes by. */

type At = { readonly now: Instant; readonly reference: Lux | undefined };

export function refine(
  before: Refined | undefined,
  contribution: number,
  { now, reference }: At,
): Refined | undefined {
  if (reference === undefined) return undefined;
  const start = { reference, value: reference, variance: 0, count: 0, since: now };
  // Another value in the file is another beginning.
  const from = before === undefined || before.reference !== reference ? start : before;
  const count = from.count + 1;
  // A plain mean at first, so that what the file says does not linger in what was measured.
  const weight = Math.max(ALPHA, 1 / count);
  const off = bounded(contribution, reference) - from.value;
  return {
    ...from,
    count,
    value: from.value + weight * off,
    variance: (1 - weight) * (from.variance + weight * off * off),
  };
}

/** One ray of sun must not outweigh ten honest switchings. */
const bounded = (contribution: number, reference: Lux): number =>
  Math.min(Math.max(contribution, 0), 2 * Math.max(reference, OFFER_LX));

/** Of what the present value of the file was measured against. */
export const refinedFrom = (
  refined: Refined | undefined,
  reference: Lux | undefined,
): Refined | undefined => (refined?.reference === reference ? refined : undefined);

/** Worth writing into the file. */
export const isOffered = ({ count, value, reference }: Refined): boolean =>
  count >= REFINED_ENOUGH &&
  Math.abs(value - reference) > Math.max(OFFER_LX, OFFER_SHARE * reference);
