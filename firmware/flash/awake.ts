import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { declaredIn } from "./declarations.ts";

/**
 * What of the board program stays awake, because it is wanted too often to be made anew each time
 * (lazy.ts). A call of what is asleep takes 26 us longer on a PC, where one that is awake takes 27 us
 * at least; an ESP32 takes some thirty times as long. So a thousand such calls a second would fill it.
 *
 * Counted over ten seconds, a board with relay and light makes 25 of them a second, online and calm:
 * nothing of it needs to stay. The others are wanted once or more for each group that a meter says,
 * thirty a second in standard mode, or for each reading that is read out of the backlog, 32 a second.
 * A function that is called from one place only is put into that place beforehand (shrink.ts) and
 * cannot be named here.
 */
export const AWAKE: { readonly [file: string]: readonly string[] } = {
  "protocol/tic/digits.ts": ["decimal"],
  "protocol/tic/group.ts": ["modeOf", "checksum", "readGroup"],
  "protocol/tic/labels.ts": ["intruderOf", "lawOf", "isKept", "isLawful"],
  "protocol/tic/table.ts": ["lookUp"],
  "board/backlog-records.ts": ["step", "sourceAt", "valueAt"],
};

export type Built = {
  readonly code: string;
  /** From `code` back to what it was made from, and so on to the sources, named from the repository. */
  readonly maps: readonly string[];
};

type Place = { readonly line: number; readonly column: number; readonly file: string };

/** Back through all maps; undefined for what none of the sources has. */
const sourceOf = (maps: readonly SourceMap[], place: Place): Place | undefined => {
  let found = place;
  for (const map of maps) {
    const entry = map.findEntry(found.line, found.column);
    if (!("originalLine" in entry)) return undefined;
    const { originalLine: line, originalColumn: column, originalSource: file } = entry;
    found = { line, column, file };
  }
  return found;
};

const placeOf = (code: string, at: number): Place => {
  const lines = code.slice(0, at).split("\n");
  return { line: lines.length - 1, column: lines.at(-1)!.length, file: "" };
};

/** `root`: where the sources' names begin. */
export const awakeNames = ({ code, maps }: Built, root: string): ReadonlySet<string> => {
  const read = maps.map((it) => new SourceMap(JSON.parse(it)));
  const isAwake = (at: number): boolean => {
    const place = sourceOf(read, placeOf(code, at));
    const names = Object.entries(AWAKE).find(([file]) => place?.file.endsWith(`firmware/${file}`));
    if (place === undefined || names === undefined) return false;
    const line = readFileSync(`${root}/firmware/${names[0]}`, "utf8").split("\n")[place.line]!;
    const name = /^[\w$]+/.exec(line.slice(place.column))?.[0];
    return name !== undefined && names[1].includes(name);
  };
  return new Set(
    declaredIn(code)
      .filter((it) => isAwake(it.at))
      .map((it) => it.name),
  );
};
