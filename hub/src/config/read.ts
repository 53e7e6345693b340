import type { Site } from "../domain/site.ts";
import { contradictions } from "./checks.ts";
import { parseText } from "./document.ts";
import { findingsOf } from "./explain.ts";
import type { ConfigProblem } from "./problem.ts";
import { BUILDING_FILE } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { settingsOf, siteOf } from "./site.ts";

/**
 * A building file, read whole: the building and the hub's settings, or every problem at once.
 *
 * The text may be anything anybody wrote; this never throws.
 */
export type Configuration =
  | { readonly ok: true; readonly site: Site; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export const readConfiguration = (text: string): Configuration => {
  const { problems, content } = parseText(text);
  if (content === undefined) return { ok: false, problems: inOrder(problems) };

  const parsed = BUILDING_FILE.safeParse(content.value, { reportInput: true });
  const wrongForm = parsed.success ? [] : findingsOf(BUILDING_FILE, parsed.error.issues);
  const findings = [...wrongForm, ...contradictions(content.value)];
  if (!parsed.success || findings.length > 0 || problems.length > 0) {
    return { ok: false, problems: inOrder([...problems, ...findings.map(content.locate)]) };
  }
  return { ok: true, site: siteOf(parsed.data), settings: settingsOf(parsed.data.hub) };
};

const inOrder = (problems: readonly ConfigProblem[]): ConfigProblem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
