import type { Storage } from "../hardware.ts";
import type { EspruinoStorage } from "./globals.ts";

/**
 * Files in flash over Espruino's `Storage`, without its traps:
 *
 * - a write that finds no room compacts all of flash there and then, and moves the program that is
 *   running; so here nothing is written unless there is room without;
 * - a write at offset 0 into a file that holds anything erases the file;
 * - an empty file, and data beyond a file's end, throw.
 */

const NAME_LENGTH_MAX = 28;
/** A header of 32 bytes, alignment, and the place of one more header behind the last file. */
const OVERHEAD = 80;

const isBlank = (content: string): boolean => !/[^\xff]/.test(content);

const hasRoom = (flash: EspruinoStorage, name: string, size: number): boolean =>
  name.length <= NAME_LENGTH_MAX && size > 0 && flash.getFree() >= size + OVERHEAD;

type Place = { readonly at: number; readonly size: number };

/** Flash that fails is an answer like any other. */
const put = (flash: EspruinoStorage, name: string, content: string, place: Place): boolean => {
  try {
    return flash.write(name, content, place.at, place.size);
  } catch {
    return false;
  }
};

const putAll = (flash: EspruinoStorage, name: string, content: string): boolean =>
  flash.read(name) === content ||
  (hasRoom(flash, name, content.length) &&
    put(flash, name, content, { at: 0, size: content.length }));

const putAt = (flash: EspruinoStorage, name: string, content: string, at: number): boolean => {
  const file = flash.read(name);
  if (file === undefined || content === "" || at + content.length > file.length) return false;
  if (!isBlank(at === 0 ? file : file.substring(at, at + content.length))) return false;
  return put(flash, name, content, { at: at, size: file.length });
};

const namesIn = (flash: EspruinoStorage, prefix: string): readonly string[] =>
  flash
    .list(new RegExp("^" + prefix), { sf: false })
    .filter((name) => name.substring(0, prefix.length) === prefix);

export const createStorage = (flash: EspruinoStorage): Storage => ({
  read: (name) => flash.read(name),
  write: (name, content) => putAll(flash, name, content),
  reserve: (name, size) =>
    hasRoom(flash, name, size) && put(flash, name, "\xff", { at: 0, size: size }),
  writeAt: (name, content, at) => putAt(flash, name, content, at),
  erase: (name) => flash.erase(name),
  names: (prefix) => namesIn(flash, prefix),
  free: () => Math.max(0, flash.getFree() - OVERHEAD),
  waste: () => flash.getStats().trashBytes,
});
