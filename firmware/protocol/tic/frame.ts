import { type Group, modeOf, readGroup } from "./group.ts";
import type { TicMode } from "./labels.ts";

/**
 * Bytes from a Linky's information output, in chunks of any size, become frames of groups.
 *
 * Bytes come as a string of characters 0 to 255, as Espruino delivers them. The searching is left
 * to `split` and `indexOf`, and each group is read as soon as it is there, so that a board is never
 * held up for long. Both modes are told apart by the frames themselves. Neither parity nor framing
 * errors are reported by an ESP32: the form, the checksum and the law of each label are the only
 * defence.
 */

export type Frame = {
  /** Mode of the first good group; `undefined` if there is none. */
  readonly mode: TicMode | undefined;
  /** The good groups that are kept: never those that name the meter or speak to a person. */
  readonly groups: readonly Group[];
  /** How many groups were good, the ones not kept included. */
  readonly good: number;
  /** How many were garbled, unknown or of the other mode. */
  readonly bad: number;
};

export type FrameReader = {
  /** Returns the frames that end in these bytes. */
  push(bytes: string): readonly Frame[];
};

/** Longer than any legal frame (Enedis-NOI-CPT_54E §6): a lost end must not fill the memory. */
export const FRAME_LENGTH_MAX = 2048;

const START = "\x02";
const END = "\x03";
const INTERRUPTED = "\x04";

const EIGHTH_BIT = /[\x80-\xff]/;

/** A 7E1 line opened as 8N1 delivers the parity as bit 7. */
const sevenBits = (bytes: string): string => {
  if (!EIGHTH_BIT.test(bytes)) return bytes;
  let text = "";
  for (let i = 0; i < bytes.length; i++) {
    text += String.fromCharCode(bytes.charCodeAt(i) & 0x7f);
  }
  return text;
};

type Draft = {
  mode: TicMode | undefined;
  readonly groups: Group[];
  good: number;
  bad: number;
  /** Of the frame so far. */
  length: number;
  /** A group of which only the beginning has come. */
  rest: string;
};

const begin = (): Draft => ({
  mode: undefined,
  groups: [],
  good: 0,
  bad: 0,
  length: 0,
  rest: "",
});

const addLine = (draft: Draft, line: string): void => {
  if (line.length === 0) return;
  const mode = modeOf(line);
  const group = readGroup(mode, line);
  if (group === undefined || (draft.mode !== undefined && draft.mode !== mode)) {
    draft.bad++;
    return;
  }
  draft.mode = mode;
  draft.good++;
  if (group !== "not-kept") draft.groups.push(group);
};

/** A group lies between LF and CR. Cutting at both saves its neighbour when one of them is lost. */
const addText = (draft: Draft, text: string): void => {
  const lines = (draft.rest + text).split("\r").join("\n").split("\n");
  const last = lines.length - 1;
  for (let i = 0; i < last; i++) addLine(draft, lines[i]!);
  draft.rest = lines[last]!;
  draft.length += text.length;
};

export const createFrameReader = (): FrameReader => {
  /** `undefined` between frames. */
  let draft: Draft | undefined;

  /** Bytes without a start among them. What follows an end, up to the next start, is noise. */
  const take = (bytes: string, frames: Frame[]): void => {
    if (draft === undefined) return;
    const end = bytes.indexOf(END);
    const interruption = bytes.indexOf(INTERRUPTED);
    const isInterrupted = interruption >= 0 && (end < 0 || interruption < end);
    const text = end < 0 ? bytes : bytes.substring(0, end);
    if (isInterrupted || draft.length + text.length > FRAME_LENGTH_MAX) {
      draft = undefined;
      return;
    }
    addText(draft, text);
    if (end < 0) return;
    addLine(draft, draft.rest);
    frames.push({ mode: draft.mode, groups: draft.groups, good: draft.good, bad: draft.bad });
    draft = undefined;
  };

  return {
    push: (bytes) => {
      const frames: Frame[] = [];
      const pieces = sevenBits(bytes).split(START);
      for (let i = 0; i < pieces.length; i++) {
        if (i > 0) draft = begin(); // A start inside a frame means that its end was lost.
        take(pieces[i]!, frames);
      }
      return frames;
    },
  };
};
