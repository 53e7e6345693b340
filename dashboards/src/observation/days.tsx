import type {
  ObservationDayView,
  ObservationFiguresView,
  ObservationSpanView,
} from "@battant/hub/api/observation";
import { createFormat, type Format } from "../format.ts";
import { useReader } from "../reader.ts";
import { OBSERVATION_WORDS } from "./words.ts";

/**
 * A strip for each day: above, what would have been kept off; below, whether the light burned. The
 * strips are for the eye; all they add up to is also written beside them.
 */

type Props = { readonly figures: ObservationFiguresView; readonly timezone: string };

export const Days = ({ figures, timezone }: Props) => {
  const { language } = useReader();
  const format = createFormat(language, timezone);
  /** The last one, while the observation goes on. */
  const isRunning = (day: ObservationDayView): boolean =>
    figures.ended === null && day === figures.days.at(-1);
  return (
    <div class="days">
      <Legend />
      <div class="hours aside" aria-hidden="true">
        {["0", "6", "12", "18", "24"].map((hour) => (
          <span key={hour}>{`${hour} h`}</span>
        ))}
      </div>
      <ol>
        {figures.days.map((day) => (
          <Day key={day.from} day={day} isRunning={isRunning(day)} format={format} />
        ))}
      </ol>
    </div>
  );
};

const Legend = () => {
  const { language } = useReader();
  const { legend } = OBSERVATION_WORDS[language];
  return (
    <ul class="legend">
      <li>
        <i class="would" />
        {legend.would}
      </li>
      <li>
        <i class="lit" />
        {legend.lit}
      </li>
      <li>
        <i class="out" />
        {legend.out}
      </li>
      <li>
        <i class="unknown" />
        {legend.unknown}
      </li>
    </ul>
  );
};

type DayProps = {
  readonly day: ObservationDayView;
  readonly isRunning: boolean;
  readonly format: Format;
};

const Day = ({ day, isRunning, format }: DayProps) => {
  const { language } = useReader();
  const words = OBSERVATION_WORDS[language];
  const hours = Math.round((day.to - day.from) / 3_600_000);
  return (
    <li>
      <div class="date">
        <b>{format.date(day.from)}</b>
        {hours !== 24 && <span class="aside">{words.dayLength(format.count(hours))}</span>}
      </div>
      <div class="strip" aria-hidden="true">
        <Lane day={day} of={(span) => WOULD[span.would]} />
        <Lane day={day} of={(span) => span.light} />
      </div>
      <div class="sums">
        <Sums day={day} isRunning={isRunning} format={format} />
      </div>
    </li>
  );
};

const WOULD = { off: "would", available: "", unknown: "unknown" } as const;

type Drawn = { readonly from: number; readonly to: number; readonly as: string };

/** A border on the other track is none on this one. */
const drawnIn = (
  spans: readonly ObservationSpanView[],
  of: (span: ObservationSpanView) => string,
): readonly Drawn[] => {
  const drawn: Drawn[] = [];
  for (const span of spans) {
    const { from, to } = span;
    const [as, last] = [of(span), drawn.at(-1)];
    if (last?.as === as) drawn[drawn.length - 1] = { ...last, to };
    else drawn.push({ from, to, as });
  }
  return drawn;
};

type LaneProps = {
  readonly day: ObservationDayView;
  /** What the span is drawn as; nothing if it is not. */
  readonly of: (span: ObservationSpanView) => string;
};

const Lane = ({ day: { from, to, spans }, of }: LaneProps) => {
  const share = (length: number): string => `${((100 * length) / (to - from)).toFixed(2)}%`;
  return (
    <div class="lane">
      {drawnIn(spans, of).map((it) => {
        const place = { left: share(it.from - from), width: share(it.to - it.from) };
        return it.as === "" ? null : <i key={it.from} class={it.as} style={place} />;
      })}
    </div>
  );
};

const Sums = ({ day, isRunning, format }: DayProps) => {
  const { language } = useReader();
  const words = OBSERVATION_WORDS[language];
  const unknown = day.wouldUnknown_ms + day.lightUnknown_ms;
  const isSeen = day.spans.some(({ would }) => would !== "unknown");
  const parts: string[] = [];
  if (day.would_ms > 0) {
    const times = format.count(day.switchings);
    parts.push(words.wouldHave(format.length(day.would_ms), times, day.switchings));
    // What nobody saw is no zero.
    if (day.lightUnknown_ms < day.would_ms) parts.push(words.burned(format.length(day.burned_ms)));
  } else if (day.spans.some(({ would }) => would === "available")) {
    parts.push(day.wouldUnknown_ms === 0 ? words.wouldNot : words.wouldNotKnown);
  }
  if (unknown > 0) parts.push(words.unknownFor(format.length(unknown)));
  return (
    <>
      {parts.join(" · ")}
      {(isRunning || !day.isKnown) && (
        <span class="aside">{` (${isRunning ? words.running : words.notCounted(isSeen)})`}</span>
      )}
    </>
  );
};
