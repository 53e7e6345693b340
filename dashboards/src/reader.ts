import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Sentence } from "@battant/hub/api/contract";
import { createFormat, type Format } from "./format.ts";
import { glued } from "./glue.ts";
import type { Language } from "./language.ts";
import { type Words, WORDS } from "./words.ts";

/** Who reads the page: their language, and numbers and times written their way. */

export type Reader = {
  readonly language: Language;
  readonly words: Words;
  /** In the building's time zone. */
  readonly format: Format;
  /** What the hub says, so that no line begins with a sign or a unit. */
  readonly say: (sentence: Sentence) => string;
};

export const createReader = (language: Language, timeZone?: string): Reader => ({
  language,
  words: WORDS[language],
  format: createFormat(language, timeZone),
  say: (sentence) => glued(sentence[language]),
});

const Context = createContext<Reader>(createReader("fr"));

export const ReaderProvider = Context.Provider;

export const useReader = (): Reader => useContext(Context);
