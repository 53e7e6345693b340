import type { Language } from "../domain/sentence.ts";

/** Every question of `battant survey`. */

const fr = {
  location: "Où est l'immeuble, en degrés nord,est (comme 47.24,6.02) ? ",
  places: "Quel endroit ? Une zone de l'immeuble, ou un type de lieu avec son minimum légal :",
  whichPlace: "Numéro ou nom : ",
  noSuch: (answer: string) => `${JSON.stringify(answer)} n'est pas dans la liste.`,
  kinds: {
    "outdoor-path": "cheminement extérieur",
    hall: "hall",
    corridor: "couloir",
    stairwell: "cage d'escalier",
    "car-park": "parc de stationnement",
    "common-room": "local commun",
  } as { readonly [kind: string]: string },
  howToMeasure:
    "Mesurez au sol, lampes éteintes, un jour couvert vers midi ; puis dehors sous le ciel, dans les minutes qui suivent.",
  reading: (number: number) =>
    number === 1
      ? "Endroit 1, lux dedans:dehors (comme 120:9500) : "
      : `Endroit ${number} (ligne vide : c'est tout) : `,
  again: "Écrivez lux dedans:dehors, comme 120:9500.",
  load: "Que consomment ces lampes, en watts ? ",
  burning:
    "Quand brûlent-elles ? always (jour et nuit), day (de jour), 45min ou 6h par jour [always] : ",
  price: "Prix du kWh en euros (ligne vide : inconnu) : ",
  cost: "Coût du matériel et de la pose en euros (ligne vide : inconnu) : ",
  stopped: "Arrêté. Rien n'est gardé.",
  missing: (what: string) => `Il manque ${what}. battant survey --help montre un exemple.`,
  noHub: "Sans boîtier ici, dites le lieu : --kind hall --location 47.24,6.02 (degrés nord,est).",
  title: (name: string) => `Le jour suffirait-il ici ? ${name}`,
};

export type SurveyQuestions = typeof fr;

const en: SurveyQuestions = {
  location: "Where is the building, in degrees north,east (like 47.24,6.02)? ",
  places: "Which place? A zone of the building, or a kind of place with its legal minimum:",
  whichPlace: "Number or name: ",
  noSuch: (answer) => `${JSON.stringify(answer)} is not in the list.`,
  kinds: {
    "outdoor-path": "outdoor path",
    hall: "hall",
    corridor: "corridor",
    stairwell: "stairwell",
    "car-park": "car park",
    "common-room": "common room",
  },
  howToMeasure:
    "Measure on the floor, lamps off, on an overcast day around noon; then outside under the sky, within minutes.",
  reading: (number) =>
    number === 1
      ? "Place 1, lux inside:outside (like 120:9500): "
      : `Place ${number} (empty line: that is all): `,
  again: "Write lux inside:outside, like 120:9500.",
  load: "What do these lamps draw, in watts? ",
  burning: "When do they burn? always (day and night), day (sun up), 45min or 6h a day [always]: ",
  price: "Price per kWh in euros (empty line: unknown): ",
  cost: "Cost of the hardware and its fitting in euros (empty line: unknown): ",
  stopped: "Stopped. Nothing is kept.",
  missing: (what) => `Missing: ${what}. battant survey --help shows an example.`,
  noHub:
    "Without a hub here, say the place: --kind hall --location 47.24,6.02 (degrees north,east).",
  title: (name) => `Would daylight be enough here? ${name}`,
};

export const SURVEY_QUESTIONS: { readonly [language in Language]: SurveyQuestions } = { fr, en };
