import { readFileSync } from "node:fs";
import { replay } from "./replay.ts";

/** `npm run replay -- FILE…`: lives recorded days again and says where today's code would differ. */

const files = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
if (files.length === 0 || process.argv.includes("--help")) {
  process.stdout.write(
    "Usage: npm run replay -- TRACE.jsonl…\n\n" +
      "Lives a recorded day again and prints every decision that differs from the recorded one.\n" +
      "Traces are in the folder `traces` of the data directory, one file per day.\n" +
      "Exit code: 0 identical, 1 different, 2 not a trace.\n",
  );
  process.exit(files.length === 0 ? 2 : 0);
}

let worst = 0;
for (const file of files) {
  const result = replay(readFileSync(file, "utf8"));
  if (!result.ok) {
    process.stderr.write(`${file}: ${result.problem}\n`);
    worst = 2;
    continue;
  }
  for (const { line, recorded, now } of result.differences.slice(0, 50)) {
    process.stdout.write(`${file}:${line}\n  then ${recorded}\n  now  ${now}\n`);
  }
  const { events, decisions, differences } = result;
  const verdict = differences.length === 0 ? "identical" : `${differences.length} differ`;
  process.stdout.write(`${file}: ${events} events, ${decisions} decisions, ${verdict}\n`);
  if (differences.length > 0) worst = Math.max(worst, 1);
}
process.exit(worst);
