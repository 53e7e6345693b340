import { boardChecks } from "./boards.ts";
import type { Check } from "./check.ts";
import { hubChecks } from "./hub.ts";
import { machineChecks } from "./machine.ts";
import type { Observed } from "./observed.ts";
import { refusalChecks } from "./refusals.ts";

/** From the ground up: the machine, the hub on it, the boards around it, the strangers outside. */
export const diagnose = (seen: Observed): Check[] => [
  ...machineChecks(seen),
  ...hubChecks(seen),
  ...boardChecks(seen),
  ...refusalChecks(seen),
];
