/** Finds the word a person probably meant. */

/**
 * A letter added, left out, changed or swapped with its neighbour is a distance of 1. Two letters in
 * five may be wrong; with more it would be guessing.
 */
export const nearest = (wrong: string, known: Iterable<string>): string | undefined => {
  const word = wrong.toLowerCase();
  if (word.length === 0 || word.length > LENGTH_MAX) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length * 0.4)) + 1;
  let looked = 0;
  for (const candidate of known) {
    if (++looked > CANDIDATES_MAX) break;
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
};

const LENGTH_MAX = 64;
const CANDIDATES_MAX = 1000;

/** Optimal string alignment; three rows are all it needs to remember. */
const editDistance = (a: string, b: string): number => {
  let twoAgo: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(change, previous[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, twoAgo[j - 2]! + 1);
      row.push(cost);
    }
    twoAgo = previous;
    previous = row;
  }
  return previous[b.length]!;
};

/** The nearest thing to `text` that is a name: `Escalier A` becomes `escalier-a`. */
export const asId = (text: string): string =>
  text
    .slice(0, LENGTH_MAX)
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 32)
    .replace(/-+$/, "");
