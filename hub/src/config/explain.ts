import { z } from "zod";
import type { Sentence } from "../../api/contract.ts";
import { nearest } from "./nearest.ts";
import { type Finding, type Path, shown } from "./problem.ts";
import { leaves } from "./leaves.ts";
import { amountIn, splitUnit } from "./written-units.ts";

/** What zod found wrong, in words: what stands there, and what to write instead. */

type Issue = z.core.$ZodIssue;

export const findingsOf = (schema: z.ZodType, issues: readonly Issue[]): Finding[] =>
  issues.flatMap((issue): Finding[] => {
    const path = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
    if (issue.code === "unrecognized_keys") {
      const keys = keysOf(schemaAt(schema, path));
      const inside = issue.input as { readonly [key: string]: unknown } | undefined;
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: "key",
        message: unknownKey({ key, value: inside?.[key] }, keys),
      }));
    }
    return [{ path, at: "value", message: wrongValue(schemaAt(schema, path), path, issue) }];
  });

/** Follows the keys down to the schema that judged the value there. */
const schemaAt = (schema: z.ZodType, path: Path): z.ZodType =>
  path.reduce<z.ZodType>((parent, key) => {
    const inner = unwrapped(parent);
    if (inner instanceof z.ZodObject) return inner.shape[key] as z.ZodType;
    if (inner instanceof z.ZodRecord) return inner.valueType as z.ZodType;
    if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
    return inner;
  }, schema);

const unwrapped = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.out as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return unwrapped(schema.unwrap() as z.ZodType);
  }
  return schema;
};

const keysOf = (schema: z.ZodType): string[] => {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
};

type Line = { readonly key: string; readonly value: unknown };

const unknownKey = (line: Line, keys: readonly string[]): Sentence => {
  if (/password|passwd|mot_de_passe/.test(line.key) && keys.includes("password_file")) {
    return {
      fr: "un mot de passe n'a pas sa place ici ; mettez-le seul dans un fichier et écrivez `password_file: CHEMIN`",
      en: "a password does not belong here; put it alone in a file and write `password_file: PATH`",
    };
  }
  const otherUnit = keys.find((key) => splitUnit(key).stem === splitUnit(line.key).stem);
  if (otherUnit !== undefined) return wrongUnit(line, otherUnit);
  const meant = nearest(line.key, keys);
  if (meant !== undefined) {
    return {
      fr: `clé inconnue ; vouliez-vous dire \`${meant}\` ?`,
      en: `unknown key; did you mean \`${meant}\`?`,
    };
  }
  return {
    fr: `clé inconnue ; les clés possibles ici : ${keys.join(", ")}`,
    en: `unknown key; the keys allowed here are ${keys.join(", ")}`,
  };
};

const wrongUnit = (line: Line, key: string): Sentence => {
  const units = { written: splitUnit(line.key).unit, wanted: splitUnit(key).unit };
  const value = amountIn(line.value, units);
  const write = value === undefined ? key : `${key}: ${value}`;
  return {
    fr: `l'unité fait partie de la clé ; écrivez \`${write}\``,
    en: `the unit is part of the key; write \`${write}\``,
  };
};

const wrongValue = (schema: z.ZodType, path: Path, issue: Issue): Sentence => {
  const leaf = leaves.get(unwrapped(schema));
  const key = String(path.at(-1) ?? "");
  if (leaf === undefined) return wrongPart(unwrapped(schema), key, issue);
  const meant = leaf.meant(issue.input);
  const write = {
    fr: `écrivez ${meant === undefined ? "par exemple " : ""}\`${key}: ${meant ?? leaf.example}\``,
    en: `write ${meant === undefined ? "for example " : ""}\`${key}: ${meant ?? leaf.example}\``,
  };
  if (issue.input === undefined) {
    return {
      fr: `il manque \`${key}\`, ${leaf.expected.fr} ; ${write.fr}`,
      en: `\`${key}\` is missing, ${leaf.expected.en}; ${write.en}`,
    };
  }
  if (issue.input === null) {
    return {
      fr: `rien n'est écrit ici ; ${write.fr}, ou retirez la ligne`,
      en: `nothing is written here; ${write.en}, or remove the line`,
    };
  }
  return {
    fr: `${shown(issue.input)} ne convient pas : il faut ${leaf.expected.fr} ; ${write.fr}`,
    en: `${shown(issue.input)} will not do: it must be ${leaf.expected.en}; ${write.en}`,
  };
};

/** A place where several lines belong. */
const wrongPart = (schema: z.ZodType, key: string, issue: Issue): Sentence => {
  if (issue.code === "too_big") {
    return {
      fr: `trop d'éléments : au plus ${issue.maximum}`,
      en: `too many items: at most ${issue.maximum}`,
    };
  }
  const { fr, en } = whatIsWrong(key, issue.input);
  if (schema instanceof z.ZodArray) {
    return {
      fr: `${fr} ; écrivez dessous une ligne \`- \` par élément`,
      en: `${en}; write one line \`- \` below it for each item`,
    };
  }
  const keys = keysOf(schema).join(", ");
  return {
    fr: `${fr} ; écrivez dessous, en retrait, des lignes \`clé: valeur\`${keys && ` (${keys})`}`,
    en: `${en}; write indented lines \`key: value\` below it${keys && ` (${keys})`}`,
  };
};

const whatIsWrong = (key: string, input: unknown): Sentence => {
  if (input === undefined) return { fr: `il manque \`${key}:\``, en: `\`${key}:\` is missing` };
  if (input === null) return { fr: "rien n'est écrit ici", en: "nothing is written here" };
  return { fr: `${shown(input)} ne convient pas`, en: `${shown(input)} will not do` };
};
