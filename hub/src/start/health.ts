import type { BoardLife } from "@battant/protocol/vocabulary/description";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type {
  BoardHealth,
  BoardLifeView,
  ForwarderHealth,
  HealthView,
  SerialHealth,
} from "../../api/contract.ts";
import type { Board } from "../domain/building.ts";
import type { Site } from "../domain/site.ts";
import type { RefusalCount } from "../ports.ts";
import type { RuntimeFigures } from "../runtime.ts";

/** How the hub is, from everybody who knows something about it. */
export type HealthParts = {
  readonly since: Instant;
  readonly site: Site;
  readonly board: (id: BoardId) => Board | undefined;
  readonly restarts: (board: BoardId) => number;
  readonly registered: readonly { readonly id: BoardId; readonly name: string }[];
  readonly isPrivate: (board: BoardId) => boolean;
  readonly lastReading: (board: BoardId) => Instant | undefined;
  readonly figures: RuntimeFigures;
  readonly refusals: readonly RefusalCount[];
  readonly forwarder: ForwarderHealth | undefined;
  readonly serial: readonly SerialHealth[];
};

export function healthView(parts: HealthParts): HealthView {
  const { figures } = parts;
  return {
    since: parts.since,
    boards: boardsOf(parts),
    readingsStored: figures.stored,
    duplicates: figures.duplicates,
    refusals: parts.refusals.map(({ from, where, problem, count, last }) => ({
      from,
      where,
      problem,
      count,
      last,
    })),
    forwarder: parts.forwarder ?? null,
    journalProblem: figures.journalProblem,
    serial: parts.serial,
  };
}

/** Boards the building file names and boards that may connect are usually, not always, the same. */
function boardsOf({
  site,
  board: known,
  restarts,
  registered,
  isPrivate,
  lastReading,
}: HealthParts): BoardHealth[] {
  const names = new Map<BoardId, string>();
  for (const { id, name } of registered) names.set(id, name);
  for (const { id, name } of site.boards.values()) names.set(id, name);
  return [...names].map(([id, name]) => {
    const board = known(id);
    const description = board?.description;
    // That a flat's meter answers is the manager's business; when something was last used is not.
    return {
      board: id,
      name,
      online: board?.online ?? null,
      model: description?.model ?? null,
      program: description?.program ?? null,
      onTrial: description?.trial === true,
      life: description?.life === undefined ? null : lifeOf(description.life),
      restarts: restarts(id),
      lastReading: isPrivate(id) ? null : (lastReading(id) ?? null),
    };
  });
}

const lifeOf = (life: BoardLife): BoardLifeView => ({
  reset: life.reset,
  uptime_ms: life.uptime,
  variablesFree: life.variablesFree,
  variables: life.variables,
  signal_dBm: life.signal ?? null,
  dropped: life.dropped,
  refused: life.refused,
  problem: life.problem ?? null,
});
