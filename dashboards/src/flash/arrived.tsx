import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Walked } from "@battant/cable/walk";
import { AdoptForm } from "../boards/adopt.tsx";
import { valueText } from "../boards/values.tsx";
import { BOARD_WORDS } from "../boards/words.ts";
import { usePolled } from "../polled.ts";
import { useReader } from "../reader.ts";
import { Fact } from "../screens/fact.tsx";
import { readBoard } from "./client.ts";
import { FLASH_WORDS } from "./words.ts";

/** The end of the walk: what the board measures, how long it took, and what it is for. */

const PERIOD_MS = 2000;

type Props = {
  readonly walked: Walked;
  readonly flat: string | null;
  readonly onNext: () => void;
};

export const Arrived = ({ walked, flat, onNext }: Props) => {
  const { language, format } = useReader();
  const words = FLASH_WORDS[language];
  const [adopted, setAdopted] = useState<string>();
  const read = useCallback(() => readBoard(walked.board), [walked.board]);
  const { value: board, again } = usePolled(read, PERIOD_MS);

  return (
    <section class="arrived" aria-labelledby="arrived">
      <First walked={walked} />
      <p>{words.took(format.took(walked.took_ms))}</p>
      <div aria-live="polite">
        {adopted !== undefined && <Fact good>{BOARD_WORDS[language].adopted(adopted)}</Fact>}
        {adopted === undefined && board?.place === "adopted" && (
          <Fact good>{words.alreadyAdopted(board.name)}</Fact>
        )}
      </div>
      {board !== undefined && board.place !== "adopted" && adopted === undefined && (
        <>
          <h3>{words.adopt}</h3>
          <AdoptForm
            board={board}
            flat={flat}
            onAdopted={({ name }) => {
              setAdopted(name);
              again();
            }}
          />
        </>
      )}
      <div class="actions">
        <button type="button" onClick={onNext}>
          {words.next}
        </button>
        <a href="/boards">{BOARD_WORDS[language].all}</a>
      </div>
    </section>
  );
};

/** A board that only switches measures nothing, and what a flat measures is not for us. */
const First = ({ walked: { reading } }: Pick<Props, "walked">) => {
  const reader = useReader();
  const words = FLASH_WORDS[reader.language];
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <>
      <h3 id="arrived" ref={title} tabIndex={-1}>
        {reading === undefined ? words.connected : words.firstReading}
      </h3>
      {reading !== undefined && (
        <p class="first">
          <b>{valueText(reading, reader)}</b>{" "}
          <span class="aside">
            {BOARD_WORDS[reader.language].quantities[reading.quantity] ?? reading.quantity}
          </span>
        </p>
      )}
    </>
  );
};
