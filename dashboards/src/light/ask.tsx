import { useState } from "preact/hooks";
import type { ProblemView, SessionView, ZoneView } from "@battant/hub/api/contract";
import { LIGHT_MINUTES, LIGHT_MINUTES_MAX, type LightView } from "@battant/hub/api/light";
import type { Answer } from "../client.ts";
import { useReader } from "../reader.ts";
import { Problem } from "../screens/form.tsx";
import { isAmong } from "../screens/late.tsx";
import { askForLight, handBack } from "./client.ts";
import { ASK_WORDS } from "./words.ts";

/** Who wants light in a zone and for how long; and, with an account, wanting it oneself. */

type Props = { readonly zone: ZoneView; readonly now: number };

/** For everybody. */
export const AskedLight = ({ zone, now }: Props) => {
  const { language, format } = useReader();
  const { override_until: until, override_by: by } = zone;
  if (until === null || by === null || until <= now) return null;
  const words = ASK_WORDS[language];
  return (
    <p class="aside strong">
      {words.asked[by](format.moment(until, now), format.span(until - now))}
    </p>
  );
};

const FIRST_MINUTES = 15;
const MINUTE = 60_000;

type AskProps = Props & { readonly session: SessionView | undefined };

/** A display in the hall asks for nothing. */
export const AskLight = ({ zone, now, session }: AskProps) =>
  isAmong(session, "signed-in") && session?.role !== "display" ? (
    <Asking zone={zone} now={now} hasSign={isAmong(session, "workshop")} />
  ) : null;

type AskingProps = Props & { readonly hasSign: boolean };

const Asking = ({ zone, now, hasSign }: AskingProps) => {
  const words = ASK_WORDS[useReader().language];
  const { override_until: until, override_by: by } = zone;
  const [problem, setProblem] = useState<ProblemView>();
  const [isBusy, setIsBusy] = useState(false);
  const send = async (sending: Promise<Answer<LightView>>): Promise<void> => {
    setIsBusy(true);
    const answer = await sending;
    setIsBusy(false);
    setProblem(answer.ok ? undefined : answer.problem);
  };
  const ask = (minutes: number): void => void send(askForLight(zone.zone, { minutes }));
  const left = until === null ? 0 : Math.max(0, Math.ceil((until - now) / MINUTE));
  const name = zone.name;

  return (
    <div class="ask-light">
      {left === 0 ? (
        <Choice name={name} isBusy={isBusy} onAsk={ask} />
      ) : (
        <Further
          name={name}
          left={left}
          isBusy={isBusy}
          onAsk={ask}
          // What the wall switch gave is the wall's alone.
          onHandBack={by === "page" ? () => void send(handBack(zone.zone)) : undefined}
        />
      )}
      {hasSign && (
        <a href={`/sign/${zone.zone}`}>
          {words.sign}
          <span class="unseen">, {name}</span>
        </a>
      )}
      <Problem problem={problem} />
    </div>
  );
};

type ChoiceProps = {
  readonly name: string;
  readonly isBusy: boolean;
  readonly onAsk: (minutes: number) => void;
};

const Choice = ({ name, isBusy, onAsk }: ChoiceProps) => {
  const words = ASK_WORDS[useReader().language];
  const [minutes, setMinutes] = useState(FIRST_MINUTES);
  const submit = (event: Event): void => {
    event.preventDefault();
    onAsk(minutes);
  };
  return (
    <form onSubmit={submit}>
      <select
        aria-label={`${words.howLong}, ${name}`}
        value={minutes}
        onChange={(event) => setMinutes(Number(event.currentTarget.value))}
      >
        {LIGHT_MINUTES.map((it) => (
          <option key={it} value={it}>
            {words.minutes(it)}
          </option>
        ))}
      </select>
      <button disabled={isBusy}>
        {words.ask}
        <span class="unseen">, {name}</span>
      </button>
    </form>
  );
};

type FurtherProps = ChoiceProps & {
  readonly left: number;
  readonly onHandBack: (() => void) | undefined;
};

const Further = ({ name, left, isBusy, onAsk, onHandBack }: FurtherProps) => {
  const words = ASK_WORDS[useReader().language];
  const total = Math.min(LIGHT_MINUTES_MAX, left + FIRST_MINUTES);
  return (
    <p class="actions">
      {total > left && (
        <button type="button" disabled={isBusy} onClick={() => onAsk(total)}>
          {words.prolong(total - left)}
          <span class="unseen">, {name}</span>
        </button>
      )}
      {onHandBack !== undefined && (
        <button type="button" class="quiet" disabled={isBusy} onClick={onHandBack}>
          {words.handBack}
          <span class="unseen">, {name}</span>
        </button>
      )}
    </p>
  );
};
