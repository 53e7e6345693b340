import { useEffect, useId, useState } from "preact/hooks";
import type { WhyView, ZoneView } from "@battant/hub/api/contract";
import { type Answer, readWhy } from "../client.ts";
import { useReader } from "../reader.ts";
import { Failure } from "./decisions.tsx";
import { fieldOf } from "./form.tsx";

/** Why the light is as it is, and what comes next; or why it was so at a time that somebody asks about. */

type Props = { readonly zone: ZoneView };

const NOW = "";

export const Why = ({ zone }: Props) => {
  const { words } = useReader();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="ask" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        {words.why}
        <span class="unseen"> {zone.name}</span>
      </summary>
      {isOpen && <Panel zone={zone} />}
    </details>
  );
};

const Panel = ({ zone }: Props) => {
  const { words, say } = useReader();
  /** By the building's clock, as the field writes it. */
  const [asked, setAsked] = useState(NOW);
  const [answer, setAnswer] = useState<Answer<readonly WhyView[]>>();
  const [attempt, setAttempt] = useState(0);
  // What holds now changes with the building; what held once does not.
  const news = asked === NOW ? zone.why.fr : "";

  useEffect(() => {
    let isWanted = true;
    void readWhy(zone.zone, asked).then((it) => isWanted && setAnswer(it));
    return () => {
      isWanted = false;
    };
  }, [asked, attempt, zone.zone, news]);

  return (
    <>
      <div aria-live="polite">
        {answer === undefined && <p>{words.loading}</p>}
        {answer?.ok === true && answer.value.map((it) => <p key={it.at}>{say(it.why)}</p>)}
        {answer?.ok === false && (
          <Failure answer={answer} onRetry={() => setAttempt((it) => it + 1)} />
        )}
      </div>
      <Moment onAsk={setAsked} />
      {asked !== NOW && (
        <button type="button" class="quiet" onClick={() => setAsked(NOW)}>
          {words.whyNow}
        </button>
      )}
    </>
  );
};

const Moment = ({ onAsk }: { readonly onAsk: (moment: string) => void }) => {
  const { words } = useReader();
  const id = useId();
  const onSubmit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault();
    onAsk(fieldOf(new FormData(event.currentTarget), "at"));
  };
  return (
    <form class="field" onSubmit={onSubmit}>
      <label for={id}>{words.whyAt}</label>
      <div>
        <input id={id} name="at" type="datetime-local" required />
        <button type="submit">{words.whyAsk}</button>
      </div>
    </form>
  );
};
