// Builds the pages into dist/: script and style with a hash of their content in their name, each also
// compressed, so that the hub only has to send files. Runs at the end of `npm install`.
//
//   node dashboards/build.mjs [folder]
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = import.meta.dirname;
const target = resolve(process.argv[2] ?? join(here, "dist"));

/** What a visitor on a slow link must load to see the page: page, script and style, gzipped. */
const BUDGET_BYTES = 40_000;

const bundle = async (entry) => {
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: ["es2022", "chrome109", "firefox115", "safari16"],
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  return Buffer.from(outputFiles[0].contents);
};

const named = (name, bytes) => {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  return `assets/${basename(name, extname(name))}-${hash}${extname(name)}`;
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

const [script, style, page, icon] = await Promise.all([
  bundle("src/main.tsx"),
  bundle("src/style.css"),
  readFile(join(here, "index.html"), "utf8"),
  readFile(join(here, "src/icon.svg")),
]);
const scriptName = named("app.js", script);
const styleName = named("style.css", style);
const html = page
  .replace("/assets/app.js", `/${scriptName}`)
  .replace("/assets/style.css", `/${styleName}`)
  .replace(/\n\s+/g, "\n");

// Built beside the old folder and put in its place whole: a hub that runs never serves half of it.
const fresh = `${target}.new`;
await rm(fresh, { recursive: true, force: true });
const files = [
  await write(fresh, "index.html", Buffer.from(html)),
  await write(fresh, scriptName, script),
  await write(fresh, styleName, style),
  await write(fresh, "icon.svg", icon),
];
await rm(target, { recursive: true, force: true });
await rename(fresh, target);

const sum = (key) => files.reduce((total, file) => total + file[key], 0);
process.stdout.write(
  `pages: ${sum("bytes")} bytes, ${sum("gzipped")} gzipped, ${sum("brotli")} with Brotli ` +
    `(budget ${BUDGET_BYTES} gzipped), in ${target}\n`,
);
if (sum("gzipped") > BUDGET_BYTES) {
  process.stderr.write(`The pages are over their budget of ${BUDGET_BYTES} bytes gzipped.\n`);
  process.exit(1);
}
