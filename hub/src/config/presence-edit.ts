import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import { entries, field, textIn } from "./draft.ts";
import type { Change } from "./splice.ts";

/** A detector comes to a zone beside those it has, or leaves it. */

type Draft = unknown;
type Detector = { readonly board: BoardId; readonly sensor: SensorId };

const SENSORS = ["presence", "sensors"] as const;

/** Under the board's name, unless another of its detectors has that already. */
export const withDetector = (
  file: Draft,
  zone: readonly string[],
  detector: Detector,
): readonly Change[] => {
  const sensors = entries(field(file, ...zone, ...SENSORS));
  const isThere = sensors.some(
    ([, it]) => textIn(it, "board") === detector.board && textIn(it, "sensor") === detector.sensor,
  );
  if (isThere) return [];
  const name = freeName(detector.board, new Set(sensors.map(([taken]) => taken)));
  return [{ path: [...zone, ...SENSORS, name], value: detector }];
};

/** `wanted`, or with a number after it. */
export const freeName = (wanted: string, taken: ReadonlySet<string>): string => {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted.slice(0, 28)}-${number}`;
  return name;
};

/** What the others see is no longer all of the zone: nobody can tell any more whether it is empty. */
export const withoutDetectors = (
  file: Draft,
  zone: readonly string[],
  isTheirs: (path: readonly string[]) => boolean,
): readonly Change[] => {
  const sensors = [...zone, ...SENSORS];
  const all = entries(field(file, ...sensors)).map(([it]) => [...sensors, it]);
  const gone = all.filter(isTheirs);
  if (gone.length === 0) return [];
  const left = gone.length < all.length ? gone : [[...zone, "presence"]];
  const circuits = [...zone, "circuits"];
  return [
    ...left.map((path) => ({ path, value: undefined })),
    ...entries(field(file, ...circuits)).flatMap(([it, drawn]) =>
      field(drawn, "off_when_vacant") === true
        ? [{ path: [...circuits, it, "off_when_vacant"], value: false }]
        : [],
    ),
  ];
};
