import type { LightView } from "../../../api/light.ts";

/** Every word of the page behind a sign. French is the source; the compiler holds English to its keys. */

export type Language = "fr" | "en";

const fr = {
  title: "Lumière",
  otherLanguage: "English",
  light: {
    on: "Allumée",
    off: "Éteinte",
    inhibited: "Gardée éteinte",
    mismatch: "Allumée",
    unknown: "On ne sait pas si elle est allumée",
  } as { readonly [light in LightView["light"]]: string },
  ask: (minutes: number) => `Lumière pour ${minutes}\u00a0min`,
  rather: "Ou bien\u00a0:",
  minutes: (minutes: number) => `${minutes}\u00a0min`,
  asked: {
    page: "Lumière demandée sur la page",
    "wall-switch": "Quelqu'un a appuyé sur l'interrupteur",
  },
  left: "encore",
  until: (clock: string) => `jusqu'à ${clock}`,
  press: "Si la lumière ne vient pas d'elle-même, appuyez sur l'interrupteur.",
  switchStays: "Ce temps vient de l'interrupteur\u00a0: aucune page ne peut y mettre fin.",
  prolong: (minutes: number) => `Prolonger de ${minutes}\u00a0min`,
  handBack: "Rendre la main",
  wait: (span: string) => `Trop de demandes par ce code. De nouveau possible dans ${span}.`,
  wall: "L'interrupteur mural fonctionne toujours.",
  away: "Le boîtier ne répond pas. L'interrupteur mural fonctionne tout de même. La page continue d'essayer.",
};

export type LightWords = typeof fr;

const en: LightWords = {
  title: "Light",
  otherLanguage: "Français",
  light: {
    on: "On",
    off: "Off",
    inhibited: "Kept off",
    mismatch: "On",
    unknown: "Nobody knows whether it is on",
  },
  ask: (minutes) => `Light for ${minutes}\u00a0min`,
  rather: "Or:",
  minutes: (minutes) => `${minutes}\u00a0min`,
  asked: {
    page: "Light was asked for on the page",
    "wall-switch": "Somebody pressed the wall switch",
  },
  left: "still",
  until: (clock) => `until ${clock}`,
  press: "If the light does not come by itself, press the switch.",
  switchStays: "This time is from the wall switch: no page can end it.",
  prolong: (minutes) => `${minutes}\u00a0min more`,
  handBack: "Hand back",
  wait: (span) => `Too many requests by this code. Possible again in ${span}.`,
  wall: "The wall switch always works.",
  away: "The hub does not answer. The wall switch works all the same. The page keeps trying.",
};

export const LIGHT_WORDS: { readonly [language in Language]: LightWords } = { fr, en };

/** RFC 9110 §12.5.4, without its weights: browsers send the best first. French for all others. */
export const languageOf = (asked: string | undefined, accepted: string | undefined): Language => {
  const isLanguage = (text: string): text is Language => text === "fr" || text === "en";
  const wanted = (accepted ?? "").split(",").map((it) => it.trim().slice(0, 2).toLowerCase());
  return [asked ?? "", ...wanted].find(isLanguage) ?? "fr";
};
