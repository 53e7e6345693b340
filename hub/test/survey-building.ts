import { readConfiguration } from "../src/config/read.ts";
import type { Site } from "../src/domain/site.ts";

/** One hall of which everything is known, and a corridor of which nothing is but its kind. */

export const SURVEYED = `building: surveyed
name: "42 rue Battant"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards: { hall-1: {} }
zones:
  hall:
    name: "Hall d'entrée"
    kind: hall
    circuits: { ceiling: { load_W: 108, relay: { board: hall-1, relay: main } } }
  corridor-3: { name: "Couloir du 3e étage", kind: corridor }
energy:
  box_W: 6
  prices:
    - { from: 2027-01-01, eur_per_kWh: 0.3 }
    - { from: 2026-01-01, eur_per_kWh: 0.2516 }
    - { from: 2025-01-01, eur_per_kWh: 0.24 }
`;

export const siteRead = (text: string): Site => {
  const read = readConfiguration(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.site;
};
