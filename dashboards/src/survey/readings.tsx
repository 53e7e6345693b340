import { SURVEY_READINGS_MAX } from "@battant/hub/api/survey";
import { useReader } from "../reader.ts";
import { Amount } from "./amount.tsx";
import { type Draft, EMPTY_ROW, type Row } from "./draft.ts";
import { SURVEY_WORDS } from "./words.ts";

/** The places that were measured, a row for each. */

type Props = { readonly draft: Draft; readonly onChange: (changed: Partial<Draft>) => void };

export const Readings = ({ draft, onChange }: Props) => {
  const { language } = useReader();
  const words = SURVEY_WORDS[language];
  const { rows, areLampsOn } = draft;
  const change = (index: number, changed: Partial<Row>): void =>
    onChange({ rows: rows.map((row, i) => (i === index ? { ...row, ...changed } : row)) });
  return (
    <fieldset class="readings">
      <legend>{words.readings}</legend>
      <label class="tick">
        <input
          type="checkbox"
          checked={areLampsOn}
          onChange={(event) => onChange({ areLampsOn: event.currentTarget.checked })}
        />
        {words.lampsOn}
      </label>
      {rows.map((row, index) => (
        <Reading
          key={index}
          row={row}
          number={index + 1}
          areLampsOn={areLampsOn}
          onChange={(changed) => change(index, changed)}
          onRemove={
            rows.length > 1
              ? () => onChange({ rows: rows.filter((_, i) => i !== index) })
              : undefined
          }
        />
      ))}
      {rows.length < SURVEY_READINGS_MAX && (
        <button
          type="button"
          class="quiet"
          onClick={() => onChange({ rows: [...rows, EMPTY_ROW] })}
        >
          {words.add}
        </button>
      )}
    </fieldset>
  );
};

type ReadingProps = {
  readonly row: Row;
  readonly number: number;
  readonly areLampsOn: boolean;
  readonly onChange: (changed: Partial<Row>) => void;
  readonly onRemove: (() => void) | undefined;
};

const Reading = ({ row, number, areLampsOn, onChange, onRemove }: ReadingProps) => {
  const { language, format } = useReader();
  const words = SURVEY_WORDS[language];
  const spot = words.spot(format.count(number));
  // Half a reading is none: who types one of the two is asked for the other.
  const isBegun = number === 1 || row.indoor !== "" || row.outdoor !== "";
  return (
    <div class="reading" role="group" aria-label={spot}>
      <p class="spot">
        <b>{spot}</b>
        {onRemove !== undefined && (
          <button
            type="button"
            class="quiet"
            aria-label={words.remove(format.count(number))}
            onClick={onRemove}
          >
            {words.removeShort}
          </button>
        )}
      </p>
      <Amount
        label={words.indoor}
        value={row.indoor}
        required={isBegun}
        onType={(indoor) => onChange({ indoor })}
      />
      <Amount
        label={words.outdoor}
        value={row.outdoor}
        required={isBegun}
        onType={(outdoor) => onChange({ outdoor })}
      />
      {areLampsOn && (
        <Amount
          label={words.lamps}
          value={row.lamps}
          required={isBegun}
          onType={(lamps) => onChange({ lamps })}
        />
      )}
    </div>
  );
};
