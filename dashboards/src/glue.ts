/** No line of a page begins with a sign that belongs to the line above, nor with a unit. */

/** A space at which no line is broken. */
const GLUE = "\u00a0";

/** French signs stand apart from their word. */
const OPENING = /« /g;
const CLOSING = / (?=[:;?!»])/g;
/** As sentences spell them; a word that only begins like one is none. */
const UNIT = /(\d) (?=(?:h|min|s|ms|lx|W|kWh|€|%|°|m²)(?![\p{L}\d]))/gu;
const MINUTES = /(\d\u00a0h) (?=\d\d)/g;

/** What stands between backquotes is to be copied, and stays as it is. */
export const glued = (text: string): string =>
  text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? part : gluedProse(part)))
    .join("`");

const gluedProse = (text: string): string =>
  text
    .replace(OPENING, `«${GLUE}`)
    .replace(CLOSING, GLUE)
    .replace(UNIT, `$1${GLUE}`)
    .replace(MINUTES, `$1${GLUE}`);

/** All the words of a page, those that are made from figures too. */
export const gluedWords = <Words>(words: Words): Words => gluedIn(words) as Words;

const gluedIn = (words: unknown): unknown => {
  if (typeof words === "string") return glued(words);
  if (Array.isArray(words)) return words.map(gluedIn);
  if (typeof words === "function") {
    return (...figures: readonly unknown[]) => gluedIn(Reflect.apply(words, undefined, figures));
  }
  if (typeof words !== "object" || words === null) return words;
  return Object.fromEntries(Object.entries(words).map(([key, it]) => [key, gluedIn(it)]));
};
