import type { Instant, Lux } from "@battant/protocol/vocabulary/units";
import type { Decision, Evidence } from "./decision.ts";

/**
 * The one sentence that says why. It is made from the decision record and nothing else: there is no
 * second logic that could disagree with the first.
 */

export type Language = "fr" | "en";

export type Telling = {
  readonly language: Language;
  /** When the sentence is read; for a decision of the past, when it was taken. */
  readonly at: Instant;
  readonly timezone: string;
};

export function sentenceOf(decision: Decision, telling: Telling): string {
  const words = telling.language === "fr" ? french : english;
  const sentence = words[decision.because](decision.evidence, telling);
  return decision.evidence.observed === true
    ? `${observation[telling.language]}${sentence}`
    : sentence;
}

type Words = {
  readonly [because in Decision["because"]]: (evidence: Evidence, telling: Telling) => string;
};

const observation = {
  fr: "Observation, rien n'est commandé. ",
  en: "Observation, nothing is sent. ",
};

const french: Words = {
  "daylight-sufficient": (e, t) =>
    `Éteint : la lumière du jour suffit${since(e.since, t, " depuis ")} (${lx(e.daylight, t)}, ${isAboveThreshold(e) ? `seuil ${lx(e.threshold, t)}` : `rallumage permis sous ${lx(e.target, t)}`}).`,
  "no-circuit": () => "Allumage permis : aucun circuit n'est relié à cette zone.",
  "no-light-sensor": () => "Allumage permis : cette zone n'a pas de capteur de lumière.",
  "rule-off": () => "Allumage permis : la règle de lumière du jour est arrêtée pour cette zone.",
  override: (e, t) => `Allumage permis : quelqu'un l'a demandé${clock(e.until, t, ", jusqu'à ")}.`,
  "clock-unknown": () =>
    "Allumage permis : l'heure du boîtier n'est pas sûre, il ne sait pas s'il fait jour.",
  "sun-is-down": () => "Allumage permis : le soleil est couché.",
  "relay-offline": () => "Allumage permis : la carte du relais ne répond pas.",
  "sensor-offline": (e, t) =>
    `Allumage permis : la carte du capteur ne répond pas${clock(e.since, t, ", dernière mesure à ")}.`,
  "sensor-silent": (e, t) =>
    `Allumage permis : le capteur ne dit rien${since(e.since, t, " depuis ")}.`,
  "sensor-stuck": (e, t) =>
    `Allumage permis : le capteur répète la même valeur${since(e.since, t, " depuis ")}, on ne le croit plus.`,
  "not-calibrated": () =>
    "Allumage permis : on ne sait pas encore ce que les luminaires ajoutent au capteur (étalonnage à faire).",
  "too-dark": (e, t) =>
    `Allumage permis : la lumière du jour ne suffit pas (${lx(e.daylight, t)}, il faut ${lx(e.threshold, t)} pour éteindre et ${lx(e.target, t)} pour le rester).`,
  "post-check-failed": (e, t) =>
    `Allumage permis : après la dernière extinction il faisait trop sombre, nouvel essai${clock(e.until, t, " à ")}.`,
  "not-bright-long-enough": (e, t) =>
    `Allumage permis : la lumière du jour suffit${since(e.since, t, " depuis ")} seulement (${lx(e.daylight, t)}), extinction${clock(e.until, t, " à ")} si cela dure.`,
};

const english: Words = {
  "daylight-sufficient": (e, t) =>
    `Off: daylight has been enough${since(e.since, t, " for ")} (${lx(e.daylight, t)}, ${isAboveThreshold(e) ? `threshold ${lx(e.threshold, t)}` : `light allowed again below ${lx(e.target, t)}`}).`,
  "no-circuit": () => "Light allowed: no circuit is connected to this zone.",
  "no-light-sensor": () => "Light allowed: this zone has no light sensor.",
  "rule-off": () => "Light allowed: the daylight rule is turned off for this zone.",
  override: (e, t) => `Light allowed: somebody asked for it${clock(e.until, t, ", until ")}.`,
  "clock-unknown": () =>
    "Light allowed: the hub is not sure of the time, so it cannot tell day from night.",
  "sun-is-down": () => "Light allowed: the sun is down.",
  "relay-offline": () => "Light allowed: the relay board does not answer.",
  "sensor-offline": (e, t) =>
    `Light allowed: the sensor board does not answer${clock(e.since, t, ", last reading at ")}.`,
  "sensor-silent": (e, t) =>
    `Light allowed: the sensor has said nothing${since(e.since, t, " for ")}.`,
  "sensor-stuck": (e, t) =>
    `Light allowed: the sensor has repeated the same value${since(e.since, t, " for ")} and is no longer believed.`,
  "not-calibrated": () =>
    "Light allowed: nobody knows yet what the luminaires add at the sensor (calibration needed).",
  "too-dark": (e, t) =>
    `Light allowed: daylight is not enough (${lx(e.daylight, t)}; it takes ${lx(e.threshold, t)} to switch off and ${lx(e.target, t)} to stay off).`,
  "post-check-failed": (e, t) =>
    `Light allowed: it was too dark after the last switch-off, next try${clock(e.until, t, " at ")}.`,
  "not-bright-long-enough": (e, t) =>
    `Light allowed: daylight has been enough${since(e.since, t, " for ")} only (${lx(e.daylight, t)}), off${clock(e.until, t, " at ")} if it lasts.`,
};

/** Once kept off, a light stays so down to the target: then the threshold would only puzzle people. */
const isAboveThreshold = ({ daylight, threshold }: Evidence): boolean =>
  daylight === undefined || daylight >= threshold;

function lx(value: Lux | undefined, { language }: Telling): string {
  if (value === undefined) return language === "fr" ? "valeur inconnue" : "unknown";
  return `${Math.round(value)} lx`;
}

function since(from: Instant | undefined, { at }: Telling, before: string): string {
  if (from === undefined) return "";
  const minutes = Math.max(0, Math.floor((at - from) / 60_000));
  if (minutes < 1) return `${before}${Math.max(0, Math.floor((at - from) / 1000))} s`;
  if (minutes < 60) return `${before}${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return `${before}${hours} h ${String(minutes % 60).padStart(2, "0")}`;
}

function clock(at: Instant | undefined, { language, timezone }: Telling, before: string): string {
  if (at === undefined) return "";
  const locale = language === "fr" ? "fr-FR" : "en-GB";
  const text = new Intl.DateTimeFormat(locale, {
    timeZone: timezone,
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
  return `${before}${text}`;
}
