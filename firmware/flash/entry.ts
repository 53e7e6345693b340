import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { BoardFile } from "@battant/board/board-file";
import type { Entry } from "./bundle.ts";

/**
 * What a bundle is made from: the program of one kind of board carries the kinds of sensors that its
 * hardware file names and no others, and what a relay needs only where there is one.
 */

/** Version of the board program, as its package says. */
export const PROGRAM = (
  createRequire(import.meta.url)("../board/package.json") as { readonly version: string }
).version;

const importFrom = (path: string, name: string): string => {
  const file = fileURLToPath(new URL(`../board/${path}.ts`, import.meta.url));
  return `import { ${name} } from ${JSON.stringify(file)};\n`;
};

const titleOf = (model: string, program = PROGRAM): string => `battant ${program} ${model}`;

/** Its keys without quotes: a quoted one would keep its name while the program's is shortened. */
const literal = (file: BoardFile): string =>
  JSON.stringify(file).replaceAll(/"([A-Za-z_$][\w$]*)":/g, "$1:");

const LIGHT: readonly string[] = ["bh1750", "veml7700", "tsl2591"];

/** It has both ends of a zone's daylight rule. */
export const mayRunRule = ({ sensors, relays }: BoardFile): boolean =>
  relays.length > 0 && sensors.some((it) => LIGHT.includes(it.kind));

/** `program`: another version than ours, to try out what becomes of an update to it. */
export const programEntry = (file: BoardFile, program = PROGRAM): Entry => {
  const kinds = [...new Set(file.sensors.map((it) => it.kind))].toSorted();
  const hasRelay = file.relays.length > 0;
  const hasRule = mayRunRule(file);
  const imports = [
    importFrom("espruino/start", "start"),
    ...kinds.map((kind) => importFrom(`sensors/${kind}`, kind)),
    hasRelay ? importFrom("relays", "relayPart") : "",
    hasRule ? importFrom("local-rule", "localRulePart") : "",
  ];
  const parts = [
    `file: ${literal(file)}`,
    `program: ${JSON.stringify(program)}`,
    `kinds: () => [${kinds.join(", ")}]`,
    ...(hasRelay ? ["relays: relayPart"] : []),
    ...(hasRule ? ["localRules: localRulePart"] : []),
  ];
  return {
    title: titleOf(file.model, program),
    asleep: true,
    source: `${imports.join("")}start({ ${parts.join(", ")} });\n`,
  };
};

/** What a board runs first, the same on every kind. It is never replaced from afar. */
export const loaderEntry = (): Entry => ({
  title: titleOf("loader"),
  passing: true,
  source: `${importFrom("espruino/loader", "load")}load();\n`,
});

/** What stands in for the world, in tests. */
export const benchEntry = (): Entry => {
  const bench = fileURLToPath(new URL("host/bench/main.ts", import.meta.url));
  return { title: titleOf("bench"), passing: true, source: `import ${JSON.stringify(bench)};\n` };
};
