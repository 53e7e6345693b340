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
  /** Said behind what holds: ` since 07:48`. */
  readonly when?: string;
  /** Said behind what was measured, if that was at another time: ` at 07:48`. */
  readonly measured?: string;
};

export function sentenceOf(decision: Decision, telling: Telling): string {
  const statement = statementOf(decision, telling);
  return decision.evidence.observed === true
    ? `${OBSERVATION[telling.language]}${statement}`
    : statement;
}

/** What holds and why, without the word about observation. */
export function statementOf({ kind, because, evidence }: Decision, telling: Telling): string {
  const { heads, colon, causes } = telling.language === "fr" ? french : english;
  return `${heads[kind]}${telling.when ?? ""}${colon}${causes[because](evidence, telling)}.`;
}

type Words = {
  readonly heads: { readonly [kind in Decision["kind"]]: string };
  readonly colon: string;
  readonly causes: {
    readonly [because in Decision["because"]]: (evidence: Evidence, telling: Telling) => string;
  };
};

const OBSERVATION = {
  fr: "Observation, rien n'est commandé. ",
  en: "Observation, nothing is sent. ",
};

type Manner = NonNullable<Evidence["by"]> | "somehow";

const ASKED: { readonly [language in Language]: { readonly [by in Manner]: string } } = {
  fr: {
    "wall-switch": "quelqu'un a appuyé sur l'interrupteur",
    page: "quelqu'un l'a demandé sur la page",
    somehow: "quelqu'un l'a demandé",
  },
  en: {
    "wall-switch": "somebody pressed the wall switch",
    page: "somebody asked for it on the page",
    somehow: "somebody asked for it",
  },
};

const french: Words = {
  heads: { inhibit: "Éteint", allow: "Allumage permis" },
  colon: " : ",
  causes: {
    "daylight-sufficient": (e, t) =>
      `la lumière du jour suffit${since(e.since, t, " depuis ")} (${seen(e, t)}, ${isAboveThreshold(e) ? `seuil ${lx(e.threshold, t)}` : `rallumage permis sous ${lx(releaseOf(e), t)}`})`,
    vacant: (e, t) => `personne n'est là${since(e.since, t, " depuis ")}`,
    occupied: (e, t) => presenceIn(e, t) ?? "quelqu'un est là",
    "no-circuit": () => "aucun circuit n'est relié à cette zone",
    "no-light-sensor": () => "cette zone n'a pas de capteur de lumière",
    "rule-off": () => "la règle de lumière du jour est arrêtée pour cette zone",
    override: (e, t) => `${ASKED.fr[e.by ?? "somehow"]}${clock(e.until, t, ", jusqu'à ")}`,
    "clock-unknown": () => "l'heure du boîtier n'est pas sûre, il ne sait pas s'il fait jour",
    "sun-is-down": () => "le soleil est couché",
    "relay-offline": () => "la carte du relais ne répond pas",
    "sensor-offline": (e, t) =>
      `la carte du capteur ne répond pas${clock(e.since, t, ", dernière mesure à ")}`,
    "sensor-silent": (e, t) => `le capteur ne dit rien${since(e.since, t, " depuis ")}`,
    "sensor-stuck": (e, t) =>
      `le capteur répète la même valeur${since(e.since, t, " depuis ")}, on ne le croit plus`,
    "not-calibrated": () =>
      "on ne sait pas encore ce que les luminaires ajoutent au capteur (étalonnage à faire)",
    "too-dark": (e, t) =>
      `la lumière du jour ne suffit pas (${seen(e, t)}, il faut ${lx(e.threshold, t)} pour éteindre et ${lx(releaseOf(e), t)} pour le rester)${and(e, t)}`,
    "post-check-failed": (e, t) =>
      `après la dernière extinction il faisait trop sombre, nouvel essai${clock(e.until, t, " à ")}`,
    "not-bright-long-enough": (e, t) =>
      `la lumière du jour suffit ${isNew(e, t) ? "depuis peu" : `${since(e.since, t, "depuis ")} seulement`} (${seen(e, t)}), extinction${clock(e.until, t, " à ")} si cela dure${and(withoutEnd(e), t)}`,
  },
};

