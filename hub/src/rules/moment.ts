import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";

/** What the rules may know beside the zone itself. */
export type Moment = {
  readonly now: Instant;
  /** Geometric altitude of the sun's centre. */
  readonly sunAltitudeDeg: number;
  /** The hub's clock may be believed; without it the almanac is worth nothing. */
  readonly clockTrusted: boolean;
  readonly relayOnline: boolean;
  /** The board of the light sensor. */
  readonly sensorOnline: boolean;
  readonly boardOnline: (board: BoardId) => boolean;
};
