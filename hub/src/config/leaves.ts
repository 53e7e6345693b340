import { isIP } from "node:net";
import { ID_LENGTH_MAX, isId } from "@battant/protocol/vocabulary/ids";
import { z } from "zod";
import type { Sentence } from "../../api/contract.ts";
import { asId, nearest } from "./nearest.ts";
import { amountIn } from "./written-units.ts";

/**
 * What may stand after a key at the end of a branch: a number within bounds, a word of a list, a
 * name, an address. Each knows the words and the example with which a message explains it.
 */

export type Leaf = {
  readonly expected: Sentence;
  readonly example: string;
  /** What somebody who wrote `input` probably meant, ready to be written in the file. */
  readonly meant: (input: unknown) => string | undefined;
};

export const leaves = z.registry<Leaf>();

type Bounds = {
  readonly min: number;
  readonly max: number;
  readonly example: number;
  readonly unit?: string;
};

export const amount = (bounds: Bounds) => {
  const { min, max, unit } = bounds;
  return z
    .number()
    .min(min)
    .max(max)
    .register(leaves, {
      expected: {
        fr: `un nombre${unit === undefined ? "" : ` de ${unit}`} de ${min} à ${max}`,
        en: `a number${unit === undefined ? "" : ` of ${unit}`} from ${min} to ${max}`,
      },
      example: String(bounds.example),
      meant: (input) => {
        const value = amountIn(input, { wanted: unit });
        return value !== undefined && value >= min && value <= max ? String(value) : undefined;
      },
    });
};

export const count = (bounds: Bounds) => {
  const { min, max } = bounds;
  return z
    .int()
    .min(min)
    .max(max)
    .register(leaves, {
      expected: {
        fr: `un nombre entier de ${min} à ${max}`,
        en: `a whole number from ${min} to ${max}`,
      },
      example: String(bounds.example),
      meant: () => undefined,
    });
};

export const yesNo = (example: boolean) =>
  z.boolean().register(leaves, {
    expected: { fr: "true (oui) ou false (non)", en: "true or false" },
    example: String(example),
    meant: (input) => YES_NO_MEANT.get(String(input).trim().toLowerCase()),
  });

/** In YAML 1.2 only `true` and `false` are more than words. */
const YES_NO_MEANT: ReadonlyMap<string, string> = new Map([
  ...["true", "yes", "oui", "on", "1"].map((word) => [word, "true"] as const),
  ...["false", "no", "non", "off", "0"].map((word) => [word, "false"] as const),
]);

export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words).register(leaves, {
    expected: { fr: `un de ${words.join(", ")}`, en: `one of ${words.join(", ")}` },
    example: words[0],
    meant: (input) => (typeof input === "string" ? nearest(input, words) : undefined),
  });

export const text = (lengthMax: number, example: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^\P{Cc}*$/u)
    .register(leaves, {
      expected: {
        fr: `un texte de 1 à ${lengthMax} signes, sur une ligne`,
        en: `a text of 1 to ${lengthMax} characters on one line`,
      },
      example: `"${example}"`,
      meant: (input) => (typeof input === "number" ? `"${input}"` : undefined),
    });

export const checked = (
  accepts: (value: string) => boolean,
  leaf: Omit<Leaf, "meant"> & Partial<Pick<Leaf, "meant">>,
) =>
  z
    .string()
    .refine(accepts)
    .register(leaves, { meant: () => undefined, ...leaf });

const idExpected = (lengthMax: number): Sentence => ({
  fr: `un nom de 1 à ${lengthMax} signes parmi a-z, 0-9 et -, qui ne commence pas par -`,
  en: `a name of 1 to ${lengthMax} of a-z, 0-9 and -, not starting with -`,
});

export const ID_EXPECTED = idExpected(ID_LENGTH_MAX);

export const id = (example: string, lengthMax = ID_LENGTH_MAX) =>
  checked((it) => isId(it) && it.length <= lengthMax, {
    expected: idExpected(lengthMax),
    example,
    meant: (input) => idMeant(input, lengthMax),
  });

/** YAML reads `12` as a number; quotes make it a name again. */
const idMeant = (input: unknown, lengthMax: number): string | undefined => {
  if (typeof input === "number") return isId(String(input)) ? `"${input}"` : undefined;
  if (typeof input !== "string") return undefined;
  const better = asId(input).slice(0, lengthMax).replace(/-+$/, "");
  return better === "" ? undefined : better;
};

export const host = (example: string) =>
  checked((it) => isIP(it) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?$/i.test(it), {
    expected: { fr: "une adresse ou un nom de machine", en: "an address or the name of a machine" },
    example,
  });

export const port = (example: number) => count({ min: 1, max: 65_535, example });

export const isPlainUrl = (it: string): boolean => {
  const url = URL.canParse(it) ? new URL(it) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) return false;
  return url.username === "" && url.password === "";
};

/** `2026-02-28`; there is no 30 February. */
export const isDay = (it: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(it) &&
  !Number.isNaN(Date.parse(`${it}T00:00Z`)) &&
  new Date(`${it}T00:00Z`).toISOString().startsWith(it);
