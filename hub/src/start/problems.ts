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
  const { code, port } = (error.cause ?? error) as { code?: string; port?: number };
  const french = language === "fr";
  switch (code ?? codeIn(error.message) ?? "") {
    case "EADDRINUSE":
      return new CannotStart(
        french
          ? `Le port ${port ?? ""} est déjà pris par un autre programme. Choisissez-en un autre : --http, --mqtt ou --mqtts PORT (0 : n'importe lequel).\n${error.message}`
          : `Port ${port ?? ""} is already taken by another program. Choose another: --http, --mqtt or --mqtts PORT (0: any).\n${error.message}`,
      );
    case "EACCES":
      return new CannotStart(
        french
          ? `Accès refusé : ${error.message}. Donnez un dossier qui vous appartient (--data) et des ports au-dessus de 1024.`
          : `Permission denied: ${error.message}. Give a folder of your own (--data) and ports above 1024.`,
      );
    case "ENOSPC":
      return new CannotStart(
        french
          ? "Le disque est plein : faites de la place, puis recommencez."
          : "The disk is full: make room, then try again.",
      );
    default:
      return undefined;
  }
}

const codeIn = (message: string): string | undefined =>
  /\b(EADDRINUSE|EACCES|ENOSPC)\b/u.exec(message)?.[1];
