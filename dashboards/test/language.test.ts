import { expect, test } from "vitest";
import { chooseLanguage, type Language } from "../src/language.ts";
import { BOARD_WORDS } from "../src/boards/words.ts";
import { FLASH_WORDS } from "../src/flash/words.ts";
import { WORDS } from "../src/words.ts";

// Goal: everybody reads their language, and the two say the same things.

type Row = [asked: string | null, stored: string | null, accepted: string[], chosen: Language];

const rows: readonly Row[] = [
  ["en", "fr", ["fr-FR"], "en"],
  [null, "en", ["fr-FR"], "en"],
  [null, null, ["fr-FR", "en"], "fr"],
  [null, null, ["en-US", "fr"], "en"],
  [null, null, ["de-DE", "en-GB", "fr"], "en"],
  [null, null, ["de-DE"], "fr"],
  [null, null, [], "fr"],
  ["de", "it", ["EN-gb"], "en"],
];

test.each(rows)("asked %j, stored %j, browser %j: %s", (asked, stored, accepted, chosen) => {
  expect(chooseLanguage(asked, stored, accepted)).toBe(chosen);
});

/** Every text of a dictionary, those made by functions included, by its path. */
const texts = (words: object, path = ""): [string, string][] =>
  Object.entries(words).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const here = `${path}/${key}`;
    if (typeof value === "function") return [[here, String(value("<1>", 2))]];
    if (typeof value === "object" && value !== null) return texts(value, here);
    return [[here, String(value)]];
  });

const dictionaries = [
  ["every page", WORDS],
  ["boards", BOARD_WORDS],
  ["flashing", FLASH_WORDS],
] as const;

test.each(dictionaries)(
  "%s: English has every text that French has, and none is empty",
  (_, { fr, en }) => {
    const french = texts(fr);
    const english = texts(en);
    expect(english.map(([path]) => path)).toEqual(french.map(([path]) => path));
    expect([...french, ...english].filter(([, text]) => text.trim() === "")).toEqual([]);
  },
);

test.each(dictionaries)(
  "%s: what is put into a sentence shows in both languages",
  (_, { fr, en }) => {
    const holes = (words: object) =>
      texts(words)
        .filter(([, text]) => text.includes("<1>"))
        .map(([path]) => path);
    expect(holes(en)).toEqual(holes(fr));
    expect(holes(fr).length).toBeGreaterThan(5);
  },
);

test("French counts one lamp and several as French does", () => {
  expect(WORDS.fr.summary.on("1", 1)).toBe("1 allumée");
  expect(WORDS.fr.summary.on("0", 0)).toBe("0 allumée");
  expect(WORDS.fr.summary.on("3", 3)).toBe("3 allumées");
});
