import { boardLifeChecks } from "./board-life.ts";
import { boardChecks } from "./boards.ts";
import { calibrationChecks } from "./calibration.ts";
import { type Check, problem } from "./check.ts";
import { buildingChecks, influxChecks, journalChecks, runChecks, serialChecks } from "./hub.ts";
import { clockChecks, nodeChecks, storageChecks } from "./machine.ts";
import type { Observed } from "./observed.ts";
import { refusalChecks } from "./refusals.ts";

type Part = readonly [about: string, checks: (seen: Observed) => Check[]];

/** From the ground up: the machine, the hub on it, the boards around it, the strangers outside. */
const PARTS: readonly Part[] = [
  ["Node.js", nodeChecks],
  ["data", storageChecks],
  ["clock", clockChecks],
  ["hub", runChecks],
  ["building", buildingChecks],
  ["journal", journalChecks],
  ["influxdb", influxChecks],
  ["serial", serialChecks],
  ["boards", boardChecks],
  ["boards", boardLifeChecks],
  ["calibration", calibrationChecks],
  ["refused", refusalChecks],
];

export const diagnose = (seen: Observed): Check[] =>
  PARTS.flatMap(([about, checks]) => {
    try {
      return checks(seen);
    } catch (why) {
      return [unexamined(about, why)];
    }
  });

/** What the hub wrote about itself may come from another version, and lack what is looked for. */
const unexamined = (about: string, why: unknown): Check =>
  problem(
    about,
    `cannot be examined (${why instanceof Error ? why.message : String(why)})`,
    "restart the hub, so that it and this command are of the same version",
  );
