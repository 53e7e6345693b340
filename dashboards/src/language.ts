/** Which language to speak: the address's, else the one chosen before, else the browser's. */

export type Language = "fr" | "en";

const KEY = "battant-language";

const isLanguage = (text: string | null | undefined): text is Language =>
  text === "fr" || text === "en";

export const chooseLanguage = (
  asked: string | null,
  stored: string | null,
  accepted: readonly string[],
): Language => {
  if (isLanguage(asked)) return asked;
  if (isLanguage(stored)) return stored;
  return accepted.map((it) => it.slice(0, 2).toLowerCase()).find(isLanguage) ?? "fr";
};

/** Some browsers forbid pages to keep anything: then the choice lasts as long as the page. */
export const storedLanguage = (): string | null => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
};

export const storeLanguage = (language: Language): void => {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Nothing to do: the page speaks the language, and will ask the browser next time.
  }
};
