import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

// Goal: the repository keeps its own promises. Each test lists every offender at once, as
// `file:line what is wrong`, so that one run is enough to mend them all.

const root = new URL("..", import.meta.url).pathname;
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const lines = (file: string): [number: number, line: string][] =>
  read(file)
    .split("\n")
    .map((line, index) => [index + 1, line]);

const isTest = (file: string): boolean => /(^|\/)test\//u.test(file);
const isSource = (file: string): boolean => /\.(ts|tsx|mjs)$/u.test(file) && !isTest(file);
const sources = files.filter(isSource);
const documents = files.filter((file) => file.endsWith(".md"));

function offenders(among: readonly string[], pattern: RegExp, what: string): string[] {
  return among.flatMap((file) =>
    lines(file)
      .filter(([, line]) => pattern.test(line))
      .map(([number, line]) => `${file}:${number} ${what}: ${line.trim().slice(0, 80)}`),
  );
}

const banned: [word: RegExp, instead: string][] = [
  // Right behind a quote it is somebody else's name, as in sysfs.
  [/(?<!")\bdevices?\b/iu, "board, sensor, relay or meter"],
  [/\btelemetry\b/iu, "reading"],
  [/\bluminance\b/iu, "illuminance"],
  [/\blight level/iu, "illuminance or daylight"],
  [/\bmanual mode\b/iu, "override"],
];

test.each(banned)("nobody writes %s in our own words", (word, instead) => {
  const ours = [...sources, ...documents].filter((file) => file !== "docs/glossary.md");
  expect(offenders(ours, word, `write ${instead}`)).toEqual([]);
});

test("nothing is left for later without an issue", () => {
  expect(offenders([...sources, ...documents], /\b(FIXME|TODO|XXX|HACK)\b/u, "left over")).toEqual(
    [],
  );
});

test("no source file has more than 400 lines", () => {
  const long = sources.filter((file) => lines(file).length > 400);
  expect(long).toEqual([]);
});

test("topics are spelled in topics.ts and nowhere else", () => {
  const others = sources.filter((file) => file !== "firmware/protocol/wire/topics.ts");
  const literal = /^(?!\s*(\*|\/)).*["'`]battant\/(\d|\$\{)/u;
  expect(offenders(others, literal, "build it with wire/topics.ts")).toEqual([]);
});

const clocks =
  /\b(Date\.now|Math\.random|setTimeout|setInterval|process\.env|(?<!\/)console\.\w+)\b/u;
const mayTouchTheWorld =
  /^(hub\/src\/adapters\/|hub\/src\/(main|cli\/main|cli\/flash\/main)\.ts|hub\/src\/start\/|hub\/start\.mjs|hub\/(bench|replay)\/|firmware\/(simulator|flash|board\/espruino|cable\/node)\/|dashboards\/|scripts\/)/u;

test("time, chance and environment come in as arguments", () => {
  const pure = sources.filter((file) => !mayTouchTheWorld.test(file));
  const found = offenders(pure, clocks, "pass it in").filter(
    (it) => !/\d (pass it in): (\*|\/\/|\/\*)/u.test(it),
  );
  expect(found).toEqual([]);
});

test("no file names a package registry's host or a folder of one machine", () => {
  const hosts = new RegExp(
    ["registry\\.np", "deb\\.deb", "/wo" + "rk/", "file:/" + "//"].join("|"),
    "u",
  );
  const all = files.filter((file) =>
    /\.(ts|tsx|mjs|cjs|json|md|yaml|html|css|sh)$|run$/u.test(file),
  );
  expect(offenders(all, hosts, "leave it out")).toEqual([]);
});

test("every link in the documents leads somewhere", () => {
  const dead = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/gu)]
      .map((match) => match[1] ?? "")
      .filter((target) => !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
  expect(dead).toEqual([]);
});

test("decision records are numbered without a gap and say when and whether they hold", () => {
  const records = files.filter((file) => /^docs\/decisions\/\d{4}-/u.test(file)).toSorted();
  const numbers = records.map((file) => Number(/(\d{4})-/u.exec(file)?.[1]));
  expect(numbers).toEqual(records.map((_, index) => index + 1));
  for (const file of records) {
    expect(read(file), file).toMatch(/^Date: \d{4}-\d{2}-\d{2} · Status: \w+/mu);
    for (const part of ["## Context", "## Decision", "## Consequences"]) {
      expect(read(file), file).toContain(part);
    }
  }
});

test("every dependency has a line in a decision record", () => {
  const records = files
    .filter((file) => file.startsWith("docs/decisions/"))
    .map(read)
    .join("\n");
  const missing = files
    .filter((file) => file.endsWith("package.json"))
    .flatMap((file) => {
      const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read(file));
      return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    })
    .filter((name) => !name.startsWith("@battant/") && !records.includes(`\`${name}\``));
  expect([...new Set(missing)]).toEqual([]);
});

test("every reason a decision can have is explained in both languages", () => {
  const source = read("hub/src/domain/decision.ts");
  const list = source.slice(source.indexOf("export type Because"));
  const reasons = [...list.matchAll(/\| "([a-z-]+)"/gu)].map((match) => match[1] ?? "");
  expect(reasons.length).toBeGreaterThan(10);
  for (const guide of ["docs/guides/decisions.md", "docs/guides/decisions.fr.md"]) {
    const text = read(guide);
    expect(reasons.filter((reason) => !text.includes(`\`${reason}\``))).toEqual([]);
  }
});

test("a test that needs a program of the system says so in its first lines", () => {
  const uses: [program: string, use: RegExp][] = [
    ["influxd", /\binfluxd\b|startInflux/u],
    ["mosquitto", /"(\/usr\/sbin\/)?mosquitto"/u],
    ["mosquitto_pub", /"(\/usr\/bin\/)?mosquitto_(pub|sub)"/u],
    ["chromium", /chromium/u],
    ["socat", /"socat"|\bptyPair\b|\bopenPty\b/u],
  ];
  const silent = files
    .filter((file) => file.endsWith(".test.ts") && file !== "test/tidy.test.ts")
    .flatMap((file) => {
      const text = read(file);
      const said = /^\/\/ Needs: (.+)\.$/mu.exec(text)?.[1]?.split(", ") ?? [];
      return uses
        .filter(([program, use]) => use.test(text) && !said.includes(program))
        .map(([program]) => `${file}: add "// Needs: ${program}."`);
    });
  expect(silent).toEqual([]);
});

test("every package says under which licence it is, and the texts are here", () => {
  for (const file of files.filter((it) => it.endsWith("package.json"))) {
    expect(JSON.parse(read(file)).license, file).toBe("AGPL-3.0-or-later");
  }
  for (const licence of ["AGPL-3.0-or-later", "CERN-OHL-S-2.0", "CC-BY-SA-4.0"]) {
    expect(read(`LICENSES/${licence}.txt`).length).toBeGreaterThan(10_000);
  }
});
