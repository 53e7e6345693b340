import type { UpdateProgress } from "../domain/update.ts";

/**
 * In which order many boards get a program, so that a bad one is noticed on one board and not on all:
 * one of each kind first, then its neighbours in the zone, then the others. Trouble ends it.
 */

export type Candidate = {
  readonly board: string;
  readonly model: string;
  readonly zones: readonly string[];
};

export type Wave = {
  readonly what: "canary" | "zone" | "others";
  readonly boards: readonly string[];
};

export const wavesOf = (candidates: readonly Candidate[]): readonly Wave[] => {
  const canaries = candidates.filter(
    ({ model }, index) => candidates.findIndex((it) => it.model === model) === index,
  );
  const rest = candidates.filter((it) => !canaries.includes(it));
  const zones = new Set(canaries.flatMap((it) => it.zones));
  const isNeighbour = (it: Candidate): boolean => it.zones.some((zone) => zones.has(zone));
  const waves: readonly Wave[] = [
    ...canaries.map(({ board }): Wave => ({ what: "canary", boards: [board] })),
    { what: "zone", boards: namesOf(rest.filter(isNeighbour)) },
    { what: "others", boards: namesOf(rest.filter((it) => !isNeighbour(it))) },
  ];
  return waves.filter(({ boards }) => boards.length > 0);
};

const namesOf = (candidates: readonly Candidate[]): string[] =>
  candidates.map(({ board }) => board);

export type RolloutParts = {
  /** False if the hub does not know the board any more. */
  readonly ask: (board: string) => boolean;
  /** Of what was asked for; undefined when somebody has taken it back. */
  readonly progressOf: (board: string) => UpdateProgress | undefined;
  readonly tell: (board: string, progress: UpdateProgress) => Promise<void>;
  readonly pause: (ms: number) => Promise<void>;
};

export type RolledOut =
  | { readonly ok: true; readonly done: readonly string[] }
  | {
      readonly ok: false;
      readonly done: readonly string[];
      readonly board: string;
      readonly problem: string;
      /** Asked for together with it; these go on by themselves. */
      readonly underWay: readonly string[];
      readonly untouched: readonly string[];
    };

const LOOK_EVERY_MS = 1000;
/** A board waits with a start until it keeps no light off; and one that is away may come back. */
const LOOKS_WITHOUT_CHANGE_MAX = 40 * 60;

export const rollOut = async (waves: readonly Wave[], parts: RolloutParts): Promise<RolledOut> => {
  const done: string[] = [];
  for (const [index, { boards }] of waves.entries()) {
    const trouble = await carryOut(boards, done, parts);
    if (trouble === undefined) continue;
    const untouched = waves.slice(index + 1).flatMap((wave) => wave.boards);
    const underWay = boards.filter((it) => it !== trouble.board && !done.includes(it));
    return { ok: false, done, ...trouble, underWay, untouched };
  }
  return { ok: true, done };
};

type Trouble = { readonly board: string; readonly problem: string };

const carryOut = async (
  boards: readonly string[],
  done: string[],
  { ask, progressOf, tell, pause }: RolloutParts,
): Promise<Trouble | undefined> => {
  for (const board of boards) {
    if (!ask(board)) return { board, problem: "it was removed" };
  }
  const told = new Map<string, string>();
  let still = 0;
  while (still < LOOKS_WITHOUT_CHANGE_MAX) {
    still += 1;
    for (const board of boards.filter((it) => !done.includes(it))) {
      const progress = progressOf(board);
      if (progress === undefined) return { board, problem: "it was removed" };
      const now = JSON.stringify(progress);
      if (told.get(board) !== now) {
        still = 0;
        told.set(board, now);
        await tell(board, progress);
      }
      if (progress.kind === "failed") return { board, problem: progress.problem };
      if (progress.kind === "done") done.push(board);
    }
    if (boards.every((it) => done.includes(it))) return undefined;
    await pause(LOOK_EVERY_MS);
  }
  const slow = boards.find((it) => !done.includes(it));
  return { board: slow ?? "", problem: "it has come no further for 40 minutes" };
};
