// `npm run check`: everything a change must pass. Types, lint, format, board bundle, then all tests
// (the floors and the tidiness of the repository are tests too).
import { spawnSync } from "node:child_process";

const steps = [
  ["types of hub, firmware and tests", "tsc", "-p", "tsconfig.json"],
  ["types of the board program: only what Espruino has", "tsc", "-p", "firmware/board"],
  ["types of the pages", "tsc", "-p", "dashboards"],
  ["lint", "oxlint", "--type-aware", "--quiet"],
  ["format", "oxfmt", "--check"],
  ["board bundle and pages", "npm", "run", "--silent", "build"],
];

let passed = 0;
let failed = 0;
for (const [name, command, ...args] of steps) {
  const began = Date.now();
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  const took = `${((Date.now() - began) / 1000).toFixed(1)} s`;
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${took})`);
  if (status === 0) passed += 1;
  else failed += 1;
}

const tests = spawnSync("npm", ["test", "--silent"], {
  stdio: ["ignore", "pipe", "inherit"],
  encoding: "utf8",
  maxBuffer: 1 << 28,
});
process.stdout.write(tests.stdout.replace(/\n\d+ passed, \d+ failed.*\n$/u, "\n"));
const counts = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/u.exec(tests.stdout);
passed += Number(counts?.[1] ?? 0);
failed += Number(counts?.[2] ?? 1);
const skipped = Number(counts?.[3] ?? 0);
if (tests.status !== 0 && Number(counts?.[2] ?? 1) === 0) failed += 1;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 ? 1 : 0);
