import type { Sentence } from "../../../api/contract.ts";
import type { DeskProblem } from "../../desk/desks.ts";

/** What the workshop's desks refuse, with the HTTP code and what a person is told to do. */

export type Refusal = { readonly http: number; readonly message: Sentence };

export const DESK_PROBLEMS: { readonly [code in DeskProblem]: Refusal } = {
  "request-refused": {
    http: 400,
    message: {
      fr: "Demande refusée : une valeur ne convient pas.",
      en: "Refused: a value will not do.",
    },
  },
  "unknown-board": {
    http: 404,
    message: {
      fr: "Le boîtier ne connaît pas de carte de ce nom.",
      en: "The hub knows no board of that name.",
    },
  },
  "unknown-zone": {
    http: 404,
    message: {
      fr: "Cet immeuble n'a pas de zone de ce nom.",
      en: "This building has no zone of that name.",
    },
  },
  "unknown-kind": {
    http: 404,
    message: {
      fr: "Ce type de carte n'existe pas. Choisissez-en un de la liste, à /api/kinds.",
      en: "There is no such kind of board. Choose one of the list, at /api/kinds.",
    },
  },
  "wifi-missing": {
    http: 409,
    message: {
      fr: "Le boîtier ne connaît pas encore le réseau Wi-Fi des cartes. Donnez-lui d'abord son nom et son mot de passe.",
      en: "The hub does not know the Wi-Fi network of the boards yet. Give it its name and password first.",
    },
  },
  "board-taken": {
    http: 409,
    message: {
      fr: "Une autre carte porte déjà ce nom. Choisissez-en un autre, ou dites que la nouvelle la remplace.",
      en: "Another board has this name. Choose another one, or say that the new board replaces it.",
    },
  },
  "simulated-building": {
    http: 409,
    message: {
      fr: "Cet immeuble est simulé : rien ne s'y modifie, et il ne prend pas de vraie carte. Démarrez un boîtier réel avec « npx battant start --no-demo ».",
      en: "This building is simulated: it does not change, and takes no real board. Start a real hub with “npx battant start --no-demo”.",
    },
  },
  "building-file-refused": {
    http: 409,
    message: {
      fr: "Le fichier de l'immeuble n'a pas pu être modifié.",
      en: "The building file could not be changed.",
    },
  },
  "ticket-refused": {
    http: 410,
    message: {
      fr: "Cette préparation n'est plus valable : elle sert une fois, pendant une heure. Flashez la carte de nouveau.",
      en: "This preparation is no longer valid: it serves once, within an hour. Flash the board again.",
    },
  },
  "program-missing": {
    http: 503,
    message: {
      fr: "Le programme de cette carte n'a pas été construit : lancez « npm run build -w firmware » sur le boîtier.",
      en: "This board's program has not been built: run “npm run build -w firmware” on the hub.",
    },
  },
  "espruino-missing": {
    http: 503,
    message: {
      fr: "Le boîtier n'a pas d'image d'Espruino. Sur une machine reliée à internet : « npx battant firmware fetch » ; puis sur le boîtier : « npx battant firmware import FICHIER ».",
      en: "The hub has no Espruino image. On a machine with internet: “npx battant firmware fetch”; then on the hub: “npx battant firmware import FILE”.",
    },
  },
};
