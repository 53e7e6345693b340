import { isId } from "@battant/protocol/vocabulary/ids";
import { entries, field, items, numberIn, textIn } from "./draft.ts";
import { energyFindings } from "./energy-checks.ts";
import { asId, nearest } from "./nearest.ts";
import type { Finding, Path } from "./problem.ts";
import { ID_EXPECTED } from "./leaves.ts";
import { emptyHub } from "./schema.ts";
import { zoneFindings } from "./zone-checks.ts";

/**
 * What the parts of a building file say about each other.
 *
 * The checks look at the values as they stand in the file, whatever else is wrong with it, so that
 * one reading names every problem. A value of the wrong form is passed over here: the schema has
 * already refused it.
 */
export const contradictions = (file: unknown): Finding[] => {
  const boards = new Map(entries(field(file, "boards")));
  const zones = entries(field(file, "zones"));
  return [
    ...timezoneFindings(textIn(file, "timezone")),
    ...crowd(["boards"], boards.size, BOARDS_MAX),
    ...crowd(["zones"], zones.length, ZONES_MAX),
    ...boardFindings([...boards.keys()]),
    ...nameFindings(["zones"], zones),
    ...zones.flatMap(([zone, plan]) => [
      ...nameFindings(["zones", zone, "circuits"], entries(field(plan, "circuits"))),
      ...nameFindings(
        ["zones", zone, "presence", "sensors"],
        entries(field(plan, "presence", "sensors")),
      ),
      ...zoneFindings({ path: ["zones", zone], plan, boards }),
    ]),
    ...sharedRelays(zones),
    ...sharedSensors(zones),
    ...energyFindings(file, zones),
    ...hubFindings(field(file, "hub")),
  ];
};

/** Far beyond any building of ours; a hub of this size was never tried. */
const BOARDS_MAX = 500;
const ZONES_MAX = 200;

const crowd = (path: Path, many: number, max: number): Finding[] =>
  many <= max
    ? []
    : [
        {
          path,
          at: "key",
          message: {
            fr: `${many} lignes, au plus ${max} ; partagez entre plusieurs boîtiers`,
            en: `${many} lines, at most ${max}; divide them between several hubs`,
          },
        },
      ];

/** The hub speaks under this name itself, for the meters on its own USB ports. */
export const HUB_BOARD = "hub";

const boardFindings = (boards: readonly string[]): Finding[] => {
  const found = nameFindings(
    ["boards"],
    boards.map((board) => [board, undefined]),
  );
  if (boards.includes(HUB_BOARD)) {
    found.push({
      path: ["boards", HUB_BOARD],
      at: "key",
      message: {
        fr: "`hub` désigne le boîtier lui-même ; donnez un autre nom à cette carte",
        en: "`hub` names the box itself; give this board another name",
      },
    });
  }
  return found;
};

const nameFindings = (path: Path, named: readonly (readonly [string, unknown])[]): Finding[] =>
  named.flatMap(([name]): Finding[] => {
    if (isId(name)) return [];
    const better = asId(name);
    return [
      {
        path: [...path, name],
        at: "key",
        message: {
          fr: `il faut ${ID_EXPECTED.fr}${better && ` ; écrivez \`${better}:\``}`,
          en: `it must be ${ID_EXPECTED.en}${better && `; write \`${better}:\``}`,
        },
      },
    ];
  });

const timezoneFindings = (timezone: string | undefined): Finding[] => {
  if (timezone === undefined || isTimezone(timezone)) return [];
  const meant = nearest(timezone, Intl.supportedValuesOf("timeZone")) ?? "Europe/Paris";
  return [
    {
      path: ["timezone"],
      at: "value",
      message: {
        fr: `fuseau horaire inconnu ; écrivez \`timezone: ${meant}\``,
        en: `unknown time zone; write \`timezone: ${meant}\``,
      },
    },
  ];
};

/** An offset such as +01:00 would pass too, but it has no summer time: its days would be wrong. */
const isTimezone = (name: string): boolean => {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return true;
  } catch {
    return false;
  }
};

/** Two zones with one relay would borrow each other's light. */
const sharedRelays = (zones: readonly (readonly [string, unknown])[]): Finding[] => {
  const takenBy = new Map<string, string>();
  return zones.flatMap(([zone, plan]) =>
    entries(field(plan, "circuits")).flatMap(([circuit, drawn]): Finding[] => {
      const board = textIn(drawn, "relay", "board");
      const output = textIn(drawn, "relay", "relay");
      if (board === undefined || output === undefined) return [];
      const relay = `${board}/${output}`;
      const owner = takenBy.get(relay) ?? zone;
      takenBy.set(relay, owner);
      if (owner === zone) return [];
      return [
        {
          path: ["zones", zone, "circuits", circuit, "relay"],
          at: "key",
          message: {
            fr: `le relais ${relay} commande déjà la zone ${owner} ; un relais, un circuit, une zone`,
            en: `the relay ${relay} already switches the zone ${owner}; one relay, one circuit, one zone`,
          },
        },
      ];
    }),
  );
};

