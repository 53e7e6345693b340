import { useEffect, useRef, useState } from "preact/hooks";
import type { BoardLogLine, BoardView, ProblemView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { Fact } from "../screens/fact.tsx";
import { readLog } from "./client.ts";
import { BOARD_WORDS } from "./words.ts";

/** What a board and the hub say to each other, as it passes. */

const LINES_MAX = 500;
const RETRY_MS = 5000;
/** Whoever stands this close to the end follows it. */
const FOLLOW_PX = 40;

export const Log = ({ board }: { readonly board: BoardView }) => {
  const { language } = useReader();
  const words = BOARD_WORDS[language];
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        {words.log}
        <span class="unseen">, {board.name}</span>
      </summary>
      {isOpen && <Lines board={board} />}
    </details>
  );
};

const Lines = ({ board }: { readonly board: BoardView }) => {
  const { language, format, say } = useReader();
  const words = BOARD_WORDS[language];
  const { lines, problem } = useLog(board.board);
  const place = useFollowing(lines);
  return (
    <>
      {problem !== undefined && <Fact good={false}>{say(problem.message)}</Fact>}
      {lines.length === 0 && <p class="aside">{words.logEmpty}</p>}
      <div class="log" role="log" tabIndex={0} aria-label={words.logOf(board.name)} ref={place}>
        {lines.map((it) => (
          <p key={`${it.at} ${it.number}`} class={it.from}>
            <time dateTime={new Date(it.at).toISOString()}>{format.clockSeconds(it.at)}</time>{" "}
            <span class="aside">{it.from === "board" ? words.fromBoard : words.fromHub}</span>{" "}
            <span lang="en">{it.text}</span>
          </p>
        ))}
      </div>
    </>
  );
};

type Logged = { readonly lines: readonly BoardLogLine[]; readonly problem?: ProblemView };

/** One question under way at a time, none while nobody looks: a browser has few connections. */
const useLog = (board: string): Logged => {
  const [logged, setLogged] = useState<Logged>({ lines: [] });

  useEffect(() => {
    let asking: AbortController | undefined;
    let waiting: number | undefined;
    let after = 0;

    const follow = async ({ signal }: AbortController): Promise<void> => {
      const answer = await readLog(board, after, signal);
      if (signal.aborted) return;
      if (!answer.ok) {
        setLogged(({ lines }) => ({ lines, problem: answer.problem }));
        waiting = setTimeout(start, RETRY_MS);
        return;
      }
      after = answer.value.next;
      setLogged(({ lines }) => ({ lines: append(lines, answer.value.lines) }));
      start();
    };
    const stop = (): void => {
      asking?.abort();
      clearTimeout(waiting);
    };
    const start = (): void => {
      stop();
      if (document.hidden) return;
      asking = new AbortController();
      void follow(asking);
    };

    start();
    document.addEventListener("visibilitychange", start);
    return () => {
      document.removeEventListener("visibilitychange", start);
      stop();
    };
  }, [board]);

  return logged;
};

/** The same again is one line that counts, `light 412 lx (3 times)`: it takes the last one's place. */
const append = (
  lines: readonly BoardLogLine[],
  fresh: readonly BoardLogLine[],
): readonly BoardLogLine[] => {
  const all = [...lines, ...fresh];
  return all.filter((it, at) => !isSame(it, all[at + 1])).slice(-LINES_MAX);
};

const isSame = (line: BoardLogLine, next: BoardLogLine | undefined): boolean =>
  next !== undefined && next.from === line.from && bare(next) === bare(line);

const bare = ({ text }: BoardLogLine): string => text.replace(/ \(\d+ times\)$/, "");

/** Stays at the end, unless somebody has gone up to read. */
const useFollowing = (lines: readonly BoardLogLine[]) => {
  const place = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  useEffect(() => {
    const it = place.current;
    if (it === null) return;
    const wasAtEnd = it.scrollTop + it.clientHeight + FOLLOW_PX >= height.current;
    height.current = it.scrollHeight;
    if (wasAtEnd) it.scrollTop = it.scrollHeight;
  }, [lines]);
  return place;
};
