import type { Site } from "../domain/site.ts";
import { emptyHub } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { settingsOf } from "./site.ts";

/** What a hub runs with before anybody has described its building: the starter file, read. */

export const emptySite = (): Site => ({
  building: "immeuble",
  name: "Mon immeuble",
  location: { latitudeDeg: 47.24, longitudeDeg: 6.02 },
  timezone: "Europe/Paris",
  zones: new Map(),
  boards: new Map(),
});

export const defaultSettings = (): Settings => settingsOf(emptyHub());
