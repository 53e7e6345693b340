import type { Language } from "./language.ts";

/** Every word of the pages. French is the source; the compiler holds English to the same keys. */

const plural = (count: number, one: string, many: string): string => (count < 2 ? one : many);

const fr = {
  otherLanguage: "English",
  skip: "Aller au contenu",
  menu: "Pages, langue et compte",
  flash: "Flasher une carte",
  boards: "Cartes",
  signIn: "Se connecter",
  signOut: "Se déconnecter",
  signedInAs: (name: string) => `Connecté : ${name}`,
  back: "Retour à l'immeuble",

  connecting: "Lecture de l'immeuble…",
  unreachable: "Le boîtier ne répond pas. La page continue d'essayer.",
  frozen: (clock: string) => `Données figées depuis ${clock}. Reconnexion en cours…`,
  live: "Données à jour de nouveau.",

  demo: "Démonstration",
  demoSpeed: (speed: string) => `immeuble simulé, le temps y passe ${speed} fois plus vite`,
  demoPlain: "immeuble simulé",
  sunUp: (degrees: string) => `Soleil à ${degrees} au-dessus de l'horizon`,
  sunDown: (degrees: string) => `Soleil couché, ${degrees} sous l'horizon`,
  setupWaiting:
    "La mise en service n'est pas terminée : ouvrez le lien que le boîtier affiche à son démarrage.",

  zones: "Parties communes",
  zonesMean:
    "La cible est la lumière que le sol doit recevoir. Quand le jour à lui seul dépasse assez longtemps le seuil, Battant garde les lampes éteintes ; sous la cible, il les rend.",
  noZones: "Aucune zone n'est décrite dans le fichier de l'immeuble.",
  lights: "Lumières",
  summary: {
    inhibited: (n: string, count: number) =>
      `${n} ${plural(count, "gardée éteinte", "gardées éteintes")} par Battant`,
    on: (n: string, count: number) => `${n} ${plural(count, "allumée", "allumées")}`,
    off: (n: string, count: number) => `${n} ${plural(count, "éteinte", "éteintes")}`,
    mismatch: (n: string, count: number) =>
      `${n} ${plural(count, "allumée", "allumées")} malgré le relais`,
    unknown: (n: string, count: number) => `${n} ${plural(count, "inconnue", "inconnues")}`,
  },
  kinds: {
    "outdoor-path": "Cheminement extérieur",
    hall: "Hall",
    corridor: "Couloir",
    stairwell: "Cage d'escalier",
    "car-park": "Parc de stationnement",
    "common-room": "Local commun",
  } as { readonly [kind: string]: string },
  light: {
    on: "Allumée",
    off: "Éteinte",
    inhibited: "Gardée éteinte par Battant",
    mismatch: "Allumée malgré le relais : contact à vérifier",
    unknown: "État inconnu",
  },
  lightOf: "Lumière :",
  decided: (moment: string, span: string) => `Décision : ${moment}, il y a ${span}`,
  modes: { observe: "Observation", off: "Règle arrêtée" },
  daylight: "Lumière du jour au sol",
  unknown: "inconnue",
  target: "Cible",
  threshold: "Seuil",
  atSensor: (lux: string) => `Au capteur, lampes comprises : ${lux}`,
  atSensorUnknown: "Au capteur : inconnu",
  override: (clock: string, span: string) =>
    `Demande de lumière en cours : encore ${span}, jusqu'à ${clock}.`,
  lease: (clock: string) => `Rendue d'elle-même à ${clock}, sauf renouvellement.`,

  decisions: "Décisions récentes",
  noDecisions: "Aucune décision depuis 24 heures.",
  loading: "Lecture…",
  retry: "Réessayer",

  health: "Santé du boîtier",
  healthSince: (moment: string) => `Démarré : ${moment}`,
  readingsStored: "Relevés gardés",
  duplicates: "Reçus deux fois, comptés une",
  boardsOnline: "Cartes en ligne",
  ofCount: (n: string, total: string) => `${n} sur ${total}`,
  online: { yes: "en ligne", no: "hors ligne", unknown: "jamais vue" },
  lastReading: (span: string) => `Dernier relevé il y a ${span}`,
  noReading: "Aucun relevé",
  refusals: "Messages refusés",
  noRefusals: "Aucun message refusé.",
  refusedTimes: (n: string) => `${n} fois`,
  refusedLast: (span: string) => `dernier il y a ${span}`,
  journal: "Écriture sur disque",
  journalFine: "Tous les relevés sont écrits.",
  forwarder: (store: string) => `Envoi vers ${store}`,
  forwarderFine: "À jour.",
  forwarderBehind: (n: string) => `${n} relevés en attente`,
  forwarderParked: (n: string) => `${n} relevés mis de côté`,
  noForwarder: "Aucune base extérieure : tout est gardé ici.",
  serial: "Ports série",
  noSerial: "Aucun dongle Linky.",
  serialMode: { historique: "mode historique", standard: "mode standard" } as {
    readonly [mode: string]: string;
  },
  serialNoMode: "mode pas encore reconnu",
  groups: (good: string, bad: string) => `${good} groupes lus, ${bad} refusés`,

  name: "Nom",
  password: "Mot de passe",
  showPassword: "Montrer le mot de passe",
  signInTitle: "Se connecter",
  signInFor:
    "Pour les gestionnaires, le conseil syndical et l'atelier. L'immeuble se regarde sans compte.",
  setupTitle: "Mise en service",
  setupFor: "Créez le premier compte : celui de la personne qui gère l'immeuble.",
  setupNoToken:
    "Il manque la fin du lien. Recopiez en entier celui que le boîtier affiche à son démarrage.",
  setupDone: "La mise en service est déjà faite.",
  nameRule: "Un prénom ou une fonction, 64 caractères au plus.",
  passwordRule: (min: number) =>
    `Au moins ${min} caractères, sans autre règle. Quelques mots ordinaires font l'affaire.`,
  create: "Créer le compte",
  sending: "Envoi…",

  workshopOnly: "Cette page est pour l'atelier et les gestionnaires.",
  workshopNotYours: "Votre compte n'y donne pas accès : demandez à un gestionnaire.",
  notLoaded: "La page n'a pas pu être chargée.",

  notFound: "Cette page n'existe pas.",
  privacy:
    "Ce que mesure un logement n'est montré sur aucune page : ses relevés n'appartiennent qu'à son occupant.",
  offline: "Fonctionne sans internet.",
  licence: "Logiciel libre, licence AGPL-3.0-or-later.",
};

