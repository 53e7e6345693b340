import { randomBytes } from "node:crypto";
import { access, constants, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Sentence } from "../../api/contract.ts";
import type { Edited } from "./edit.ts";
import { codeOf, readText } from "./file.ts";

/**
 * Puts an edited building file in the place of the old one: whole or not at all, whatever happens to
 * the power. What a person saved in the meantime is edited in its turn, never written over.
 */
export const rewriteBuildingFile = async (
  path: string,
  edit: (text: string) => Edited,
): Promise<Edited> => {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const text = await readText(path);
    if (typeof text !== "string") return { ok: false, problem: text };
    const edited = edit(text);
    if (!edited.ok || edited.text === text) return edited;
    const replaced = await replace(path, text, edited.text);
    if (replaced === "done") return edited;
    if (replaced !== "overtaken") return { ok: false, problem: replaced };
  }
  return { ok: false, problem: RESTLESS };
};

/** Nobody saves a file by hand this often within one edit. */
const ATTEMPTS_MAX = 5;

type Replaced = "done" | "overtaken" | Sentence;

const replace = async (path: string, before: string, text: string): Promise<Replaced> => {
  let draft: string | undefined;
  try {
    const target = await realpath(path);
    // A file that its owner protected is not replaced either, though the folder would allow it.
    await access(target, constants.W_OK);
    draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
    await write(draft, text, target);
    if ((await readText(target)) !== before) return "overtaken";
    await rename(draft, target);
    draft = undefined;
    await settle(dirname(target));
    return "done";
  } catch (problem) {
    return cannotWrite(path, codeOf(problem));
  } finally {
    if (draft !== undefined) await rm(draft, { force: true }).catch(() => {});
  }
};

const write = async (draft: string, text: string, like: string): Promise<void> => {
  const { mode, uid, gid } = await stat(like);
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.chown(uid, gid).catch(() => {}); // Only root may give a file away.
    await file.chmod(mode & 0o777);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** The new name reaches the disk, where the file system has folders that can be told so. */
const settle = async (folder: string): Promise<void> => {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file itself is on the disk: either the old or the new one is found there.
  }
};

const cannotWrite = (path: string, code: string): Sentence => {
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return {
        fr: `${path} ne peut pas être modifié par le boîtier ; donnez à son utilisateur le droit d'écrire dans ce fichier et dans son dossier`,
        en: `${path} cannot be changed by the hub; give its user the right to write to that file and its folder`,
      };
    case "ENOSPC":
    case "EDQUOT":
      return {
        fr: `le disque est plein, ${path} est resté comme il était ; faites de la place`,
        en: `the disk is full, ${path} was left as it was; make room`,
      };
    default:
      return {
        fr: `${path} ne peut pas être modifié (${code})`,
        en: `${path} cannot be changed (${code})`,
      };
  }
};

const RESTLESS: Sentence = {
  fr: "le fichier de l'immeuble change sans cesse ; fermez l'éditeur où il est ouvert, puis recommencez",
  en: "the building file keeps changing; close the editor it is open in, then try again",
};
