import type { Language } from "../language.ts";

/** The words of the calibration wizard. French is the source. */

const fr = {
  title: "Étalonner",
  titleOf: (zone: string) => `Étalonner ${zone}`,
  choose: "Quelle zone ?",
  about:
    "Un capteur au plafond ne voit pas ce que reçoit le sol, et il voit aussi les lampes. Deux mesures le disent : au luxmètre, de jour ; de nuit, toute seule.",
  none: "Aucune zone n'est décrite dans le fichier de l'immeuble.",
  steps: ["Placer", "De jour", "De nuit", "Écrire", "La fiche"],
  stepOf: (number: string, total: string) => `Étape ${number} sur ${total} : `,
  stepsName: "Étapes",
  back: "Retour",
  onward: "Continuer",
  nextThing: "À faire maintenant",
  busy: (who: string, until: string) =>
    `${who} étalonne cette zone (au plus tard jusqu'à ${until}).`,

  now: "Le capteur, à l'instant",
  nothingSeen: "rien",
  lampsOn: "Lampes allumées",
  lampsOff: "Lampes éteintes",
  lampsUnknown: "Lampes : le boîtier ne le voit pas",
  seen: (span: string) => `il y a ${span}`,

  place: "Bien placer le capteur",
  placeRules: [
    "À deux mètres du sol au moins, hors de portée.",
    "Il regarde le sol de la zone, ou la fenêtre ; jamais une lampe en face.",
    "À 30 ou 50 cm des luminaires.",
    "Jamais en plein soleil, à aucune heure : regardez d'où il vient.",
    "Pas derrière une porte qui s'ouvre, ni au-dessus d'une fenêtre qui reflète.",
    "Propre : un chiffon sec, une fois l'an.",
    "Loin d'un bloc de secours, d'une enseigne, de la lampe d'un voisin.",
  ],
  placed: "Il est bien placé",

  day: "De jour, au luxmètre",
  dayHow:
    "Éteignez les lampes. Posez le luxmètre au sol, sous le capteur, à plat, et écartez-vous de la lumière. Quand la page dit « stable », tapez ce qu'il montre. Trois points à des heures différentes valent mieux qu'un ; un seul suffit.",
  floor: "Le luxmètre montre, au sol (lx)",
  lampsAre: "Les lampes sont",
  off: "éteintes",
  on: "allumées",
  lampsFloor: "Ce que les lampes seules donnent au sol, mesuré de nuit (lx)",
  lampsFloorRule: "Sans cela, leur lumière passerait pour du jour. Le plus simple : éteignez-les.",
  keep: "Retenir ce point",
  waiting: "En attente d'une lumière stable…",
  points: "Points",
  noPoint: "Aucun point encore.",
  pointOf: (floor: string, sensor: string) => `${floor} au sol, ${sensor} au capteur`,
  pointFactor: (factor: string) => `facteur ${factor}`,
  pointBy: (moment: string, who: string) => `${moment}, ${who}`,
  withLamps: "lampes déduites",
  remove: "Supprimer",
  removePoint: (point: string) => `Supprimer le point ${point}`,
  factor: (value: string) => `Facteur retenu : ${value}`,
  taken: "Le point est retenu.",
  removed: "Le point est supprimé.",

  night: "De nuit, ce que les lampes ajoutent",
  nightAlone:
    "Rien à faire. Chaque nuit, quand les lampes sont commutées par qui que ce soit, le boîtier compare ce que voit le capteur avant et après. Cinq commutations suffisent. Il n'éteint jamais rien pour cela : vous pouvez revenir demain.",
  nightByHand:
    "La carte de ce relais ne voit pas si les lampes brûlent. Une fois la nuit tombée, actionnez l'interrupteur, puis dites-le ici aussitôt. Attendez une minute avant la suivante.",
  notNight: (clock: string) => `Il fait encore jour. La nuit sera assez noire à ${clock}.`,
  neverNight: "Le soleil ne descend pas assez bas en ce moment.",
  isNight: "La nuit est assez noire.",
  turnedOn: "Allumées",
  turnedOff: "Éteintes",
  markedOn: "Noté : allumées. Attendez une minute.",
  markedOff: "Noté : éteintes. Attendez une minute.",
  lampKind: "Les lampes de la zone",
  kinds: { led: "à LED : pleine lumière en 5 s", fluorescent: "tubes fluorescents : en 3 min" },
  toggles: (count: string, wanted: string) =>
    `Commutations mesurées : ${count} (il en faut ${wanted})`,
  noToggle: "Aucune encore.",
  contribution: (mean: string, sigma: string) => `Les lampes ajoutent ${mean} ± ${sigma}`,
  byHand: "à la main",

  write: "Écrire dans le fichier de l'immeuble",
  writeHow:
    "Les deux valeurs vont dans le fichier, dont les commentaires restent. La zone garde son mode : une zone en observation continue d'observer.",
  value: "Valeur",
  inFile: "au fichier",
  measured: "mesuré",
  floorFactor: "Sol / capteur",
  lampShare: "Les lampes, au capteur",
  unknown: "inconnu",
  writeNow: "Écrire dans le fichier",
  written: "C'est écrit.",
  isWritten: "Le fichier dit ce qui a été mesuré.",
  refined: "Depuis, à chaque commutation",
  writeRefined: "Écrire cette valeur",
  alarms: "À vérifier",

  sheet: "La fiche de réglage",
  sheetHow:
    "Une page A4 : les réglages, les points, ce que les lampes ajoutent, le câblage, et ce que l'électricien coche et signe. Elle reste au tableau. Le gestionnaire et le conseil syndical l'impriment.",
  openSheet: "Ouvrir la fiche",
  observe: "Puis laissez la zone observer deux semaines avant de passer en réel.",
};

