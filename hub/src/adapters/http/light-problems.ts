import type { Sentence } from "../../../api/contract.ts";
import type { LightProblem } from "../../desk/light-desk.ts";
import type { Refusal } from "./desk-problems.ts";

/** What is refused around asking for light, and what a person is told to do. */

export type LightProblemCode = LightProblem | "address-refused" | "display-looks-on";

export const LIGHT_PROBLEMS: { readonly [code in LightProblemCode]: Refusal } = {
  "link-refused": {
    http: 404,
    message: {
      fr: "Ce code n'est pas ou plus valable. Scannez celui qui est affiché sur place, ou appuyez sur l'interrupteur mural : il fonctionne toujours.",
      en: "This code is not valid, or no longer. Scan the one on the sign there, or press the wall switch: it always works.",
    },
  },
  "too-many-asks": {
    http: 429,
    message: {
      fr: "Trop de demandes par ce code. L'interrupteur mural fonctionne toujours.",
      en: "Too many requests by this code. The wall switch always works.",
    },
  },
  "too-many-links": {
    http: 429,
    message: {
      fr: "Trop de codes non valables depuis votre téléphone. L'interrupteur mural fonctionne toujours.",
      en: "Too many codes from your phone were not valid. The wall switch always works.",
    },
  },
  "address-refused": {
    http: 400,
    message: {
      fr: "Ce n'est pas une adresse de boîtier. Écrivez par exemple « battant.local », « 192.168.1.20:8080 » ou « https://battant.example ».",
      en: "This is no address of a hub. Write for example “battant.local”, “192.168.1.20:8080” or “https://battant.example”.",
    },
  },
  "display-looks-on": {
    http: 403,
    message: {
      fr: "Un compte d'affichage montre l'immeuble et ne demande rien.",
      en: "A display's account shows the building and asks for nothing.",
    },
  },
};

export const againIn = (waitMs: number): Sentence => {
  const span = spanOf(waitMs);
  return { fr: `de nouveau possible dans ${span}`, en: `possible again in ${span}` };
};

/** Rounded up: whoever comes back then is let in. */
export const spanOf = (waitMs: number): string => {
  const seconds = Math.ceil(waitMs / 1000);
  return seconds < 60 ? `${seconds}\u00a0s` : `${Math.ceil(seconds / 60)}\u00a0min`;
};
