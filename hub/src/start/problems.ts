import type { Sentence } from "../../api/contract.ts";
import type { Language } from "../domain/sentence.ts";

/** A start that was refused for a reason a person can mend. */
export class CannotStart extends Error {}

export const secondHub = (dataDir: string, language: Language): CannotStart =>
  new CannotStart(
    language === "fr"
      ? `Un boîtier tourne déjà sur ${dataDir}. Arrêtez-le, ou donnez un autre dossier : --data DOSSIER`
      : `A hub already runs on ${dataDir}. Stop it, or give another folder: --data DIR`,
  );

/** Words for the failures of a start that people meet; anything else is a bug and stays one. */
export function explainFailure(error: unknown, language: Language): CannotStart | undefined {
  if (error instanceof CannotStart) return error;
  if (!(error instanceof Error)) return undefined;
  const cause = error.cause instanceof Error ? error.cause : error;
  const { code, port, errcode } = cause as { code?: string; port?: number; errcode?: number };
  const words = wordsFor(errcode === SQLITE_FULL ? "ENOSPC" : (code ?? ""), port);
  if (words !== undefined) return new CannotStart(`${words[language]}\n${error.message}`);
  // A sentence of our own, wrapped around what the system said, needs no stack below it.
  return error.cause === undefined && code === undefined
    ? undefined
    : new CannotStart(error.message);
}

const SQLITE_FULL = 13;

function wordsFor(code: string, port: number | undefined): Sentence | undefined {
  switch (code) {
    case "EADDRINUSE":
      return {
        fr: `Le port ${port ?? ""} est déjà pris par un autre programme. Choisissez-en un autre : --http, --mqtt ou --mqtts PORT (0 : n'importe lequel).`,
        en: `Port ${port ?? ""} is already taken by another program. Choose another: --http, --mqtt or --mqtts PORT (0: any).`,
      };
    case "EADDRNOTAVAIL":
      return {
        fr: "Cette adresse n'est pas une de cette machine : donnez-en une autre à --host (0.0.0.0 : toutes).",
        en: "This machine does not have that address: give --host another (0.0.0.0: all).",
      };
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return {
        fr: "Accès refusé. Donnez un dossier où vous pouvez écrire (--data) et des ports au-dessus de 1024.",
        en: "Permission denied. Give a folder you may write to (--data) and ports above 1024.",
      };
    case "EEXIST":
    case "ENOTDIR":
    case "ENOENT":
      return {
        fr: "Ce chemin ne peut pas servir de dossier de données : donnez-en un autre à --data.",
        en: "This path cannot be the data folder: give --data another.",
      };
    case "ENOSPC":
      return {
        fr: "Le disque est plein : faites de la place, puis recommencez.",
        en: "The disk is full: make room, then try again.",
      };
    default:
      return undefined;
  }
}
