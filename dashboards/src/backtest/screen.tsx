import { useEffect, useRef, useState } from "preact/hooks";
import type { BacktestFactsView, BacktestRequest, BacktestView } from "@battant/hub/api/backtest";
import type { BuildingView, ProblemView } from "@battant/hub/api/contract";
import { readBuilding } from "../client.ts";
import { usePolled } from "../polled.ts";
import { useReader } from "../reader.ts";
import { useTitle } from "../title.ts";
import { Fact } from "../screens/fact.tsx";
import { Problem } from "../screens/form.tsx";
import { readFacts, readProgress, tryOut } from "./client.ts";
import { type Draft, FIRST_DRAFT, requestOf } from "./draft.ts";
import { TrialForm } from "./form.tsx";
import { Result } from "./result.tsx";
import { createWallClock } from "./wall-clock.ts";
import { BACKTEST_WORDS } from "./words.ts";

/** « Essayer sur le passé »: a zone, a time and other settings; then what they would have done. */

const PERIOD_MS = 60_000;

export const Screen = () => {
  const { words: common, say, language } = useReader();
  const words = BACKTEST_WORDS[language];
  const { value: building, problem } = usePolled(readBuilding, PERIOD_MS);

  useTitle(words.title);

  return (
    <div class="workshop backtest">
      <h1>{words.title}</h1>
      <p class="aside">{words.about}</p>
      {building === undefined && problem !== undefined && (
        <Fact good={false}>{say(problem.message)}</Fact>
      )}
      {building === undefined && problem === undefined && <p>{common.loading}</p>}
      {building?.zones.length === 0 && <p>{common.noZones}</p>}
      {building !== undefined && building.zones.length > 0 && <Desk building={building} />}
    </div>
  );
};

/** A zone that another page named, or the first. */
const firstZone = ({ zones }: BuildingView): string => {
  const asked = new URL(location.href).searchParams.get("zone");
  return (zones.find((it) => it.zone === asked) ?? zones[0])?.zone ?? "";
};

const Desk = ({ building }: { readonly building: BuildingView }) => {
  const { language } = useReader();
  const words = BACKTEST_WORDS[language];
  const [zone, setZone] = useState(firstZone(building));
  const [draft, setDraft] = useState<Draft>(FIRST_DRAFT);
  const { facts, problem: factsProblem } = useFacts(zone);
  const work = useWork();
  const result = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (work.view !== undefined) result.current?.focus();
  }, [work.view]);

  const run = (): void => {
    const clock = createWallClock(building.timezone);
    const request = requestOf(draft, building.now, clock);
    if (request === undefined) work.refuse(NO_DAY);
    else void work.run(zone, request);
  };
  const choose = (next: string): void => {
    setZone(next);
    work.clear();
  };
  return (
    <>
      {work.isRunning ? (
        <Running onStop={work.stop} />
      ) : (
        <TrialForm
          zones={building.zones}
          zone={zone}
          facts={facts}
          draft={draft}
          onZone={choose}
          onDraft={setDraft}
          onRun={run}
        />
      )}
      <Problem problem={work.problem ?? factsProblem} />
      <p class="unseen" aria-live="polite">
        {work.wasStopped && words.stopped}
        {work.view !== undefined && words.done}
      </p>
      {work.view !== undefined && (
        <Result view={work.view} timezone={building.timezone} title={result} />
      )}
    </>
  );
};

const NO_DAY: ProblemView = {
  code: "no-day",
  message: { fr: BACKTEST_WORDS.fr.noDay, en: BACKTEST_WORDS.en.noDay },
};

const useFacts = (zone: string) => {
  const [facts, setFacts] = useState<BacktestFactsView>();
  const [problem, setProblem] = useState<ProblemView>();
  useEffect(() => {
    let isWanted = true;
    setFacts(undefined);
    setProblem(undefined);
    void readFacts(zone).then((answer) => {
      if (!isWanted) return;
      if (answer.ok) setFacts(answer.value);
      else setProblem(answer.problem);
    });
    return () => {
      isWanted = false;
    };
  }, [zone]);
  return { facts, problem };
};

/** One trial at a time; leaving the page ends it in the hub too. */
const useWork = () => {
  const [view, setView] = useState<BacktestView>();
  const [problem, setProblem] = useState<ProblemView>();
  const [running, setRunning] = useState<AbortController>();
  const [wasStopped, setWasStopped] = useState(false);

  const clear = (): void => {
    setView(undefined);
    setProblem(undefined);
    setWasStopped(false);
  };
  const run = async (zone: string, request: BacktestRequest): Promise<void> => {
    const mine = new AbortController();
    clear();
    setRunning(mine);
    const answer = await tryOut(zone, request, mine.signal);
    setRunning(undefined);
    if (mine.signal.aborted) setWasStopped(true);
    else if (answer.ok) setView(answer.value);
    else setProblem(answer.problem);
  };
  return {
    view,
    problem,
    wasStopped,
    isRunning: running !== undefined,
    run,
    stop: () => running?.abort(),
    clear,
    refuse: (it: ProblemView) => {
      clear();
      setProblem(it);
    },
  };
};

const PROGRESS_MS = 500;

const Running = ({ onStop }: { readonly onStop: () => void }) => {
  const { language, format } = useReader();
  const words = BACKTEST_WORDS[language];
  const { value } = usePolled(readProgress, PROGRESS_MS);
  const stop = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone.
  useEffect(() => stop.current?.focus(), []);
  const done = value?.done ?? 0;
  return (
    <section class="running">
      <p id="running">
        {words.running} {format.percent(done)}
      </p>
      <progress value={done} max={1} aria-labelledby="running" />
      <p class="actions">
        <button type="button" ref={stop} onClick={onStop}>
          {words.stop}
        </button>
      </p>
    </section>
  );
};
