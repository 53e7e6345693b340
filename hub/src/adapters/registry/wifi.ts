import type { DatabaseSync } from "node:sqlite";
import type { WifiMemory } from "../../ports.ts";
import { trying } from "./database.ts";

/**
 * The network that the next board is told to join. Its password lies in `hub.db`, which may be read
 * by its owner alone, until somebody has it forgotten; then it is gone from the disk as well.
 */
export const createWifi = (database: DatabaseSync): WifiMemory => {
  const one = database.prepare("SELECT ssid, password FROM wifi");
  const put = database.prepare(
    "INSERT OR REPLACE INTO wifi (one, ssid, password) VALUES (1, ?, ?)",
  );
  const drop = database.prepare("DELETE FROM wifi");

  /** What was deleted is overwritten, and so is the log in which it was written (sqlite.org/wal). */
  const erasing = <Result>(action: () => Result): Result => {
    database.exec("PRAGMA secure_delete = ON");
    const result = action();
    trying(() => database.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA secure_delete = OFF"));
    return result;
  };

  return {
    read: () => {
      const row = one.get();
      if (row === undefined) return undefined;
      return { ssid: String(row["ssid"]), password: String(row["password"]) };
    },
    keep: ({ ssid, password }) => erasing(() => void put.run(ssid, password)),
    forget: () => erasing(() => Number(drop.run().changes) > 0),
  };
};
