import { useMemo, useRef, useState } from "preact/hooks";
import type { BacktestView } from "@battant/hub/api/backtest";
import { createFormat, type Format } from "../format.ts";
import { useReader } from "../reader.ts";
import { type KeptBar, type Month, monthsOf, type Row, rowsOf } from "./layout.ts";
import { createWallClock } from "./wall-clock.ts";
import { type BacktestWords, BACKTEST_WORDS, nameOf } from "./words.ts";

/**
 * A row for each day, a strip for each setting, drawn by hours. Pointing at an interval says its
 * times; with the keyboard, up and down go through the days, left and right through the intervals.
 */

type Props = { readonly view: BacktestView; readonly timezone: string };

/** Beyond, rows are thin and months carry the sums. */
const ROOMY_DAYS_MAX = 62;

/** What is pointed at: a day, and one of its intervals. */
type Place = { readonly day: number; readonly bar: number };

export const Chart = ({ view, timezone }: Props) => {
  const { language } = useReader();
  const words = BACKTEST_WORDS[language];
  const format = createFormat(language, timezone);
  const clock = useMemo(() => createWallClock(timezone), [timezone]);
  const rows = useMemo(() => rowsOf(view, clock), [view, clock]);
  const months = useMemo(() => monthsOf(rows, view, clock), [rows, view, clock]);
  const isRoomy = rows.length <= ROOMY_DAYS_MAX;
  const [place, setPlace] = useState<Place>();
  const box = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = moved(place, event.key, rows);
    if (next === undefined) return;
    event.preventDefault();
    setPlace(next);
    box.current?.querySelector(`[data-day="${next.day}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const point = ({ target }: PointerEvent): void => {
    const { day, bar } = (target as SVGElement).dataset;
    if (day !== undefined) setPlace({ day: Number(day), bar: Number(bar ?? 0) });
  };
  /** What scrolls below a pointer that lies still was not pointed at. */
  const onPointerMove = (event: PointerEvent): void => {
    if (event.movementX !== 0 || event.movementY !== 0) point(event);
  };
  const shown = { view, words, format, place };
  return (
    <section class={isRoomy ? "chart roomy" : "chart thin"} aria-labelledby="chart">
      <h3 id="chart">{words.chart}</h3>
      <p class="aside" id="chart-about">
        {words.chartAbout}
      </p>
      <Legend view={view} words={words} />
      <p class="told" aria-live="polite">
        {told(place, rows, shown)}
      </p>
      <div
        class="diagram"
        ref={box}
        role="group"
        tabIndex={0}
        aria-labelledby="chart"
        aria-describedby="chart-about"
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerDown={point}
      >
        <Hours />
        {isRoomy
          ? rows.map((row, day) => <RoomyRow key={row.day.from} {...{ row, day, ...shown }} />)
          : months.map((month) => (
              <MonthRows
                key={month.from}
                {...{ month, ...shown }}
                first={rows.indexOf(month.rows[0]!)}
              />
            ))}
      </div>
    </section>
  );
};

type Shown = {
  readonly view: BacktestView;
  readonly words: BacktestWords;
  readonly format: Format;
  readonly place: Place | undefined;
};

const barsOf = (row: Row | undefined): readonly KeptBar[] => row?.kept.flat() ?? [];

const moved = (place: Place | undefined, key: string, rows: readonly Row[]): Place | undefined => {
  const day = place?.day ?? -1;
  const bar = place?.bar ?? 0;
  const lastDay = rows.length - 1;
  const lastBar = Math.max(0, barsOf(rows[day]).length - 1);
  switch (key) {
    case "ArrowDown":
      return { day: Math.min(day + 1, lastDay), bar: 0 };
    case "ArrowUp":
      return { day: Math.max(day - 1, 0), bar: 0 };
    case "ArrowRight":
      return { day: Math.max(day, 0), bar: Math.min(bar + 1, lastBar) };
    case "ArrowLeft":
      return { day: Math.max(day, 0), bar: Math.max(bar - 1, 0) };
    case "Home":
      return { day: 0, bar: 0 };
    case "End":
      return { day: lastDay, bar: 0 };
    default:
      return undefined;
  }
};

const told = (
  place: Place | undefined,
  rows: readonly Row[],
  { view, words, format }: Shown,
): string => {
  if (place === undefined) return "";
  const row = rows[place.day];
  if (row === undefined) return "";
  const bar = barsOf(row)[place.bar];
  if (bar !== undefined) {
    const { from, to } = bar;
    const times = [format.dateAndClock(from), format.dateAndClock(to)] as const;
    return words.interval(nameOf(bar.setting, words), ...times, format.length(to - from));
  }
  const isDrawn = view.results.every(({ keptOff }) => keptOff !== null);
  const sums = view.results.map(
    ({ days }, index) =>
      `${nameOf(index, words)} ${format.length(days[place.day]?.avoided_ms ?? 0)}`,
  );
  const date = format.date(row.day.from);
  return isDrawn ? words.idle(date) : words.dayOf(date, sums.join(" · "));
};

const Legend = ({ view, words }: Pick<Shown, "view" | "words">) => (
  <ul class="legend">
    {view.results.map(({ keptOff }, index) => {
      const name = nameOf(index, words);
      return (
        <li key={index}>
          <i class={`swatch s${index}`} />
          {keptOff === null ? words.tooMany(name) : words.legendKept(name)}
        </li>
      );
    })}
    {view.results.some(({ keptOff }) => keptOff?.some(({ avoided }) => !avoided)) && (
      <li>
        <i class="swatch s0 other" />
        {words.legendOther}
      </li>
    )}
    <li>
      <i class="swatch night" />
      {words.legendNight}
    </li>
  </ul>
);

const Hours = () => (
  <div class="line axis aside" aria-hidden="true">
    <span />
    <div>
      {[0, 3, 6, 9, 12, 15, 18, 21, 24].map((hour) => (
        <span key={hour} style={{ left: `${(100 * hour) / 24}%` }}>
          {String(hour).padStart(2, "0")}
        </span>
      ))}
    </div>
    <span />
  </div>
);

type RowProps = Shown & { readonly row: Row; readonly day: number };

const RoomyRow = ({ row, day, ...shown }: RowProps) => {
  const { view, words, format } = shown;
  const unknown = Math.min(...view.results.map(({ days }) => days[day]?.unknown_ms ?? 0));
  return (
    <div class="line" data-day={day}>
      <span class="date">
        {format.date(row.day.from)}
        {row.hours !== 24 && <small>{words.dayLength(format.count(row.hours))}</small>}
        {unknown > UNKNOWN_TOLD_MS && <small>{words.unknownFor(format.length(unknown))}</small>}
      </span>
      <Strips row={row} day={day} place={shown.place} />
      <span class="sums">
        {view.results.map(({ days }, index) => (
          <span key={index}>{format.length(days[day]?.avoided_ms ?? 0)}</span>
        ))}
      </span>
    </div>
  );
};

/** A gap that is shorter changes nothing that one could see here. */
const UNKNOWN_TOLD_MS = 15 * 60_000;

type MonthProps = Shown & { readonly month: Month; readonly first: number };

const MonthRows = ({ month, first, words, format, place }: MonthProps) => (
  <section>
    <h4>
      {format.month(month.from)}
      <span class="aside">
        {month.avoided_ms
          .map((it, index) => `${nameOf(index, words)} ${format.length(it)}`)
          .join(" · ")}
      </span>
    </h4>
    {month.rows.map((row, index) => (
      <div class="line" key={row.day.from} data-day={first + index}>
        <span class="date">{index % 7 === 0 ? format.date(row.day.from) : ""}</span>
        <Strips row={row} day={first + index} place={place} />
      </div>
    ))}
  </section>
);

type StripsProps = {
  readonly row: Row;
  readonly day: number;
  readonly place: Place | undefined;
};

/** The drawing is for eyes: who cannot see it has the table, and what is pointed at is told in words. */
const Strips = ({ row, day, place }: StripsProps) => {
  const lanes = row.kept.length;
  let bar = -1;
  return (
    <svg
      viewBox={`0 0 24 ${lanes}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ "--lanes": lanes }}
      data-day={day}
    >
      {row.nights.map((it) => (
        <rect key={it.from} class="night" x={it.x} width={it.width} y={0} height={lanes} />
      ))}
      {[6, 12, 18].map((hour) => (
        <line key={hour} x1={hour} x2={hour} y1={0} y2={lanes} />
      ))}
      {row.kept.flat().map((it) => {
        bar += 1;
        const isPointed = place?.day === day && place.bar === bar;
        return (
          <rect
            key={`${it.setting} ${it.from}`}
            class={`s${it.setting}${it.avoided ? "" : " other"}${isPointed ? " pointed" : ""}`}
            x={it.x}
            // A minute is still to be seen.
            width={Math.max(it.width, 0.03)}
            y={it.setting + 0.12}
            height={0.76}
            data-day={day}
            data-bar={bar}
          />
        );
      })}
    </svg>
  );
};
