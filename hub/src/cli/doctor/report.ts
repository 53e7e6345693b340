import { EXIT, type ExitCode, type Io, json } from "../io.ts";
import { count, wrapped } from "../table.ts";
import type { Check } from "./check.ts";

/** Prints what the doctor found, and one line that sums it up. */
export const report = async (
  checks: readonly Check[],
  io: Io,
  { asJson }: { readonly asJson: boolean },
): Promise<ExitCode> => {
  const problems = checks.filter(({ level }) => level === "problem").length;
  if (asJson) await io.out(json({ ok: problems === 0, problems, checks }));
  else await io.out(asText(checks, problems));
  return problems === 0 ? EXIT.ok : EXIT.problems;
};

const LEVEL_WIDTH = 9;

const asText = (checks: readonly Check[], problems: number): string => {
  const aboutWidth = Math.max(...checks.map(({ about }) => about.length)) + 2;
  const indent = LEVEL_WIDTH + aboutWidth;
  const lines = checks.map(({ level, about, found, todo }) => {
    const line = level.padEnd(LEVEL_WIDTH) + about.padEnd(aboutWidth) + wrapped(found, indent);
    return todo === undefined
      ? `${line}\n`
      : `${line}\n${" ".repeat(indent)}→ ${wrapped(todo, indent + 2)}\n`;
  });
  return `${lines.join("")}\n${verdict(checks, problems)}\n`;
};

const verdict = (checks: readonly Check[], problems: number): string => {
  const notes = checks.filter(({ level }) => level === "note").length;
  const aside = notes === 0 ? "" : `, ${count(notes, "note")}`;
  if (problems === 0) return `All is well${aside}.`;
  return `${count(problems, "problem")}${aside}. Start with the first.`;
};
