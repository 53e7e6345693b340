// `npm test`: every test, against real servers, a real browser and real serial ports.
// Says what it installed or what is missing, leaves out nothing silently, and counts truthfully.
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installCommand, installTools, missingTools, TOOLS } from "./tools.mjs";

if (missingTools().length > 0) installTools(missingTools());
const missing = missingTools();

/** A test file says on a line of its own what it needs: `// Needs: influxd, socat.` */
const needs = (file) => {
  const line = /^\/\/ Needs: (.+)\.$/mu.exec(readFileSync(file, "utf8"));
  return line === null ? [] : line[1].split(/, /u);
};

const leftOut = [];
if (missing.length > 0) {
  for (const file of globSync("{firmware,hub,dashboards,test}/**/test/**/*.test.ts", {
    exclude: (name) => name.includes("node_modules"),
  }).concat(globSync("test/*.test.ts"))) {
    const lacks = needs(file).filter((program) => missing.includes(program));
    if (lacks.length > 0) leftOut.push({ file, lacks });
  }
  console.log(
    `\nMissing on this machine: ${missing.map((it) => `${it} (Debian: ${TOOLS[it]})`).join(", ")}.`,
  );
  console.log(`To run everything:\n\n    sudo ${installCommand(missing)}\n`);
  for (const { file, lacks } of leftOut)
    console.log(`  left out: ${file}, needs ${lacks.join(", ")}`);
  if (process.env.CI === "true") {
    console.error("\nIn CI nothing may be left out.\n0 passed, 1 failed");
    process.exit(1);
  }
}

const folder = mkdtempSync(join(tmpdir(), "battant-tests-"));
const report = join(folder, "report.json");
const asked = process.argv.slice(2);
const args = [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...leftOut.flatMap(({ file }) => ["--exclude", file]),
  ...asked,
];
const run = spawnSync("vitest", args, { stdio: "inherit" });

let passed = 0;
let failed = 0;
let skipped = 0;
try {
  const result = JSON.parse(readFileSync(report, "utf8"));
  passed = result.numPassedTests;
  failed = result.numFailedTests;
  skipped = result.numPendingTests + result.numTodoTests;
  // A file that cannot even be loaded has no tests to fail.
  failed += result.testResults.filter(
    (it) => it.status === "failed" && it.assertionResults.length === 0,
  ).length;
} catch {
  failed += 1;
}
rmSync(folder, { recursive: true, force: true });
if (run.status !== 0 && failed === 0) failed = 1;
if (passed === 0 && failed === 0) failed = 1;
if (skipped > 0 && process.env.CI === "true") {
  console.error(`${skipped} tests were skipped; in CI nothing may be.`);
  failed += skipped;
  skipped = 0;
}
if (leftOut.length > 0) console.log(`\n${leftOut.length} test files were left out, see above.`);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 ? 1 : 0);
