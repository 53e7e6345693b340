import { useId } from "preact/hooks";
import { useReader } from "../reader.ts";
import { AMOUNT_PATTERN } from "./draft.ts";
import { SURVEY_WORDS } from "./words.ts";

/** A number that is typed with a thumb: large, with the keyboard of numbers. */

type Props = {
  readonly label: string;
  readonly value: string;
  readonly onType: (value: string) => void;
  readonly rule?: string;
  readonly required?: boolean;
};

export const Amount = ({ label, value, onType, rule, required = false }: Props) => {
  const { language } = useReader();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rule !== undefined && <p id={`${id}-rule`}>{rule}</p>}
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        maxLength={16}
        pattern={AMOUNT_PATTERN}
        title={SURVEY_WORDS[language].notANumber}
        required={required}
        value={value}
        onInput={(event) => onType(event.currentTarget.value)}
        aria-describedby={rule === undefined ? undefined : `${id}-rule`}
      />
    </div>
  );
};
