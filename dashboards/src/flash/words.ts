import { gluedWords } from "../glue.ts";
import type { WalkStep } from "@battant/cable/walk";
import type { RegionName } from "@battant/cable/plan";
import type { Language } from "../language.ts";

/** Every word of the way from a blank chip to its first reading. */

type Steps = { readonly [step in WalkStep]: string };
type Regions = { readonly [region in RegionName]: string };

const steps: Steps = {
  connect: "Reconnaître la puce",
  prepare: "Préparer son identité",
  write: "Écrire",
  confirm: "L'annoncer au boîtier",
  start: "Démarrer",
  "self-test": "Se tester",
  join: "Rejoindre le boîtier",
  reading: "Mesurer",
};

const regions: Regions = {
  bootloader: "amorçage",
  partitions: "table des partitions",
  settings: "réglages",
  choice: "choix du départ",
  espruino: "Espruino",
  storage: "programme et identité",
};

const fr = {
  intro:
    "Un ESP32 neuf, un câble USB : en moins de trois minutes, la carte mesure et le boîtier la connaît.",

  kindTitle: "1. Quelle carte ?",
  kind: "Type de carte",
  notBuilt: "Son programme n'est pas construit : `npm run build -w firmware` sur le boîtier.",
  wiring: (model: string) => `Câblage de la carte ${model}`,
  wiringMissing: "Le schéma de câblage n'est pas disponible : le guide des cartes le décrit.",
  parts: "Sur la table",
  part: (count: string, part: string) => `${count} × ${part}`,
  sensors: (names: string) => `Elle mesure : ${names}`,
  relays: (names: string) => `Elle commute : ${names}`,

  cableTitle: "2. Brancher",
  choosePort: "Choisir le port",
  chooseOther: "Choisir un autre port",
  allPorts: "Proposer tous les ports, pas seulement ceux des cartes connues",
  port: (name: string) => `Port choisi : ${name}`,
  otherPort: "port série",
  noPort: "Aucun port n'a été choisi.",
  portRefused: "Le navigateur n'a pas le droit d'ouvrir un port série sur cette page.",
  hintsTitle: "La carte n'est pas dans la liste ?",
  hints: [
    "Le câble : beaucoup ne font que charger. Prenez-en un qui transmet aussi les données, court, et branchez-le sans multiprise USB.",
    "Le pilote : Linux l'a déjà. Sous Windows ou macOS, lisez le nom gravé sur la petite puce près de la prise USB, CP2102 (Silicon Labs) ou CH340 (WCH), et installez le pilote de ce fabricant.",
    "Les droits, sous Linux : `sudo usermod -aG dialout $USER`, puis fermez la session et rouvrez-la. Si une puce CH340 disparaît aussitôt branchée : `sudo apt remove brltty`.",
    "Un autre programme tient le port : fermez moniteurs série, Arduino, autres onglets.",
    "Rien n'y fait : cochez « Proposer tous les ports » ci-dessus, ou essayez une autre prise USB.",
  ],

  wifiTitle: "Réseau de la carte",
  wifi: (ssid: string) => `Wi-Fi : ${ssid}`,
  change: "Changer",
  ssid: "Nom du réseau",
  ssidRule: "En 2,4 GHz : un ESP32 n'entend pas le 5 GHz.",
  wifiPassword: "Mot de passe du réseau",
  wifiPasswordRule: (min: number) =>
    `${min} caractères au moins ; rien pour un réseau ouvert. Il reste sur le boîtier et dans la carte.`,
  wifiKeep: "Retenir ce réseau",
  wifiBad: (min: number) => `Un mot de passe de Wi-Fi a au moins ${min} caractères.`,
  host: "Adresse du boîtier, telle que la carte la verra",
  noHost: "Le boîtier n'a d'adresse sur aucun réseau : reliez-le, la page continue toute seule.",

  detailsTitle: "Nom, logement, remplacement",
  name: "Nom (facultatif)",
  nameRule: "Il se change à l'adoption.",
  flat: "Logement (facultatif)",
  flatRule: "Un repère, pas un nom de personne. Ce qu'elle mesure devient privé.",
  replaces: "Remplace une carte en panne",
  replacesRule: "La nouvelle prend son nom, sa place et son historique ; l'ancienne est refusée.",
  replacesNone: "non, c'est une carte de plus",

  espruino: (version: string) => `Espruino ${version}`,
  espruinoUnlisted: (version: string) =>
    `Espruino ${version}, dont la somme de contrôle n'est pas de celles que Battant connaît`,
  start: "Flasher cette carte",
  missing: (parts: string) => `Il manque encore : ${parts}.`,
  missingKind: "le type de carte",
  missingPort: "le port",
  missingWifi: "le Wi-Fi",

  walkTitle: (model: string) => `3. Flasher ${model}`,
  steps: "Étapes",
  step: steps,
  stepStates: { done: "fait", now: "en cours", failed: "arrêté ici", later: "à venir" },
  chip: (name: string, mac: string) => `${name}, ${mac}`,
  flashSize: (size: string) => `${size} Mo de flash`,
  board: (board: string) => `Elle s'appellera ${board}.`,
  boardKnown: (board: string) => `Le boîtier la connaît déjà : ${board}.`,
  writing: "Écriture",
  region: regions,
  progress: (percent: string, region: string) => `${percent}, ${region}`,
  remaining: (span: string) => `encore ${span}`,
  retry: (region: string) => `« ${region} » est réécrite`,
  retries: (n: string) => `Reprises (${n})`,
  pressEn: "Rien ne vient de la carte : appuyez une fois sur son bouton EN (ou RST).",
  keepOpen: "Gardez cet onglet ouvert et la carte branchée.",
  stop: "Arrêter",
  stopMeans: "La carte ne démarrera pas avant d'avoir été flashée en entier.",

  selfTest: "Auto-test",
  bus: (sda: string, scl: string) => `Bus I2C (SDA ${sda}, SCL ${scl})`,
  nobody: "personne ne répond : regardez SDA, SCL et le 3,3 V",
  silent: "muet",
  wifiLine: "Wi-Fi",
  wifiNone: "pas encore relié",
  hubLine: "Boîtier",
  hubReached: "joint",
  memory: "Mémoire",
  memoryFree: (free: string, all: string) => `${free} variables libres sur ${all}`,
  exceptions: "Erreurs du programme",

  trouble: "Arrêté",
  warning: "À regarder",
  unexpectedCause: "Une erreur que personne n'avait prévue.",
  unexpectedRemedy: "Réessayez ; si elle revient, signalez-la avec le détail ci-dessous.",
  detail: "Détail :",
  again: "Réessayer",
  back: "Changer les réglages",

  firstReading: "Première mesure",
  connected: "La carte est reliée",
  took: (span: string) => `en ${span}`,
  adopt: "L'adopter",
  alreadyAdopted: (name: string) => `${name} est à sa place.`,
  next: "Flasher la suivante",

  insecureTitle: "D'ici, le navigateur n'ouvre pas de port USB",
  insecure:
    "Il ne le permet que sur une page chiffrée (https), ou sur l'ordinateur du boîtier lui-même. Deux façons de continuer :",
  secureWay: "Par la page chiffrée de ce boîtier",
  certificate: "Téléchargez le certificat de ce boîtier",
  trust:
    "Faites-le accepter comme autorité. Linux et ChromeOS : réglages du navigateur, Confidentialité et sécurité, Gérer les certificats, Autorités, Importer. Windows : ouvrez le fichier, Installer, « Autorités de certification racines de confiance ». macOS : Trousseau d'accès, puis « Toujours approuver ».",
  openSecure: "Ouvrez ensuite cette adresse :",
  noHttps:
    "La page chiffrée de ce boîtier est fermée : « tls_port » dans son fichier, sous « http », l'ouvre.",
  terminalWay: "Par un terminal sur le boîtier",
  terminal: "Branchez la carte au boîtier, puis tapez :",
  noSerialTitle: "Ce navigateur n'ouvre pas de port USB",
  noSerial: "Ouvrez cette page avec Chromium, Chrome ou Edge, sur un ordinateur. Ou bien :",
  noEspruinoTitle: "Espruino n'est pas encore sur le boîtier",
  noEspruino:
    "L'interpréteur que reçoit chaque carte s'apporte une fois. Sur une machine reliée à internet :",
  noEspruinoFile: "Puis sur le boîtier, avec le fichier qu'elle a écrit, au besoin sur une clé :",
  noEspruinoThen: "Cette page continue d'elle-même.",
};

