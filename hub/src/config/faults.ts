import type { ErrorCode } from "yaml";
import type { Sentence } from "../../api/contract.ts";

/** What is wrong with the form of a line, in words, for each fault that YAML knows. */

const notALine: Sentence = {
  fr: "cette ligne n'est pas de la forme `clé: valeur` ; vérifiez le deux-points, l'espace après lui et le retrait",
  en: "this line is not of the form `key: value`; check the colon, the space after it and the indentation",
};
export const unclosed: Sentence = {
  fr: "ce guillemet, ce crochet ou cette accolade n'est jamais refermé ; fermez-le",
  en: "this quote, bracket or brace is never closed; close it",
};
const unexpected: Sentence = {
  fr: 'signe inattendu ici ; mettez les textes entre guillemets "…"',
  en: 'unexpected sign here; put texts between quotes "…"',
};
const indentation: Sentence = {
  fr: "retrait incohérent ; alignez la ligne sur ses voisines, deux espaces par niveau",
  en: "uneven indentation; align the line with its neighbours, two spaces for each level",
};
const tooMuch: Sentence = {
  fr: "trop d'étages imbriqués ou clé trop longue ; reprenez la forme du fichier d'exemple",
  en: "nested too deeply or key too long; follow the form of the example file",
};
const unusual: Sentence = {
  fr: "les ancres (&), alias (*) et étiquettes (!) ne servent pas ici ; écrivez la valeur en toutes lettres",
  en: "anchors (&), aliases (*) and tags (!) are not used here; write the value out",
};

export const FAULTS: { readonly [code in ErrorCode]: Sentence } = {
  ALIAS_PROPS: unusual,
  BAD_ALIAS: unusual,
  BAD_COLLECTION_TYPE: unusual,
  MULTIPLE_ANCHORS: unusual,
  MULTIPLE_TAGS: unusual,
  TAG_RESOLVE_FAILED: unusual,
  BAD_PROP_ORDER: unusual,
  BAD_DIRECTIVE: {
    fr: "les lignes qui commencent par % ne servent pas ici ; retirez-la",
    en: "lines that start with % are not used here; remove it",
  },
  BAD_DQ_ESCAPE: {
    fr: "barre oblique inverse \\ mal placée entre guillemets ; utilisez des guillemets simples '…'",
    en: "misplaced backslash \\ between quotes; use single quotes '…'",
  },
  BAD_INDENT: indentation,
  TAB_AS_INDENT: {
    fr: "tabulation en début de ligne ; remplacez-la par deux espaces par niveau",
    en: "tab at the start of the line; replace it by two spaces for each level",
  },
  BAD_SCALAR_START: unexpected,
  UNEXPECTED_TOKEN: unexpected,
  BLOCK_AS_IMPLICIT_KEY: notALine,
  BLOCK_IN_FLOW: notALine,
  MULTILINE_IMPLICIT_KEY: notALine,
  NON_STRING_KEY: notALine,
  IMPOSSIBLE: notALine,
  DUPLICATE_KEY: {
    fr: "cette clé est déjà écrite plus haut au même niveau ; n'en gardez qu'une",
    en: "this key is already written above at the same level; keep only one of them",
  },
  KEY_OVER_1024_CHARS: tooMuch,
  RESOURCE_EXHAUSTION: tooMuch,
  MISSING_CHAR: notALine,
  MULTIPLE_DOCS: {
    fr: "une ligne `---` coupe le fichier en deux ; retirez-la",
    en: "a line `---` cuts the file in two; remove it",
  },
};
