import { HubRefusal } from "@battant/cable/hub-client";
import { Trouble } from "@battant/cable/trouble";
import { wordsOf } from "@battant/cable/trouble-words";
import type { Language } from "../../domain/sentence.ts";
import { EXIT, type ExitCode, type Io, json, languageOf } from "../io.ts";
import { printable, wrapped } from "../table.ts";

/** A trouble as people read it: why, what to do, and below what was seen. */
export const troubleText = (trouble: Trouble, language: Language): string => {
  const { cause, remedy } = wordsOf(trouble);
  // What the hub said of it stands above.
  const detail = trouble instanceof HubRefusal ? trouble.code : trouble.detail;
  return (
    `${wrapped(cause[language], 0)}\n` +
    `→ ${wrapped(remedy[language], 2)}\n` +
    `  (${wrapped(printable(detail), 3)})\n`
  );
};

export const troubleJson = (trouble: Trouble): string => {
  const { cause, remedy } = wordsOf(trouble);
  return json({ trouble: trouble.kind, detail: trouble.detail, cause, remedy });
};

export type Telling = { readonly io: Io; readonly asJson: boolean };

/** What `action` answers, or in words what was in its way. */
export const orTrouble = async (
  action: () => Promise<ExitCode>,
  { io, asJson }: Telling,
): Promise<ExitCode> => {
  try {
    return await action();
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    await (asJson ? io.out(troubleJson(problem)) : io.err(troubleText(problem, languageOf(io))));
    return EXIT.problems;
  }
};
