import { useEffect, useRef, useState } from "preact/hooks";
import type { CalibrationView } from "@battant/hub/api/calibration";
import type { ProblemView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { Fact } from "../screens/fact.tsx";
import { Problem } from "../screens/form.tsx";
import { DayStep } from "./day.tsx";
import { Finish } from "./finish.tsx";
import { NightStep } from "./night.tsx";
import { Placement } from "./placement.tsx";
import { SensorNow } from "./sensor-now.tsx";
import { type Tools, useTools } from "./tools.ts";
import { WriteStep } from "./write.tsx";

/** Five steps. What was measured is in the hub: whoever leaves and comes back goes on where they were. */

type Props = {
  readonly view: CalibrationView;
  readonly again: () => void;
  /** The hub did not answer the latest question. */
  readonly lost: ProblemView | undefined;
};

export const Wizard = ({ view: polled, again, lost }: Props) => {
  const { say } = useReader();
  const { tools, problem, said, clear } = useTools(polled, again);
  const [step, setStep] = useState(() => firstStep(polled));
  const heading = useRef<HTMLHeadingElement>(null);
  const { view, words, format } = tools;

  const go = (to: number): void => {
    clear();
    setStep(to);
    history.replaceState(null, "", `#${to + 1}`);
  };
  useFocusOnChange(heading, step);

  return (
    <>
      <h1>{words.titleOf(view.name)}</h1>
      <p class="note">
        <strong>{words.nextThing}</strong> {say(view.next)}
      </p>
      {view.session !== null && (
        <p class="aside">{words.busy(view.session.who, format.clock(view.session.until))}</p>
      )}
      <Alarms tools={tools} />
      <Steps tools={tools} step={step} go={go} />
      <h2 ref={heading} tabIndex={-1}>
        <span class="unseen">
          {words.stepOf(format.count(step + 1), format.count(words.steps.length))}
        </span>
        {[words.place, words.day, words.night, words.write, words.sheet][step]}
      </h2>
      {lost !== undefined && <Fact good={false}>{say(lost.message)}</Fact>}
      {step < 3 && <SensorNow tools={tools} />}
      <Problem problem={problem} />
      <div aria-live="polite">{said !== "" && <Fact good>{said}</Fact>}</div>
      <Step tools={tools} step={step} />
      <Ways tools={tools} step={step} go={go} />
    </>
  );
};

const firstStep = (view: CalibrationView): number => {
  const asked = Number(location.hash.slice(1));
  if (asked >= 1 && asked <= 5) return asked - 1;
  if (view.points.length === 0) return 0;
  if (view.contribution?.isEnough !== true) return 2;
  return view.file.isWritten ? 4 : 3;
};

/** Who goes to another step reads on there; the first one is read from the top. */
const useFocusOnChange = (heading: { readonly current: HTMLElement | null }, step: number) => {
  const before = useRef(step);
  useEffect(() => {
    if (before.current !== step) heading.current?.focus();
    before.current = step;
  }, [step]);
};

type StepProps = { readonly tools: Tools; readonly step: number };
type GoProps = StepProps & { readonly go: (to: number) => void };

const Step = ({ tools, step }: StepProps) => (
  <>
    {step === 0 && <Placement tools={tools} />}
    {step === 1 && <DayStep tools={tools} />}
    {step === 2 && <NightStep tools={tools} />}
    {step === 3 && <WriteStep tools={tools} />}
    {step === 4 && <Finish tools={tools} />}
  </>
);

const Steps = ({ tools: { words, view }, step, go }: GoProps) => {
  const done = [
    view.points.length > 0,
    view.points.length > 0,
    view.contribution?.isEnough === true,
    view.file.isWritten,
    false,
  ];
  return (
    <nav aria-label={words.stepsName}>
      <ol class="stepper">
        {words.steps.map((name, index) => (
          <li key={name}>
            <button
              type="button"
              class={`quiet ${done[index] === true ? "done" : ""}`}
              aria-current={index === step ? "step" : undefined}
              onClick={() => go(index)}
            >
              <b>{index + 1}</b> {name}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
};

const Ways = ({ tools: { words }, step, go }: GoProps) => (
  <div class="actions between">
    {step > 0 && (
      <button type="button" class="quiet" onClick={() => go(step - 1)}>
        {words.back}
      </button>
    )}
    {step < words.steps.length - 1 && (
      <button type="button" class={step === 0 ? "" : "quiet"} onClick={() => go(step + 1)}>
        {step === 0 ? words.placed : words.onward}
      </button>
    )}
  </div>
);

const Alarms = ({ tools: { words, view } }: { readonly tools: Tools }) => {
  const { say } = useReader();
  if (view.alarms.length === 0) return null;
  return (
    <section aria-label={words.alarms}>
      {view.alarms.map((it) => (
        <Fact key={it.kind} good={false}>
          {say(it.about)} {say(it.todo)}
        </Fact>
      ))}
    </section>
  );
};
