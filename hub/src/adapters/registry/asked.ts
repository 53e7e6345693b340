import type { DatabaseSync } from "node:sqlite";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";

/**
 * Until when people asked for light on a page. What was promised them outlives a restart of the hub,
 * as what the wall switch asked for outlives it in its board.
 */
export type AskedLights = {
  /** False if it could not be written: then it holds until the hub stops. */
  keep(zone: ZoneId, until: Instant | undefined): boolean;
  all(): readonly { readonly zone: ZoneId; readonly until: Instant }[];
};

export const createAskedLights = (database: DatabaseSync): AskedLights => {
  const put = database.prepare("INSERT OR REPLACE INTO light_asked (zone, until) VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM light_asked WHERE zone = ?");
  const every = database.prepare("SELECT zone, until FROM light_asked");
  return {
    keep: (zone, until) => {
      try {
        if (until === undefined) remove.run(zone);
        else put.run(zone, until);
        return true;
      } catch {
        return false; // A full disk must not take anybody's light.
      }
    },
    all: () =>
      every.all().map(({ zone, until }) => ({
        zone: zone as ZoneId,
        until: instant(Number(until)),
      })),
  };
};
