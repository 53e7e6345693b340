import type { BacktestSettingsView } from "@battant/hub/api/backtest";
import type { Language } from "../language.ts";

/** Every word of « Essayer sur le passé ». */

export const FIELDS = [
  "target_lx",
  "margin",
  "off_delay_min",
  "floor_factor",
  "luminaire_contribution_lx",
] as const satisfies readonly (keyof BacktestSettingsView)[];

export type FieldName = (typeof FIELDS)[number];

const fr = {
  title: "Essayer sur le passé",
  about:
    "Qu'aurait fait la règle de la lumière du jour ici, avec d'autres réglages ? Les relevés du boîtier répondent. Rien n'est commuté, rien n'est envoyé à aucune carte.",
  zone: "Zone",
  range: "Période",
  ranges: {
    "7": "7 derniers jours",
    "30": "30 derniers jours",
    "365": "12 derniers mois",
    dates: "D'un jour à un autre…",
  },
  from: "Du",
  to: "Au (compris)",
  noDay: "Choisissez deux jours, le premier avant le second.",
  today: "Aujourd'hui",
  tried: (n: string) => `Essai ${n}`,
  add: "Ajouter un essai",
  remove: "Retirer cet essai",
  fields: {
    target_lx: "Consigne au sol (lx)",
    margin: "Marge avant d'éteindre (×)",
    off_delay_min: "Attente avant d'éteindre (min)",
    floor_factor: "Sol ÷ capteur",
    luminaire_contribution_lx: "Part des lampes au capteur (lx)",
  } satisfies { readonly [name in FieldName]: string },
  now: (value: string) => `Aujourd'hui : ${value}. Vide : comme aujourd'hui.`,
  notCalibrated: "non étalonnée",
  legal: (lux: string) => `Minimum légal : ${lux}.`,
  uncalibrated:
    "Cette zone n'est pas étalonnée : la règle n'y éteint rien. Donnez la part des lampes à l'essai (0 si le capteur ne voit que le ciel).",
  noSensor:
    "Cette zone n'a pas de capteur de lumière dans le fichier de l'immeuble : rien à essayer.",
  measured: (from: string, to: string) => `Relevés gardés : du ${from} au ${to}.`,
  unmeasured: "Aucun relevé de son capteur de lumière n'est gardé.",
  always: "Supposer la lumière allumée dès qu'elle est disponible",
  alwaysRule: "C'est le plus qu'on puisse éviter. Sans cela, on suit ce que les cartes ont vu.",
  price: "Prix du kWh (€)",
  priceRule: "Vide : les prix du fichier de l'immeuble.",
  priceNone: "Le fichier de l'immeuble n'en donne pas. Vide : argent inconnu.",
  run: "Essayer",
  stop: "Arrêter",
  running: "Le boîtier relit l'historique…",
  stopped: "Arrêté.",
  done: "Résultat prêt.",

  results: "Résultat",
  period: (from: string, to: string) => `Du ${from} au ${to}. Rien n'a été commandé.`,
  nothing: "Aucun relevé du capteur de lumière de cette zone dans cette période.",
  rows: {
    avoided: "Lumière évitée",
    seen: "dont allumage constaté",
    energy: "Énergie évitée",
    money: "Argent évité",
    switchings: "Commutations en tout",
    switchingsMax: "le jour le plus chargé",
    below: "Éteint sous la consigne",
    belowLongest: "au plus long",
    belowOccupied: "dont en présence",
    unknown: "De jour, on ne sait pas",
  },
  unknownValue: "inconnu",
  read: "À savoir",

  chart: "Jour par jour",
  chartAbout:
    "Une ligne par jour, à l'heure de l'immeuble ; une bande par réglage, à droite les heures évitées. Flèches du clavier ou souris : le détail d'une extinction. Les chiffres sont dans le tableau.",
  legendKept: (name: string) => `${name} : gardée éteinte`,
  legendOther: "plus pâle : elle aurait été éteinte de toute façon",
  legendNight: "nuit : la règle n'éteint pas",
  tooMany: (name: string) =>
    `${name} : trop de commutations pour être dessinées ; seuls les totaux sont donnés.`,
  dayLength: (hours: string) => `jour de ${hours} h`,
  interval: (name: string, from: string, to: string, length: string) =>
    `${name} : éteinte du ${from} au ${to} (${length})`,
  idle: (day: string) => `${day} : jamais gardée éteinte.`,
  dayOf: (day: string, lengths: string) => `${day} : ${lengths}`,
  unknownFor: (length: string) => `${length} inconnus`,
  print: "Imprimer",
};

