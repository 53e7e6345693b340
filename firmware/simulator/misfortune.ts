import type { Fault, SimulatedBoard } from "./board.ts";
import type { Random } from "./random.ts";
import type { FaultsInWorld } from "./world-file.ts";

/** Faults that come by themselves: on which board, which and when is drawn from the seed. */
export type Misfortune = { advance(now: number): void };

type Failing = Pick<SimulatedBoard, "fail" | "heal">;

const FAULTS: readonly Fault[] = [
  { kind: "silent" },
  { kind: "stuck" },
  { kind: "lie", value_lx: 20_000 },
  { kind: "unplug" },
  { kind: "reboot" },
];

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export const createMisfortune = (
  plan: FaultsInWorld,
  boards: readonly Failing[],
  random: Random,
): Misfortune => {
  const pick = <T>(items: readonly T[]): T | undefined =>
    items[Math.floor(random.uniform() * items.length)];
  const draw = (now: number): number =>
    plan.perDay > 0 ? now + random.exponential(DAY_MS / plan.perDay) : Infinity;
  const repairs: { readonly at: number; readonly board: Failing }[] = [];
  let next: number | undefined;

  return {
    advance: (now) => {
      next ??= draw(now);
      while (repairs[0] !== undefined && repairs[0].at <= now) repairs.shift()?.board.heal();
      if (now < next) return;
      next = draw(now);
      const board = pick(boards);
      const fault = pick(FAULTS);
      if (board === undefined || fault === undefined) return;
      // A relay has no sensor to go silent: then this time nothing happens.
      if (board.fail(fault) !== undefined) return;
      repairs.push({ at: now + plan.lasting_min * MINUTE_MS, board });
    },
  };
};
