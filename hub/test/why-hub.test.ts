import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { instant, minutes } from "@battant/protocol/vocabulary/units";
import { openJournal } from "../src/adapters/sqlite/journal.ts";
import { whyOf } from "../src/start/why.ts";
import { scene, siteOf, STAIRS, stairs } from "./building.ts";
import { stoppedClock } from "./http-fakes.ts";

// Goal: the hub answers about now from what it believes, and about the past from its journal.
// Method: a bright hour lived with the real `step`, logged to a real journal with its threads.

test("now is told from what the hub believes, the past from what it wrote", async () => {
  const dir = mkdtempSync(join(tmpdir(), "battant-why-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const { pass, building, now, effects, at } = scene();
  const clock = stoppedClock(instant(now() + minutes(33)));
  const path = join(dir, "journal.db");
  const timezone = "Europe/Paris";
  const opened = await openJournal({ path, timezone, clock, commitWindowMs: 0 });
  if (!opened.ok) throw new Error(opened.problem);
  const { embedded } = opened;
  const log = (): void => {
    for (const effect of effects.splice(0)) {
      if (effect.kind !== "log-decision") continue;
      embedded.decisions.append({ at: now(), zone: STAIRS, decision: effect.decision });
    }
  };
  for (let minute = 0; minute < 30; minute += 1) {
    pass(1, 600 + minute);
    log();
  }
  const until = instant(now() + minutes(20));
  at({ kind: "override", zone: STAIRS, until, by: "page" });
  log();
  pass(3, 640);

  const site = siteOf(stairs);
  const why = whyOf(
    { plan: { site: () => site }, settings: { retention: { decisionsDays: 90 } }, clock },
    { runtime: { building }, embedded },
  );
  const said = async (when: string | undefined): Promise<string> => {
    const answered = await why(STAIRS, when);
    if (!answered.ok) throw new Error(answered.problem);
    return answered.answers.map((it) => it.why.fr).join("\n");
  };
  expect(await said(undefined)).toBe(
    "Allumage permis depuis 14:00 : quelqu'un l'a demandé sur la page, jusqu'à 14:20. Extinction possible au plus tôt à 14:20, si le jour suffit.",
  );
  await expect
    .poll(() => said("2026-06-21T13:50"), { timeout: 10_000 })
    .toMatch(
      /^Éteint à 13:50, depuis 13:4\d : la lumière du jour suffit depuis 1\d min .* À 14:00, allumage permis : quelqu'un l'a demandé sur la page, jusqu'à 14:20\.$/,
    );
  await embedded.journal.close();
});
