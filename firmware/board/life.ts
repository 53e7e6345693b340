import type { BoardLife } from "@battant/protocol/vocabulary/description";
import { milliseconds } from "@battant/protocol/vocabulary/units";
import type { Guard } from "./guard.ts";
import type { Hardware } from "./hardware.ts";

/**
 * How the board is doing, told with its description: a maker sees from the hub which board is short
 * of memory, hears the Wi-Fi badly, keeps restarting or is being lied to.
 */
export const lifeOf = (
  hardware: Pick<Hardware, "health" | "restartReason" | "uptime">,
  dropped: number,
  guard: Pick<Guard, "refused" | "problem">,
): BoardLife => {
  const health = hardware.health();
  const life: { -readonly [key in keyof BoardLife]: BoardLife[key] } = {
    reset: hardware.restartReason,
    uptime: milliseconds(Math.floor(hardware.uptime())),
    variablesFree: health.variablesFree,
    variables: health.variables,
    dropped: dropped,
    refused: guard.refused,
  };
  if (health.signal !== undefined) life.signal = health.signal;
  if (guard.problem !== undefined) life.problem = guard.problem;
  return life;
};
