import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { BoardHealth, HealthView, SerialHealth, ForwarderHealth } from "../../api/contract.ts";
import type { Building } from "../domain/building.ts";
import type { Site } from "../domain/site.ts";
import type { RefusalCount } from "../ports.ts";
import type { RuntimeFigures } from "../runtime.ts";

/** How the hub is, from everybody who knows something about it. */
export type HealthParts = {
  readonly since: Instant;
  readonly site: Site;
  readonly building: Building;
  readonly registered: readonly { readonly id: BoardId; readonly name: string }[];
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
function boardsOf({ site, building, registered, lastReading }: HealthParts): BoardHealth[] {
  const names = new Map<BoardId, string>();
  for (const { id, name } of registered) names.set(id, name);
  for (const { id, name } of site.boards.values()) names.set(id, name);
  return [...names].map(([id, name]) => {
    const board = building.boards.get(id);
    return {
      board: id,
      name,
      online: board?.online ?? null,
      model: board?.description?.model ?? null,
      program: board?.description?.program ?? null,
      lastReading: lastReading(id) ?? null,
    };
  });
}
