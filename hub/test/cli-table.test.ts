import { expect, test } from "vitest";
import { wrapped } from "../src/cli/table.ts";

// Goal: a sentence that is broken at a terminal's edge stays readable, and what is to be copied whole.

const sentences: readonly [what: string, text: string, broken: string][] = [
  ["words", "one two three", "one two\nthree"],
  ["what is to be copied", "type `a b c d e`", "type\n`a b c d e`"],
  ["a French colon and its word", "un deux : trois", "un\ndeux :\ntrois"],
  ["a French question mark and its word", "est-elle là ?", "est-elle\nlà ?"],
  ["a number and its unit", "il y a 120\u00a0lx", "il y a\n120\u00a0lx"],
  ["French quotation marks and what they hold", "la zone « hall » va", "la zone\n« hall »\nva"],
];

test.each(sentences)("%s stay together where a line breaks", (_, text, broken) => {
  expect(wrapped(text, 0, 8)).toBe(broken);
});
