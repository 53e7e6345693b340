import { useEffect, useState } from "preact/hooks";
import type { ProblemView } from "@battant/hub/api/contract";
import type { Answer } from "./client.ts";

/** What the hub says, asked again and again while somebody looks. */

export type Polled<T> = {
  /** The latest good answer: it stays when a later question fails. */
  readonly value: T | undefined;
  /** Why the latest question failed. */
  readonly problem: ProblemView | undefined;
  /** Asks now. */
  readonly again: () => void;
};

export const usePolled = <T>(read: () => Promise<Answer<T>>, periodMs: number): Polled<T> => {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState<ProblemView>();
  const [round, setRound] = useState(0);

  useEffect(() => {
    let isWanted = true;
    let isAsking = false;
    let waiting: number | undefined;

    const hear = (answer: Answer<T>): void => {
      if (answer.ok) setValue(answer.value);
      setProblem(answer.ok ? undefined : answer.problem);
    };

    const ask = async (): Promise<void> => {
      if (document.hidden || isAsking) return;
      clearTimeout(waiting);
      isAsking = true;
      const answer = await read();
      isAsking = false;
      if (!isWanted) return;
      hear(answer);
      waiting = setTimeout(onTime, periodMs);
    };
    const onTime = (): void => void ask();

    onTime();
    document.addEventListener("visibilitychange", onTime);
    return () => {
      isWanted = false;
      clearTimeout(waiting);
      document.removeEventListener("visibilitychange", onTime);
    };
  }, [read, periodMs, round]);

  return { value, problem, again: () => setRound((it) => it + 1) };
};
