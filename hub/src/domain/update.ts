import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId, BootId } from "@battant/protocol/vocabulary/ids";
import { elapsed, type Instant, minutes, seconds } from "@battant/protocol/vocabulary/units";
import type { UpdateOffer, UpdateReport } from "@battant/protocol/vocabulary/update";

/**
 * Giving a board another program.
 *
 * The hub offers it; the board says how far it has come, and gets what follows, one chunk at a time,
 * at its own pace. Whatever is lost on the way, the offer is repeated and the board says again how
 * far it has come: so there is one way to begin, to go on and to recover.
 */

/** What somebody asks for. */
export type ProgramRequest = {
  readonly board: BoardId;
  /** ASCII: it is sent as it is. */
  readonly bundle: string;
  readonly program: string;
  /** The kind of board it was built for. */
  readonly model: string;
  readonly downgrade: boolean;
};

/** A program that somebody wants a board to run. */
export type WantedProgram = UpdateOffer & {
  readonly board: BoardId;
  /** The kind of board it was built for. */
  readonly model: string;
  readonly asked: Instant;
};

/** How far a board has come with it. `done` and `failed` are the end. */
export type UpdateProgress =
  /** For the board to appear. */
  | { readonly kind: "waiting" }
  /** The board has everything before byte `at`. */
  | { readonly kind: "sending"; readonly at: number }
  /** The board has all of it, and starts it next. */
  | { readonly kind: "verified"; readonly boot: BootId }
  /** It runs, and is kept once it has proved itself. */
  | { readonly kind: "trial" }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly problem: string };

export type BoardUpdate = { readonly wanted: WantedProgram; readonly progress: UpdateProgress };

/** An update as it is followed while the hub runs. */
export type Update = BoardUpdate & {
  /** It is there, and not itself on trial with yet another program: then it takes no offers. */
  readonly isReady: boolean;
  /** The start in which the board was last seen. */
  readonly boot: BootId | undefined;
  /** What it has been sent and not answered yet. */
  readonly sent: Parcel | undefined;
  readonly sentAt: Instant;
  /** When it last came further than ever, or came back. */
  readonly movedAt: Instant;
  readonly furthest: number;
  /** In how many starts of the board it was tried since then: trying may be what makes it start. */
  readonly attempts: number;
};

/** The offer, or the chunk that begins there. */
export type Parcel = "offer" | { readonly at: number };

export type UpdateEvent =
  | { readonly kind: "described"; readonly description: Description }
  | { readonly kind: "away" }
  | { readonly kind: "reported"; readonly report: UpdateReport }
  | { readonly kind: "tick" };

export type UpdateStep = { readonly update: Update; readonly send: Parcel | undefined };

const OFFER_REPEATED_AFTER = seconds(10);
const NO_PROGRESS_MAX = minutes(10);
/** A board waits with the start until it keeps no light off, ten minutes at the most. */
const START_MAX = minutes(30);
const ATTEMPTS_MAX = 4;

export const beginUpdate = ({ wanted, progress }: BoardUpdate, now: Instant): Update => ({
  wanted,
  progress,
  isReady: false,
  boot: undefined,
  sent: undefined,
  sentAt: now,
  movedAt: now,
  furthest: 0,
  attempts: 0,
});

export const isOver = ({ kind }: UpdateProgress): boolean => kind === "done" || kind === "failed";

export function followUpdate(update: Update, event: UpdateEvent, now: Instant): UpdateStep {
  if (isOver(update.progress)) return still(update);
  switch (event.kind) {
    case "described":
      return described(update, event.description, now);
    case "away":
      return still({ ...update, isReady: false });
    case "reported":
      return event.report.boot === update.boot
        ? reported(update, event.report, now)
        : still(update);
    case "tick":
      return update.isReady ? waited(update, now) : still(update);
  }
}

const still = (update: Update): UpdateStep => ({ update, send: undefined });