export type Words = typeof fr;

const en: Words = {
  otherLanguage: "Français",
  skip: "Skip to content",
  menu: "Pages, language and account",
  flash: "Flash a board",
  boards: "Boards",
  signIn: "Sign in",
  signOut: "Sign out",
  signedInAs: (name) => `Signed in: ${name}`,
  back: "Back to the building",

  connecting: "Reading the building…",
  unreachable: "The hub does not answer. The page keeps trying.",
  frozen: (clock) => `Data frozen since ${clock}. Reconnecting…`,
  live: "Data are up to date again.",

  demo: "Demonstration",
  demoSpeed: (speed) => `simulated building, where time runs ${speed} times faster`,
  demoPlain: "simulated building",
  sunUp: (degrees) => `Sun ${degrees} above the horizon`,
  sunDown: (degrees) => `Sun down, ${degrees} below the horizon`,
  setupWaiting: "Set-up is not finished: open the link that the hub prints at start.",

  zones: "Common areas",
  zonesMean:
    "The target is the light the floor must get. When daylight alone exceeds the threshold for long enough, Battant keeps the lamps off; below the target it gives them back.",
  noZones: "The building file describes no zone.",
  lights: "Lights",
  summary: {
    inhibited: (n) => `${n} kept off by Battant`,
    on: (n) => `${n} on`,
    off: (n) => `${n} off`,
    mismatch: (n) => `${n} on despite the relay`,
    unknown: (n) => `${n} unknown`,
  },
  kinds: {
    "outdoor-path": "Outdoor path",
    hall: "Hall",
    corridor: "Corridor",
    stairwell: "Stairwell",
    "car-park": "Car park",
    "common-room": "Common room",
  },
  light: {
    on: "On",
    off: "Off",
    inhibited: "Kept off by Battant",
    mismatch: "On despite the relay: look at its contact",
    unknown: "State unknown",
  },
  lightOf: "Light:",
  decided: (moment, span) => `Decided: ${moment}, ${span} ago`,
  modes: { observe: "Observation", off: "Rule off" },
  daylight: "Daylight on the floor",
  unknown: "unknown",
  target: "Target",
  threshold: "Threshold",
  atSensor: (lux) => `At the sensor, lamps included: ${lux}`,
  atSensorUnknown: "At the sensor: unknown",
  override: (clock, span) => `Light was asked for: ${span} left, until ${clock}.`,
  lease: (clock) => `Given back by itself at ${clock}, unless renewed.`,

  decisions: "Recent decisions",
  noDecisions: "No decision in the last 24 hours.",
  loading: "Reading…",
  retry: "Try again",

  health: "Health of the hub",
  healthSince: (moment) => `Started: ${moment}`,
  readingsStored: "Readings kept",
  duplicates: "Received twice, counted once",
  boardsOnline: "Boards online",
  ofCount: (n, total) => `${n} of ${total}`,
  online: { yes: "online", no: "offline", unknown: "never seen" },
  lastReading: (span) => `Last reading ${span} ago`,
  noReading: "No reading",
  refusals: "Refused messages",
  noRefusals: "No message refused.",
  refusedTimes: (n) => `${n} times`,
  refusedLast: (span) => `last ${span} ago`,
  journal: "Writing to disk",
  journalFine: "All readings are written.",
  forwarder: (store) => `Forwarding to ${store}`,
  forwarderFine: "Up to date.",
  forwarderBehind: (n) => `${n} readings waiting`,
  forwarderParked: (n) => `${n} readings set aside`,
  noForwarder: "No outside database: everything is kept here.",
  serial: "Serial ports",
  noSerial: "No Linky dongle.",
  serialMode: { historique: "historique mode", standard: "standard mode" },
  serialNoMode: "mode not recognised yet",
  groups: (good, bad) => `${good} groups read, ${bad} refused`,

  name: "Name",
  password: "Password",
  showPassword: "Show the password",
  signInTitle: "Sign in",
  signInFor:
    "For managers, the co-owners' council and the workshop. Looking at the building needs no account.",
  setupTitle: "Set-up",
  setupFor: "Create the first account: that of the person who manages the building.",
  setupNoToken: "The end of the link is missing. Copy the whole link that the hub prints at start.",
  setupDone: "Set-up has already been done.",
  nameRule: "A first name or a function, at most 64 characters.",
  passwordRule: (min) => `At least ${min} characters, no other rule. A few ordinary words will do.`,
  create: "Create the account",
  sending: "Sending…",

  workshopOnly: "This page is for the workshop and for managers.",
  workshopNotYours: "Your account does not open it: ask a manager.",
  notLoaded: "The page could not be loaded.",

  notFound: "This page does not exist.",
  privacy: "What a flat measures is shown on no page: its readings belong to its resident alone.",
  offline: "Works without the internet.",
  licence: "Free software, AGPL-3.0-or-later licence.",
};

export const WORDS: { readonly [language in Language]: Words } = { fr, en };
