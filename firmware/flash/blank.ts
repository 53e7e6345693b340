/**
 * A source text without what is not code, every other character where it was: so that a rule about
 * code cannot trip over prose.
 */
export type Blanked = {
  /** Comments, and all but the first character of texts and regular expressions, are blank. */
  readonly code: string;
  /** Only comments are blank. */
  readonly uncommented: string;
  readonly patterns: readonly Pattern[];
};

/** A regular expression and where it stands. */
export type Pattern = { readonly at: number; readonly text: string };

/** After one of these a `/` begins a regular expression; after anything else it divides. */
const BEFORE_PATTERN = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\breturn|\btypeof|\bcase|=>)\s*$/;

type Piece = { readonly kind: "code" | "comment" | "text" | "pattern"; readonly end: number };

const endOfLine = (source: string, from: number): number => {
  const end = source.indexOf("\n", from);
  return end < 0 ? source.length : end;
};

const endOfBlock = (source: string, from: number): number => {
  const end = source.indexOf("*/", from + 2);
  return end < 0 ? source.length : end + 2;
};

/** To the closing quote, or to the end of the line where it is missing. */
const endOfString = (source: string, from: number): number => {
  const quote = source[from];
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === quote) return i + 1;
    else if (source[i] === "\n") return i;
  }
  return source.length;
};

const endOfPattern = (source: string, from: number): number => {
  let inClass = false;
  for (let i = from + 1; i < source.length; i++) {
    const character = source[i];
    if (character === "\\") i++;
    else if (character === "[") inClass = true;
    else if (character === "]") inClass = false;
    else if (character === "/" && !inClass) {
      return i + 1 + (/^[a-z]*/.exec(source.slice(i + 1))?.[0].length ?? 0);
    } else if (character === "\n") return i;
  }
  return source.length;
};

/** The text of a template up to its end, or up to the `${` where code begins. */
const endOfTemplateText = (source: string, from: number): number => {
  for (let i = from; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "`") return i + 1;
    else if (source[i] === "$" && source[i + 1] === "{") return i + 2;
  }
  return source.length;
};

const pieceAt = (source: string, at: number, before: string): Piece => {
  const character = source[at];
  const next = source[at + 1];
  if (character === "/" && next === "/") return { kind: "comment", end: endOfLine(source, at) };
  if (character === "/" && next === "*") return { kind: "comment", end: endOfBlock(source, at) };
  if (character === '"' || character === "'") {
    return { kind: "text", end: endOfString(source, at) };
  }
  if (character === "`") return { kind: "text", end: endOfTemplateText(source, at + 1) };
  if (character === "/" && BEFORE_PATTERN.test(before)) {
    return { kind: "pattern", end: endOfPattern(source, at) };
  }
  return { kind: "code", end: at + 1 };
};

const blankOf = (text: string): string => text.replace(/[^\n]/g, " ");

/** Where a text or a pattern begins is code: something stands there. */
const codeOf = ({ kind }: Piece, text: string): string => {
  if (kind === "code") return text;
  const begins = kind !== "comment" && !text.startsWith("}");
  return begins ? text.charAt(0) + blankOf(text.slice(1)) : blankOf(text);
};

/** How far back a rule for `/` has to look. */
const LOOK_BACK = 20;

export const blank = (source: string): Blanked => {
  const patterns: Pattern[] = [];
  /** For each template that is open: how many braces are open in its code. */
  const templates: number[] = [];
  let code = "";
  let uncommented = "";
  for (let at = 0; at < source.length;) {
    const inTemplate = templates.length - 1;
    const closes = source[at] === "}" && templates[inTemplate] === 0;
    const piece: Piece = closes
      ? { kind: "text", end: endOfTemplateText(source, at + 1) }
      : pieceAt(source, at, code.slice(-LOOK_BACK));
    const text = source.slice(at, piece.end);
    if (closes) templates.pop();
    else if (inTemplate >= 0 && text === "{") templates[inTemplate]!++;
    else if (inTemplate >= 0 && text === "}") templates[inTemplate]!--;
    if ((closes || source[at] === "`") && text.endsWith("${")) templates.push(0);
    if (piece.kind === "pattern") patterns.push({ at, text });
    code += codeOf(piece, text);
    uncommented += piece.kind === "comment" ? blankOf(text) : text;
    at = piece.end;
  }
  return { code, uncommented, patterns };
};
