import type { BoardPlan } from "./site.ts";

/**
 * Whose a board's readings are. A flat's belong to its resident alone, so a board counts as common
 * only if the building file plans it, outside every flat, and nobody ever let it in for one. A board
 * that the building file does not name may have been a flat's.
 */
export type Ownership = "common" | "flat" | "undescribed";

/** `flat` is whose readings are kept under the board's name, whatever the building file says. */
export const ownershipOf = (
  planned: BoardPlan | undefined,
  flat: string | undefined,
): Ownership => {
  if (flat !== undefined || planned?.flat !== undefined) return "flat";
  return planned === undefined ? "undescribed" : "common";
};
