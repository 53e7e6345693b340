import type { UpdateChunk, UpdateOffer, UpdateReport } from "@battant/protocol/vocabulary/update";
import { type Milliseconds, minutes, seconds } from "@battant/protocol/vocabulary/units";
import { decodeUpdate } from "@battant/protocol/wire/update";
import type { Hardware } from "./hardware.ts";
import {
  endTrial,
  reserveSlot,
  runningDigest,
  slotHolds,
  type Slots,
  tryNext,
  writeSlot,
} from "./update-slots.ts";

/**
 * A new program for the board, out of the hub's sealed messages into the slot that does not run.
 *
 * Each message is answered by a report that says how far the board is; whatever is lost, repeated or
 * out of order, the hub goes on from there. Only when every byte is on the flash, and the flash
 * gives back what was announced, does the next start try it. A program on trial that does not hear
 * the hub within five minutes goes back to the one before; a power cut at any moment leaves the
 * program that ran.
 */
export type Update = {
  readonly hardware: UpdateHardware;
  readonly parts: UpdateParts;
  /** What is being received; after that, what starts next. */
  offer: UpdateOffer | undefined;
  /** Everything before is on the flash. */
  at: number;
  verified: boolean;
  /** The hub knows that it is verified. */
  acknowledged: boolean;
  triedEnough: boolean;
  hubHeard: boolean;
};

export type UpdateHardware = Pick<Hardware, "boot" | "timers" | "uptime" | "restart">;

export type UpdateParts = {
  /** Kind of board. */
  readonly file: { readonly model: string };
  /** Version of the program that runs. */
  readonly program: string;
  readonly slots: Slots;
};

export type UpdatePorts = {
  /** False when it cannot be sent now: the hub asks again. */
  readonly report: (report: UpdateReport, acknowledged: () => void) => boolean;
  /** A light is kept off. */
  readonly isBorrowing: () => boolean;
};

/** A program that fails in use does so early. */
const TRIAL_MIN = seconds(30);
const TRIAL_MAX = minutes(5);
const LOOK_AGAIN = seconds(1);
const ACKNOWLEDGED_WITHIN = seconds(5);
/** Leases can follow each other all day: the restart waits no longer than this for their end. */
const BORROWING_MAX = minutes(10);

export const createUpdate = (hardware: UpdateHardware, parts: UpdateParts): Update => ({
  hardware: hardware,
  parts: parts,
  offer: undefined,
  at: 0,
  verified: false,
  acknowledged: false,
  triedEnough: false,
  hubHeard: false,
});

/** Numbers between dots; what is missing or no number counts as 0. */
const isNewer = (version: string, than: string): boolean => {
  const left = version.split(".");
  const right = than.split(".");
  for (let i = 0; i < left.length || i < right.length; i++) {
    const difference = (Number(left[i]) || 0) - (Number(right[i]) || 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
};

const takeOffer = (update: Update, offer: UpdateOffer): string | undefined => {
  const parts = update.parts;
  if (update.offer !== undefined && update.offer.digest === offer.digest) return undefined;
  if (update.verified) return "another program is about to start";
  // The other slot holds the program to go back to.
  if (parts.slots.onTrial) return "on trial itself: try again in five minutes";
  if (offer.digest === runningDigest(parts.slots)) return "it runs already";
  if (!offer.downgrade && !isNewer(offer.program, parts.program)) return "not newer than what runs";
  update.at = 0;
  update.offer = reserveSlot(parts.slots, offer.size) ? offer : undefined;
  return update.offer === undefined ? "no room for it" : undefined;
};

/** Not before the hub knows, nor while a light is kept off: it would come on for the restart. */
const restartWhenFree = (
  update: Update,
  isBorrowing: UpdatePorts["isBorrowing"],
  verifiedAt: Milliseconds,
): void => {
  const hardware = update.hardware;
  const waited = hardware.uptime() - verifiedAt;
  const isKnown = update.acknowledged || waited >= ACKNOWLEDGED_WITHIN;
  const isFree = !isBorrowing() || waited >= BORROWING_MAX;
  if (isKnown && isFree) hardware.restart();
  else hardware.timers.after(LOOK_AGAIN, () => restartWhenFree(update, isBorrowing, verifiedAt));
};

/** The flash has the last word on whether what is there is what was announced. */
const takeNext = (update: Update, offer: UpdateOffer, data: string): string | undefined => {
  const slots = update.parts.slots;
  const end = update.at + data.length;
  // The pins of another kind of board are wired to something else.
  const header = "//battant " + offer.program + " " + update.parts.file.model + "\n";
  if (end > offer.size) return "longer than was announced";
  if (update.at === 0 && data.substring(0, header.length) !== header) {
    return "for another kind of board";
  }
  if (!writeSlot(slots, update.at, data)) return "the flash does not take it";
  if (end === offer.size) {
    if (!slotHolds(slots, offer.digest)) return "not what was announced";
    if (!tryNext(slots, offer.digest)) return "no room to remember it";
    update.verified = true;
  }
  update.at = end;
  return undefined;
};

const takeChunk = (update: Update, chunk: UpdateChunk): string | undefined => {
  if (update.offer === undefined) return "nothing was offered";
  // Not the next one: the report says which one is.
  if (chunk.at !== update.at || update.verified) return undefined;
  const problem = takeNext(update, update.offer, chunk.data);
  if (problem !== undefined) update.offer = undefined;
  return problem;
};

const reportOf = (update: Update, problem: string | undefined): UpdateReport => {
  const report: { -readonly [key in keyof UpdateReport]: UpdateReport[key] } = {
    boot: update.hardware.boot,
    state: update.verified ? "verified" : "receiving",
    at: update.offer === undefined ? 0 : update.at,
  };
  if (problem !== undefined) {
    report.state = "refused";
    report.problem = problem;
  }
  return report;
};

/** Out of its seal. Answers by a report; returns why it was refused. */
export const receiveUpdate = (
  update: Update,
  body: string,
  ports: UpdatePorts,
): string | undefined => {
  const decoded = decodeUpdate(body);
  const wasVerified = update.verified;
  let problem: string | undefined;
  if (!decoded.ok) problem = decoded.problem;
  else if (decoded.value.kind === "offer") problem = takeOffer(update, decoded.value.offer);
  else problem = takeChunk(update, decoded.value.chunk);
  if (update.verified && !wasVerified) {
    restartWhenFree(update, ports.isBorrowing, update.hardware.uptime());
  }
  ports.report(reportOf(update, problem), () => {
    update.acknowledged = update.verified;
  });
  return problem;
};

/** It has run long enough and it hears the hub: whatever is wrong with it can be mended from there. */
const confirmIfGood = (update: Update): boolean => {
  const slots = update.parts.slots;
  if (!slots.onTrial || !update.hubHeard || !update.triedEnough) return false;
  endTrial(slots, true);
  return !slots.onTrial;
};

/** Something sealed has come from the hub. True when the program is no longer on trial by that. */
export const hubHeard = (update: Update): boolean => {
  update.hubHeard = true;
  return confirmIfGood(update);
};

/** `confirmed`: it is no longer on trial. */
export const startTrial = (update: Update, confirmed: () => void): void => {
  const slots = update.parts.slots;
  if (!slots.onTrial) return;
  update.hardware.timers.after(TRIAL_MIN, () => {
    update.triedEnough = true;
    if (confirmIfGood(update)) confirmed();
  });
  update.hardware.timers.after(TRIAL_MAX, () => {
    if (!slots.onTrial) return;
    endTrial(slots, false);
    update.hardware.restart();
  });
};
