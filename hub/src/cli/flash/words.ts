import type { WalkStep } from "@battant/cable/walk";
import type { Language } from "../../domain/sentence.ts";
import type { ZoneKind } from "../../domain/site.ts";

/** What a maker reads at the terminal while a board is flashed. */

export type FlashWords = {
  readonly steps: { readonly [step in WalkStep]: string };
  readonly kinds: string;
  readonly parts: string;
  readonly noPort: string;
  readonly ports: string;
  readonly onlyPort: (label: string) => string;
  readonly again: string;
  readonly noSuch: (answer: string) => string;
  readonly wifiKept: (ssid: string) => string;
  readonly whichWifi: string;
  readonly password: (ssid: string) => string;
  readonly erases: string;
  readonly chip: (name: string, megabytes: number, mac: string) => string;
  readonly board: (board: string, isKnown: boolean) => string;
  readonly progress: (done: Done) => string;
  readonly retry: (region: string, reason: string) => string;
  readonly pressEn: string;
  readonly selfTest: SelfTestWords;
  readonly firstReading: (value: string, took: string) => string;
  readonly joined: (took: string) => string;
  readonly duration: (ms: number) => string;
  readonly whichName: (known: string) => string;
  readonly zones: string;
  readonly newZone: string;
  readonly noZone: string;
  readonly zoneName: string;
  readonly zoneKinds: string;
  readonly zoneKind: { readonly [kind in ZoneKind]: string };
  readonly whichNumber: string;
  readonly adopted: (name: string, zone: string | undefined) => string;
  readonly adoptLater: (command: string) => string;
  readonly missing: (options: string) => string;
  readonly console: string;
  readonly listening: string;
  readonly nothingSaid: string;
};

export type Done = {
  readonly written: number;
  readonly total: number;
  readonly bytesPerSecond: number;
};

export type SelfTestWords = {
  readonly head: readonly [what: string, answer: string, verdict: string];
  readonly program: string;
  readonly memory: string;
  readonly free: (share: string) => string;
  readonly bus: string;
  readonly colon: string;
  readonly nobody: string;
  readonly notConnected: string;
  readonly hub: string;
  readonly reached: string;
  readonly good: string;
  readonly bad: string;
};

const MEGA = 1_000_000;

const megabytes = (bytes: number, language: Language): string =>
  (bytes / MEGA).toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

const share = ({ written, total }: Done): number => Math.floor((100 * written) / total);

const minutes = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

const french: FlashWords = {
  steps: {
    connect: "Connexion à la puce",
    prepare: "Le boîtier prépare la carte",
    write: "Écriture",
    confirm: "Tout est écrit et vérifié ; le boîtier enregistre la carte",
    start: "Démarrage de la carte",
    "self-test": "Auto-test",
    join: "La carte rejoint le boîtier",
    reading: "En attente de la première mesure",
  },
  kinds: "Quel type de carte ?",
  parts: "Sur la table :",
  noPort:
    "Aucun port USB série. Branchez la carte avec un câble de données, directement sur cette machine.",
  ports: "Sur quel port ?",
  onlyPort: (label) => `Port : ${label}`,
  again: "Entrée pour regarder encore : ",
  noSuch: (answer) => `« ${answer} » n'est pas dans la liste.`,
  wifiKept: (ssid) => `Wi-Fi : « ${ssid} », retenu de la dernière fois (--wifi pour en changer)`,
  whichWifi: "Nom du réseau Wi-Fi (2,4 GHz) : ",
  password: (ssid) => `Mot de passe de « ${ssid} » (rien ne s'affiche ; Entrée s'il est ouvert) : `,
  erases:
    "Tout ce que contient cette carte sera effacé. Entrée pour flasher, Ctrl-C pour renoncer : ",
  chip: (name, size, mac) => `  ${name}, ${size} Mo de flash, ${mac}`,
  board: (board, isKnown) =>
    `  carte ${board}${isKnown ? ", déjà connue : elle garde son histoire" : ""}`,
  progress: (done) =>
    `  ${share(done)} %   ${megabytes(done.written, "fr")} / ${megabytes(done.total, "fr")} Mo   ${Math.round(done.bytesPerSecond / 1000)} ko/s`,
  retry: (region, reason) => `  ${region} : ${reason} ; nouvel essai`,
  pressEn: "  La carte ne dit rien : appuyez une fois sur son bouton EN (ou RST).",
  selfTest: {
    head: ["", "réponse", ""],
    program: "programme",
    memory: "mémoire",
    free: (free) => `${free} libres`,
    bus: "bus I2C",
    colon: " : ",
    nobody: "personne ne répond",
    notConnected: "non connecté",
    hub: "boîtier",
    reached: "atteint",
    good: "bon",
    bad: "à vérifier",
  },
  firstReading: (value, took) => `Première mesure : ${value}, en ${took}`,
  joined: (took) => `La carte est en ligne, en ${took}`,
  duration: minutes,
  whichName: (known) => `Comment l'appeler ? [${known}] : `,
  zones: "Dans quelle zone ?",
  newZone: "une nouvelle zone",
  noZone: "nulle part en particulier",
  zoneName: "Nom de la zone : ",
  zoneKinds: "Quel type de zone ?",
  zoneKind: {
    hall: "hall",
    corridor: "couloir",
    stairwell: "cage d'escalier",
    "common-room": "local commun",
    "car-park": "parc de stationnement",
    "outdoor-path": "cheminement extérieur",
  },
  whichNumber: "Numéro ou nom : ",
  adopted: (name, zone) => `« ${name} » est adoptée${zone === undefined ? "" : `, zone ${zone}`}.`,
  adoptLater: (command) => `Elle attend parmi les nouvelles cartes. Pour l'adopter :\n  ${command}`,
  missing: (options) => `Il manque ${options} ; personne n'est là pour répondre.`,
  console: "Console de la carte ; Ctrl-C deux fois pour la quitter.",
  listening: "À l'écoute de la carte ; Ctrl-C pour arrêter.",
  nothingSaid: "La carte et le boîtier ne se sont encore rien dit depuis que le boîtier a démarré.",
};

