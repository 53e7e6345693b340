import { isAbsolute } from "node:path";
import { z } from "zod";
import {
  amount,
  checked,
  count,
  host,
  id,
  isDay,
  isPlainUrl,
  oneOf,
  port,
  text,
  yesNo,
} from "./leaves.ts";
import { ZONE_KIND_NAMES } from "./zone-kinds.ts";

/**
 * The form of a building file: which keys there are and what may stand after them.
 *
 * Unknown keys are errors. Keys carry their unit. What one part says about another is checked in
 * `checks.ts`.
 */

/** A part of the file. With nothing after its key it is empty, not wrong. */
const part = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((it) => it ?? {}, schema);

const list = <Schema extends z.ZodType>(items: Schema, lengthMax: number) =>
  z.preprocess((it) => it ?? [], z.array(items).max(lengthMax));

const DAYLIGHT = part(
  z.strictObject({
    mode: oneOf(["observe", "act", "off"]).default("observe"),
    /** Without it, the legal floor of the zone's kind. */
    target_lx: amount({ min: 1, max: 2000, example: 150, unit: "lx" }).optional(),
    margin: amount({ min: 1.2, max: 5, example: 1.5 }).default(1.5),
    floor_factor: amount({ min: 0.05, max: 10, example: 1 }).default(1),
    luminaire_contribution_lx: amount({ min: 0, max: 5000, example: 60, unit: "lx" }).optional(),
    off_delay_min: amount({ min: 3, max: 60, example: 10, unit: "min" }).default(10),
    on_delay_s: amount({ min: 1, max: 60, example: 20, unit: "s" }).default(20),
    reading_age_max_min: amount({ min: 2, max: 15, example: 5, unit: "min" }).default(5),
    override_hold_min: amount({ min: 5, max: 720, example: 30, unit: "min" }).default(30),
    /** The board keeps the rule running while the hub is gone. */
    local_rule: yesNo(false).default(false),
  }),
);

const CIRCUIT = part(
  z.strictObject({
    name: text(80, "Plafonniers").optional(),
    role: oneOf(["lighting", "safety"]).default("lighting"),
    load_W: amount({ min: 1, max: 50_000, example: 80, unit: "W" }).optional(),
    relay: z.strictObject({ board: id("hall-relay"), relay: id("main") }).optional(),
    /** It measures this circuit alone. */
    meter: z.strictObject({ board: id("hall-meter"), sensor: id("circuit") }).optional(),
    /** Without it, as the zone's kind asks. */
    warning: oneOf(["blinks", "none"]).optional(),
    /** Only where the lamps come back by themselves when the circuit is given back. */
    off_when_vacant: yesNo(false).default(false),
  }),
);

const PRESENCE = z.strictObject({
  /** One may serve two zones: at their border it sees who is about to come. */
  sensors: part(
    z.record(z.string(), z.strictObject({ board: id("hall-presence"), sensor: id("motion") })),
  ),
  hold_min: amount({ min: 1, max: 60, example: 5, unit: "min" }).optional(),
});

const ZONE = part(
  z.strictObject({
    name: text(80, "Hall").optional(),
    kind: oneOf(ZONE_KIND_NAMES),
    area_m2: amount({ min: 1, max: 10_000, example: 40, unit: "m2" }).optional(),
    levels: count({ min: 1, max: 60, example: 1 }).optional(),
    light_sensor: z.strictObject({ board: id("hall-light"), sensor: id("light") }).optional(),
    presence: PRESENCE.optional(),
    circuits: part(z.record(z.string(), CIRCUIT)),
    daylight: DAYLIGHT,
  }),
);

const BOARD = part(
  z.strictObject({ name: text(80, "Hall, au plafond").optional(), flat: id("flat-1").optional() }),
);

