import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Clock } from "../../ports.ts";

/**
 * Light links: what the code on a stairwell's sign holds. One per zone, kept as it is, because a sign
 * may have to be printed again; whoever can read `hub.db` owns the hub anyway.
 */
export type LightLinks = {
  /** Made when it is first asked for. */
  of(zone: ZoneId): LightLink;
  /** From now on only the new one opens anything. */
  renew(zone: ZoneId): LightLink;
  /** Takes as long for a token that is nearly right as for any other. */
  zoneOf(token: string): ZoneId | undefined;
};

export type LightLink = { readonly token: string; readonly made: Instant };

/** Crockford's base 32: nobody who copies it by hand takes a one for an l. */
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
/** Five bits each. */
const TOKEN_LENGTH = 20;

export const createLinks = (database: DatabaseSync, clock: Pick<Clock, "now">): LightLinks => {
  const one = database.prepare("SELECT token, made FROM light_link WHERE zone = ?");
  const all = database.prepare("SELECT zone, token FROM light_link");
  // Another process may have been first: then its link is the link.
  const add = database.prepare(
    "INSERT INTO light_link (zone, token, made) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const put = database.prepare(
    "INSERT OR REPLACE INTO light_link (zone, token, made) VALUES (?, ?, ?)",
  );

  const known = (zone: ZoneId): LightLink | undefined => {
    const row = one.get(zone);
    return row && { token: String(row["token"]), made: instant(Number(row["made"])) };
  };

  const kept = (zone: ZoneId): LightLink => {
    const link = known(zone);
    if (link === undefined)
      throw new Error(`the light link of ${zone} was written and is not there`);
    return link;
  };

  return {
    of: (zone) => {
      const link = known(zone);
      if (link !== undefined) return link;
      add.run(zone, newToken(), clock.now());
      return kept(zone);
    },
    renew: (zone) => {
      put.run(zone, newToken(), clock.now());
      return kept(zone);
    },
    zoneOf: (token) => {
      const asked = hashOf(token.toLowerCase()); // A phone begins what is typed with a capital.
      let found: ZoneId | undefined;
      for (const row of all.iterate()) {
        if (timingSafeEqual(hashOf(String(row["token"])), asked)) found = row["zone"] as ZoneId;
      }
      return found;
    },
  };
};

/** 256 is a multiple of 32: no letter comes more often than another. */
const newToken = (): string =>
  Array.from(randomBytes(TOKEN_LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join("");

/** Of one length, whatever was sent. */
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();
