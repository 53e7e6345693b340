import { type BoardId, isBoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { BoardView, Sentence } from "../../api/contract.ts";
import type { BuildingEdit } from "../config/edit.ts";
import type { Site } from "../domain/site.ts";
import type { Audit, BoardBook, RegisteredBoard } from "../ports.ts";
import { adoptionOf } from "./adoption.ts";
import type { BoardLog } from "./board-log.ts";
import { type Acquaintance, type BoardViewParts, boardView } from "./board-view.ts";
import type { BoardDesk, Outcome } from "./desks.ts";
import { no, refused } from "./refusals.ts";

/** Where people look after boards: which there are, what each is for, and what becomes of it. */
export type BoardDeskParts = BoardViewParts & {
  readonly boards: BoardBook;
  readonly audit: Audit;
  readonly plan: {
    site(): Site;
    change(edit: BuildingEdit): Promise<Changed>;
  };
  readonly log: BoardLog;
  /** Ends its connections; nothing that it left with the broker stays. */
  readonly sendAway: (board: BoardId) => Promise<void>;
  /** Time runs faster there, or its boards are simulated: they stay as they are. */
  readonly isSimulated: boolean;
  /** The building's own time, as that of its readings. */
  readonly now: () => Instant;
};

/** Of the building file, or what stands against it. */
export type Changed =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly problem: "simulated-building" | "building-file-refused";
      /** Of a simulated building there is no more to say. */
      readonly detail?: Sentence;
    };

export const createBoardDesk = (parts: BoardDeskParts): BoardDesk => {
  const { boards, audit, plan, log } = parts;
  const known = (text: string): Acquaintance | undefined =>
    isBoardId(text) ? acquaintance(parts, text, boards.find(text)) : undefined;
  const view = (it: Acquaintance): BoardView => boardView(it, parts);
  const seen = (text: string): Outcome<BoardView> => {
    const it = known(text);
    return it === undefined ? no("unknown-board") : { ok: true, value: view(it) };
  };

  return {
    list: () => ({ now: parts.now(), boards: everybody(parts).map(view) }),
    board: (text) => {
      const it = known(text);
      return it === undefined ? undefined : view(it);
    },
    adopt: async (text, request, who) => {
      const it = known(text);
      if (it === undefined) return no("unknown-board");
      if (parts.isSimulated) return no("simulated-building");
      const description = parts.board(it.id)?.description;
      const adoption = adoptionOf(request, { it, description, site: plan.site() });
      if (!adoption.ok) return adoption;
      const changed = await plan.change(adoption.value);
      if (!changed.ok) return changed;
      const { flat, name } = adoption.value;
      boards.describe(it.id, { name, ...(flat !== undefined && { flat }) });
      // What it measured before is its resident's, too.
      if (flat !== undefined) forgetSeen(parts, it.id);
      audit.record({
        who,
        action: "board adopted",
        about: `${it.id} ${placeText(adoption.value)}`,
      });
      return seen(text);
    },
    setIgnored: (text, isIgnored, who) => {
      const it = known(text);
      if (it === undefined) return no("unknown-board");
      if (it.planned !== undefined) return ADOPTED;
      boards.setIgnored(it.id, isIgnored);
      audit.record({ who, action: isIgnored ? "board ignored" : "board noticed", about: it.id });
      return seen(text);
    },
    forget: async (text, who) => {
      const it = known(text);
      if (it === undefined) return no("unknown-board");
      if (parts.isSimulated) return no("simulated-building");
      return forget(parts, it, who);
    },
    log: async (text, after, waiting) => {
      const it = known(text);
      return it === undefined ? undefined : log.read(it.id, after, waiting);
    },
  };
};

/** Somebody may have stolen it: it is out before anything else is tried. */
const forget = async (
  parts: BoardDeskParts,
  { id, planned, registered }: Acquaintance,
  who: string,
): Promise<Outcome<null>> => {
  const { boards, audit, plan, sendAway } = parts;
  // The registry keeps in mind whose readings are kept under this name.
  if (planned?.flat !== undefined) {
    boards.describe(id, { name: registered?.name ?? planned.name, flat: planned.flat });
  }
  if (boards.remove(id)) audit.record({ who, action: "board removed", about: id });
  await sendAway(id);
  forgetSeen(parts, id);
  if (planned !== undefined) {
    const changed = await plan.change({ kind: "forget", board: id });
    if (!changed.ok) return changed;
  }
  audit.record({ who, action: "board forgotten", about: id });
  return { ok: true, value: null };
};

const forgetSeen = ({ latest, log }: BoardDeskParts, board: BoardId): void => {
  latest.forget(board);
  log.forget(board);
};

/** Those that may connect, and those the building file names. */
const everybody = (parts: BoardDeskParts): readonly Acquaintance[] => {
  const { boards, plan } = parts;
  const registered = new Map(boards.list().map((board) => [board.id, board]));
  const ids = [...new Set([...registered.keys(), ...plan.site().boards.keys()])].toSorted();
  return ids.flatMap((id) => acquaintance(parts, id, registered.get(id)) ?? []);
};

const acquaintance = (
  { boards, plan }: Pick<BoardDeskParts, "boards" | "plan">,
  id: BoardId,
  registered: RegisteredBoard | undefined,
): Acquaintance | undefined => {
  const planned = plan.site().boards.get(id);
  if (registered === undefined && planned === undefined) return undefined;
  return { id, registered, planned, flat: boards.flatOf(id) };
};

const placeText = ({ flat, zone }: Extract<BuildingEdit, { kind: "adopt" }>): string => {
  if (flat !== undefined) return `in ${flat}`;
  if (zone === undefined) return "in no zone";
  return `in zone ${"id" in zone ? zone.id : zone.newZone.id}`;
};

const ADOPTED = refused(
  "cette carte a sa place dans l'immeuble ; oubliez-la plutôt",
  "this board has its place in the building; forget it instead",
);