const INFLUX = z.strictObject({
  url: checked(isPlainUrl, {
    expected: {
      fr: "une adresse http:// ou https:// sans nom ni mot de passe",
      en: "an http:// or https:// address without user name or password",
    },
    example: "http://127.0.0.1:8086",
  }),
  database: checked((it) => /^[a-z][a-z0-9_-]{0,63}$/.test(it), {
    expected: {
      fr: "un nom de 1 à 64 signes parmi a-z, 0-9, _ et -, qui commence par une lettre",
      en: "a name of 1 to 64 of a-z, 0-9, _ and -, starting with a letter",
    },
    example: "battant",
  }).default("battant"),
  username: text(64, "battant").optional(),
  password_file: checked((it) => it.length <= 400 && isAbsolute(it), {
    expected: {
      fr: "le chemin complet d'un fichier qui ne contient que le mot de passe",
      en: "the full path of a file that holds the password and nothing else",
    },
    example: "/etc/battant/influx-password",
  }).optional(),
});

const METER_NAME_LENGTH_MAX = 20;

const LINKY = z.strictObject({
  port: checked((it) => /^(\/dev\/[\w./:+-]{1,200}|COM\d{1,3})$/.test(it) && !it.includes(".."), {
    expected: { fr: "le chemin du port série", en: "the path of the serial port" },
    example: "/dev/ttyUSB0",
  }),
  /** The sensors of a meter are named after it: `linky-energy-1`. */
  sensor: id("linky", METER_NAME_LENGTH_MAX),
});

const HUB = part(
  z.strictObject({
    http: part(
      z.strictObject({
        host: host("0.0.0.0").default("0.0.0.0"),
        port: port(8080).default(8080),
        /** 0: no HTTPS. */
        tls_port: count({ min: 0, max: 65_535, example: 8443 }).default(8443),
      }),
    ),
    mqtt: part(
      z.strictObject({
        host: host("0.0.0.0").default("0.0.0.0"),
        port: port(1883).default(1883),
        tls_port: port(8883).default(8883),
      }),
    ),
    journal: part(
      z.strictObject({
        commit_window_ms: count({ min: 0, max: 10_000, example: 2000 }).default(2000),
      }),
    ),
    retention: part(
      z.strictObject({
        raw_days: count({ min: 1, max: 3650, example: 90 }).default(90),
        ten_minutes_days: count({ min: 30, max: 36_500, example: 1095 }).default(1095),
        /** The answers to "why?" reach back as far. */
        decisions_days: count({ min: 90, max: 3650, example: 90 }).default(90),
        /** What the proof of savings is made from. Two years are compared with each other. */
        savings_days: count({ min: 760, max: 36_500, example: 3650 }).default(3650),
      }),
    ),
    trace: part(z.strictObject({ keep_days: count({ min: 0, max: 365, example: 7 }).default(7) })),
    influx: INFLUX.optional(),
    linky: list(LINKY, 8),
  }),
);

const PRICE = z.strictObject({
  from: checked(isDay, {
    expected: { fr: "un jour, année-mois-jour", en: "a day, year-month-day" },
    example: "2026-01-01",
  }),
  eur_per_kWh: amount({ min: 0, max: 10, example: 0.2516, unit: "EUR/kWh" }),
});

const ENERGY = part(
  z.strictObject({
    /** The hub and its boards together, all day long. */
    box_W: amount({ min: 0.1, max: 1000, example: 6, unit: "W" }).optional(),
    /** A row holds until the next one: a new price never rewrites the past. */
    prices: list(PRICE, 200),
  }),
);

const LOCATION = z.strictObject({
  latitude_deg: amount({ min: -90, max: 90, example: 47.24 }),
  longitude_deg: amount({ min: -180, max: 180, example: 6.02 }),
});

export const BUILDING_FILE = z.strictObject({
  building: id("demo"),
  name: text(120, "Résidence Battant"),
  location: LOCATION,
  timezone: text(64, "Europe/Paris"),
  boards: part(z.record(z.string(), BOARD)),
  zones: part(z.record(z.string(), ZONE)),
  energy: ENERGY,
  hub: HUB,
});

export type BuildingFile = z.output<typeof BUILDING_FILE>;

export const emptyHub = (): BuildingFile["hub"] => HUB.parse({});
