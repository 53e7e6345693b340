import { useRef } from "preact/hooks";
import type { ObservationView } from "@battant/hub/api/observation";
import { createFormat } from "../format.ts";
import { useReader } from "../reader.ts";
import { Prose } from "../screens/prose.tsx";
import { Days } from "./days.tsx";
import { Switch } from "./switch.tsx";
import { OBSERVATION_WORDS } from "./words.ts";

/** One zone: how far its observation has come, what it says, day by day, and what may follow. */

type Props = {
  readonly view: ObservationView;
  readonly maySwitch: boolean;
  readonly onSwitched: () => void;
};

export const ObservedZone = ({ view, maySwitch, onSwitched }: Props) => {
  const { language, say } = useReader();
  const words = OBSERVATION_WORDS[language];
  const { zone, name, figures, headline, method, missing, mode } = view;
  const title = `observed-${zone}`;
  const heading = useRef<HTMLHeadingElement>(null);
  /** The button that was pressed is gone: the reader is taken to what it was about. */
  const leave = (): void => {
    heading.current?.focus();
    onSwitched();
  };
  return (
    <section class="card observed" aria-labelledby={title}>
      <header>
        <h2 id={title} ref={heading} tabIndex={-1}>
          {name}
        </h2>
        <Progress view={view} />
      </header>
      {figures !== null && figures.ended !== null && <p class="aside">{words.observedBefore}</p>}
      <p class="why">{say(headline)}</p>
      <Figures view={view} />
      {mode === "observe" && missing.length > 0 && <Missing view={view} />}
      {maySwitch && <Switch view={view} onSwitched={leave} />}
      {method.length > 0 && (
        <details>
          <summary>
            {words.how}
            <span class="unseen">{words.of(name)}</span>
          </summary>
          {method.map((it) => (
            <p key={it.en}>
              <Prose text={say(it)} />
            </p>
          ))}
        </details>
      )}
    </section>
  );
};

/** What is over is not in the way of what goes on. */
const Figures = ({ view: { figures, timezone, mode, name } }: Pick<Props, "view">) => {
  const { language } = useReader();
  const words = OBSERVATION_WORDS[language];
  if (figures === null) return null;
  if (mode === "observe") return <Days figures={figures} timezone={timezone} />;
  return (
    <details>
      <summary>
        {words.byDay}
        <span class="unseen">{words.of(name)}</span>
      </summary>
      <Days figures={figures} timezone={timezone} />
    </details>
  );
};

const Progress = ({ view }: Pick<Props, "view">) => {
  const { language } = useReader();
  const words = OBSERVATION_WORDS[language];
  const { figures, mode, timezone } = view;
  const format = createFormat(language, timezone);
  if (mode !== "observe") {
    const since = figures?.ended ?? undefined;
    const [plain, told] =
      mode === "act" ? [words.acts, words.actsSince] : [words.off, words.offSince];
    return <p class="tag">{since === undefined ? plain : told(format.dateAndClock(since))}</p>;
  }
  if (figures === null) return null;
  const { day, daysKnown, daysNeeded } = figures;
  const needed = format.count(daysNeeded);
  const count = format.count(day);
  return (
    <p class="tag">
      <b>{day > daysNeeded ? words.dayOnly(count) : words.day(count, needed)}</b>
      {`, ${words.known(format.count(daysKnown), needed, daysKnown <= 1)}`}
    </p>
  );
};

const Missing = ({ view: { missing } }: Pick<Props, "view">) => {
  const { language, say } = useReader();
  return (
    <div class="note">
      <h3>{OBSERVATION_WORDS[language].missing}</h3>
      <ul class="hints">
        {missing.map((it) => (
          <li key={it.en}>
            <Prose text={say(it)} />
          </li>
        ))}
      </ul>
    </div>
  );
};
