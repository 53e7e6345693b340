import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  build,
  type BuildFailure,
  type BuildOptions,
  type Message,
  type PartialMessage,
  type Plugin,
} from "esbuild";
import { awakeNames } from "./awake.ts";
import { violationsIn } from "./guard.ts";
import { makeLazy } from "./lazy.ts";
import { keptNames } from "./names.ts";
import { type Shrunk, shrink, withClosedReturns } from "./shrink.ts";

/**
 * Bundles TypeScript into one text that Espruino runs, or says which source line it cannot run.
 *
 * What it makes fits a board: names are shortened, and functions used once go where they are used.
 */

export type Entry = {
  /** What the bundle does, as JavaScript that imports by absolute path. */
  readonly source: string;
  /** The first line: what this is, for whoever finds it in a flash. */
  readonly title: string;
  /** Leaves no name behind. A program stays, and stands at the top, where a function costs least. */
  readonly passing?: true;
  /** What it seldom needs sleeps in flash (lazy.ts): it is evaluated from a file that it can read. */
  readonly asleep?: true;
};

export type Bundle =
  | { readonly ok: true; readonly code: string; readonly modules: number }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Sources are named from here. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

type Place = { readonly line: number; readonly column: number; readonly text: string };

const placeOf = (text: string, at: number): Place => {
  const before = text.slice(0, at).split("\n");
  const line = before.length;
  return { line, column: before[line - 1]!.length, text: text.split("\n")[line - 1]! };
};

/** Looks at each source as it was written, so that the line it names is the line to mend. */
const guard: Plugin = {
  name: "espruino",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const errors = violationsIn(source).map(({ at, problem }): PartialMessage => {
        const { line, column, text } = placeOf(source, at);
        return { text: problem, location: { file: path, line, column, lineText: text } };
      });
      return errors.length > 0 ? { errors } : { contents: source, loader: "ts" };
    });
  },
};

const named = (file: string, line: number, column: number): string =>
  `${relative(ROOT, resolve(ROOT, file))}:${line}:${column}`;

const escaped = (name: string): string => name.replaceAll("$", "\\$");

const asLine = ({ text, location }: Message): string =>
  location === null ? text : `${named(location.file, location.line, location.column + 1)}: ${text}`;

/** Of ES5 and later, what the interpreter was seen to run; esbuild refuses or rewrites the rest. */
const RUNS = { arrow: true, "const-and-let": true };

/** What the interpreter brings along. */
const MODULES = ["Storage", "TelnetServer", "Wifi", "crypto", "fs", "net", "tls"];

const options = (source: string): BuildOptions => ({
  stdin: { contents: source, resolveDir: ROOT, sourcefile: "entry.js", loader: "js" },
  absWorkingDir: ROOT,
  outfile: "bundle.js",
  bundle: true,
  write: false,
  metafile: true,
  sourcemap: "external",
  minifySyntax: true,
  mangleProps: /^[A-Za-z_$]/,
  reserveProps: new RegExp(`^(?:${[...keptNames()].map(escaped).join("|")})$`),
  // With "iife", esbuild would wrap `require` in a helper that Espruino cannot run.
  format: "cjs",
  platform: "neutral",
  external: MODULES,
  target: "es5",
  supported: RUNS,
  charset: "ascii",
  legalComments: "none",
  logLevel: "silent",
  plugins: [guard],
});

type Origin = (place: Place) => string;

/** Back through both maps, from the bundle to the source. */
const originIn = (maps: readonly string[]): Origin => {
  const [last, first] = maps.map((map) => new SourceMap(JSON.parse(map))) as [SourceMap, SourceMap];
  return ({ line, column }) => {
    const middle = last.findEntry(line - 1, column);
    if (!("originalLine" in middle)) return `bundle:${line}:${column + 1}`;
    const entry = first.findEntry(middle.originalLine, middle.originalColumn);
    if (!("originalLine" in entry)) return `bundle:${line}:${column + 1}`;
    return named(entry.originalSource, entry.originalLine + 1, entry.originalColumn + 1);
  };
};

/** The tools write what nobody wrote; that is looked at too, and told by the source it came from. */
const violationsOf = ({ code, map }: Shrunk, first: string): readonly string[] => {
  const violations = violationsIn(code);
  if (violations.length === 0) return [];
  const origin = originIn([map, first]);
  return violations.map(({ at, problem }) => {
    const written = JSON.stringify(code.slice(at, at + 20));
    return `${origin(placeOf(code, at))}: ${problem}; the bundle has ${written}`;
  });
};

export const bundle = async (entry: Entry): Promise<Bundle> => {
  const { source, title, passing, asleep } = entry;
  try {
    const { outputFiles, metafile } = await build(options(source));
    const [map, code] = outputFiles!.map((it) => it.text) as [string, string];
    const shrunk = await shrink(code);
    const problems = violationsOf(shrunk, map);
    if (problems.length > 0) return { ok: false, problems };
    const modules = Object.keys(metafile!.inputs).length - 1;
    const body = withClosedReturns(shrunk.code);
    const text = `//${title}\n${passing === undefined ? body : `(()=>{${body}})()`}\n`;
    if (asleep === undefined) return { ok: true, code: text, modules };
    const awake = awakeNames({ code: shrunk.code, maps: [shrunk.map, map] }, ROOT);
    return { ok: true, code: makeLazy(text, (name) => awake.has(name)), modules };
  } catch (failure) {
    if (!(failure instanceof Error) || !("errors" in failure)) throw failure;
    return { ok: false, problems: (failure as BuildFailure).errors.map(asLine) };
  }
};
