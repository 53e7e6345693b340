import { useEffect, useMemo, useState } from "preact/hooks";
import type { CalibrationView } from "@battant/hub/api/calibration";
import type { ProblemView } from "@battant/hub/api/contract";
import { createFormat, type Format } from "../format.ts";
import { useReader } from "../reader.ts";
import type { Calibrated } from "./client.ts";
import { CALIBRATION_WORDS, type CalibrationWords } from "./words.ts";

/** What every step of the wizard needs. */

export type Tools = {
  readonly view: CalibrationView;
  readonly words: CalibrationWords;
  /** In the building's time zone. */
  readonly format: Format;
  /** `1,6`, `0,333` */
  readonly factor: (value: number) => string;
  readonly act: (action: Calibrated, done: string) => Promise<boolean>;
  readonly isBusy: boolean;
};

export const useTools = (polled: CalibrationView, again: () => void) => {
  const { language } = useReader();
  // What an action answers is shown at once, until the hub is asked again.
  const [answered, setAnswered] = useState<CalibrationView>();
  useEffect(() => setAnswered(undefined), [polled]);
  const view = answered ?? polled;
  const format = useMemo(() => createFormat(language, view.timezone), [language, view.timezone]);
  const factor = useMemo(() => {
    const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
    return (value: number): string => numbers.format(value);
  }, [language]);
  const [problem, setProblem] = useState<ProblemView>();
  const [said, setSaid] = useState("");
  const [isBusy, setIsBusy] = useState(false);

  const act = async (action: Calibrated, done: string): Promise<boolean> => {
    setIsBusy(true);
    setSaid("");
    const answer = await action;
    setIsBusy(false);
    setProblem(answer.ok ? undefined : answer.problem);
    if (answer.ok) {
      setAnswered(answer.value);
      setSaid(done);
    } else again();
    return answer.ok;
  };
  const words = CALIBRATION_WORDS[language];
  const tools: Tools = { view, words, format, factor, act, isBusy };
  const clear = (): void => {
    setProblem(undefined);
    setSaid("");
  };
  return { tools, problem, said, clear };
};
