/**
 * Everything that is known to go wrong between a blank chip and its first reading. Each kind has one
 * cause and one remedy for people (`trouble-words.ts`), the same in the terminal and on the page.
 */
export type TroubleKind =
  /** The port: another program has it, we may not open it, it is not there (any more). */
  | "port-busy"
  | "port-forbidden"
  | "port-missing"
  | "unplugged"
  /** The chip in its boot loader. */
  | "no-answer"
  | "wrong-chip"
  | "flash-too-small"
  | "write-failed"
  | "verify-failed"
  /** The board's start, as its console tells it. */
  | "brown-out"
  | "no-boot"
  | "no-program"
  | "program-fails"
  /** The program runs, and looks for its hub. */
  | "wifi-failed"
  | "hub-unreachable"
  | "hub-refuses"
  | "clock-off"
  | "sensor-silent"
  | "no-reading"
  /** The hub, seen from the terminal or the page. */
  | "hub-silent"
  | "refused-by-hub"
  | "no-espruino"
  | "cancelled";

/** Thrown by everything in this package that a person can do something about. */
export class Trouble extends Error {
  readonly kind: TroubleKind;
  /** What was seen, in English, for whoever repairs it; never a secret. */
  readonly detail: string;

  constructor(kind: TroubleKind, detail: string, options?: ErrorOptions) {
    super(`${kind}: ${detail}`, options);
    this.name = "Trouble";
    this.kind = kind;
    this.detail = detail;
  }
}
