import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blank } from "./blank.ts";
import { METHODS, STATICS } from "./offers.ts";

/**
 * Which property names a bundle keeps as they were written. Espruino stores a name with each object,
 * in one variable up to four characters and in more beyond, so all others are shortened.
 *
 * Kept are those that somebody else knows: what the interpreter offers; every word of a file that
 * says so, reads or writes JSON, or takes names for data; each word that is a text by itself
 * anywhere, for it may be looked up by that text; and the counters a maker reads at the console.
 */

const FIRMWARE = fileURLToPath(new URL("..", import.meta.url));

/** Everything that can become part of a bundle. */
const SOURCES = "{board,protocol,rules,flash/host/bench}/**/*.ts";

const isTest = (path: string): boolean => /(?:^|\/)(?:test|node_modules)\//.test(path);

/** Says what the interpreter calls its things, or hands things of ours to whoever types there. */
const NATIVE = /^(?:board\/espruino\/(?:globals|loader|self-test|start)\.ts|flash\/host\/bench\/)/;

/** The same, in a line or two beside what uses it. */
const DECLARED = /^declare [^;]*;/gm;

/** A name becomes data, or data a name. */
const OPEN =
  /\bJSON\.|\bObject\.(?:keys|values|entries|assign|fromEntries)\b|\bhasOwnProperty\b|\bfor \((?:const|let) \w+ in /;

const COUNTERS = /\btype \w*Counters = \{([^}]*)\}/g;

/** A text that is one word: a name to look something up by. */
const WORD = /"[A-Za-z_$][\w$]*"/g;

/** And the short words of the language, so that no name becomes one. */
const OTHERS =
  "length prototype message stack buffer byteLength lastIndex as at do get if in let new of set try var".split(
    " ",
  );

const wordsIn = (text: string): readonly string[] => text.match(/[A-Za-z_$][\w$]*/g) ?? [];

/** Nothing of a file that has gone since it was listed: it is in no bundle. */
const read = (path: string): string => {
  try {
    return readFileSync(FIRMWARE + path, "utf8");
  } catch {
    return "";
  }
};

const keptIn = (path: string): readonly string[] => {
  const source = blank(read(path)).uncommented;
  if (NATIVE.test(path) || OPEN.test(source)) return wordsIn(source);
  const counters = [...source.matchAll(COUNTERS)].map((it) => it[1]!);
  const known = [...(source.match(WORD) ?? []), ...(source.match(DECLARED) ?? []), ...counters];
  return wordsIn(known.join(" "));
};

export const keptNames = (): ReadonlySet<string> =>
  new Set([
    ...Object.values(STATICS).flat(),
    ...Object.values(METHODS).flat(),
    ...OTHERS,
    ...globSync(SOURCES, { cwd: FIRMWARE })
      .filter((path) => !isTest(path))
      .flatMap(keptIn),
  ]);
