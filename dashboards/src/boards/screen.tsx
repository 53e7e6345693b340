import { useRef, useState } from "preact/hooks";
import type { BoardsView, BoardView } from "@battant/hub/api/contract";
import { readBuilding } from "../client.ts";
import { usePolled } from "../polled.ts";
import { useReader } from "../reader.ts";
import { useTitle } from "../title.ts";
import { Fact } from "../screens/fact.tsx";
import { BoardCard, FreshCard, IgnoredCard } from "./card.tsx";
import { readBoards } from "./client.ts";
import { BOARD_WORDS } from "./words.ts";

/** « Cartes »: those that wait to be told what they are for, then all the others. */

const PERIOD_MS = 2000;
const ZONES_PERIOD_MS = 60_000;

export const Screen = () => {
  const { words: common, say } = useReader();
  const { value, problem, again } = usePolled(readBoards, PERIOD_MS);
  const building = usePolled(readBuilding, ZONES_PERIOD_MS);
  const [said, setSaid] = useState("");
  const title = useRef<HTMLHeadingElement>(null);

  useTitle(common.boards);

  /** What was acted upon is gone from its place: the reader is taken to the top, and told. */
  const onDone = (sentence: string): void => {
    setSaid(sentence);
    title.current?.focus();
    again();
    building.again();
  };
  const zoneName = (zone: string): string =>
    building.value?.zones.find((it) => it.zone === zone)?.name ?? zone;

  return (
    <div class="workshop">
      <h1 ref={title} tabIndex={-1}>
        {common.boards}
      </h1>
      <div aria-live="polite">{said !== "" && <Fact good>{said}</Fact>}</div>
      <p>
        <a class="button" href="/flash">
          {common.flash}
        </a>
      </p>
      {problem !== undefined && <Fact good={false}>{say(problem.message)}</Fact>}
      {value === undefined && problem === undefined && <p>{common.loading}</p>}
      {value !== undefined && <Boards view={value} zoneName={zoneName} onDone={onDone} />}
    </div>
  );
};

type BoardsProps = {
  readonly view: BoardsView;
  readonly zoneName: (zone: string) => string;
  readonly onDone: (sentence: string) => void;
};

const Boards = ({ view, ...others }: BoardsProps) => {
  const { format, language } = useReader();
  const words = BOARD_WORDS[language];
  const at = (place: BoardView["place"]): readonly BoardView[] =>
    view.boards.filter((it) => it.place === place);
  const [fresh, adopted, ignored] = [at("new"), at("adopted"), at("ignored")];
  return (
    <>
      <section aria-labelledby="fresh">
        <h2 id="fresh">{words.fresh}</h2>
        {fresh.length === 0 && <p class="aside">{words.noFresh}</p>}
        <div class="cards">
          {fresh.map((it) => (
            <FreshCard key={it.board} board={it} now={view.now} {...others} />
          ))}
        </div>
      </section>
      <section aria-labelledby="all">
        <h2 id="all">{words.all}</h2>
        {adopted.length === 0 && <p class="aside">{words.none}</p>}
        <div class="cards">
          {adopted.map((it) => (
            <BoardCard key={it.board} board={it} now={view.now} {...others} />
          ))}
        </div>
      </section>
      {ignored.length > 0 && (
        <details>
          <summary>{words.ignored(format.count(ignored.length))}</summary>
          <div class="cards">
            {ignored.map((it) => (
              <IgnoredCard key={it.board} board={it} now={view.now} {...others} />
            ))}
          </div>
        </details>
      )}
    </>
  );
};
