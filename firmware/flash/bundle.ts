import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildFailure, type Message, type PartialMessage, type Plugin } from "esbuild";
import { violationsIn } from "./guard.ts";

/**
 * Bundles the board program into one file that Espruino runs, or says which source line it cannot
 * run: `node firmware/flash/bundle.ts [OUTPUT]`, by default `firmware/dist/board.js`.
 */

const BOARD = fileURLToPath(new URL("../board/main.ts", import.meta.url));
const OUTPUT = fileURLToPath(new URL("../dist/board.js", import.meta.url));

export type Bundle =
  | { readonly ok: true; readonly code: string; readonly modules: number }
  | { readonly ok: false; readonly problems: readonly string[] };

const lineAt = (source: string, at: number): { line: number; column: number; text: string } => {
  const before = source.slice(0, at).split("\n");
  const line = before.length;
  return {
    line,
    column: before[line - 1]!.length,
    text: source.split("\n")[line - 1]!,
  };
};

/** Looks at each source as it was written, so that the line it names is the line to mend. */
const guard: Plugin = {
  name: "espruino",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const errors = violationsIn(source).map(({ at, problem }): PartialMessage => {
        const { line, column, text } = lineAt(source, at);
        return { text: problem, location: { file: path, line, column, lineText: text } };
      });
      return errors.length > 0 ? { errors } : { contents: source, loader: "ts" };
    });
  },
};

const asLine = ({ text, location }: Message): string =>
  location === null
    ? text
    : `${relative(process.cwd(), location.file)}:${location.line}:${location.column + 1}: ${text}`;

/** Of ES5 and later, what the interpreter was seen to run; esbuild refuses or rewrites the rest. */
const RUNS = { arrow: true, "const-and-let": true, "object-extensions": true };

/** `entry` exports `startBoard`; so does the bundle. */
export const bundle = async (entry: string): Promise<Bundle> => {
  try {
    const result = await build({
      stdin: {
        // Assigned by hand, because what esbuild generates for exports needs more than Espruino has.
        contents: `import { startBoard } from ${JSON.stringify(entry)};\nexports.startBoard = startBoard;\n`,
        resolveDir: dirname(entry),
        loader: "js",
      },
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      format: "cjs",
      platform: "neutral",
      target: "es5",
      supported: RUNS,
      charset: "ascii",
      legalComments: "none",
      logLevel: "silent",
      plugins: [guard],
    });
    const code = result.outputFiles[0]!.text;
    return { ok: true, code, modules: Object.keys(result.metafile.inputs).length - 1 };
  } catch (failure) {
    return { ok: false, problems: (failure as BuildFailure).errors.map(asLine) };
  }
};

const main = async (output: string): Promise<void> => {
  const result = await bundle(BOARD);
  if (!result.ok) {
    process.stderr.write("The board program cannot run on Espruino:\n");
    for (const problem of result.problems) process.stderr.write(`  ${problem}\n`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, result.code);
  const file = relative(process.cwd(), output);
  process.stdout.write(`${file}: ${result.code.length} bytes from ${result.modules} modules\n`);
};

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(resolve(process.argv[2] ?? OUTPUT));
}
