import { useRef, useState } from "preact/hooks";
import type { BoardView, ProblemView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { Problem } from "../screens/form.tsx";
import { forgetBoard } from "./client.ts";
import { BOARD_WORDS } from "./words.ts";

/** Cannot be undone: says what will happen, and asks. */

type Props = { readonly board: BoardView; readonly onDone: (sentence: string) => void };

export const Forget = ({ board, onDone }: Props) => {
  const { language } = useReader();
  const words = BOARD_WORDS[language];
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<ProblemView>();
  const title = `forget-${board.board}`;

  const forget = async (): Promise<void> => {
    const answer = await forgetBoard(board.board);
    if (!answer.ok) return setProblem(answer.problem);
    dialog.current?.close();
    return onDone(words.forgotten(board.name));
  };

  return (
    <>
      <button type="button" class="quiet" onClick={() => dialog.current?.showModal()}>
        {words.forget}
        <span class="unseen"> {board.name}</span>
      </button>
      <dialog ref={dialog} aria-labelledby={title} onClose={() => setProblem(undefined)}>
        <h2 id={title}>{words.forgetTitle(board.name)}</h2>
        <p>{words.forgetMeans}</p>
        <Problem problem={problem} />
        <div class="actions">
          <button type="button" class="grave" onClick={() => void forget()}>
            {words.forgetNow}
          </button>
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
        </div>
      </dialog>
    </>
  );
};
