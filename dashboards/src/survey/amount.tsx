import { useId } from "preact/hooks";
import { useReader } from "../reader.ts";
import { describedBy, Row } from "../screens/form.tsx";
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
    <Row id={id} label={label} rule={rule}>
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
        aria-describedby={describedBy(id, rule)}
      />
    </Row>
  );
};
