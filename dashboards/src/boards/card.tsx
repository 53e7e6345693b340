import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { BoardView, ProblemView } from "@battant/hub/api/contract";
import type { Answer } from "../client.ts";
import { useReader } from "../reader.ts";
import { Problem } from "../screens/form.tsx";
import { AdoptForm } from "./adopt.tsx";
import { setIgnored } from "./client.ts";
import { Forget } from "./forget.tsx";
import { Log } from "./log.tsx";
import { Values } from "./values.tsx";
import { BOARD_WORDS } from "./words.ts";

/** One board, and what can be done with it. */

type Props = {
  readonly board: BoardView;
  readonly now: number;
  /** What people call a zone. */
  readonly zoneName: (zone: string) => string;
  /** Something was done with it, in one sentence. */
  readonly onDone: (sentence: string) => void;
};

export const FreshCard = ({ onDone, ...seen }: Props) => {
  const { board } = seen;
  const { language } = useReader();
  const words = BOARD_WORDS[language];
  const [isAdopting, setIsAdopting] = useState(false);
  const { problem, act } = useAct(onDone);
  const opener = useRef<HTMLButtonElement>(null);
  const wasAdopting = useRef(false);
  useEffect(() => {
    // Who closes the form is back where they opened it.
    if (wasAdopting.current && !isAdopting) opener.current?.focus();
    wasAdopting.current = isAdopting;
  }, [isAdopting]);
  return (
    <Card {...seen}>
      {isAdopting ? (
        <AdoptForm
          board={board}
          onAdopted={(it) => onDone(words.adopted(it.name))}
          onCancel={() => setIsAdopting(false)}
        />
      ) : (
        <div class="actions">
          <button type="button" ref={opener} onClick={() => setIsAdopting(true)}>
            {words.adoptStart}
            <Of board={board} />
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => act(setIgnored(board.board, true), words.ignoredNow(board.name))}
          >
            {words.ignore}
            <Of board={board} />
          </button>
        </div>
      )}
      <Problem problem={problem} />
      <Log board={board} />
    </Card>
  );
};

export const BoardCard = ({ onDone, ...seen }: Props) => {
  const { board } = seen;
  const { language } = useReader();
  const words = BOARD_WORDS[language];
  return (
    <Card {...seen}>
      <div class="actions">
        <a href={`/flash?replaces=${encodeURIComponent(board.board)}`}>
          {board.mayConnect ? words.replace : words.flash}
          <Of board={board} />
        </a>
        <Forget board={board} onDone={onDone} />
      </div>
      <Log board={board} />
    </Card>
  );
};

export const IgnoredCard = ({ onDone, ...seen }: Props) => {
  const { board } = seen;
  const { language } = useReader();
  const words = BOARD_WORDS[language];
  const { problem, act } = useAct(onDone);
  return (
    <Card {...seen}>
      <div class="actions">
        <button
          type="button"
          class="quiet"
          onClick={() => act(setIgnored(board.board, false), words.unignored(board.name))}
        >
          {words.unignore}
          <Of board={board} />
        </button>
        <Forget board={board} onDone={onDone} />
      </div>
      <Problem problem={problem} />
    </Card>
  );
};

/** Buttons of many cards have the same word: who hears them needs to hear of which. */
const Of = ({ board }: { readonly board: BoardView }) => <span class="unseen"> {board.name}</span>;

const useAct = (onDone: (sentence: string) => void) => {
  const [problem, setProblem] = useState<ProblemView>();
  const finish = async (doing: Promise<Answer<unknown>>, sentence: string): Promise<void> => {
    const answer = await doing;
    if (answer.ok) onDone(sentence);
    else setProblem(answer.problem);
  };
  return {
    problem,
    act: (doing: Promise<Answer<unknown>>, sentence: string): void => void finish(doing, sentence),
  };
};

type CardProps = Omit<Props, "onDone"> & { readonly children: ComponentChildren };

const Card = ({ board, now, zoneName, children }: CardProps) => {
  const { language } = useReader();
  const words = BOARD_WORDS[language];
  const title = `board-${board.board}`;
  return (
    <article class="card" aria-labelledby={title}>
      <h3 id={title}>{board.name}</h3>
      <p class="aside">
        {board.board !== board.name && <code>{board.board}</code>}{" "}
        {board.model !== null && words.program(board.model, board.program ?? "")}
      </p>
      <Presence board={board} now={now} />
      {board.place === "adopted" && !board.isPrivate && (
        <p>
          {board.zones.length === 0
            ? words.noZone
            : words.zones(board.zones.map(zoneName).join(", "))}
        </p>
      )}
      <Values board={board} now={now} />
      {children}
    </article>
  );
};

const onlineWord = (online: boolean | null): "yes" | "no" | "unknown" => {
  if (online === null) return "unknown";
  return online ? "yes" : "no";
};

const Presence = ({ board, now }: Pick<Props, "board" | "now">) => {
  const { words: common, format, language } = useReader();
  if (!board.mayConnect) return <p class="aside">{BOARD_WORDS[language].neverFlashed}</p>;
  const word = onlineWord(board.online);
  return (
    <p>
      <span class={`presence ${word}`}>{common.online[word]}</span>{" "}
      {board.lastReading !== null && (
        <span class="aside">{common.lastReading(format.span(now - board.lastReading))}</span>
      )}
    </p>
  );
};
