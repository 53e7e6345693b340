import type { Instant, Lux } from "@battant/protocol/vocabulary/units";
import { NIGHT_BELOW_DEG } from "./figures.ts";

/** What must be known of an instant to judge what was seen then. */
export type Moment = {
  readonly now: Instant;
  readonly sunAltitudeDeg: number;
  /** `L` in the building file. */
  readonly reference: Lux | undefined;
};

export const isNight = ({ sunAltitudeDeg }: Pick<Moment, "sunAltitudeDeg">): boolean =>
  sunAltitudeDeg < NIGHT_BELOW_DEG;
