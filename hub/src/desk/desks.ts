import type {
  AdoptRequest,
  BoardLogView,
  BoardsView,
  BoardView,
  FirmwareView,
  FlashedView,
  FlashRequest,
  FlashView,
  KindView,
  Sentence,
  WifiRequest,
} from "../../api/contract.ts";

/**
 * What people of the workshop come for: boards that are there, and boards to be made. `who` is the
 * account's name, for the audit log.
 */
export type BoardDesk = {
  list(): BoardsView;
  board(board: string): BoardView | undefined;
  adopt(board: string, request: AdoptRequest, who: string): Promise<Outcome<BoardView>>;
  setIgnored(board: string, isIgnored: boolean, who: string): Outcome<BoardView>;
  /** Out at once: no password, no retained message, no place in the building file. Readings stay. */
  forget(board: string, who: string): Promise<Outcome<null>>;
  /** Waits up to `waitMs` for something newer than `after`. Undefined for a board nobody knows. */
  log(board: string, after: number, waiting: Waiting): Promise<BoardLogView | undefined>;
};

export type Waiting = { readonly waitMs: number; readonly signal: AbortSignal };

export type FlashDesk = {
  kinds(): readonly KindView[];
  /** An SVG document; undefined for a kind nobody knows. */
  wiring(model: string, language: "fr" | "en"): string | undefined;
  firmware(): Promise<FirmwareView>;
  setWifi(request: WifiRequest, who: string): Outcome<null>;
  forgetWifi(who: string): void;
  prepare(request: FlashRequest, who: string): Promise<Outcome<FlashView>>;
  confirm(ticket: string, who: string): Outcome<FlashedView>;
};

export type Outcome<T, Problem = DeskProblem> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem; readonly detail?: Sentence };

export type DeskProblem =
  | "unknown-board"
  | "unknown-zone"
  /** `detail` says which field and why. */
  | "request-refused"
  | "unknown-kind"
  /** The kind's program was not built. */
  | "program-missing"
  | "espruino-missing"
  | "wifi-missing"
  /** Another chip has this name, and it is not asked to be replaced. */
  | "board-taken"
  | "ticket-refused"
  /** Time runs faster there, and its boards are simulated. */
  | "simulated-building"
  /** The building file could not be changed; `detail` says why. */
  | "building-file-refused";
