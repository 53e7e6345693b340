import { isId } from "@battant/protocol/vocabulary/ids";
import type { Sentence } from "../../api/contract.ts";
import { entries, field, numberIn, textIn } from "./draft.ts";
import { nearest } from "./nearest.ts";
import type { Finding, Path } from "./problem.ts";
import { EXTENT_TEXT, FLOOR_TEXT, isZoneKind, type KindFacts, ZONE_KINDS } from "./zone-kinds.ts";

/** What a zone may not be: unlawful, unsafe, indiscreet, or hung on what is not there. */

export type DraftZone = {
  readonly path: Path;
  readonly plan: unknown;
  readonly boards: ReadonlyMap<string, unknown>;
};

export const zoneFindings = (zone: DraftZone): Finding[] => {
  const kind = textIn(zone.plan, "kind");
  return [
    ...(isZoneKind(kind) ? legalFindings(zone, ZONE_KINDS[kind]) : []),
    ...boardFindings(zone, ["light_sensor"]),
    ...presenceFindings(zone),
    ...entries(field(zone.plan, "circuits")).flatMap(([circuit, drawn]) =>
      isSafety(drawn)
        ? safetyFindings(zone, circuit, drawn)
        : [
            ...boardFindings(zone, ["circuits", circuit, "relay"]),
            ...boardFindings(zone, ["circuits", circuit, "meter"]),
          ],
    ),
    ...switchedTwice(zone),
    ...(textIn(zone.plan, "daylight", "mode") === "act" ? actFindings(zone) : []),
    ...(field(zone.plan, "daylight", "local_rule") === true ? localRuleFindings(zone) : []),
  ];
};

const isSafety = (drawn: unknown): boolean => textIn(drawn, "role") === "safety";

const finding = (zone: DraftZone, keys: readonly string[], message: Sentence): Finding => ({
  path: [...zone.path, ...keys],
  at: "value",
  message,
});

const legalFindings = (zone: DraftZone, facts: KindFacts): Finding[] => {
  const found: Finding[] = [];
  const target = numberIn(zone.plan, "daylight", "target_lx");
  const area = numberIn(zone.plan, "area_m2");
  const levels = numberIn(zone.plan, "levels");
  if (target !== undefined && target < facts.floor_lx) {
    found.push(
      finding(zone, ["daylight", "target_lx"], {
        fr: `${target} lx est sous le minimum légal de ${facts.floor_lx} lx (${FLOOR_TEXT}) ; écrivez \`target_lx: ${facts.floor_lx}\` ou plus`,
        en: `${target} lx is below the legal minimum of ${facts.floor_lx} lx (${FLOOR_TEXT}); write \`target_lx: ${facts.floor_lx}\` or more`,
      }),
    );
  }
  if (area !== undefined && facts.area_m2_max !== undefined && area > facts.area_m2_max) {
    found.push(finding(zone, ["area_m2"], tooLarge(`${facts.area_m2_max} m²`)));
  }
  if (levels !== undefined && facts.levels_max !== undefined && levels > facts.levels_max) {
    const count = facts.levels_max;
    found.push(
      finding(zone, ["levels"], {
        fr: tooLarge(`${count} niveau${count > 1 ? "x" : ""}`).fr,
        en: tooLarge(`${count} level${count > 1 ? "s" : ""}`).en,
      }),
    );
  }
  return found;
};

const tooLarge = (limit: string): Sentence => ({
  fr: `au plus ${limit} (${EXTENT_TEXT.fr}) ; partagez en plusieurs zones, chacune avec son capteur et son circuit`,
  en: `at most ${limit} (${EXTENT_TEXT.en}); divide it into several zones, each with its sensor and circuit`,
});

/** `keys` leads to something with a `board` in it. */
const boardFindings = (zone: DraftZone, keys: readonly string[]): Finding[] => {
  const board = textIn(zone.plan, ...keys, "board");
  if (board === undefined || !isId(board)) return [];
  const plan = zone.boards.get(board);
  if (!zone.boards.has(board)) {
    return [finding(zone, [...keys, "board"], unknownBoard(board, zone.boards.keys()))];
  }
  if (field(plan, "flat") === undefined) return [];
  return [
    finding(zone, [...keys, "board"], {
      fr: `${board} mesure dans un logement : ses relevés n'appartiennent qu'à son occupant ; prenez une carte des parties communes`,
      en: `${board} measures inside a flat: its readings belong to the resident alone; take a board of the common areas`,
    }),
  ];
};

const presenceFindings = (zone: DraftZone): Finding[] => {
  const names = entries(field(zone.plan, "presence", "sensors")).map(([name]) => name);
  if (names.length > 0) {
    return names.flatMap((name) => boardFindings(zone, ["presence", "sensors", name]));
  }
  const found: Finding[] = [];
  for (const [circuit, drawn] of entries(field(zone.plan, "circuits"))) {
    if (field(drawn, "off_when_vacant") !== true || isSafety(drawn)) continue;
    found.push(
      finding(zone, ["circuits", circuit, "off_when_vacant"], {
        fr: "`off_when_vacant` demande des détecteurs qui voient toute la zone : ajoutez `presence: { sensors: { entree: { board: …, sensor: … } } }` à la zone, ou écrivez `off_when_vacant: false`",
        en: "`off_when_vacant` needs detectors that see all of the zone: add `presence: { sensors: { entrance: { board: …, sensor: … } } }` to the zone, or write `off_when_vacant: false`",
      }),
    );
  }
  return found;
};