const send = (update: Update, parcel: Parcel, now: Instant): UpdateStep => ({
  update: { ...update, sent: parcel, sentAt: now },
  send: parcel,
});

const become = (update: Update, progress: UpdateProgress): UpdateStep =>
  still({ ...update, progress, sent: undefined });

const fail = (update: Update, problem: string): UpdateStep =>
  become(update, { kind: "failed", problem });

function described(update: Update, description: Description, now: Instant): UpdateStep {
  const { wanted, progress } = update;
  const { boot, program, model } = description;
  const isOnTrial = description.trial === true;
  if (wanted.model !== model) {
    return fail(update, `it was built for ${wanted.model} and this board is ${model}`);
  }
  const hasStarted = boot !== update.boot;
  const isBack = hasStarted || !update.isReady;
  const here = { ...update, isReady: !isOnTrial, boot, ...(isBack && { movedAt: now }) };
  if (runs(update, description)) return become(here, { kind: isOnTrial ? "trial" : "done" });
  switch (progress.kind) {
    case "verified":
      if (progress.boot === boot) return still(here);
      return fail(update, `the board started it and came back to ${program}`);
    case "trial":
      return fail(update, `the board tried it and came back to ${program}`);
    case "waiting":
    case "sending":
    case "done":
    case "failed":
      if (!isBack || isOnTrial) return still(here);
      // After an absence too, the board says again how far it has come.
      return hasStarted ? tried(here, now) : send(here, "offer", now);
  }
}

/**
 * A board that does not say which program it is only tells the version. Who asks for one that is not
 * newer may mean another program under the same version.
 */
function runs({ wanted, progress }: Update, description: Description): boolean {
  const { boot, program, digest } = description;
  if (digest !== undefined) return wanted.digest.startsWith(digest);
  if (program !== wanted.program) return false;
  if (progress.kind === "verified") return progress.boot !== boot;
  return progress.kind === "trial" || !wanted.downgrade;
}

function tried(update: Update, now: Instant): UpdateStep {
  const attempts = update.attempts + 1;
  if (attempts <= ATTEMPTS_MAX) return send({ ...update, attempts }, "offer", now);
  return fail(update, "the board starts again and again instead of taking it");
}

function reported(update: Update, report: UpdateReport, now: Instant): UpdateStep {
  const { wanted, progress, sent, furthest } = update;
  if (progress.kind !== "waiting" && progress.kind !== "sending") return still(update);
  const { at } = report;
  switch (report.state) {
    case "refused":
      return fail(update, `the board refused it: ${report.problem ?? "it does not say why"}`);
    case "verified":
      // Another length is another program: one that was asked for before this.
      if (at !== wanted.size) return still(update);
      return become({ ...update, movedAt: now }, { kind: "verified", boot: report.boot });
    case "receiving": {
      // The same again, while the chunk is still on its way.
      if (at > wanted.size || (sent !== undefined && sent !== "offer" && sent.at === at)) {
        return still(update);
      }
      const further = at > furthest && { furthest: at, movedAt: now, attempts: 0 };
      const next: Update = { ...update, ...further, progress: { kind: "sending", at } };
      // All of it is there: the board now looks whether it is what was announced.
      return at === wanted.size ? still({ ...next, sentAt: now }) : send(next, { at }, now);
    }
  }
}

function waited(update: Update, now: Instant): UpdateStep {
  const idle = elapsed({ since: update.movedAt, now });
  const silent = elapsed({ since: update.sentAt, now });
  switch (update.progress.kind) {
    case "waiting":
    case "sending":
      if (idle >= NO_PROGRESS_MAX) {
        return fail(update, "the board took nothing of it for 10 minutes");
      }
      // A clock that was set back must not make the board wait for hours.
      return silent < 0 || silent >= OFFER_REPEATED_AFTER
        ? send(update, "offer", now)
        : still(update);
    case "verified":
      if (idle < START_MAX) return still(update);
      return fail(update, "the board has it and does not start it");
    case "trial":
    case "done":
    case "failed":
      return still(update);
  }
}
