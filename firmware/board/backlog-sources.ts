import type { SensorId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import { COMMIT } from "./backlog-records.ts";
import type { Storage } from "./hardware.ts";
import type { Source } from "./sensor.ts";

/**
 * Lists of sources, as text: `light,illuminance;meter,energy;`. A reading names its source by its
 * place in the list, and another program version may have another list, so each segment says which
 * file holds the one it was written with. A list is written once, at the first start that has it;
 * what a power cut has torn is not equal to the list, and never used.
 *
 * A text that is read from flash stays there: a list takes none of a board's memory, where one of
 * objects takes eight variables for each source.
 */

const PREFIX = "sources";
const END = ";";

export const encodeSources = (sources: readonly Source[]): string => {
  let text = "";
  for (let i = 0; i < sources.length; i++) {
    const it = sources[i] as Source;
    text += it.sensor + "," + it.quantity + END;
  }
  return text + COMMIT;
};

/** The source at this place of a list; none before its begin or behind its end. */
export const sourceIn = (list: string, place: number): Source | undefined => {
  let start = 0;
  for (let i = 0; i < place; i++) {
    start = list.indexOf(END, start) + 1;
    if (start === 0) return undefined;
  }
  const comma = list.indexOf(",", start);
  const end = list.indexOf(END, start);
  if (place < 0 || end < 0) return undefined;
  return {
    sensor: list.substring(start, comma) as SensorId,
    quantity: list.substring(comma + 1, end) as Quantity,
  };
};

/** Number of the file that holds `list`, written if there is none; 0 when flash is full. */
export const keepSources = (storage: Storage, list: string): number => {
  let known = 0;
  let last = 0;
  const names = storage.names(PREFIX);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const file = +name.substring(PREFIX.length);
    if (file > last) last = file;
    if (storage.read(name) === list) known = file;
  }
  if (known > 0) return known;
  return storage.write(PREFIX + (last + 1), list) ? last + 1 : 0;
};

export const readSources = (storage: Storage, file: number): string | undefined =>
  storage.read(PREFIX + file);

/** Erases the lists that no segment refers to any more, when there are no segments. */
export const forgetSources = (storage: Storage, list: string): void => {
  const names = storage.names(PREFIX);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (storage.read(name) !== list) storage.erase(name);
  }
};
