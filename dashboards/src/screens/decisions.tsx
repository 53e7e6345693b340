import { useEffect, useState } from "preact/hooks";
import type { DecisionView, ZoneView } from "@battant/hub/api/contract";
import { type Answer, readDecisions } from "../client.ts";
import { useReader } from "../reader.ts";
import { LightIcon } from "./icons.tsx";

/** What was decided lately for a zone; read when somebody asks, and again at each new decision. */

type Props = { readonly zone: ZoneView; readonly now: number };

export const Decisions = ({ zone, now }: Props) => {
  const { words } = useReader();
  const [isOpen, setIsOpen] = useState(false);
  const [answer, setAnswer] = useState<Answer<readonly DecisionView[]>>();
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (!isOpen) return undefined;
    let isWanted = true;
    void readDecisions(zone.zone).then((it) => isWanted && setAnswer(it));
    return () => {
      isWanted = false;
    };
  }, [isOpen, attempt, zone.zone, zone.since, zone.because]);

  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        {words.decisions}
        <span class="unseen">, {zone.name}</span>
      </summary>
      {answer === undefined && <p>{words.loading}</p>}
      {answer?.ok === true && <List decisions={answer.value} now={now} />}
      {answer?.ok === false && (
        <Failure answer={answer} onRetry={() => setAttempt((it) => it + 1)} />
      )}
    </details>
  );
};

const List = ({
  decisions,
  now,
}: {
  readonly decisions: readonly DecisionView[];
  readonly now: number;
}) => {
  const { words, format, say } = useReader();
  if (decisions.length === 0) return <p>{words.noDecisions}</p>;
  return (
    <ol class="decisions">
      {decisions.map((it) => (
        <li key={`${it.at} ${it.because}`} class={it.decision}>
          <time dateTime={new Date(it.at).toISOString()}>{format.moment(it.at, now)}</time>
          <LightIcon light={it.decision === "inhibit" ? "inhibited" : "off"} />
          <span>{say(it.why)}</span>
        </li>
      ))}
    </ol>
  );
};

type FailureProps = {
  readonly answer: Extract<Answer<unknown>, { readonly ok: false }>;
  readonly onRetry: () => void;
};

export const Failure = ({ answer, onRetry }: FailureProps) => {
  const { words, say } = useReader();
  return (
    <p>
      {say(answer.problem.message)}{" "}
      <button type="button" class="quiet" onClick={onRetry}>
        {words.retry}
      </button>
    </p>
  );
};
