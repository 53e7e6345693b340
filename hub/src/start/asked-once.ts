import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Base, Closings } from "./base.ts";

type Question = (board: BoardId) => boolean;

/** Boards that come and go are not remembered without end. */
const ANSWERS_MAX = 2000;

/** Each message of a board raises these questions; the answers change when somebody writes. */
export function askedOnce(
  { registry, plan }: Base,
  closings: Closings,
): (question: Question) => Question {
  const forget: (() => void)[] = [];
  const forgetAll = (): void => forget.forEach((it) => it());
  closings.add(registry.boards.changes(forgetAll));
  closings.add(plan.onChange(forgetAll));
  return (question) => {
    const answers = new Map<BoardId, boolean>();
    forget.push(() => answers.clear());
    return (board) => {
      const known = answers.get(board);
      if (known !== undefined) return known;
      const answer = question(board);
      if (answers.size >= ANSWERS_MAX) answers.clear();
      answers.set(board, answer);
      return answer;
    };
  };
}