export type FlashWords = typeof fr;

const en: FlashWords = {
  intro:
    "A new ESP32, a USB cable: in less than three minutes the board measures and the hub knows it.",

  kindTitle: "1. Which board?",
  kind: "Kind of board",
  notBuilt: "Its program has not been built: `npm run build -w firmware` on the hub.",
  wiring: (model) => `Wiring of the board ${model}`,
  wiringMissing: "The wiring picture is not available: the guide to boards describes it.",
  parts: "On the table",
  part: (count, part) => `${count} × ${part}`,
  sensors: (names) => `It measures: ${names}`,
  relays: (names) => `It switches: ${names}`,

  cableTitle: "2. Plug in",
  choosePort: "Choose the port",
  chooseOther: "Choose another port",
  allPorts: "Offer every port, not only those of known boards",
  port: (name) => `Port: ${name}`,
  otherPort: "serial port",
  noPort: "No port was chosen.",
  portRefused: "The browser may not open a serial port on this page.",
  hintsTitle: "The board is not in the list?",
  hints: [
    "The cable: many only charge. Take one that carries data as well, a short one, and plug it in without a USB hub.",
    "The driver: Linux has it already. On Windows or macOS read the name on the small chip beside the USB socket, CP2102 (Silicon Labs) or CH340 (WCH), and install that maker's driver.",
    "Permission, on Linux: `sudo usermod -aG dialout $USER`, then sign out and in again. If a CH340 vanishes as soon as it is plugged in: `sudo apt remove brltty`.",
    "Another program has the port: close serial monitors, Arduino, other tabs.",
    "Nothing helps: tick “Offer every port” above, or try another USB socket.",
  ],

  wifiTitle: "The board's network",
  wifi: (ssid) => `Wi-Fi: ${ssid}`,
  change: "Change",
  ssid: "Name of the network",
  ssidRule: "On 2.4 GHz: an ESP32 does not hear 5 GHz.",
  wifiPassword: "Password of the network",
  wifiPasswordRule: (min) =>
    `At least ${min} characters; none for an open network. It stays on the hub and in the board.`,
  wifiKeep: "Keep this network",
  wifiBad: (min) => `A Wi-Fi password has at least ${min} characters.`,
  host: "Address of the hub, as the board will see it",
  noHost: "The hub has an address on no network: connect it, the page goes on by itself.",

  detailsTitle: "Name, flat, replacement",
  name: "Name (optional)",
  nameRule: "It can be changed when adopting.",
  flat: "Flat (optional)",
  flatRule: "A place, not a person's name. What it measures becomes private.",
  replaces: "Replaces a dead board",
  replacesRule: "The new one takes its name, its place and its history; the old one is refused.",
  replacesNone: "no, it is one more board",

  espruino: (version) => `Espruino ${version}`,
  espruinoUnlisted: (version) =>
    `Espruino ${version}, whose checksum is not one that Battant knows`,
  start: "Flash this board",
  missing: (parts) => `Still missing: ${parts}.`,
  missingKind: "the kind of board",
  missingPort: "the port",
  missingWifi: "the Wi-Fi",

  walkTitle: (model) => `3. Flash ${model}`,
  steps: "Steps",
  step: {
    connect: "Recognise the chip",
    prepare: "Prepare its identity",
    write: "Write",
    confirm: "Announce it to the hub",
    start: "Start",
    "self-test": "Test itself",
    join: "Join the hub",
    reading: "Measure",
  },
  stepStates: { done: "done", now: "under way", failed: "stopped here", later: "to come" },
  chip: (name, mac) => `${name}, ${mac}`,
  flashSize: (size) => `${size} MB of flash`,
  board: (board) => `It will be called ${board}.`,
  boardKnown: (board) => `The hub knows it already: ${board}.`,
  writing: "Writing",
  region: {
    bootloader: "boot loader",
    partitions: "partition table",
    settings: "settings",
    choice: "choice of start",
    espruino: "Espruino",
    storage: "program and identity",
  },
  progress: (percent, region) => `${percent}, ${region}`,
  remaining: (span) => `${span} left`,
  retry: (region) => `“${region}” is written again`,
  retries: (n) => `Repeats (${n})`,
  pressEn: "Nothing comes from the board: press its button EN (or RST) once.",
  keepOpen: "Keep this tab open and the board plugged in.",
  stop: "Stop",
  stopMeans: "The board will not start until it has been flashed completely.",

  selfTest: "Self-test",
  bus: (sda, scl) => `I2C bus (SDA ${sda}, SCL ${scl})`,
  nobody: "nobody answers: look at SDA, SCL and the 3.3 V",
  silent: "silent",
  wifiLine: "Wi-Fi",
  wifiNone: "not connected yet",
  hubLine: "Hub",
  hubReached: "reached",
  memory: "Memory",
  memoryFree: (free, all) => `${free} variables free of ${all}`,
  exceptions: "Errors of the program",

  trouble: "Stopped",
  warning: "To look at",
  unexpectedCause: "An error that nobody foresaw.",
  unexpectedRemedy: "Try again; if it returns, report it with the detail below.",
  detail: "Detail:",
  again: "Try again",
  back: "Change the settings",

  firstReading: "First reading",
  connected: "The board is connected",
  took: (span) => `in ${span}`,
  adopt: "Adopt it",
  alreadyAdopted: (name) => `${name} is in its place.`,
  next: "Flash the next one",

  insecureTitle: "From here the browser opens no USB port",
  insecure:
    "It allows that only on an encrypted page (https), or on the hub's own computer. Two ways to go on:",
  secureWay: "By the encrypted page of this hub",
  certificate: "Download the certificate of this hub",
  trust:
    "Have it accepted as an authority. Linux and ChromeOS: settings of the browser, Privacy and security, Manage certificates, Authorities, Import. Windows: open the file, Install, “Trusted Root Certification Authorities”. macOS: Keychain Access, then “Always Trust”.",
  openSecure: "Then open this address:",
  noHttps:
    "The encrypted page of this hub is closed: “tls_port” in its file, under “http”, opens it.",
  terminalWay: "By a terminal on the hub",
  terminal: "Plug the board into the hub, then type:",
  noSerialTitle: "This browser opens no USB port",
  noSerial: "Open this page with Chromium, Chrome or Edge, on a computer. Or:",
  noEspruinoTitle: "Espruino is not on the hub yet",
  noEspruino: "The interpreter that every board gets is brought once. On a machine with internet:",
  noEspruinoFile: "Then on the hub, with the file it wrote, on a stick if need be:",
  noEspruinoThen: "This page goes on by itself.",
};

export const FLASH_WORDS: { readonly [language in Language]: FlashWords } = {
  fr: gluedWords(fr),
  en,
};
