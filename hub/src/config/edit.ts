import type { BoardId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Sentence } from "../../api/contract.ts";
import type { Site } from "../domain/site.ts";
import { type Calibrated, calibratedChanges } from "./calibrated.ts";
import { parseText } from "./document.ts";
import { entries, field, textIn } from "./draft.ts";
import { modeChanges, type ModeEdit } from "./mode-edit.ts";
import { freeName, withDetector, withoutDetectors } from "./presence-edit.ts";
import type { ConfigProblem } from "./problem.ts";
import { readConfiguration } from "./read.ts";
import { type Change, spliced } from "./splice.ts";
import type { Written } from "./written.ts";

/**
 * What a page changes in a building file: a board finds its place, or loses it; a zone acts, or only
 * observes. The person's notes and layout stay; what comes out is read like any other building file and must be as good.
 */
export type BuildingEdit = Adoption | Forgetting | ModeEdit | Calibrated;

/** A board that is already named gets this name and this place instead. */
export type Adoption = {
  readonly kind: "adopt";
  readonly board: BoardId;
  readonly name: string;
  readonly flat: string | undefined;
  readonly zone: { readonly id: ZoneId } | { readonly newZone: NewZone } | undefined;
  /** What the zone goes by, and what switches it, from now on: only with a zone. */
  readonly lightSensor: SensorId | undefined;
  /** Comes to the detectors that the zone has: only with a zone. */
  readonly detector: SensorId | undefined;
  readonly relay: RelayId | undefined;
};

export type NewZone = { readonly id: ZoneId; readonly name: string; readonly kind: string };

/** Zones that went by the board stay, without it. */
export type Forgetting = { readonly kind: "forget"; readonly board: BoardId };

export type Edited =
  | { readonly ok: true; readonly text: string; readonly site: Site }
  | { readonly ok: false; readonly problem: Sentence };

export const editBuilding = (text: string, edit: BuildingEdit): Edited => {
  const before = readConfiguration(text);
  if (!before.ok) return refused(mendFirst(before.problems[0]!));
  const file = parseText(text).content?.value;
  const changes = changesFor(file, edit);
  if ("fr" in changes) return refused(changes);
  const edited = spliced(text, changes);
  if (edited === undefined) return refused(BY_HAND);
  const after = readConfiguration(edited);
  return after.ok
    ? { ok: true, text: edited, site: after.site }
    : refused(placed(after.problems[0]!));
};

type Draft = unknown;

const changesFor = (file: Draft, edit: BuildingEdit): readonly Change[] | Sentence => {
  switch (edit.kind) {
    case "adopt":
      return adoption(file, edit);
    case "forget":
      return forgetting(file, edit);
    case "mode":
      return modeChanges(file, edit);
    case "calibrate":
      return calibratedChanges(file, edit);
  }
};

const adoption = (file: Draft, edit: Adoption): readonly Change[] | Sentence => {
  const { zone } = edit;
  const named = naming(file, edit);
  if ("fr" in named) return named;
  if (zone === undefined) {
    const serves = edit.lightSensor ?? edit.detector ?? edit.relay;
    return serves === undefined ? named : ZONE_MISSING;
  }
  const placed = "newZone" in zone ? newZone(file, zone.newZone, edit) : place(file, zone.id, edit);
  return "fr" in placed ? placed : [...named, ...placed];
};

const naming = (file: Draft, { board, name, flat }: Adoption): readonly Change[] | Sentence => {
  const path = ["boards", board];
  if (!has(file, path)) {
    return [{ path, value: flat === undefined ? { name } : { name, flat } }];
  }
  const home = textIn(file, ...path, "flat");
  if (home !== undefined && home !== flat) return staysPrivate(board, home);
  return [
    ...setting(file, [...path, "name"], name),
    ...(flat === undefined ? [] : setting(file, [...path, "flat"], flat)),
  ];
};

const newZone = (
  file: Draft,
  { id, name, kind }: NewZone,
  { board, lightSensor, detector, relay }: Adoption,
): readonly Change[] | Sentence => {
  const path = ["zones", id];
  if (has(file, path)) return zoneTaken(id);
  const value: Written = {
    name,
    kind,
    ...(lightSensor !== undefined && { light_sensor: { board, sensor: lightSensor } }),
    ...(detector !== undefined && {
      presence: { sensors: { [board]: { board, sensor: detector } } },
    }),
    ...(relay !== undefined && { circuits: { [relay]: { relay: { board, relay } } } }),
    // Nothing is switched before people have seen what it would do.
    daylight: { mode: "observe" },
  };
  return [{ path, value }];
};

const place = (
  file: Draft,
  zone: ZoneId,
  { board, lightSensor: sensor, detector, relay }: Adoption,
): readonly Change[] | Sentence => {
  const path = ["zones", zone];
  if (!has(file, path)) return unknownZone(zone);
  return [
    ...(sensor === undefined ? [] : seeing(file, path, { board, sensor })),
    ...(detector === undefined ? [] : withDetector(file, path, { board, sensor: detector })),
    ...(relay === undefined ? [] : switching(file, path, { board, relay })),
  ];
};

type Sensor = { readonly board: BoardId; readonly sensor: SensorId };

