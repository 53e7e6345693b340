import type { Language } from "../language.ts";

/** Every word around the sign of a zone. The sign itself speaks both languages, whoever prints it. */

const fr = {
  title: (name: string) => `Affiche\u00a0: ${name}`,
  noZone: "L'adresse de cette page ne nomme aucune zone.",
  means:
    "À coller là où la lumière manque. Qui la scanne avec un téléphone relié au Wi-Fi de l'immeuble peut demander la lumière de cette zone, et rien d'autre.",
  print: "Imprimer",
  saveCode: "Le code seul (SVG)",
  address: "Adresse du boîtier pour les téléphones",
  addressRule:
    "Celle que les téléphones de l'immeuble atteignent. Un nom comme «\u00a0battant.local\u00a0» survit à un changement d'adresse.",
  useAddress: "Utiliser cette adresse",
  onlyHere:
    "Cette adresse n'est que celle de cet ordinateur : aucun téléphone ne l'atteint. Choisissez-en une autre ci-dessous.",
  renew: "Renouveler le code…",
  renewTitle: "Renouveler le code ?",
  renewMeans:
    "Si quelqu'un abuse du code, photographié par exemple. Les affiches déjà imprimées ne mèneront plus nulle part : il faudra imprimer et coller celle-ci.",
  renewNow: "Renouveler",
  cancel: "Annuler",
  renewed: "Le code est renouvelé. Imprimez cette affiche et remplacez l'ancienne.",
};

export type SignWords = typeof fr;

const en: SignWords = {
  title: (name) => `Sign: ${name}`,
  noZone: "The address of this page names no zone.",
  means:
    "To be put up where light is missed. Whoever scans it with a phone on the building's Wi-Fi can ask for light in this zone, and nothing else.",
  print: "Print",
  saveCode: "The code alone (SVG)",
  address: "Address of the hub for phones",
  addressRule:
    "One that the building's phones reach. A name such as “battant.local” outlives a change of address.",
  useAddress: "Use this address",
  onlyHere: "This address is this computer's own: no phone reaches it. Choose another one below.",
  renew: "Renew the code…",
  renewTitle: "Renew the code?",
  renewMeans:
    "If somebody misuses the code, a photograph of it for one. Signs that were printed lead nowhere from then on: this one has to be printed and put up.",
  renewNow: "Renew",
  cancel: "Cancel",
  renewed: "The code is renewed. Print this sign and put it up in place of the old one.",
};

export const SIGN_WORDS: { readonly [language in Language]: SignWords } = { fr, en };

/** On the sign: French above, English below. */
export const ON_SIGN = {
  fr: {
    title: "Lumière\u00a0?",
    how: "Lumière éteinte parce qu'il fait jour\u00a0? Scannez\u00a0: elle vous est rendue pour le temps que vous demandez.",
    wall: "L'interrupteur mural fonctionne toujours.",
    wifi: "Depuis le Wi-Fi de l'immeuble.",
  },
  en: {
    title: "Light?",
    how: "Off because of daylight? Scan this: it is yours again for as long as you ask.",
    wall: "The wall switch always works.",
    wifi: "On the building's Wi-Fi.",
  },
};
