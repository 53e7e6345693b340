import { HubRefusal } from "@battant/cable/hub-client";
import type { Trouble } from "@battant/cable/trouble";
import { wordsOf } from "@battant/cable/trouble-words";
import type { Language } from "../../domain/sentence.ts";
import { json } from "../io.ts";
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
