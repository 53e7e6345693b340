import type { Ref } from "preact";
import type { BacktestResultView, BacktestView } from "@battant/hub/api/backtest";
import { createFormat, type Format } from "../format.ts";
import { useReader } from "../reader.ts";
import { Chart } from "./chart.tsx";
import { type BacktestWords, BACKTEST_WORDS, FIELDS, nameOf } from "./words.ts";

/** What each setting would have done: the figures side by side, what to know of them, day by day. */

type Props = {
  readonly view: BacktestView;
  readonly timezone: string;
  readonly title: Ref<HTMLHeadingElement>;
};

export const Result = ({ view, timezone, title }: Props) => {
  const { language, say } = useReader();
  const words = BACKTEST_WORDS[language];
  const format = createFormat(language, timezone);
  return (
    <section class="result" aria-labelledby="result">
      <h2 id="result" ref={title} tabIndex={-1}>
        {words.results}
      </h2>
      {view.readings === 0 ? (
        <Nothing view={view} format={format} />
      ) : (
        <>
          <Figures view={view} format={format} />
          <h3>{words.read}</h3>
          <ul class="hints">
            {view.notes.map((note) => (
              <li key={note.fr}>{say(note)}</li>
            ))}
          </ul>
          <Chart view={view} timezone={timezone} />
          <button type="button" class="quiet print" onClick={() => print()}>
            {words.print}
          </button>
        </>
      )}
    </section>
  );
};

type PartProps = { readonly view: BacktestView; readonly format: Format };

const Nothing = ({ view: { measured }, format }: PartProps) => {
  const { language } = useReader();
  const words = BACKTEST_WORDS[language];
  return (
    <p class="note">
      {words.nothing}{" "}
      {measured === null
        ? words.unmeasured
        : words.measured(format.day(measured.from), format.day(measured.to))}
    </p>
  );
};

const Figures = ({ view, format }: PartProps) => {
  const { language } = useReader();
  const words = BACKTEST_WORDS[language];
  return (
    <div class="wide" tabIndex={0} role="region" aria-labelledby="figures">
      <table>
        <caption id="figures">
          {words.period(format.day(view.from), format.day(Math.max(view.from, view.to - 1)))}
        </caption>
        <thead>
          <tr>
            <td />
            {view.results.map((_, index) => (
              <th key={index} scope="col">
                <i class={`swatch s${index}`} />
                {nameOf(index, words)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody class="settings">
          {settingsRows(view.results, words, format).map((row) => (
            <Line key={row.name} {...row} />
          ))}
        </tbody>
        <tbody>
          {figureRows(view.results, words, format).map((row) => (
            <Line key={row.name} {...row} />
          ))}
        </tbody>
      </table>
    </div>
  );
};

type Row = { readonly name: string; readonly values: readonly string[]; readonly isPart?: boolean };

const Line = ({ name, values, isPart = false }: Row) => (
  <tr class={isPart ? "part" : ""}>
    <th scope="row">{name}</th>
    {values.map((value, index) => (
      <td key={index}>{value}</td>
    ))}
  </tr>
);

/** Only those in which they differ. */
const settingsRows = (
  results: readonly BacktestResultView[],
  words: BacktestWords,
  format: Format,
): readonly Row[] =>
  FIELDS.flatMap((field): Row[] => {
    const values = results.map(({ settings }) => settings[field]);
    if (values.every((it) => it === values[0])) return [];
    const told = values.map((it) => (it === null ? words.notCalibrated : format.measured(it, "")));
    return [{ name: words.fields[field], values: told }];
  });

const figureRows = (
  results: readonly BacktestResultView[],
  { rows, unknownValue }: BacktestWords,
  format: Format,
): readonly Row[] => {
  const row = (name: string, tell: (it: BacktestResultView) => string): Row => ({
    name,
    values: results.map(tell),
  });
  const part = (name: string, tell: (it: BacktestResultView) => string): Row => ({
    ...row(name, tell),
    isPart: true,
  });
  const orUnknown = (value: number | null, tell: (value: number) => string): string =>
    value === null ? unknownValue : tell(value);
  return [
    row(rows.avoided, (it) => format.length(it.avoided_ms)),
    part(rows.seen, (it) => format.length(it.avoidedSeen_ms)),
    row(rows.energy, (it) => orUnknown(it.energy_Wh, (Wh) => format.measured(Wh / 1000, "kWh"))),
    row(rows.money, (it) => orUnknown(it.cost_EURcents, (it) => format.measured(it / 100, "€"))),
    row(rows.switchings, (it) => format.count(it.switchings)),
    part(rows.switchingsMax, (it) => format.count(it.switchingsMaxADay)),
    row(rows.below, (it) => format.took(it.below_ms)),
    part(rows.belowLongest, (it) => format.took(it.belowLongest_ms)),
    ...(results.some((it) => it.belowOccupied_ms !== null)
      ? [part(rows.belowOccupied, (it) => orUnknown(it.belowOccupied_ms, format.took))]
      : []),
    row(rows.unknown, (it) => format.length(it.unknown_ms)),
  ];
};