const hubFindings = (hub: unknown): Finding[] => [
  ...portFindings(hub),
  ...influxFindings(field(hub, "influx")),
  ...repeated(hub, "port"),
  ...repeated(hub, "sensor"),
];

/** The defaults count too: `http.port: 1883` alone is a clash. */
const portFindings = (hub: unknown): Finding[] => {
  const { http, mqtt } = emptyHub();
  const ports = [
    { path: ["http", "port"], port: numberIn(hub, "http", "port") ?? http.port },
    { path: ["http", "tls_port"], port: numberIn(hub, "http", "tls_port") ?? http.tls_port },
    { path: ["mqtt", "port"], port: numberIn(hub, "mqtt", "port") ?? mqtt.port },
    { path: ["mqtt", "tls_port"], port: numberIn(hub, "mqtt", "tls_port") ?? mqtt.tls_port },
  ];
  return ports.flatMap((later, index) => {
    const earlier = ports.slice(0, index).find((it) => it.port === later.port);
    if (earlier === undefined) return [];
    const isWritten = field(hub, ...later.path) !== undefined;
    return isWritten ? [portTaken(later, earlier.path)] : [portTaken(earlier, later.path)];
  });
};

const portTaken = (
  { path, port }: { readonly path: Path; readonly port: number },
  by: readonly string[],
): Finding => ({
  path: ["hub", ...path],
  at: "value",
  message: {
    fr: `le port ${port} est déjà celui de hub.${by.join(".")} ; choisissez-en un autre`,
    en: `port ${port} is already that of hub.${by.join(".")}; choose another one`,
  },
});

const influxFindings = (influx: unknown): Finding[] => {
  const pair = ["username", "password_file"] as const;
  const missing = pair.filter((key) => field(influx, key) === undefined);
  if (missing.length !== 1) return [];
  return [
    {
      path: ["hub", "influx", missing[0]!],
      at: "value",
      message: {
        fr: `\`username\` et \`password_file\` vont ensemble ; il manque \`${missing[0]}\``,
        en: `\`username\` and \`password_file\` go together; \`${missing[0]}\` is missing`,
      },
    },
  ];
};

const repeated = (hub: unknown, key: "port" | "sensor"): Finding[] => {
  const seen = new Set<string>();
  return items(field(hub, "linky")).flatMap((dongle, index): Finding[] => {
    const value = textIn(dongle, key);
    if (value === undefined || !seen.has(value)) {
      if (value !== undefined) seen.add(value);
      return [];
    }
    return [
      {
        path: ["hub", "linky", index, key],
        at: "value",
        message: {
          fr: `${value} sert déjà à un autre compteur ; chacun a son port et son nom`,
          en: `${value} already serves another meter; each has its own port and name`,
        },
      },
    ];
  });
};

/** A sensor cannot tell the lamps of one zone from those of another: they would pass for daylight. */
const sharedSensors = (zones: readonly (readonly [string, unknown])[]): Finding[] => {
  const acting = zones.filter(
    ([, plan]) =>
      textIn(plan, "daylight", "mode") === "act" &&
      numberIn(plan, "daylight", "luminaire_contribution_lx") !== 0,
  );
  const seenBy = new Map<string, string>();
  return acting.flatMap(([zone, plan]): Finding[] => {
    const board = textIn(plan, "light_sensor", "board");
    const name = textIn(plan, "light_sensor", "sensor");
    if (board === undefined || name === undefined) return [];
    const sensor = `${board}/${name}`;
    const owner = seenBy.get(sensor) ?? zone;
    seenBy.set(sensor, owner);
    if (owner === zone) return [];
    return [
      {
        path: ["zones", zone, "light_sensor"],
        at: "key",
        message: {
          fr: `le capteur ${sensor} sert déjà à la zone ${owner}, dont il verrait les lampes ; posez-en un par zone, ou écrivez \`mode: observe\` ; s'il ne voit aucune lampe, \`luminaire_contribution_lx: 0\` dans chaque zone`,
          en: `the sensor ${sensor} already serves the zone ${owner}, whose lamps it would see; hang one in each zone, or write \`mode: observe\`; if it sees no lamp at all, \`luminaire_contribution_lx: 0\` in each zone`,
        },
      },
    ];
  });
};