const english: Words = {
  heads: { inhibit: "Off", allow: "Light allowed" },
  colon: ": ",
  causes: {
    "daylight-sufficient": (e, t) =>
      `daylight has been enough${since(e.since, t, " for ")} (${seen(e, t)}, ${isAboveThreshold(e) ? `threshold ${lx(e.threshold, t)}` : `light allowed again below ${lx(releaseOf(e), t)}`})`,
    vacant: (e, t) => `nobody has been there${since(e.since, t, " for ")}`,
    occupied: (e, t) => presenceIn(e, t) ?? "somebody is there",
    "no-circuit": () => "no circuit is connected to this zone",
    "no-light-sensor": () => "this zone has no light sensor",
    "rule-off": () => "the daylight rule is turned off for this zone",
    override: (e, t) => `${ASKED.en[e.by ?? "somehow"]}${clock(e.until, t, ", until ")}`,
    "clock-unknown": () => "the hub is not sure of the time, so it cannot tell day from night",
    "sun-is-down": () => "the sun is down",
    "relay-offline": () => "the relay board does not answer",
    "sensor-offline": (e, t) =>
      `the sensor board does not answer${clock(e.since, t, ", last reading at ")}`,
    "sensor-silent": (e, t) => `the sensor has said nothing${since(e.since, t, " for ")}`,
    "sensor-stuck": (e, t) =>
      `the sensor has repeated the same value${since(e.since, t, " for ")} and is no longer believed`,
    "not-calibrated": () =>
      "nobody knows yet what the luminaires add at the sensor (calibration needed)",
    "too-dark": (e, t) =>
      `daylight is not enough (${seen(e, t)}; it takes ${lx(e.threshold, t)} to switch off and ${lx(releaseOf(e), t)} to stay off)${and(e, t)}`,
    "post-check-failed": (e, t) =>
      `it was too dark after the last switch-off, next try${clock(e.until, t, " at ")}`,
    "not-bright-long-enough": (e, t) =>
      `daylight has been enough ${isNew(e, t) ? "for a moment" : since(e.since, t, "for ")} only (${seen(e, t)}), off${clock(e.until, t, " at ")} if it lasts${and(withoutEnd(e), t)}`,
  },
};

/** Where the light goes off when nobody is there, it matters who is. */
const and = (evidence: Evidence, telling: Telling): string => {
  const told = presenceIn(evidence, telling);
  if (told === undefined) return "";
  return telling.language === "fr" ? `, et ${told}` : `, and ${told}`;
};

/** Where the end has been told already. */
const withoutEnd = ({ presence, target, threshold }: Evidence): Evidence => ({
  target,
  threshold,
  ...(presence !== undefined && { presence }),
});

function presenceIn({ presence, until }: Evidence, telling: Telling): string | undefined {
  if (presence === undefined) return undefined;
  const isFrench = telling.language === "fr";
  const { kind, since: from } = presence;
  switch (kind) {
    case "seen":
      return isFrench ? "quelqu'un est là ou vient de passer" : "somebody is or was just there";
    case "silent":
      return isFrench
        ? "un détecteur de présence ne dit rien : on fait comme si quelqu'un était là"
        : "a presence detector says nothing: somebody is taken to be there";
    case "stuck":
      return isFrench
        ? `un détecteur de présence répète la même chose${since(from, telling, " depuis ")} : on fait comme si quelqu'un était là`
        : `a presence detector has repeated the same${since(from, telling, " for ")}: somebody is taken to be there`;
    case "nobody": {
      const long = since(from, telling, isFrench ? " depuis " : " for ");
      const told = `${isFrench ? "personne n'est là" : "nobody has been there"}${long}`;
      if (until === undefined) return told;
      return isFrench
        ? `${told} seulement${clock(until, telling, ", extinction à ")} si cela dure`
        : `${told} only${clock(until, telling, ", off at ")} if it lasts`;
    }
  }
}

/** Records of before this was told gave light back at the target. */
const releaseOf = ({ release, target }: Evidence): Lux => release ?? target;

/** Once kept off, a light stays so down to less than the threshold: then the threshold would only puzzle people. */
const isAboveThreshold = ({ daylight, threshold }: Evidence): boolean =>
  daylight === undefined || daylight >= threshold;

const isNew = ({ since: from }: Evidence, { at }: Telling): boolean =>
  from === undefined || at - from < 1000;

const seen = ({ daylight }: Evidence, telling: Telling): string =>
  `${lx(daylight, telling)}${daylight === undefined ? "" : (telling.measured ?? "")}`;

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
