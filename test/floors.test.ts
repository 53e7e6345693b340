import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, onTestFinished, test } from "vitest";

// Goal: who may import whom is kept, and the keeper notices when it is not.
// Method: dependency-cruiser over the whole tree, then once per planted violation.

const root = new URL("..", import.meta.url).pathname;

function cruise(...paths: string[]) {
  const run = spawnSync("node_modules/.bin/depcruise", ["--output-type", "json", ...paths], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.stdout === "") throw new Error(run.stderr);
  const { summary } = JSON.parse(run.stdout) as {
    summary: {
      totalCruised: number;
      totalDependenciesCruised: number;
      violations: { rule: { name: string }; from: string; to: string }[];
    };
  };
  return summary;
}

const broken = (summary: ReturnType<typeof cruise>) =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);

test("no file imports what its floor forbids, and there is no cycle", () => {
  const summary = cruise("firmware", "hub", "dashboards", "scripts", "test");
  expect(broken(summary)).toEqual([]);
  expect(summary.totalCruised).toBeGreaterThan(100);
  expect(summary.totalDependenciesCruised).toBeGreaterThan(300);
});

const planted: [rule: string, file: string, text: string][] = [
  [
    "protocol-is-the-ground-floor",
    "firmware/protocol/vocabulary/planted.ts",
    'import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n',
  ],
  [
    "vocabulary-does-not-know-the-wire",
    "firmware/protocol/vocabulary/planted.ts",
    'import type { Fields } from "../wire/decoded.ts";\nexport type X = Fields;\n',
  ],
  [
    "rules-know-words-only",
    "firmware/rules/planted.ts",
    'import { decodeLease } from "@battant/protocol/wire/relay";\nexport const x = decodeLease;\n',
  ],
  [
    "rules-know-words-only",
    "firmware/rules/planted.ts",
    'import type { Hardware } from "../board/hardware.ts";\nexport type X = Hardware;\n',
  ],
  [
    "rules-are-for-who-decides",
    "firmware/simulator/planted.ts",
    'import { sunAltitudeDeg } from "../rules/sun.ts";\nexport const x = sunAltitudeDeg;\n',
  ],
  [
    "domain-is-pure",
    "hub/src/domain/planted.ts",
    'import type { Clock } from "../ports.ts";\nexport type X = Clock;\n',
  ],
  [
    "domain-is-pure",
    "hub/src/rules/planted.ts",
    'import { boardPrefix } from "@battant/protocol/wire/topics";\nexport const x = boardPrefix;\n',
  ],
  [
    "evidence-is-pure",
    "hub/src/evidence/planted.ts",
    'import type { Clock } from "../ports.ts";\nexport type X = Clock;\n',
  ],
  [
    "survey-is-pure",
    "hub/src/survey/planted.ts",
    'import type { Clock } from "../ports.ts";\nexport type X = Clock;\n',
  ],
  [
    "adapters-are-strangers",
    "hub/src/adapters/clock/planted.ts",
    'import { openTrace } from "../files/trace.ts";\nexport const x = openTrace;\n',
  ],
  [
    "adapters-do-not-steer",
    "hub/src/adapters/clock/planted.ts",
    'import { judgeDaylight } from "@battant/rules/daylight";\nexport const x = judgeDaylight;\n',
  ],
  [
    "only-main-knows-adapters",
    "hub/src/planted.ts",
    'import { systemClock } from "./adapters/clock/system.ts";\nexport const x = systemClock;\n',
  ],
  [
    "one-walk-in-terminal-and-browser",
    "firmware/cable/planted.ts",
    'import { SerialPort } from "serialport";\nexport const x = SerialPort;\n',
  ],
  [
    "no-nodejs-in-the-walk",
    "firmware/cable/planted.ts",
    'import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n',
  ],
  [
    "the-hub-does-not-build-programs",
    "hub/src/start/planted.ts",
    'import { bundle } from "@battant/flash/bundle";\nexport const x = bundle;\n',
  ],
  [
    "board-knows-contract-and-rules",
    "firmware/board/planted.ts",
    'import { connect } from "mqtt";\nexport const x = connect;\n',
  ],
  [
    "only-the-espruino-side-knows-espruino",
    "firmware/board/planted.ts",
    'import { createHash } from "crypto";\nexport const x = createHash;\n',
  ],
  [
    "dashboards-see-the-public-side",
    "dashboards/src/planted.ts",
    'import type { Clock } from "../../hub/src/ports.ts";\nexport type X = Clock;\n',
  ],
  [
    "no-test-code-in-the-product",
    "hub/src/planted.ts",
    'import { scene } from "../test/building.ts";\nexport const x = scene;\n',
  ],
  [
    "every-import-exists",
    "hub/src/planted.ts",
    'import { gone } from "./gone.ts";\nexport const x = gone;\n',
  ],
];

test.each(planted)("%s is noticed when %s breaks it", (rule, file, text) => {
  const path = `${root}${file}`;
  if (existsSync(path)) throw new Error(`${file} is in the way`);
  mkdirSync(dirname(path), { recursive: true });
  onTestFinished(() => rmSync(path, { force: true }));
  writeFileSync(path, text);
  const rules = cruise(file).violations.filter((it) => it.from === file);
  expect(rules.map((it) => it.rule.name)).toContain(rule);
});