const english: FlashWords = {
  steps: {
    connect: "Connecting to the chip",
    prepare: "The hub prepares the board",
    write: "Writing",
    confirm: "All is written and verified; the hub takes note of the board",
    start: "The board starts",
    "self-test": "Self-test",
    join: "The board joins the hub",
    reading: "Waiting for the first reading",
  },
  kinds: "Which kind of board?",
  parts: "On the table:",
  noPort: "No USB serial port. Plug the board in with a data cable, straight into this machine.",
  ports: "On which port?",
  onlyPort: (label) => `Port: ${label}`,
  again: "Enter to look again: ",
  noSuch: (answer) => `“${answer}” is not in the list.`,
  wifiKept: (ssid) => `Wi-Fi: “${ssid}”, remembered from last time (--wifi changes it)`,
  whichWifi: "Name of the Wi-Fi network (2.4 GHz): ",
  password: (ssid) => `Password of “${ssid}” (nothing is shown; Enter if it is open): `,
  erases: "Everything on this board will be erased. Enter to flash, Ctrl-C to leave: ",
  chip: (name, size, mac) => `  ${name}, ${size} MB of flash, ${mac}`,
  board: (board, isKnown) =>
    `  board ${board}${isKnown ? ", known already: it keeps its history" : ""}`,
  progress: (done) =>
    `  ${share(done)} %   ${megabytes(done.written, "en")} / ${megabytes(done.total, "en")} MB   ${Math.round(done.bytesPerSecond / 1000)} kB/s`,
  retry: (region, reason) => `  ${region}: ${reason}; trying again`,
  pressEn: "  The board says nothing: press its EN (or RST) button once.",
  selfTest: {
    head: ["", "answer", ""],
    program: "program",
    memory: "memory",
    free: (free) => `${free} free`,
    bus: "I2C bus",
    colon: ": ",
    nobody: "nobody answers",
    notConnected: "not connected",
    hub: "hub",
    reached: "reached",
    good: "good",
    bad: "look at it",
  },
  firstReading: (value, took) => `First reading: ${value}, in ${took}`,
  joined: (took) => `The board is online, in ${took}`,
  duration: minutes,
  whichName: (known) => `What is it called? [${known}]: `,
  zones: "In which zone?",
  newZone: "a new zone",
  noZone: "nowhere in particular",
  zoneName: "Name of the zone: ",
  zoneKinds: "What kind of zone?",
  zoneKind: {
    hall: "hall",
    corridor: "corridor",
    stairwell: "stairwell",
    "common-room": "common room",
    "car-park": "car park",
    "outdoor-path": "outdoor path",
  },
  whichNumber: "Number or name: ",
  adopted: (name, zone) => `“${name}” is adopted${zone === undefined ? "" : `, zone ${zone}`}.`,
  adoptLater: (command) => `It waits among the new boards. To adopt it:\n  ${command}`,
  missing: (options) => `Missing: ${options}; nobody is there to answer.`,
  console: "The board's console; Ctrl-C twice leaves it.",
  listening: "Listening to the board; Ctrl-C ends it.",
  nothingSaid: "The board and the hub have said nothing to each other since the hub started.",
};

export const FLASH_WORDS: { readonly [language in Language]: FlashWords } = {
  fr: french,
  en: english,
};
