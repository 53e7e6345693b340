import { isQuantity, QUANTITIES } from "@battant/protocol/vocabulary/quantity";
import type { BoardView, SensorView } from "@battant/hub/api/contract";
import type { Reader } from "../reader.ts";
import { useReader } from "../reader.ts";
import { BOARD_WORDS } from "./words.ts";

/** What a board measures now. */

/** `412 lx`, `oui`; undefined as long as nothing came. */
export const valueText = (
  { quantity, value }: SensorView,
  { format, language }: Pick<Reader, "format" | "language">,
): string | undefined => {
  if (value === null) return undefined;
  if (!isQuantity(quantity)) return format.measured(value, "");
  const facts = QUANTITIES[quantity];
  const words = BOARD_WORDS[language];
  if (facts.yesNo === true) return value === 1 ? words.yes : words.no;
  return format.measured(value, facts.unit);
};

type Props = { readonly board: BoardView; readonly now: number };

export const Values = ({ board, now }: Props) => {
  const { format, language } = useReader();
  const words = BOARD_WORDS[language];
  if (board.isPrivate) return <p class="aside">{words.isPrivate}</p>;
  if (board.sensors.length === 0 && board.relays.length === 0) {
    return <p class="aside">{words.noMeasures}</p>;
  }
  return (
    <dl class="values" aria-label={words.measures}>
      {board.sensors.map((it) => (
        <div key={`${it.sensor} ${it.quantity}`}>
          <dt>
            {it.sensor} <span class="aside">{words.quantities[it.quantity] ?? it.quantity}</span>
          </dt>
          <dd>
            <b>{valueText(it, { format, language }) ?? words.noValue}</b>{" "}
            {it.at !== null && (
              <span class="aside">{words.agoShort(format.span(now - it.at))}</span>
            )}
          </dd>
        </div>
      ))}
      {board.relays.length > 0 && (
        <div>
          <dt>{words.switches(board.relays.join(", "))}</dt>
          <dd />
        </div>
      )}
    </dl>
  );
};
