import type { Decision } from "../domain/decision.ts";

/**
 * Why the rule could not judge. It leaves the light available then, as it must; what it would have
 * done had it seen, nobody knows.
 */
export type Doubt = (typeof DOUBTS)[number] | "detector";

const DOUBTS = [
  "no-circuit",
  "no-light-sensor",
  "clock-unknown",
  "sensor-offline",
  "sensor-silent",
  "sensor-stuck",
  "not-calibrated",
] as const satisfies readonly Decision["because"][];

export function doubtIn({ because, evidence }: Decision): Doubt | undefined {
  // Somebody is taken to be there where a detector fails, and no light sensor has its say.
  const kind = because === "occupied" ? evidence.presence?.kind : undefined;
  if (kind === "silent" || kind === "stuck") return "detector";
  return DOUBTS.find((it) => it === because);
}
