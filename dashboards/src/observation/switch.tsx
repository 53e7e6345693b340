import { useRef, useState } from "preact/hooks";
import type { ProblemView } from "@battant/hub/api/contract";
import type { ObservationView } from "@battant/hub/api/observation";
import { useReader } from "../reader.ts";
import { Fact } from "../screens/fact.tsx";
import { Problem } from "../screens/form.tsx";
import { Prose } from "../screens/prose.tsx";
import { setMode } from "./client.ts";
import { OBSERVATION_WORDS } from "./words.ts";

/** What a person decides about a zone: to act, to go on observing, or to leave its light alone. */

type Props = { readonly view: ObservationView; readonly onSwitched: () => void };

type Mode = ObservationView["mode"];

export const Switch = ({ view, onSwitched }: Props) => {
  const { language } = useReader();
  const words = OBSERVATION_WORDS[language];
  const [problem, setProblem] = useState<ProblemView>();
  const [said, setSaid] = useState("");
  const [isSending, setIsSending] = useState(false);

  const change = async (mode: Mode): Promise<void> => {
    if (isSending) return;
    setIsSending(true);
    setProblem(undefined);
    setSaid("");
    const answer = await setMode(view.zone, { mode });
    setIsSending(false);
    if (!answer.ok) return setProblem(answer.problem);
    setSaid(words.done[mode](view.name));
    return onSwitched();
  };

  return (
    <>
      <div aria-live="polite">{said !== "" && <Fact good>{said}</Fact>}</div>
      <Problem problem={problem} />
      <div class="actions">
        <Choices view={view} change={(mode) => void change(mode)} />
      </div>
    </>
  );
};

type ChoicesProps = {
  readonly view: ObservationView;
  readonly change: (mode: Mode) => void;
};

const Choices = ({ view, change }: ChoicesProps) => {
  const { language } = useReader();
  const words = OBSERVATION_WORDS[language];
  const whose = <span class="unseen">{words.of(view.name)}</span>;
  if (view.mode !== "observe") {
    return (
      <button type="button" class="quiet" onClick={() => change("observe")}>
        {view.mode === "act" ? words.backToObserving : words.observeAgain}
        {whose}
      </button>
    );
  }
  return (
    <>
      {view.missing.length === 0 ? (
        <button type="button" onClick={() => change("act")}>
          {words.act}
          {whose}
        </button>
      ) : (
        <ActEarly view={view} change={change} />
      )}
      <button type="button" class="quiet" onClick={() => change("off")}>
        {words.abandon}
        {whose}
      </button>
    </>
  );
};

/** Something is missing still: says what, and asks. */
const ActEarly = ({ view, change }: ChoicesProps) => {
  const { language, say } = useReader();
  const words = OBSERVATION_WORDS[language];
  const dialog = useRef<HTMLDialogElement>(null);
  const title = `act-${view.zone}`;
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>
        {words.act}
        <span class="unseen">{words.of(view.name)}</span>
      </button>
      <dialog ref={dialog} aria-labelledby={title}>
        <h2 id={title}>{words.actEarly}</h2>
        <ul class="hints">
          {view.missing.map((it) => (
            <li key={it.en}>
              <Prose text={say(it)} />
            </li>
          ))}
        </ul>
        <div class="actions">
          <button
            type="button"
            onClick={() => {
              dialog.current?.close();
              change("act");
            }}
          >
            {words.actAnyway}
          </button>
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            {words.keepObserving}
          </button>
        </div>
      </dialog>
    </>
  );
};
