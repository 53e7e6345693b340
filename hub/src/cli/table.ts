/** Columns that line up, as people read them in a terminal. The last column is not padded. */

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))));
  return all
    .map((row) => {
      const cells = row.map((cell, column) => cell + " ".repeat(widths[column]! - widthOf(cell)));
      return `${cells.join("   ").trimEnd()}\n`;
    })
    .join("");
};

/** Boards and people chose some of these words: no control sign of theirs reaches a terminal. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");

/** Accents written as separate signs take no place of their own. */
const widthOf = (text: string): number => text.replace(/\p{M}/gu, "").length;

/**
 * Long sentences, broken at spaces, each line after the first set in by `indent`. What stands between
 * backquotes is to be copied, and stays whole; French signs stay with their word, and units with
 * their number where the space between them is one that does not break.
 */
export const wrapped = (text: string, indent: number, width = 100): string => {
  const lines = [""];
  for (const word of printable(text).match(/(?:« )?(?:`[^`]*`|[^ ])+(?: [;:!?»][^ ]*)*/g) ?? []) {
    const line = lines.at(-1)!;
    const isTooLong = line !== "" && indent + widthOf(line) + 1 + widthOf(word) > width;
    if (isTooLong) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
};

export const count = (many: number, one: string, several = `${one}s`): string =>
  `${many.toLocaleString("en-GB").replaceAll(",", " ")} ${many === 1 ? one : several}`;

export const percent = (part: number, whole: number): string =>
  whole <= 0 ? "-" : `${Math.floor((100 * part) / whole)} %`;