const unknownBoard = (board: string, known: Iterable<string>): Sentence => {
  // A board whose own name is refused is no name to propose.
  const meant = nearest(board, [...known].filter(isId));
  if (meant !== undefined) {
    return {
      fr: `pas de carte "${board}" dans ce fichier ; écrivez \`board: ${meant}\``,
      en: `no board "${board}" in this file; write \`board: ${meant}\``,
    };
  }
  return {
    fr: `pas de carte "${board}" dans ce fichier ; ajoutez une ligne \`${board}:\` sous \`boards:\``,
    en: `no board "${board}" in this file; add a line \`${board}:\` under \`boards:\``,
  };
};

/**
 * Safety lighting must burn when all else fails: autonomous units are fed upstream of every switch,
 * and covered car parks keep theirs lit (arrêté du 31 janvier 1986, art. 27 and 94).
 */
const safetyFindings = (zone: DraftZone, circuit: string, drawn: unknown): Finding[] =>
  SWITCHING.filter(([key, isSwitching]) => isSwitching(field(drawn, key))).map(([key]) => ({
    path: [...zone.path, "circuits", circuit, key],
    at: "key",
    message: {
      fr: `un éclairage de sécurité ne se commande jamais (arrêté du 31 janvier 1986, art. 27 et 94) ; retirez \`${key}\``,
      en: `safety lighting is never switched (arrêté du 31 janvier 1986, art. 27 and 94); remove \`${key}\``,
    },
  }));

const SWITCHING: readonly (readonly [key: string, isSwitching: (value: unknown) => boolean])[] = [
  ["relay", (value) => value !== undefined],
  ["warning", (value) => value === "blinks"],
  ["off_when_vacant", (value) => value === true],
];

const switchedCircuits = (zone: DraftZone): string[] =>
  entries(field(zone.plan, "circuits"))
    .filter(([, drawn]) => !isSafety(drawn))
    .filter(([, drawn]) => field(drawn, "relay") !== undefined)
    .map(([circuit]) => circuit);

/** A zone is lit and switched as one. */
const switchedTwice = (zone: DraftZone): Finding[] =>
  switchedCircuits(zone)
    .slice(1)
    .map((circuit) => ({
      path: [...zone.path, "circuits", circuit, "relay"],
      at: "key",
      message: {
        fr: "cette zone a déjà un circuit avec un relais ; faites de celui-ci une autre zone",
        en: "this zone already has a circuit with a relay; make this one another zone",
      },
    }));

/** A board that keeps the rule running alone has nobody to ask what it cannot see itself. */
const localRuleFindings = (zone: DraftZone): Finding[] => {
  const [circuit] = switchedCircuits(zone);
  const relay =
    circuit === undefined ? undefined : textIn(zone.plan, "circuits", circuit, "relay", "board");
  const sensor = textIn(zone.plan, "light_sensor", "board");
  if (relay !== undefined && relay === sensor) return [];
  return [
    finding(zone, ["daylight", "local_rule"], {
      fr: "`local_rule` demande que le capteur et le relais soient sur la même carte ; écrivez `local_rule: false`, la lumière est alors rendue en deux minutes quand le boîtier se tait",
      en: "`local_rule` needs the sensor and the relay on the same board; write `local_rule: false`, the light is then given back within two minutes when the hub is silent",
    }),
  ];
};

const actFindings = (zone: DraftZone): Finding[] => {
  const found: Finding[] = [];
  const mode = (message: Sentence) => found.push(finding(zone, ["daylight", "mode"], message));
  if (field(zone.plan, "light_sensor") === undefined) {
    mode({
      fr: "`act` demande un capteur : ajoutez `light_sensor: { board: …, sensor: light }`, ou écrivez `mode: off`",
      en: "`act` needs a sensor: add `light_sensor: { board: …, sensor: light }`, or write `mode: off`",
    });
  }
  if (switchedCircuits(zone).length === 0) {
    mode({
      fr: "`act` demande un circuit à commander : ajoutez `relay: { board: …, relay: main }` à un circuit, ou écrivez `mode: observe`",
      en: "`act` needs a circuit to switch: add `relay: { board: …, relay: main }` to a circuit, or write `mode: observe`",
    });
  }
  if (field(zone.plan, "daylight", "luminaire_contribution_lx") === undefined) {
    mode({
      fr: "`act` demande un étalonnage : de nuit, notez les lx au capteur lampes allumées puis éteintes et écrivez la différence, `luminaire_contribution_lx: 60` (0 si le capteur ne voit que le ciel) ; d'ici là, écrivez `mode: observe`",
      en: "`act` needs a calibration: by night, note the lx at the sensor with the lamps on, then off, and write the difference, `luminaire_contribution_lx: 60` (0 if the sensor sees only the sky); until then, write `mode: observe`",
    });
  }
  return found;
};
