import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { AWAKE, awakeNames } from "../awake.ts";
import { declaredIn } from "../declarations.ts";
import { shrink } from "../shrink.ts";

// Goal: what was found to be wanted often is found again under the names that the build has given it.
// Method: the table is held against the sources, and a module is built as a program is.

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const GROUP = "firmware/protocol/tic/group.ts";

for (const [file, names] of Object.entries(AWAKE)) {
  test(`what stays awake of ${file} is declared there`, () => {
    const source = readFileSync(`${ROOT}/firmware/${file}`, "utf8");
    for (const name of names) expect(source).toContain(`const ${name} = (`);
  });
}

test("functions are known again after bundling and shrinking, and no others", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { checksum, readGroup } from "./${GROUP}";
        print(readGroup, readGroup("standard", "x"), checksum("x", 1), checksum("y", 1));`,
      resolveDir: ROOT,
      sourcefile: "entry.js",
    },
    absWorkingDir: ROOT,
    outfile: "bundle.js",
    bundle: true,
    write: false,
    sourcemap: "external",
    format: "cjs",
    platform: "neutral",
  });
  const [first, code] = outputFiles.map((it) => it.text) as [string, string];
  const shrunk = await shrink(code);
  const found = awakeNames({ code: shrunk.code, maps: [shrunk.map, first] }, ROOT);
  const all = declaredIn(shrunk.code).map((it) => it.name);
  expect(all).toEqual(expect.arrayContaining([...found]));
  expect(found.size).toBeGreaterThanOrEqual(3);
  expect(found.size).toBeLessThan(all.length);
  for (const name of found) expect(shrunk.code).toMatch(new RegExp(`\\b${name}=\\(?\\w+`));
});
