import { useEffect, useState } from "preact/hooks";
import type { SurveyFactsView, SurveyReading, SurveyView } from "@battant/hub/api/survey";
import { type Answer } from "../client.ts";
import { useReader } from "../reader.ts";
import { useTitle } from "../title.ts";
import { Fact } from "../screens/fact.tsx";
import { Problem, Select, useSend } from "../screens/form.tsx";
import { Amount } from "./amount.tsx";
import { askSurvey, readFacts } from "./client.ts";
import { type Draft, placeOf, readingsOf, requestOf, storedDraft, storeDraft } from "./draft.ts";
import { Readings } from "./readings.tsx";
import { Result } from "./result.tsx";
import { SURVEY_WORDS } from "./words.ts";

/** « Avant d'acheter »: a few readings are typed, and one page says whether it would pay. */

export const Screen = () => {
  const { language, words: common, say } = useReader();
  const words = SURVEY_WORDS[language];
  const [facts, setFacts] = useState<Answer<SurveyFactsView>>();
  // Who comes for the first time reads first how to measure.
  const [isNew] = useState(() => readingsOf(storedDraft()).length === 0);
  const read = (): void => void readFacts().then(setFacts);
  useEffect(read, []);
  useTitle(words.title);
  return (
    <div class="workshop survey">
      <h1>{words.title}</h1>
      <p>{words.intro}</p>
      <details open={isNew}>
        <summary>{words.how}</summary>
        <ol class="ways">
          {words.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </details>
      {facts === undefined && <p class="waiting">{common.loading}</p>}
      {facts?.ok === false && (
        <>
          <Fact good={false}>{say(facts.problem.message)}</Fact>
          <button type="button" onClick={read}>
            {common.retry}
          </button>
        </>
      )}
      {facts?.ok === true && <Survey facts={facts.value} />}
    </div>
  );
};

type Found = {
  readonly view: SurveyView;
  readonly readings: readonly SurveyReading[];
  readonly place: string;
};

type FactsProps = { readonly facts: SurveyFactsView };

const Survey = ({ facts }: FactsProps) => {
  const { language, words: common } = useReader();
  const words = SURVEY_WORDS[language];
  const [draft, setDraft] = useState(storedDraft);
  const [found, setFound] = useState<Found>();
  const { form, problem, isSending, onSubmit } = useSend(async () => {
    const answer = await askSurvey(requestOf(draft, facts));
    if (!answer.ok) return answer.problem;
    const place = placeName(draft, facts, common.kinds);
    setFound({ view: answer.value, readings: readingsOf(draft), place });
    return undefined;
  });
  const onChange = (changed: Partial<Draft>): void => {
    const next = { ...draft, ...changed };
    setDraft(next);
    storeDraft(next);
    // A verdict on other figures than those above it would mislead.
    setFound(undefined);
  };
  return (
    <>
      <form ref={form} onSubmit={onSubmit}>
        <Place facts={facts} draft={draft} onChange={onChange} />
        <Readings draft={draft} onChange={onChange} />
        <Lamps facts={facts} draft={draft} onChange={onChange} />
        <Money facts={facts} draft={draft} onChange={onChange} />
        <Problem problem={problem} />
        <div class="actions">
          <button type="submit">{isSending ? common.sending : words.ask}</button>
        </div>
      </form>
      {found !== undefined && <Result {...found} />}
    </>
  );
};

type PartProps = FactsProps & {
  readonly draft: Draft;
  readonly onChange: (changed: Partial<Draft>) => void;
};

type Kinds = { readonly [kind: string]: string };

const placeName = (draft: Draft, facts: SurveyFactsView, kinds: Kinds): string => {
  const [what, name = ""] = placeOf(draft, facts).split(":");
  if (what === "kind") return kinds[name] ?? name;
  return facts.zones.find(({ zone }) => zone === name)?.name ?? name;
};

const Place = ({ facts, draft, onChange }: PartProps) => {
  const { language, words: common, format } = useReader();
  const words = SURVEY_WORDS[language];
  const chosen = placeOf(draft, facts);
  const all = [
    ...facts.zones.map(({ zone, name, target_lx }) => ({
      value: `zone:${zone}`,
      text: name,
      target_lx,
    })),
    ...facts.kinds.map(({ kind, target_lx }) => ({
      value: `kind:${kind}`,
      text: words.otherPlace((common.kinds[kind] ?? kind).toLowerCase()),
      target_lx,
    })),
  ];
  const target = all.find(({ value }) => value === chosen)?.target_lx;
  return (
    <Select
      label={words.place}
      name="place"
      options={all.map(({ value, text }) => [value, text] as const)}
      chosen={chosen}
      onChoose={(place) => onChange({ place })}
      {...(target !== undefined && { rule: words.target(format.lux(target)) })}
    />
  );
};

const Lamps = ({ facts, draft, onChange }: PartProps) => {
  const { language, format } = useReader();
  const words = SURVEY_WORDS[language];
  const chosen = placeOf(draft, facts);
  const known = facts.zones.find(({ zone }) => chosen === `zone:${zone}`)?.load_W ?? null;
  return (
    <>
      <Amount
        label={words.load}
        value={draft.load}
        required={known === null}
        onType={(load) => onChange({ load })}
        {...(known !== null && { rule: words.loadKnown(format.measured(known, "W")) })}
      />
      <Select
        label={words.burning}
        name="burning"
        options={Object.entries(words.burnings)}
        chosen={draft.burning}
        onChoose={(burning) => onChange({ burning: burning as Draft["burning"] })}
      />
      {draft.burning === "minutes" && (
        <Amount
          label={words.minutes}
          value={draft.minutes}
          required
          onType={(minutes) => onChange({ minutes })}
        />
      )}
    </>
  );
};

/** What a hub and its boards draw, where the building file does not say. */
const BOX_W = 6;

const Money = ({ facts, draft, onChange }: PartProps) => {
  const { language, format } = useReader();
  const words = SURVEY_WORDS[language];
  const { price_EURperKWh: price, box_W } = facts;
  return (
    <>
      <Amount
        label={words.price}
        value={draft.price}
        rule={price === null ? words.priceUnknown : words.priceKnown(format.price(price))}
        onType={(it) => onChange({ price: it })}
      />
      <Amount
        label={words.cost}
        value={draft.cost}
        rule={words.costRule}
        onType={(cost) => onChange({ cost })}
      />
      <Amount
        label={words.box}
        value={draft.box}
        rule={words.boxRule(format.measured(box_W ?? BOX_W, "W"))}
        onType={(box) => onChange({ box })}
      />
    </>
  );
};
