import { join } from "node:path";
import { type BoardId, isBoardId } from "@battant/protocol/vocabulary/ids";
import type { BoardHealth } from "../../api/contract.ts";
import type { Bundle } from "../domain/bundle.ts";
import { zonesOfBoard } from "../domain/site.ts";
import type { UpdateProgress } from "../domain/update.ts";
import type { UpdateAround } from "./board-update.ts";
import { noSuchBoard } from "./boards.ts";
import { isNewer, readBundle } from "./bundle.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import { commandOn } from "./next-step.ts";
import { type Candidate, rollOut, type RolledOut, type Wave, wavesOf } from "./rollout.ts";
import { percent, printable } from "./table.ts";

/** `battant boards update` for many boards: who is to get what, wave by wave, until trouble. */

export type RolloutRequest = {
  /** None: every board. */
  readonly ids: readonly string[];
  readonly downgrade: boolean;
  readonly asJson: boolean;
};

export type RolloutAround = Omit<UpdateAround, "described"> & {
  readonly described: (board: string) => BoardHealth | undefined;
  readonly pause: (ms: number) => Promise<void>;
};

type Sorted = {
  readonly candidates: readonly (Candidate & { readonly bundle: Bundle })[];
  /** Boards that get nothing, and why. */
  readonly left: readonly (readonly [board: string, why: string])[];
};

export const rollOutPrograms = async (
  request: RolloutRequest,
  around: RolloutAround,
  io: Io,
): Promise<ExitCode> => {
  const known = new Map(around.boards.list().map((board) => [board.id as string, board]));
  for (const id of request.ids) {
    if (known.has(id)) continue;
    await io.err(noSuchBoard(id, around));
    return EXIT.problems;
  }
  if (!around.isRunning) {
    await io.err(`The hub brings programs to boards. Start it first:\n\n  ${around.start}\n`);
    return EXIT.problems;
  }
  const ids = request.ids.length > 0 ? request.ids : [...known.keys()];
  const { candidates, left } = await sort(ids, request, around);
  const print = async (line: string): Promise<void> => {
    if (!request.asJson) await io.out(`${printable(line)}\n`);
  };
  for (const [board, why] of left) await print(`${board}: ${why}`);
  const waves = wavesOf(candidates);
  await print(planned(waves));
  const bundles = new Map(candidates.map(({ board, bundle }) => [board, bundle]));
  const rolled = await rollOut(waves, {
    ask: (board) => askFor(board, bundles.get(board), request, around),
    progressOf: progressIn(around),
    tell: (board, progress) => print(`${board}: ${told(progress, bundles.get(board)!)}`),
    pause: around.pause,
  });
  if (request.asJson) await io.out(json({ ...rolled, left: Object.fromEntries(left) }));
  else await (rolled.ok ? io.out : io.err)(ending(rolled, around));
  return rolled.ok ? EXIT.ok : EXIT.problems;
};

const sort = async (
  ids: readonly string[],
  request: RolloutRequest,
  around: RolloutAround,
): Promise<Sorted> => {
  const candidates: (Candidate & { bundle: Bundle })[] = [];
  const left: [string, string][] = [];
  for (const board of ids) {
    const read = await programFor(board, request, around);
    if (!read.ok) left.push([board, read.why]);
    else {
      const zones = around.site === undefined ? [] : zonesOfBoard(around.site, board as BoardId);
      candidates.push({ board, zones: zones.map(({ id }) => id), ...read });
    }
  }
  return { candidates, left };
};

type Found =
  | { readonly ok: true; readonly model: string; readonly bundle: Bundle }
  | { readonly ok: false; readonly why: string };

const programFor = async (
  board: string,
  { downgrade }: RolloutRequest,
  { boards, described, programsDir }: RolloutAround,
): Promise<Found> => {
  const left = (why: string): Found => ({ ok: false, why });
  const health = described(board);
  if (boards.list().find(({ id }) => id === board)?.hasKey !== true) {
    return left("has no key, so nothing can be sent to it; flash it again");
  }
  if (health?.online !== true || health.model === null) return left("is not there now");
  if (health.onTrial) return left("has another program on trial");
  const { model } = health;
  // Built here, so what its name says of the model is true; a kind of one's own may have none.
  const file = join(programsDir, `${model}.js`);
  const read = await readBundle({ id: board, file, downgrade: true }, health);
  if (!read.ok) return left(read.problem);
  const { bundle } = read;
  if (!downgrade && health.program !== null && !isNewer(bundle.program, health.program)) {
    return left(`runs ${health.program} already`);
  }
  return { ok: true, model, bundle };
};

const askFor = (
  board: string,
  bundle: Bundle | undefined,
  { downgrade }: RolloutRequest,
  { programs, record }: RolloutAround,
): boolean => {
  if (bundle === undefined || !isBoardId(board)) return false;
  const { text, program, model } = bundle;
  record("board update asked for", `${board} ${program}`);
  return programs.ask({ board, bundle: text, program, model, downgrade });
};

const progressIn =
  ({ programs }: RolloutAround) =>
  (board: string): UpdateProgress | undefined =>
    programs.list().find(({ wanted }) => wanted.board === board)?.progress;

const WAVE_WORDS: { readonly [what in Wave["what"]]: string } = {
  canary: "first",
  zone: "then its neighbours",
  others: "then the others",
};

const planned = (waves: readonly Wave[]): string =>
  waves.length === 0
    ? "No board needs another program."
    : waves.map(({ what, boards }) => `${WAVE_WORDS[what]}: ${boards.join(", ")}`).join("; ");

const told = (progress: UpdateProgress, { program, text }: Bundle): string => {
  switch (progress.kind) {
    case "waiting":
      return `to get ${program}`;
    case "sending":
      return `getting ${program}: ${percent(progress.at, text.length)}`;
    case "verified":
      return `has ${program}, starts it next`;
    case "trial":
      return `tries ${program}`;
    case "done":
      return `runs ${program}`;
    case "failed":
      return `did not get ${program}: ${progress.problem}`;
  }
};

const ending = (rolled: RolledOut, { dataDir }: RolloutAround): string => {
  const many = rolled.done.length === 1 ? "1 board runs" : `${rolled.done.length} boards run`;
  if (rolled.ok) return rolled.done.length === 0 ? "" : `${many} the new program.\n`;
  const { board, problem, underWay, untouched } = rolled;
  return printable(
    `Stopped: ${board} did not get it: ${problem}. ${many} the new program. ` +
      `${underWay.length > 0 ? `Still under way: ${underWay.join(", ")}. ` : ""}` +
      `${untouched.length > 0 ? `Untouched: ${untouched.join(", ")}. ` : ""}` +
      `Look at it first: ${commandOn(dataDir, `boards log ${board}`)}`,
  ).concat("\n");
};
