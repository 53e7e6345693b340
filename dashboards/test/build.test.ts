import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";

// Goal: the built pages are small, whole and load nothing from elsewhere.
// Method: the real build, into a folder of its own.

const build = async () => {
  const folder = await mkdtemp(join(tmpdir(), "battant-build-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const pagesDir = join(folder, "dist");
  const script = join(import.meta.dirname, "../build.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [script, pagesDir]);
  const names = await readdir(pagesDir, { recursive: true, withFileTypes: true });
  const files = names.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  return { pagesDir, stdout, files };
};

const namedBy = (page: string): string[] =>
  [...page.matchAll(/(?:href|src)="(\/[^"]+\.\w+)"/g)].map(([, path]) => path!);

test("what every visitor loads stays under 40 kB compressed, and the build says how much", async () => {
  const { pagesDir, stdout } = await build();
  const named = namedBy(await readFile(join(pagesDir, "index.html"), "utf8"));
  const sizes = ["/index.html", ...named].map(
    async (it) => (await stat(join(pagesDir, `${it}.gz`))).size,
  );
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(total).toBeLessThan(40_000);
  expect(stdout).toContain(`${total} gzipped`);
});

test("the screens of the workshop are apart, and the build says what they weigh", async () => {
  const { pagesDir, stdout, files } = await build();
  expect(stdout).toMatch(/boards: \d+ gzipped more/);
  expect(stdout).toMatch(/flash: \d+ gzipped more/);
  const named = namedBy(await readFile(join(pagesDir, "index.html"), "utf8"));
  const holding = async (words: string): Promise<string[]> => {
    const scripts = files.filter((it) => it.endsWith(".js"));
    const texts = await Promise.all(scripts.map((it) => readFile(it, "utf8")));
    return scripts
      .filter((_, i) => texts[i]!.includes(words))
      .map((it) => it.slice(pagesDir.length));
  };
  const [everybody, walk] = [await holding("Cheminement"), await holding("usermod")];
  expect(everybody.every((it) => named.includes(it))).toBe(true);
  expect(walk.length).toBeGreaterThan(0);
  expect(walk.filter((it) => named.includes(it))).toEqual([]);
});

test("the page names files that exist, each compressed beside itself", async () => {
  const { pagesDir, files } = await build();
  const named = namedBy(await readFile(join(pagesDir, "index.html"), "utf8"));
  expect(named.length).toBeGreaterThanOrEqual(3);
  for (const path of named) {
    const file = join(pagesDir, path);
    expect(files).toContain(file);
    const plain = await readFile(file);
    expect(gunzipSync(await readFile(`${file}.gz`)).equals(plain)).toBe(true);
  }
});

test("nothing in the pages points to another host", async () => {
  const { files } = await build();
  for (const file of files.filter((it) => !/\.(gz|br)$/.test(it))) {
    // A licence is kept with what it covers, and says where that comes from.
    const text = (await readFile(file, "utf8")).replaceAll(/\/\*![^]*?\*\//g, "");
    const hosts = [...text.matchAll(/\bhttps?:\/\/[\w.-]+/g)].map(([host]) => host);
    // Names of XML vocabularies look like addresses; nothing is ever loaded from them.
    expect(hosts.filter((it) => it !== "http://www.w3.org")).toEqual([]);
  }
});

test("building twice gives the same names, so that browsers keep what they have", async () => {
  const names = async () => {
    const { pagesDir, files } = await build();
    return files.map((it) => it.slice(pagesDir.length)).toSorted();
  };
  expect(await names()).toEqual(await names());
});
