import { useEffect, useRef } from "preact/hooks";
import type { Progress, WalkStep } from "@battant/cable/walk";
import { useReader } from "../reader.ts";
import { Prose } from "../screens/prose.tsx";
import { Arrived } from "./arrived.tsx";
import { SelfTestList } from "./self-test.tsx";
import { useWalk, type Walking } from "./use-walk.ts";
import { type Failure, STEPS, type WalkState } from "./walk-state.ts";
import { FLASH_WORDS } from "./words.ts";

/** The walk as it goes: which step, how far, what had to be repeated, what the board says of itself. */

type Props = {
  readonly walking: Walking;
  /** Once more, with the same port or another one. */
  readonly onAgain: () => void;
  readonly onBack: () => void;
  readonly onNext: () => void;
};

export const Walk = ({ walking, onAgain, onBack, onNext }: Props) => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  const { state, stop } = useWalk(walking);
  const { end } = state;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);

  return (
    <section class="walk" aria-labelledby="walk">
      <h2 id="walk" ref={title} tabIndex={-1}>
        {words.walkTitle(walking.kind.model)}
      </h2>
      {end?.kind === "arrived" && (
        <Arrived walked={end.walked} flat={walking.request.flat} onNext={onNext} />
      )}
      <About state={state} />
      <Steps state={state} hasReading={walking.kind.sensors.length > 0} />
      {end === undefined && state.step === "write" && state.progress !== undefined && (
        <Writing progress={state.progress} />
      )}
      <div role="alert">
        {end?.kind === "failed" && <FailureNote title={words.trouble} failure={end.failure} />}
        {end === undefined && state.needsPress && <p class="note">{words.pressEn}</p>}
      </div>
      <Actions state={state} onStop={stop} onAgain={onAgain} onBack={onBack} />
      {state.warnings.map((it) => (
        <FailureNote key={it.detail} title={words.warning} failure={it} />
      ))}
      {state.selfTest !== undefined && <SelfTestList result={state.selfTest} />}
      <Retries state={state} />
    </section>
  );
};

const About = ({ state: { chip, board } }: { readonly state: WalkState }) => {
  const { language, format } = useReader();
  const words = FLASH_WORDS[language];
  return (
    <p class="aside">
      {chip !== undefined && words.chip(chip.name, chip.mac)}
      {chip !== undefined && `, ${words.flashSize(format.count(chip.flashSize / 2 ** 20))}. `}
      {board !== undefined && (board.isKnown ? words.boardKnown : words.board)(board.name)}
    </p>
  );
};

type StepsProps = { readonly state: WalkState; readonly hasReading: boolean };

const Steps = ({ state, hasReading }: StepsProps) => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  const steps = STEPS.filter((it) => it !== "reading" || hasReading);
  return (
    <>
      <ol class="steps" aria-label={words.steps}>
        {steps.map((step) => {
          const word = stepWord(state, step);
          return (
            <li key={step} class={word} {...(word === "now" ? { "aria-current": "step" } : {})}>
              <span>{words.step[step]}</span> <span class="aside">{words.stepStates[word]}</span>
            </li>
          );
        })}
      </ol>
      <p class="unseen" aria-live="polite">
        {state.end === undefined ? words.step[state.step] : ""}
      </p>
    </>
  );
};

const stepWord = (state: WalkState, step: WalkStep): "done" | "now" | "failed" | "later" => {
  if (state.end?.kind === "arrived") return "done";
  const [at, here] = [STEPS.indexOf(step), STEPS.indexOf(state.step)];
  if (at !== here) return at < here ? "done" : "later";
  return state.end === undefined ? "now" : "failed";
};

const Writing = ({ progress }: { readonly progress: Progress }) => {
  const { language, format } = useReader();
  const words = FLASH_WORDS[language];
  const { region, written, total, bytesPerSecond } = progress;
  const left = bytesPerSecond > 0 ? ((total - written) / bytesPerSecond) * 1000 : undefined;
  return (
    <>
      <progress max={total} value={written} aria-label={words.writing} />
      <p class="writing">
        <b>{words.progress(format.percent(written / total), words.region[region])}</b>
        {left !== undefined && (
          <span class="aside">
            {format.rate(bytesPerSecond)}, {words.remaining(format.took(left))}
          </span>
        )}
      </p>
      <p class="aside">{words.keepOpen}</p>
    </>
  );
};

type ActionsProps = Pick<Props, "onAgain" | "onBack"> & {
  readonly state: WalkState;
  readonly onStop: () => void;
};

const Actions = ({ state, onStop, onAgain, onBack }: ActionsProps) => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  if (state.end?.kind === "arrived") return null;
  if (state.end === undefined) {
    return (
      <div class="actions">
        {state.step !== "confirm" && (
          <button type="button" class="quiet" onClick={onStop}>
            {words.stop}
          </button>
        )}
        {state.step === "write" && <span class="aside">{words.stopMeans}</span>}
      </div>
    );
  }
  return (
    <div class="actions">
      <button type="button" onClick={onAgain}>
        {words.again}
      </button>
      <button type="button" class="quiet" onClick={onBack}>
        {words.back}
      </button>
    </div>
  );
};

type FailureProps = { readonly title: string; readonly failure: Failure };

const FailureNote = ({ title, failure: { cause, remedy, detail } }: FailureProps) => {
  const { language, say } = useReader();
  return (
    <div class="failure">
      <h3>{title}</h3>
      <p>
        <b>{say(cause)}</b>
      </p>
      <p>
        <Prose text={say(remedy)} />
      </p>
      {detail !== "" && (
        <p class="aside">
          {FLASH_WORDS[language].detail} <span lang="en">{detail}</span>
        </p>
      )}
    </div>
  );
};

const Retries = ({ state: { retries } }: { readonly state: WalkState }) => {
  const { language, format } = useReader();
  const words = FLASH_WORDS[language];
  if (retries.length === 0) return null;
  return (
    <>
      <h3>{words.retries(format.count(retries.length))}</h3>
      <ul class="rows">
        {retries.map(({ region, reason }, index) => (
          <li key={index}>
            {words.retry(words.region[region])}
            <span class="aside" lang="en">
              {reason}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
};
