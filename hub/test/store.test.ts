// Needs: influxd.
import { afterAll, beforeAll } from "vitest";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { createInfluxStore } from "../src/adapters/influx/store.ts";
import type { ReadingStore } from "../src/ports.ts";
import { type Influxd, startInfluxd } from "./influxd.ts";
import { open } from "./journal-scene.ts";
import { readingStoreContract } from "./store.contract.ts";

readingStoreContract("embedded SQLite", async () => (await open()).store);

let influxd: Influxd;
let databases = 0;

beforeAll(async () => {
  influxd = await startInfluxd();
});
afterAll(() => influxd.remove());

/** As it runs: behind a journal, which has every reading first and makes the windows. */
async function openInflux(): Promise<ReadingStore> {
  const { journal, store: embedded } = await open();
  databases += 1;
  const influx = createInfluxStore({
    url: influxd.url,
    database: `battant_${databases}`,
    building: "demo",
    timezone: "Europe/Paris",
    zoneOf: (board) => (board === "hall" ? undefined : ("stairwell-a" as ZoneId)),
    retention: { rawDays: 3650, tenMinutesDays: 3650 },
    windows: embedded.windows,
  });
  return {
    ...influx,
    write: async (readings) => {
      await journal.append(readings);
      return influx.write(readings);
    },
  };
}

readingStoreContract("InfluxDB", openInflux);