export type BacktestWords = typeof fr;

const en: BacktestWords = {
  title: "Try on the past",
  about:
    "What would the daylight rule have done here, with other settings? The hub's own readings answer. Nothing is switched, nothing is sent to any board.",
  zone: "Zone",
  range: "Time",
  ranges: {
    "7": "Last 7 days",
    "30": "Last 30 days",
    "365": "Last 12 months",
    dates: "From one day to another…",
  },
  from: "From",
  to: "To (included)",
  noDay: "Choose two days, the first before the second.",
  today: "As it is",
  tried: (n) => `Trial ${n}`,
  add: "Add a trial",
  remove: "Remove this trial",
  fields: {
    target_lx: "Target on the floor (lx)",
    margin: "Margin before switching off (×)",
    off_delay_min: "Wait before switching off (min)",
    floor_factor: "Floor ÷ sensor",
    luminaire_contribution_lx: "Lamps' share at the sensor (lx)",
  },
  now: (value) => `Now: ${value}. Empty: as it is now.`,
  notCalibrated: "not calibrated",
  legal: (lux) => `Legal minimum: ${lux}.`,
  uncalibrated:
    "This zone is not calibrated: the rule switches nothing off there. Give the trial the lamps' share (0 if the sensor sees only the sky).",
  noSensor: "This zone has no light sensor in the building file: there is nothing to try.",
  measured: (from, to) => `Readings kept: from ${from} to ${to}.`,
  unmeasured: "No reading of its light sensor is kept.",
  always: "Take the light to burn whenever it is available",
  alwaysRule: "The most that could be avoided. Otherwise what the boards saw is followed.",
  price: "Price of a kWh (€)",
  priceRule: "Empty: the prices of the building file.",
  priceNone: "The building file gives none. Empty: money unknown.",
  run: "Try",
  stop: "Stop",
  running: "The hub reads the past again…",
  stopped: "Stopped.",
  done: "The result is ready.",

  results: "Result",
  period: (from, to) => `From ${from} to ${to}. Nothing was switched.`,
  nothing: "No reading of this zone's light sensor in this time.",
  rows: {
    avoided: "Light avoided",
    seen: "of which it was seen to burn",
    energy: "Energy avoided",
    money: "Money avoided",
    switchings: "Switchings in all",
    switchingsMax: "on the busiest day",
    below: "Off below the target",
    belowLongest: "the longest",
    belowOccupied: "of which somebody was there",
    unknown: "By day, nobody knows",
  },
  unknownValue: "unknown",
  read: "What to know",

  chart: "Day by day",
  chartAbout:
    "A row for each day, by the building's clock; a strip for each setting, at the right the hours avoided. Arrow keys or mouse: one interval in detail. The figures are in the table.",
  legendKept: (name) => `${name}: kept off`,
  legendOther: "paler: it would have been off anyway",
  legendNight: "night: the rule switches nothing off",
  tooMany: (name) => `${name}: too many switchings to be drawn; only totals are given.`,
  dayLength: (hours) => `day of ${hours} h`,
  interval: (name, from, to, length) => `${name}: off from ${from} to ${to} (${length})`,
  idle: (day) => `${day}: never kept off.`,
  dayOf: (day, lengths) => `${day}: ${lengths}`,
  unknownFor: (length) => `${length} unknown`,
  print: "Print",
};

export const BACKTEST_WORDS: { readonly [language in Language]: BacktestWords } = { fr, en };

/** Of a setting: the first is that of today. */
export const nameOf = (index: number, words: BacktestWords): string =>
  index === 0 ? words.today : words.tried(String(index));
