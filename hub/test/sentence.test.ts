import { expect, test } from "vitest";
import { instant, lux, minutes } from "@battant/protocol/vocabulary/units";
import type { Decision, Evidence } from "../src/domain/decision.ts";
import { sentenceOf } from "../src/domain/sentence.ts";
import { NOON } from "./building.ts";

// Goal: one sentence says why, in both languages, from the record alone.

const base: Evidence = { target: lux(150), threshold: lux(225), daylight: lux(310.4) };
const told = (because: Decision["because"], evidence: Partial<Evidence>) => {
  const kind = because === "daylight-sufficient" ? "inhibit" : "allow";
  const decision: Decision = { kind, because, evidence: { ...base, ...evidence } };
  return (["fr", "en"] as const).map((language) =>
    sentenceOf(decision, { language, at: NOON, timezone: "Europe/Paris" }),
  );
};
const since = (count: number) => instant(NOON - minutes(count));

test.each([
  [
    "daylight-sufficient",
    { since: since(12) },
    "Éteint : la lumière du jour suffit depuis 12 min (310 lx, seuil 225 lx).",
    "Off: daylight has been enough for 12 min (310 lx, threshold 225 lx).",
  ],
  [
    "daylight-sufficient",
    { since: since(12), daylight: lux(170) },
    "Éteint : la lumière du jour suffit depuis 12 min (170 lx, rallumage permis sous 150 lx).",
    "Off: daylight has been enough for 12 min (170 lx, light allowed again below 150 lx).",
  ],
  [
    "daylight-sufficient",
    { since: since(12), observed: true },
    "Observation, rien n'est commandé. Éteint : la lumière du jour suffit depuis 12 min (310 lx, seuil 225 lx).",
    "Observation, nothing is sent. Off: daylight has been enough for 12 min (310 lx, threshold 225 lx).",
  ],
  [
    "too-dark",
    { daylight: lux(140) },
    "Allumage permis : la lumière du jour ne suffit pas (140 lx, il faut 225 lx pour éteindre et 150 lx pour le rester).",
    "Light allowed: daylight is not enough (140 lx; it takes 225 lx to switch off and 150 lx to stay off).",
  ],
  [
    "override",
    { until: instant(NOON + minutes(30)) },
    "Allumage permis : quelqu'un l'a demandé, jusqu'à 14:00.",
    "Light allowed: somebody asked for it, until 14:00.",
  ],
  [
    "not-bright-long-enough",
    { since: since(0.5), until: instant(NOON + minutes(9.5)) },
    "Allumage permis : la lumière du jour suffit depuis 30 s seulement (310 lx), extinction à 13:39 si cela dure.",
    "Light allowed: daylight has been enough for 30 s only (310 lx), off at 13:39 if it lasts.",
  ],
  [
    "sensor-silent",
    { since: since(125) },
    "Allumage permis : le capteur ne dit rien depuis 2 h 05.",
    "Light allowed: the sensor has said nothing for 2 h 05.",
  ],
] as const)("%s: %o", (because, evidence, french, english) => {
  expect(told(because, evidence)).toEqual([french, english]);
});