export type CalibrationWords = typeof fr;

const en: CalibrationWords = {
  title: "Calibrate",
  titleOf: (zone) => `Calibrate ${zone}`,
  choose: "Which zone?",
  about:
    "A sensor on the ceiling does not see what the floor gets, and sees the lamps as well. Two measurements tell: one by day with a lux-meter, one by night by itself.",
  none: "The building file describes no zone.",
  steps: ["Place", "By day", "By night", "Write", "The sheet"],
  stepOf: (number, total) => `Step ${number} of ${total}: `,
  stepsName: "Steps",
  back: "Back",
  onward: "Go on",
  nextThing: "To do now",
  busy: (who, until) => `${who} is calibrating this zone (until ${until} at the latest).`,

  now: "The sensor, at this moment",
  nothingSeen: "nothing",
  lampsOn: "Lamps on",
  lampsOff: "Lamps off",
  lampsUnknown: "Lamps: the hub does not see them",
  seen: (span) => `${span} ago`,

  place: "Placing the sensor well",
  placeRules: [
    "At least two metres above the floor, out of reach.",
    "It looks at the zone's floor, or at the window; never into a lamp.",
    "30 to 50 cm away from luminaires.",
    "Never in direct sun, at no hour: look where it comes from.",
    "Not behind a door that opens, nor above a window that reflects.",
    "Clean: a dry cloth, once a year.",
    "Away from exit signs, shop signs and a neighbour's lamp.",
  ],
  placed: "It is well placed",

  day: "By day, with the lux-meter",
  dayHow:
    "Switch the lamps off. Lay the lux-meter flat on the floor under the sensor, and step out of the light. When the page says “steady”, type what it shows. Three points at different hours are better than one; one is enough.",
  floor: "The lux-meter shows, on the floor (lx)",
  lampsAre: "The lamps are",
  off: "off",
  on: "on",
  lampsFloor: "What the lamps alone give on the floor, measured by night (lx)",
  lampsFloorRule: "Without it their light would pass for daylight. Simplest: switch them off.",
  keep: "Take this point",
  waiting: "Waiting for a steady light…",
  points: "Points",
  noPoint: "No point yet.",
  pointOf: (floor, sensor) => `${floor} on the floor, ${sensor} at the sensor`,
  pointFactor: (factor) => `factor ${factor}`,
  pointBy: (moment, who) => `${moment}, ${who}`,
  withLamps: "lamps taken off",
  remove: "Remove",
  removePoint: (point) => `Remove the point ${point}`,
  factor: (value) => `Factor: ${value}`,
  taken: "The point is taken.",
  removed: "The point is removed.",

  night: "By night, what the lamps add",
  nightAlone:
    "Nothing to do. Each night, whenever anybody switches the lamps, the hub compares what the sensor sees before and after. Five toggles are enough. It never switches anything off for this: you may come back tomorrow.",
  nightByHand:
    "This relay's board does not see whether the lamps burn. Once it is night, press the switch and say so here at once. Wait a minute before the next.",
  notNight: (clock) => `It is still day. The night will be dark enough at ${clock}.`,
  neverNight: "The sun does not go low enough these days.",
  isNight: "The night is dark enough.",
  turnedOn: "On",
  turnedOff: "Off",
  markedOn: "Noted: on. Wait a minute.",
  markedOff: "Noted: off. Wait a minute.",
  lampKind: "The lamps of this zone",
  kinds: { led: "LED: full light in 5 s", fluorescent: "fluorescent: in 3 min" },
  toggles: (count, wanted) => `Toggles measured: ${count} (it takes ${wanted})`,
  noToggle: "None yet.",
  contribution: (mean, sigma) => `The lamps add ${mean} ± ${sigma}`,
  byHand: "by hand",

  write: "Writing into the building file",
  writeHow:
    "Both values go into the file, whose notes stay. The zone keeps its mode: a zone in observation goes on observing.",
  value: "Value",
  inFile: "in the file",
  measured: "measured",
  floorFactor: "Floor / sensor",
  lampShare: "The lamps, at the sensor",
  unknown: "unknown",
  writeNow: "Write into the file",
  written: "It is written.",
  isWritten: "The file says what was measured.",
  refined: "Since then, at each toggle",
  writeRefined: "Write this value",
  alarms: "To be looked at",

  sheet: "The setting sheet",
  sheetHow:
    "One A4 page: the settings, the points, what the lamps add, the wiring, and what the electrician ticks and signs. It stays in the switchboard. The manager and the co-owners' council print it.",
  openSheet: "Open the sheet",
  observe: "Then let the zone observe for two weeks before it acts.",
};

export const CALIBRATION_WORDS: { readonly [language in Language]: CalibrationWords } = { fr, en };