const seeing = (file: Draft, zone: readonly string[], sensor: Sensor): readonly Change[] => {
  const path = [...zone, "light_sensor"];
  if (field(file, ...path) === undefined) return [{ path, value: sensor }];
  const changes = [
    ...setting(file, [...path, "board"], sensor.board),
    ...setting(file, [...path, "sensor"], sensor.sensor),
  ];
  return changes.length === 0 ? [] : [...changes, ...observing(file, zone)];
};

type Relay = { readonly board: BoardId; readonly relay: RelayId };

/** The first circuit of luminaires that nobody switches yet, or one more. */
const switching = (file: Draft, zone: readonly string[], relay: Relay): readonly Change[] => {
  const path = [...zone, "circuits"];
  const circuits = entries(field(file, ...path));
  const isSame = ([, drawn]: readonly [string, unknown]) =>
    textIn(drawn, "relay", "board") === relay.board &&
    textIn(drawn, "relay", "relay") === relay.relay;
  if (circuits.some(isSame)) return [];
  const free = circuits.find(
    ([, drawn]) => textIn(drawn, "role") !== "safety" && field(drawn, "relay") === undefined,
  );
  const taken = new Set(circuits.map(([name]) => name));
  const name = free?.[0] ?? freeName(relay.relay, taken);
  return [{ path: [...path, name, "relay"], value: relay }];
};

const forgetting = (file: Draft, { board }: Forgetting): readonly Change[] => {
  const named = ["boards", board];
  return [
    ...(has(file, named) ? [{ path: named, value: undefined }] : []),
    ...entries(field(file, "zones")).flatMap(([zone]) => leaving(file, ["zones", zone], board)),
  ];
};

const leaving = (file: Draft, zone: readonly string[], board: BoardId): readonly Change[] => {
  const places = [
    [...zone, "light_sensor"],
    ...entries(field(file, ...zone, "circuits")).map(([it]) => [...zone, "circuits", it, "relay"]),
  ];
  const isTheirs = (path: readonly string[]) => textIn(file, ...path, "board") === board;
  const left = places.filter(isTheirs);
  const unseen = withoutDetectors(file, zone, isTheirs);
  const unmeasured = entries(field(file, ...zone, "circuits"))
    .map(([it]) => [...zone, "circuits", it, "meter"])
    .filter(isTheirs);
  const taken = [...left, ...unmeasured].map((path) => ({ path, value: undefined }));
  return [...taken, ...unseen, ...(left.length === 0 ? [] : observing(file, zone))];
};

/**
 * The calibration was that of another sensor, or there is nothing left to switch: the zone goes on
 * as a new one would, and borrows no light until a person says so again.
 */
const observing = (file: Draft, zone: readonly string[]): readonly Change[] => {
  const daylight = [...zone, "daylight"];
  const changes: Change[] = [];
  if (textIn(file, ...daylight, "mode") === "act") {
    changes.push({ path: [...daylight, "mode"], value: "observe" });
  }
  if (field(file, ...daylight, "local_rule") === true) {
    changes.push({ path: [...daylight, "local_rule"], value: false });
  }
  return changes;
};

const setting = (file: Draft, path: readonly string[], value: string): readonly Change[] =>
  field(file, ...path) === value ? [] : [{ path, value }];

/** With nothing after its key, too. */
const has = (file: Draft, path: readonly string[]): boolean => field(file, ...path) !== undefined;

const refused = (problem: Sentence): Edited => ({ ok: false, problem });

const placed = ({ path, message }: ConfigProblem): Sentence => ({
  fr: `${path} : ${message.fr}`,
  en: `${path}: ${message.en}`,
});

const mendFirst = ({ line, path, message }: ConfigProblem): Sentence => ({
  fr: `le fichier de l'immeuble est à corriger d'abord, ligne ${line} : ${path} ${message.fr}`,
  en: `the building file must be mended first, line ${line}: ${path} ${message.en}`,
});

const BY_HAND: Sentence = {
  fr: "la mise en forme du fichier de l'immeuble est inhabituelle à cet endroit ; complétez-le à la main",
  en: "the building file is laid out unusually there; edit it by hand",
};

const ZONE_MISSING: Sentence = {
  fr: "un capteur ou un relais sert une zone ; choisissez-la",
  en: "a sensor or a relay serves a zone; choose it",
};

const zoneTaken = (zone: ZoneId): Sentence => ({
  fr: `il y a déjà une zone ${zone} ; choisissez-la dans la liste, ou donnez un autre nom à la nouvelle`,
  en: `there is already a zone ${zone}; choose it from the list, or give the new one another name`,
});

const unknownZone = (zone: ZoneId): Sentence => ({
  fr: `pas de zone ${zone} dans le fichier de l'immeuble ; rechargez la page`,
  en: `no zone ${zone} in the building file; reload the page`,
});

/** Whoever could open a flat's board to the house could read what its resident did. */
const staysPrivate = (board: BoardId, flat: string): Sentence => ({
  fr: `${board} mesure dans le logement ${flat} : ses relevés restent à son occupant ; oubliez d'abord cette carte, puis flashez-la sous un autre nom`,
  en: `${board} measures in the flat ${flat}: its readings remain the resident's; forget this board first, then flash it under another name`,
});
