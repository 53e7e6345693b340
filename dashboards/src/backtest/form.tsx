import { useId } from "preact/hooks";
import type { BacktestFactsView } from "@battant/hub/api/backtest";
import type { ZoneView } from "@battant/hub/api/contract";
import { createFormat } from "../format.ts";
import { useReader } from "../reader.ts";
import { describedBy, Row, Select } from "../screens/form.tsx";
import { type Draft, NO_TRIAL, type Trial, TRIALS_MAX } from "./draft.ts";
import { BACKTEST_WORDS, FIELDS, type FieldName } from "./words.ts";

/** Which zone, which time, and what to try beside the settings of today. */

type Props = {
  readonly zones: readonly ZoneView[];
  readonly zone: string;
  readonly facts: BacktestFactsView | undefined;
  readonly draft: Draft;
  readonly onZone: (zone: string) => void;
  readonly onDraft: (draft: Draft) => void;
  readonly onRun: () => void;
};

export const TrialForm = (props: Props) => {
  const { zones, zone, facts, draft, onZone, onDraft, onRun } = props;
  const { language } = useReader();
  const words = BACKTEST_WORDS[language];
  const change = (more: Partial<Draft>): void => onDraft({ ...draft, ...more });
  const setTrial = (index: number, trial: Trial): void =>
    change({ trials: draft.trials.map((it, at) => (at === index ? trial : it)) });
  const canRun = facts?.hasLightSensor === true && facts.measured !== null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      <Select
        label={words.zone}
        name="zone"
        options={zones.map((it) => [it.zone, it.name])}
        chosen={zone}
        onChoose={onZone}
      />
      {facts !== undefined && <Known facts={facts} />}
      <Range draft={draft} onChange={change} />
      {facts !== undefined && (
        <div class="trials">
          {draft.trials.map((trial, index) => (
            <TrialFields
              // Trials have no name but their place.
              key={index}
              number={index + 1}
              trial={trial}
              facts={facts}
              onChange={(it) => setTrial(index, it)}
              onRemove={
                draft.trials.length > 1
                  ? () => change({ trials: draft.trials.filter((_, at) => at !== index) })
                  : undefined
              }
            />
          ))}
        </div>
      )}
      {draft.trials.length < TRIALS_MAX && (
        <button
          type="button"
          class="quiet"
          onClick={() => change({ trials: [...draft.trials, NO_TRIAL] })}
        >
          {words.add}
        </button>
      )}
      <Money facts={facts} draft={draft} onChange={change} />
      <p class="actions">
        <button type="submit" disabled={!canRun}>
          {words.run}
        </button>
      </p>
    </form>
  );
};

const Known = ({ facts }: { readonly facts: BacktestFactsView }) => {
  const { language } = useReader();
  const words = BACKTEST_WORDS[language];
  const { day } = createFormat(language, facts.timezone);
  const { hasLightSensor, measured, settings } = facts;
  if (!hasLightSensor) return <p class="note">{words.noSensor}</p>;
  return (
    <>
      <p class={measured === null ? "note" : "aside"}>
        {measured === null
          ? words.unmeasured
          : words.measured(day(measured.from), day(measured.to))}
      </p>
      {settings.luminaire_contribution_lx === null && <p class="note">{words.uncalibrated}</p>}
    </>
  );
};

type PartProps = { readonly draft: Draft; readonly onChange: (more: Partial<Draft>) => void };

const Range = ({ draft, onChange }: PartProps) => {
  const { language } = useReader();
  const words = BACKTEST_WORDS[language];
  const id = useId();
  return (
    <>
      <Select
        label={words.range}
        name="range"
        options={(["7", "30", "365", "dates"] as const).map((it) => [it, words.ranges[it]])}
        chosen={draft.range}
        onChoose={(range) => onChange({ range: range as Draft["range"] })}
      />
      {draft.range === "dates" && (
        <div class="pair">
          {(["from", "to"] as const).map((end) => (
            <div class="field" key={end}>
              <label for={`${id}-${end}`}>{words[end]}</label>
              <input
                id={`${id}-${end}`}
                type="date"
                required
                value={draft[end]}
                onInput={(event) => onChange({ [end]: event.currentTarget.value })}
              />
            </div>
          ))}
        </div>
      )}
    </>
  );
};

type TrialProps = {
  readonly number: number;
  readonly trial: Trial;
  readonly facts: BacktestFactsView;
  readonly onChange: (trial: Trial) => void;
  readonly onRemove: (() => void) | undefined;
};

const TrialFields = ({ number, trial, facts, onChange, onRemove }: TrialProps) => {
  const { language, format } = useReader();
  const words = BACKTEST_WORDS[language];
  const now = (name: FieldName): string => {
    const value = facts.settings[name];
    return words.now(value === null ? words.notCalibrated : format.measured(value, ""));
  };
  return (
    <fieldset>
      <legend>
        <i class={`swatch s${number}`} />
        {words.tried(String(number))}
      </legend>
      {FIELDS.map((name) => (
        <NumberField
          key={name}
          label={words.fields[name]}
          rule={
            name === "target_lx"
              ? `${now(name)} ${words.legal(format.lux(facts.floor_lx))}`
              : now(name)
          }
          value={trial[name]}
          onChange={(value) => onChange({ ...trial, [name]: value })}
        />
      ))}
      {onRemove !== undefined && (
        <button type="button" class="quiet" onClick={onRemove}>
          {words.remove}
        </button>
      )}
    </fieldset>
  );
};

type NumberProps = {
  readonly label: string;
  readonly rule: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** Bounds are the hub's to tell: it says which law they come from. */
const NumberField = ({ label, rule, value, onChange }: NumberProps) => {
  const id = useId();
  return (
    <Row id={id} label={label} rule={rule}>
      <input
        id={id}
        type="number"
        step="any"
        inputMode="decimal"
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
        aria-describedby={describedBy(id, rule)}
      />
    </Row>
  );
};

const Money = ({
  facts,
  draft,
  onChange,
}: PartProps & { readonly facts: BacktestFactsView | undefined }) => {
  const { language } = useReader();
  const words = BACKTEST_WORDS[language];
  const id = useId();
  const hasPrice = facts === undefined || facts.price_EURperkWh !== null;
  return (
    <>
      <NumberField
        label={words.price}
        rule={hasPrice ? words.priceRule : words.priceNone}
        value={draft.price}
        onChange={(price) => onChange({ price })}
      />
      <div class="field">
        <label class="tick">
          <input
            type="checkbox"
            checked={draft.always}
            onChange={(event) => onChange({ always: event.currentTarget.checked })}
            aria-describedby={id}
          />
          {words.always}
        </label>
        <p id={id}>{words.alwaysRule}</p>
      </div>
    </>
  );
};
