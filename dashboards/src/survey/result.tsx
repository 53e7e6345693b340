import { useEffect, useRef } from "preact/hooks";
import type { Sentence } from "@battant/hub/api/contract";
import type { SpanView, SurveyPlaceView, SurveyReading, SurveyView } from "@battant/hub/api/survey";
import { type Reader, useReader } from "../reader.ts";
import { SURVEY_WORDS } from "./words.ts";

/** The verdict on one page, to be read in the stairwell and printed for the council. */

type Props = {
  readonly view: SurveyView;
  readonly readings: readonly SurveyReading[];
  readonly place: string;
};

export const Result = ({ view, readings, place }: Props) => {
  const { language, say, format } = useReader();
  const words = SURVEY_WORDS[language];
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [view]);
  return (
    <section class="verdict" aria-labelledby="verdict">
      <h2 id="verdict" ref={title} tabIndex={-1}>
        <span class={`mark-${view.verdict}`}>{words.verdicts[view.verdict]}</span> {place}
      </h2>
      <p class="headline">{say(view.headline)}</p>
      <p class="aside">{format.day(Date.now())}</p>
      <Figures view={view} />
      <h3>{words.places}</h3>
      <ol class="ways">
        {view.places.map((it, index) => (
          <Spot
            key={index}
            place={it}
            reading={readings[index]}
            isOnly={view.places.length === 1}
          />
        ))}
      </ol>
      <Sentences title={words.reasons} sentences={view.reasons} />
      <Sentences title={words.doubts} sentences={view.doubts} />
      <button type="button" onClick={() => window.print()}>
        {words.print}
      </button>
    </section>
  );
};

const Figures = ({ view }: Pick<Props, "view">) => {
  const reader = useReader();
  const words = SURVEY_WORDS[reader.language];
  const { net_EUR, box_EUR, payback_years: payback } = view;
  const only = (value: number): SpanView => ({ from: value, to: value });
  const withEuros = (energy: SpanView, euros: SpanView | null): string =>
    [
      spanText(energy, "kWh", reader),
      ...(euros === null ? [] : [spanText(euros, "€", reader)]),
    ].join(", ");
  const rows: readonly (readonly [string, string])[] = [
    [words.enough, spanText(view.enough_h, "h", reader)],
    [words.avoided, spanText(view.avoided_h, "h", reader)],
    [words.saved, spanText(view.saved_kWh, "kWh", reader)],
    [words.own, withEuros(only(view.box_kWh), box_EUR === null ? null : only(box_EUR))],
    [words.net, withEuros(view.net_kWh, net_EUR)],
    ...(payback === null ? [] : ([[words.payback, paybackText(payback, reader)]] as const)),
  ];
  return (
    <>
      <h3>{words.inAYear}</h3>
      <dl class="values">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
};

/** Never minus nothing. */
const whole = (value: number): number => Math.round(value) || 0;

const spanText = ({ from, to }: SpanView, unit: string, { format, language }: Reader): string => {
  const [low, high] = [format.count(whole(from)), format.measured(whole(to), unit)];
  const text = whole(from) === whole(to) ? high : `${low} ${SURVEY_WORDS[language].to} ${high}`;
  return text.replaceAll("-", "−");
};

const paybackText = (
  { best, worst }: NonNullable<SurveyView["payback_years"]>,
  { format, language }: Reader,
): string => {
  const words = SURVEY_WORDS[language];
  if (best === null) return words.never;
  const years = (value: number): string => format.measured(value, words.years);
  if (worst === null) return words.atBest(years(best));
  return best === worst ? years(best) : `${format.measured(best, "")} ${words.to} ${years(worst)}`;
};

type SpotProps = {
  readonly place: SurveyPlaceView;
  readonly reading: SurveyReading | undefined;
  readonly isOnly: boolean;
};

const Spot = ({ place, reading, isOnly }: SpotProps) => {
  const { language, format } = useReader();
  const words = SURVEY_WORDS[language];
  if (reading === undefined) return null;
  const { indoor_lx, outdoor_lx, lamps_lx } = reading;
  const { daylightFactor, isDarkest } = place;
  const said = [
    words.pair(format.lux(indoor_lx), format.lux(outdoor_lx)),
    ...(lamps_lx === null ? [] : [words.withLamps(format.lux(lamps_lx))]),
    daylightFactor === null ? words.tooBright : words.factor(format.factor(daylightFactor)),
    ...(isDarkest && !isOnly ? [words.decides] : []),
  ];
  return <li>{said.join(" · ")}</li>;
};

type SentencesProps = { readonly title: string; readonly sentences: readonly Sentence[] };

const Sentences = ({ title, sentences }: SentencesProps) => {
  const { say } = useReader();
  return (
    <>
      <h3>{title}</h3>
      <ul class="hints">
        {sentences.map((sentence) => (
          <li key={sentence.en}>{say(sentence)}</li>
        ))}
      </ul>
    </>
  );
};
