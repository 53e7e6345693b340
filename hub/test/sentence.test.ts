import { expect, test } from "vitest";
import { instant, lux, minutes } from "@battant/protocol/vocabulary/units";
import type { Decision, Evidence } from "../src/domain/decision.ts";
import { sentenceOf } from "../src/domain/sentence.ts";
import { NOON } from "./building.ts";

// Goal: one sentence says why, in both languages, from the record alone.

const base: Evidence = { target: lux(150), threshold: lux(225), daylight: lux(310.4) };
const told = (because: Decision["because"], evidence: Partial<Evidence>) => {
  const kind = because === "daylight-sufficient" || because === "vacant" ? "inhibit" : "allow";
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
    "daylight-sufficient",
    { since: since(12), daylight: lux(170), release: lux(165) },
    "Éteint : la lumière du jour suffit depuis 12 min (170 lx, rallumage permis sous 165 lx).",
    "Off: daylight has been enough for 12 min (170 lx, light allowed again below 165 lx).",
  ],
  [
    "vacant",
    { since: since(4), presence: { kind: "nobody", since: since(4) } },
    "Éteint : personne n'est là depuis 4 min.",
    "Off: nobody has been there for 4 min.",
  ],
  [
    "occupied",
    { presence: { kind: "seen", since: since(1) } },
    "Allumage permis : quelqu'un est là ou vient de passer.",
    "Light allowed: somebody is or was just there.",
  ],
  [
    "occupied",
    { presence: { kind: "silent" } },
    "Allumage permis : un détecteur de présence ne dit rien : on fait comme si quelqu'un était là.",
    "Light allowed: a presence detector says nothing: somebody is taken to be there.",
  ],
  [
    "occupied",
    { until: instant(NOON + minutes(2)), presence: { kind: "nobody", since: since(1) } },
    "Allumage permis : personne n'est là depuis 1 min seulement, extinction à 13:32 si cela dure.",
    "Light allowed: nobody has been there for 1 min only, off at 13:32 if it lasts.",
  ],
  [
    "too-dark",
    { daylight: lux(140), presence: { kind: "stuck", since: since(245) } },
    "Allumage permis : la lumière du jour ne suffit pas (140 lx, il faut 225 lx pour éteindre et 150 lx pour le rester), et un détecteur de présence répète la même chose depuis 4 h 05 : on fait comme si quelqu'un était là.",
    "Light allowed: daylight is not enough (140 lx; it takes 225 lx to switch off and 150 lx to stay off), and a presence detector has repeated the same for 4 h 05: somebody is taken to be there.",
  ],
  [
    "too-dark",
    {
      daylight: lux(140),
      until: instant(NOON + minutes(2)),
      presence: { kind: "nobody", since: since(16) },
    },
    "Allumage permis : la lumière du jour ne suffit pas (140 lx, il faut 225 lx pour éteindre et 150 lx pour le rester), et personne n'est là depuis 16 min seulement, extinction à 13:32 si cela dure.",
    "Light allowed: daylight is not enough (140 lx; it takes 225 lx to switch off and 150 lx to stay off), and nobody has been there for 16 min only, off at 13:32 if it lasts.",
  ],
  [
    "not-bright-long-enough",
    {
      since: since(0.5),
      until: instant(NOON + minutes(9.5)),
      presence: { kind: "nobody", since: since(16) },
    },
    "Allumage permis : la lumière du jour suffit depuis 30 s seulement (310 lx), extinction à 13:39 si cela dure, et personne n'est là depuis 16 min.",
    "Light allowed: daylight has been enough for 30 s only (310 lx), off at 13:39 if it lasts, and nobody has been there for 16 min.",
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
