// Builds the pages into dist/: script and style with a hash of their content in their name, each also
// compressed, so that the hub only has to send files. Runs at the end of `npm install`.
//
//   node dashboards/build.mjs [folder]
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join, relative, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = import.meta.dirname;
const target = resolve(process.argv[2] ?? join(here, "dist"));

/** What a visitor on a slow link must load to see the page: page, script and style, gzipped. */
const BUDGET_BYTES = 40_000;

/** Loaded when somebody opens them. */
const SCREENS = {
  boards: "src/boards/screen.tsx",
  flash: "src/flash/screen.tsx",
  sign: "src/sign/screen.tsx",
  observation: "src/observation/screen.tsx",
  calibration: "src/calibration/screen.tsx",
  backtest: "src/backtest/screen.tsx",
  sheet: "src/sheet/screen.tsx",
};

/** What most visitors never need is in chunks of its own, loaded by whoever opens these screens. */
const { outputFiles, metafile } = await build({
  entryPoints: { app: join(here, "src/main.tsx"), style: join(here, "src/style.css") },
  absWorkingDir: here,
  outdir: join(here, "dist"),
  entryNames: "assets/[name]-[hash]",
  chunkNames: "assets/[name]-[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  write: false,
  metafile: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
const built = new Map(
  outputFiles.map((it) => [relative(join(here, "dist"), it.path), Buffer.from(it.contents)]),
);

/** By the name of the built file: what it came from and what it imports. */
const outputs = new Map(
  Object.entries(metafile.outputs).map(([path, output]) => [relative("dist", path), output]),
);

const builtFrom = (source) =>
  [...outputs].find(([, { entryPoint }]) => entryPoint === source)?.[0] ??
  fail(`Nothing was built from ${source}.`);

/** A built script and all that comes with it, without being asked for in its turn. */
const withImports = (name, seen = new Set()) => {
  seen.add(name);
  for (const { path, kind } of outputs.get(name).imports) {
    const next = relative("dist", path);
    if (kind === "import-statement" && !seen.has(next)) withImports(next, seen);
  }
  return seen;
};

const fail = (problem) => {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
};

const write = async (folder, name, bytes) => {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  const gzipped = gzipSync(bytes, { level: 9 });
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  await Promise.all([
    writeFile(path, bytes),
    writeFile(`${path}.gz`, gzipped),
    writeFile(`${path}.br`, brotli),
  ]);
  return { name, bytes: bytes.length, gzipped: gzipped.length, brotli: brotli.length };
};

/** The page behind a sign is the hub's, with these two inside it; old phones read it. */
const light = await build({
  entryPoints: [join(here, "src/light/page.ts"), join(here, "src/light/page.css")],
  outdir: here,
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: ["es2015", "chrome58", "firefox54", "safari11"],
  logLevel: "warning",
});
const lightFiles = light.outputFiles.map(({ path, contents }) => [
  `light${extname(path)}`,
  Buffer.from(contents),
]);

const [page, icon] = await Promise.all([
  readFile(join(here, "index.html"), "utf8"),
  readFile(join(here, "src/icon.svg")),
]);
const [script, style] = [builtFrom("src/main.tsx"), builtFrom("src/style.css")];
const first = withImports(script);
const preloads = [...first]
  .filter((name) => name !== script)
  .map((name) => `<link rel="modulepreload" href="/${name}" />\n`);
const html = page
  .replace("/assets/app.js", `/${script}`)
  .replace("/assets/style.css", `/${style}`)
  .replace(/\n\s+/g, "\n")
  .replace("</head>", `${preloads.join("")}</head>`);

// Built beside the old folder and put in its place whole: a hub that runs never serves half of it.
const fresh = `${target}.new`;
await rm(fresh, { recursive: true, force: true });
const plain = [["index.html", Buffer.from(html)], ["icon.svg", icon], ...lightFiles, ...built];
const files = await Promise.all(plain.map(([name, bytes]) => write(fresh, name, bytes)));
await rm(target, { recursive: true, force: true });
await rename(fresh, target);

const sumOf = (names) => (key) =>
  files.reduce((total, file) => total + (names.has(file.name) ? file[key] : 0), 0);

const everybody = new Set(["index.html", "icon.svg", style, ...first]);
const sum = sumOf(everybody);
process.stdout.write(
  `pages: ${sum("bytes")} bytes, ${sum("gzipped")} gzipped, ${sum("brotli")} with Brotli ` +
    `(budget ${BUDGET_BYTES} gzipped), in ${target}\n`,
);
for (const [screen, source] of Object.entries(SCREENS)) {
  const apart = [...withImports(builtFrom(source))].filter((name) => !everybody.has(name));
  process.stdout.write(`  ${screen}: ${sumOf(new Set(apart))("gzipped")} gzipped more\n`);
}
if (sum("gzipped") > BUDGET_BYTES) {
  fail(`The pages are over their budget of ${BUDGET_BYTES} bytes gzipped.`);
}
