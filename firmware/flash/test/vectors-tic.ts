import { readFileSync } from "node:fs";

/**
 * The recorded frames of Linky meters, and what they say in our words: worked out here once more, from
 * the groups that stand in `vectors.json` and the labels of Enedis-NOI-CPT_54E, without the parser.
 */

export type TicGroup = {
  readonly label: string;
  readonly horodate: string | null;
  readonly value: string;
  /** The checksum agrees. */
  readonly ok: boolean;
};

export type TicVector = {
  readonly set: "valid" | "negative";
  readonly mode: "historique" | "standard";
  readonly frames: readonly (readonly TicGroup[])[];
};

const FOLDER = new URL("../../protocol/fixtures/tic/", import.meta.url);

export const ticVectors = JSON.parse(
  readFileSync(new URL("vectors.json", FOLDER), "utf8"),
) as Readonly<Record<string, TicVector>>;

export const ticBytes = (name: string): string =>
  readFileSync(new URL(`${name}.bin`, FOLDER)).toString("latin1");

/** The registers of each tariff of mode historique, in the order in which they are counted. */
const TARIFFS = [
  ["BASE"],
  ["HCHC", "HCHP"],
  ["EJPHN", "EJPHPM"],
  ["BBRHCJB", "BBRHPJB", "BBRHCJW", "BBRHPJW", "BBRHCJR", "BBRHPJR"],
];

/** Running periods as `PTEC` names them, by their register. */
const PERIODS = [
  ["TH..", "HC..", "HN..", "HCJB"],
  ["HP..", "PM..", "HPJB"],
  ["HCJW"],
  ["HPJW"],
  ["HCJR"],
  ["HPJR"],
];

const numbered = (count: number, entry: (n: number) => readonly [string, string]) =>
  Array.from({ length: count }, (_, index) => entry(index + 1));

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ["EAST", "linky energy"],
  ["EAIT", "linky-exported energy"],
  ["NTARF", "linky tariff-register"],
  ["PAPP", "linky apparent-power"],
  ["SINSTS", "linky apparent-power"],
  ["SINSTI", "linky-exported apparent-power"],
  ["IINST", "linky-phase-1 current"],
  ...numbered(3, (n) => [`IINST${n}`, `linky-phase-${n} current`]),
  ...numbered(3, (n) => [`IRMS${n}`, `linky-phase-${n} current`]),
  ...numbered(3, (n) => [`URMS${n}`, `linky-phase-${n} voltage`]),
  ...numbered(3, (n) => [`SINSTS${n}`, `linky-phase-${n} apparent-power`]),
  ...numbered(10, (n) => [`EASF${`${n}`.padStart(2, "0")}`, `linky-register-${n} energy`]),
  ...TARIFFS.flatMap((labels) =>
    labels.map((label, index) => [label, `linky-register-${index + 1} energy`] as const),
  ),
]);

/** Whether a group with this label is a reading of ours. */
export const isMeasured = (label: string): boolean => label === "PTEC" || MEANINGS.has(label);

const saidByGroup = ({ label, value }: TicGroup): readonly string[] => {
  if (label === "PTEC") {
    const register = PERIODS.findIndex((it) => it.includes(value)) + 1;
    return [`linky tariff-register ${register}`];
  }
  const meaning = MEANINGS.get(label);
  // Nine digits that are none: the checksum does not see bit 6.
  if (meaning === undefined || !/^\d+$/.test(value)) return [];
  // A Linky has ten registers and tariffs use a few: one that never counted is no news.
  if (meaning.includes("-register-") && Number(value) === 0) return [];
  return [`${meaning} ${Number(value)}`];
};

/** Mode historique has no total. */
const saidByAll = (groups: readonly TicGroup[]): readonly string[] =>
  TARIFFS.flatMap((labels) => {
    const values = labels.map((label) => groups.find((it) => it.label === label)?.value ?? "");
    if (!values.every((it) => /^\d+$/.test(it))) return [];
    return [`linky energy ${values.reduce((sum, it) => sum + Number(it), 0)}`];
  });

export const saidByGroups = (groups: readonly TicGroup[]): readonly string[] => {
  const good = groups.filter((it) => it.ok);
  return [...good.flatMap(saidByGroup), ...saidByAll(good)].toSorted();
};

/** All that a board may report of these frames. */
export const saidInVector = (name: string): readonly string[] =>
  ticVectors[name]!.frames.flatMap(saidByGroups).toSorted();
