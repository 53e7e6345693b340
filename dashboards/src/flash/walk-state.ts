import type { Sentence } from "@battant/hub/api/contract";
import type { Chip } from "@battant/cable/chip/session";
import type { SelfTest } from "@battant/cable/self-test";
import { Trouble } from "@battant/cable/trouble";
import { wordsOf } from "@battant/cable/trouble-words";
import type { Progress, Walked, WalkEvent, WalkStep } from "@battant/cable/walk";
import { FLASH_WORDS } from "./words.ts";

/** What has been told of a walk so far. */

export const STEPS: readonly WalkStep[] = [
  "connect",
  "prepare",
  "write",
  "confirm",
  "start",
  "self-test",
  "join",
  "reading",
];

/** Until the chip holds everything and the hub knows it, leaving means to begin again. */
const STEPS_TO_STAY_FOR: readonly WalkStep[] = ["connect", "prepare", "write", "confirm"];

export type WalkState = {
  readonly step: WalkStep;
  readonly chip?: Chip;
  readonly board?: { readonly name: string; readonly isKnown: boolean };
  readonly progress?: Progress;
  readonly retries: readonly Extract<WalkEvent, { readonly kind: "retry" }>[];
  readonly selfTest?: SelfTest;
  /** The board waits for a finger on its button. */
  readonly needsPress: boolean;
  /** Told on the way, without ending it. */
  readonly warnings: readonly Failure[];
  readonly end: End | undefined;
};

export type End =
  | { readonly kind: "arrived"; readonly walked: Walked }
  | { readonly kind: "failed"; readonly failure: Failure };

/** For people: why, and what to do. The detail is for whoever repairs it, in English. */
export type Failure = {
  readonly cause: Sentence;
  readonly remedy: Sentence;
  readonly detail: string;
};

export const BEGUN: WalkState = {
  step: "connect",
  retries: [],
  needsPress: false,
  warnings: [],
  end: undefined,
};

export const advance = (state: WalkState, event: WalkEvent): WalkState => {
  switch (event.kind) {
    case "step":
      return { ...state, step: event.step, needsPress: false };
    case "chip":
      return { ...state, chip: event.chip };
    case "board":
      return { ...state, board: { name: event.board, isKnown: event.isKnown } };
    case "progress":
      return { ...state, progress: event.progress };
    case "retry":
      return { ...state, retries: [...state.retries, event] };
    case "self-test":
      return { ...state, selfTest: event.result, needsPress: false };
    case "note":
      return { ...state, needsPress: true };
    case "trouble":
      return { ...state, warnings: [...state.warnings, failureOf(event.trouble)] };
  }
};

export const failureOf = (error: unknown): Failure => {
  if (error instanceof Trouble) return { ...wordsOf(error), detail: error.detail };
  const { fr, en } = FLASH_WORDS;
  return {
    cause: { fr: fr.unexpectedCause, en: en.unexpectedCause },
    remedy: { fr: fr.unexpectedRemedy, en: en.unexpectedRemedy },
    detail: String(error),
  };
};

export const mustStay = ({ step, end }: WalkState): boolean =>
  end === undefined && STEPS_TO_STAY_FOR.includes(step);
