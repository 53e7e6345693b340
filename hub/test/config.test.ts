import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { expect, test } from "vitest";
import { defaultSettings, emptySite } from "../src/config/empty.ts";
import { ensureBuildingFile, loadConfiguration } from "../src/config/file.ts";
import type { ConfigProblem } from "../src/config/problem.ts";
import { readConfiguration } from "../src/config/read.ts";

// Goal: whatever is wrong in a building file is named, where it stands, with what to write instead.
// Method: one good file, and one row per mistake that changes a single line of it.

const GOOD = `building: test
name: "Test"
location:
  latitude_deg: 47.24
  longitude_deg: 6.02
timezone: Europe/Paris
boards:
  hall-1:
    name: "Hall"
  stairs-1:
  flat-1-meter:
    flat: flat-1
zones:
  hall:
    name: "Hall"
    kind: hall
    area_m2: 40
    light_sensor:
      board: hall-1
      sensor: light
    circuits:
      ceiling:
        load_W: 108
        relay:
          board: hall-1
          relay: main
      units:
        role: safety
    daylight:
      mode: act
      target_lx: 120
      margin: 1.5
      luminaire_contribution_lx: 60
      off_delay_min: 10
  stairs:
    kind: stairwell
    levels: 3
    light_sensor:
      board: stairs-1
      sensor: light
    circuits:
      landings:
        relay:
          board: stairs-1
          relay: main
hub:
  http:
    port: 8080
  mqtt:
    port: 1883
  influx:
    url: http://127.0.0.1:8086
    database: battant
  linky:
    - port: /dev/ttyUSB0
      sensor: linky
`;

const problemsOf = (text: string): readonly ConfigProblem[] => {
  const configuration = readConfiguration(text);
  return configuration.ok ? [] : configuration.problems;
};

const changed = (from: string, to: string): string => {
  if (GOOD.split(from).length !== 2)
    throw new Error(`"${from}" does not stand once in the good file`);
  return GOOD.replace(from, () => to);
};

const lineOf = (text: string, fragment: string): number =>
  text.slice(0, text.indexOf(fragment)).split("\n").length;

test("a board keeps the rule running alone if it has the zone's sensor and relay", () => {
  const asked = changed("mode: act", "mode: act\n      local_rule: true");
  const configuration = readConfiguration(asked);
  expect(
    configuration.ok && configuration.site.zones.get("hall" as ZoneId)?.daylight,
  ).toMatchObject({ localRule: true });
  for (const apart of [
    asked.replace("light_sensor:\n      board: hall-1", "light_sensor:\n      board: stairs-1"),
    asked.replace("relay:\n          board: hall-1", "relay:\n          board: stairs-1"),
  ]) {
    expect(problemsOf(apart)).toContainEqual(
      expect.objectContaining({
        path: "zones.hall.daylight.local_rule",
        message: {
          fr: expect.stringContaining("sur la même carte ; écrivez `local_rule: false`") as string,
          en: expect.stringContaining("on the same board; write `local_rule: false`") as string,
        },
      }),
    );
  }
});

test("a good file becomes the site and the settings, in the units of the domain", () => {
  const configuration = readConfiguration(GOOD);
  if (!configuration.ok) throw new Error(JSON.stringify(configuration.problems, null, 2));
  const { site, settings } = configuration;

  expect([...site.boards.values()]).toEqual([
    { id: "hall-1", name: "Hall", flat: undefined },
    { id: "stairs-1", name: "stairs-1", flat: undefined },
    { id: "flat-1-meter", name: "flat-1-meter", flat: "flat-1" },
  ]);
  expect([...site.zones.values()]).toEqual([
    {
      id: "hall",
      name: "Hall",
      kind: "hall",
      extent: { area_m2: 40, levels: undefined },
      circuit: { board: "hall-1", relay: "main", load: 108, warning: true, offWhenVacant: false },
      lightSensor: { board: "hall-1", sensor: "light" },
      presence: undefined,
      daylight: {
        mode: "act",
        target: 120,
        margin: 1.5,
        floorFactor: 1,
        luminaireContribution: 60,
        offDelay: 600_000,
        onDelay: 20_000,
        readingAgeMax: 300_000,
        overrideHold: 1_800_000,
        localRule: false,
      },
    },
    {
      id: "stairs",
      name: "stairs",
      kind: "stairwell",
      extent: { area_m2: undefined, levels: 3 },
      circuit: {
        board: "stairs-1",
        relay: "main",
        load: undefined,
        warning: true,
        offWhenVacant: false,
      },
      lightSensor: { board: "stairs-1", sensor: "light" },
      presence: undefined,
      daylight: {
        mode: "observe",
        target: 150,
        margin: 1.5,
        floorFactor: 1,
        luminaireContribution: undefined,
        offDelay: 600_000,
        onDelay: 20_000,
        readingAgeMax: 300_000,
        overrideHold: 1_800_000,
        localRule: false,
      },
    },
  ]);
  expect(site).toMatchObject({
    building: "test",
    name: "Test",
    location: { latitudeDeg: 47.24, longitudeDeg: 6.02 },
    timezone: "Europe/Paris",
  });
  expect(settings).toEqual({
    ...defaultSettings(),
    influx: { url: "http://127.0.0.1:8086", database: "battant", account: undefined },
    linky: [{ port: "/dev/ttyUSB0", sensor: "linky" }],
  });
});

test.each([
  ["    port: 8080", 8443],
  ["    tls_port: 443", 443],
  ["    tls_port: 0 # no HTTPS", 0],
])("HTTPS: %s is port %i", (line, tlsPort) => {
  const configuration = readConfiguration(changed("    port: 8080", line));
  expect(configuration.ok && configuration.settings.http.tlsPort).toBe(tlsPort);
});

/** Each kind of zone starts from the legal illuminance of its kind (arrêté du 24 décembre 2015). */
const targets: readonly [kind: string, lx: number][] = [
  ["outdoor-path", 20],
  ["car-park", 20],
  ["hall", 100],
  ["corridor", 100],
  ["common-room", 100],
  ["stairwell", 150],
];

test.each(targets)(
  "the target of a zone of kind %s is %i lx unless the file says more",
  (kind, lx) => {
    const file = `building: t\nname: t\nlocation: { latitude_deg: 47, longitude_deg: 6 }\ntimezone: Europe/Paris\nzones:\n  z: { kind: ${kind} }\n`;
    const configuration = readConfiguration(file);
    expect(
      configuration.ok && configuration.site.zones.values().next().value?.daylight.target,
    ).toBe(lx);
  },
);

type Row = readonly [
  mistake: string,
  from: string,
  to: string,
  at: string,
  path: string,
  message: RegExp,
];

// oxfmt-ignore
const rows: readonly Row[] = [
  // Keys
  ["an unknown key gets the nearest one", "    area_m2: 40", "    aera_m2: 40", "aera", "zones.hall.aera_m2", /did you mean `area_m2`\?/],
  ["an unknown key far from all gets the list", "    area_m2: 40", "    colour: red", "colour", "zones.hall.colour", /allowed here are name, kind, area_m2/],
  ["a key at the top", "hub:\n", "hib:\n", "hib:", "hib", /did you mean `hub`/],
  ["a key in camel case", "    light_sensor:\n      board: hall-1", "    lightSensor:\n      board: hall-1", "lightSensor", "zones.hall.lightSensor", /did you mean `light_sensor`/],
  ["a key with another unit is converted", "        load_W: 108", "        load_kW: 0.108", "load_kW", "zones.hall.circuits.ceiling.load_kW", /write `load_W: 108`/],
  ["a key with another unit of time is converted", "      off_delay_min: 10", "      off_delay_s: 600", "off_delay_s", "zones.hall.daylight.off_delay_s", /write `off_delay_min: 10`/],
  ["a key with the unit spelled out", "      target_lx: 120", "      target_lux: 120", "target_lux", "zones.hall.daylight.target_lux", /write `target_lx: 120`/],
  ["a key without its unit", "      target_lx: 120", "      target: 120", "target:", "zones.hall.daylight.target", /write `target_lx: 120`/],
  ["a key written twice", "      margin: 1.5", "      margin: 1.5\n      margin: 2", "margin: 2", "margin", /already written above/],
  ["a password in the file", "    database: battant", "    password: hunter2", "password", "hub.influx.password", /put it alone in a file and write `password_file/],
  ["a key that JavaScript treats specially", "hub:\n", "__proto__:\n", "__proto__", "__proto__", /unknown key/],
  ["a required key left out", "    kind: hall\n", "", "hall:\n    name", "zones.hall.kind", /`kind` is missing.*write for example `kind: hall`/],
  ["a required part left out", "location:\n  latitude_deg: 47.24\n  longitude_deg: 6.02\n", "", "building", "location", /`location:` is missing; write indented lines.*latitude_deg, longitude_deg/],
  // Values
  ["a value with its unit", "target_lx: 120", "target_lx: 120 lx", "120 lx", "zones.hall.daylight.target_lx", /write `target_lx: 120`/],
  ["a value in another unit is converted", "load_W: 108", "load_W: 0,108 kW", "0,108", "zones.hall.circuits.ceiling.load_W", /write `load_W: 108`/],
  ["a French decimal comma", "margin: 1.5", "margin: 1,6", "1,6", "zones.hall.daylight.margin", /write `margin: 1.6`/],
  ["nothing after the key", "margin: 1.5", "margin:", "margin:", "zones.hall.daylight.margin", /nothing is written here; write for example `margin: 1.5`, or remove/],
  ["a margin too small to prevent flicker", "margin: 1.5", "margin: 1", "1\n      luminaire", "zones.hall.daylight.margin", /from 1.2 to 5/],
  ["a margin too large", "margin: 1.5", "margin: 9", "9\n", "zones.hall.daylight.margin", /from 1.2 to 5/],
  ["a delay shorter than three minutes", "off_delay_min: 10", "off_delay_min: 2", "2\n  stairs", "zones.hall.daylight.off_delay_min", /from 3 to 60/],
  ["an infinite number", "area_m2: 40", "area_m2: .inf", ".inf", "zones.hall.area_m2", /from 1 to 10000/],
  ["half a level", "levels: 3", "levels: 2.5", "2.5", "zones.stairs.levels", /whole number from 1 to 60/],
  ["an unknown mode", "mode: act", "mode: observ", "observ", "zones.hall.daylight.mode", /write `mode: observe`/],
  ["an unknown kind", "kind: stairwell", "kind: stairwel", "stairwel\n", "zones.stairs.kind", /write `kind: stairwell`/],
  ["an unknown role", "role: safety", "role: emergency", "emergency", "zones.hall.circuits.units.role", /one of lighting, safety/],
  ["text where a part belongs", '  hall-1:\n    name: "Hall"', "  hall-1: 3", "3\n  stairs-1", "boards.hall-1", /key: value.*name, flat/],
  ["a part where text belongs", 'name: "Test"', "name:\n  a: b", "a: b", "name", /a text of 1 to 120 characters/],
  ["a list where a part belongs", "  http:\n    port: 8080", "  http:\n    - 8080", "- 8080", "hub.http", /\[…\] will not do/],
  ["a part where a list belongs", "    - port: /dev/ttyUSB0\n      sensor: linky", "    port: /dev/ttyUSB0", "port: /dev/ttyUSB0", "hub.linky", /one line `- ` below it/],
  ["a number as a name", 'name: "Test"', "name: 12", "12\nlocation", "name", /write `name: "12"`/],
  ["an empty name", 'name: "Test"', 'name: " "', '" "', "name", /a text of 1 to 120/],
  ["a latitude off the globe", "latitude_deg: 47.24", "latitude_deg: 472.4", "472.4", "location.latitude_deg", /from -90 to 90/],
  ["an unknown time zone", "timezone: Europe/Paris", "timezone: Europe/Pari", "Europe/Pari", "timezone", /write `timezone: Europe\/Paris`/],
  ["an offset instead of a time zone", "timezone: Europe/Paris", 'timezone: "+01:00"', '"+01', "timezone", /unknown time zone/],
  ["an address with a password in it", "url: http://127.0.0.1:8086", "url: http://u:secret@127.0.0.1:8086", "http://u", "hub.influx.url", /without user name or password/],
  ["a serial port that is no port", "port: /dev/ttyUSB0", "port: /dev/../etc/passwd", "/dev/..", "hub.linky[0].port", /path of the serial port/],
  // Names
  ["a board's name with capitals", "  hall-1:\n", "  Hall 1:\n", "Hall 1:", "boards.Hall 1", /write `hall-1:`/],
  ["a zone's name with accents", "  hall:\n    name", "  entrée:\n    name", "entrée", "zones.entrée", /write `entree:`/],
  ["a circuit's name", "      landings:", "      -landings:", "-landings", "zones.stairs.circuits.-landings", /write `landings:`/],
  ["a building's name", "building: test", "building: Été 2026", "Été", "building", /write `building: ete-2026`/],
  ["a name that is a number", "flat: flat-1", "flat: 12", "12\nzones", "boards.flat-1-meter.flat", /write `flat: "12"`/],
  ["a board named like the hub", "  stairs-1:\n", "  hub:\n", "hub:\n  flat", "boards.hub", /names the box itself/],
  ["a meter's name that leaves no room for its sensors", "sensor: linky", "sensor: meter-of-the-common-areas", "meter-of", "hub.linky[0].sensor", /1 to 20 of a-z.*write `sensor: meter-of-the-common`/],
  // References
  ["an unknown board gets the nearest one", "      board: hall-1\n      sensor", "      board: hal-1\n      sensor", "hal-1", "zones.hall.light_sensor.board", /write `board: hall-1`/],
  ["an unknown board far from all", "      board: hall-1\n      sensor", "      board: cellar\n      sensor", "cellar", "zones.hall.light_sensor.board", /add a line `cellar:` under `boards:`/],
  ["an unknown relay board", "          board: stairs-1", "          board: stair-1", "stair-1", "zones.stairs.circuits.landings.relay.board", /write `board: stairs-1`/],
  ["a flat's board as a zone's sensor", "      board: hall-1\n      sensor", "      board: flat-1-meter\n      sensor", "flat-1-meter\n      sensor", "zones.hall.light_sensor.board", /belong to the resident alone/],
  ["a flat's board as a zone's detector", "    area_m2: 40", "    presence: { sensors: { door: { board: flat-1-meter, sensor: motion } } }", "flat-1-meter, sensor", "zones.hall.presence.sensors.door.board", /belong to the resident alone/],
  ["an unknown board as a detector", "    area_m2: 40", "    presence: { sensors: { door: { board: hal-1, sensor: motion } } }", "hal-1", "zones.hall.presence.sensors.door.board", /write `board: hall-1`/],
  ["a detector's name", "    area_m2: 40", "    presence: { sensors: { Door: { board: hall-1, sensor: motion } } }", "Door", "zones.hall.presence.sensors.Door", /write `door:`/],
  ["off when nobody is there, and nothing to tell it", "        load_W: 108", "        off_when_vacant: true", "true\n        relay", "zones.hall.circuits.ceiling.off_when_vacant", /needs detectors that see all of the zone/],
  ["a flat's board as a zone's relay", "          board: stairs-1", "          board: flat-1-meter", "flat-1-meter\n          relay", "zones.stairs.circuits.landings.relay.board", /belong to the resident alone/],
  ["two zones on one relay", "          board: stairs-1", "          board: hall-1", "relay:\n          board: hall-1\n          relay: main\nhub", "zones.stairs.circuits.landings.relay", /hall-1\/main already switches the zone hall/],
  ["two switched circuits in one zone", "        role: safety", "        relay: { board: hall-1, relay: second }", "relay: {", "zones.hall.circuits.units.relay", /make this one another zone/],
  ["a board whose own name is refused is not proposed", "  stairs-1:\n", "  Stairs 1:\n", "stairs-1\n      sensor", "zones.stairs.light_sensor.board", /add a line `stairs-1:`/],
  // Safety and law
  ["a safety circuit with a relay", "        role: safety", "        role: safety\n        relay: { board: hall-1, relay: second }", "relay: {", "zones.hall.circuits.units.relay", /never switched.*art. 27 and 94.*remove `relay`/],
  ["a safety circuit that would blink", "        role: safety", "        role: safety\n        warning: blinks", "warning: blinks", "zones.hall.circuits.units.warning", /never switched.*art. 27 and 94.*remove `warning`/],
  ["a safety circuit that would go off when nobody is there", "        role: safety", "        role: safety\n        off_when_vacant: true", "off_when_vacant: true", "zones.hall.circuits.units.off_when_vacant", /never switched.*art. 27 and 94.*remove `off_when_vacant`/],
  ["a target below the legal minimum", "target_lx: 120", "target_lx: 99", "99", "zones.hall.daylight.target_lx", /below the legal minimum of 100 lx.*24 décembre 2015.*write `target_lx: 100` or more/],
  ["a hall that is too large", "area_m2: 40", "area_m2: 101", "101", "zones.hall.area_m2", /at most 100 m².*26 October 2010.*divide it/],
  ["a stairwell over four levels", "levels: 3", "levels: 4", "4\n    light", "zones.stairs.levels", /at most 3 levels/],
  ["a hall over two levels", "area_m2: 40", "levels: 2", "2\n    light", "zones.hall.levels", /at most 1 level /],
  ["a car park that is too large", "kind: hall\n    area_m2: 40", "kind: car-park\n    area_m2: 501", "501", "zones.hall.area_m2", /at most 500 m²/],
  ["yes for true", "mode: act", "mode: act\n      local_rule: yes", "yes", "zones.hall.daylight.local_rule", /must be true or false; write `local_rule: true`/],
  ["acting without calibration", "      luminaire_contribution_lx: 60\n", "", "act\n", "zones.hall.daylight.mode", /needs a calibration: by night.*`luminaire_contribution_lx: 60`.*`mode: observe`/],
  ["acting without a sensor", "    light_sensor:\n      board: hall-1\n      sensor: light\n", "", "act\n", "zones.hall.daylight.mode", /needs a sensor/],
  ["acting without a circuit", "        relay:\n          board: hall-1\n          relay: main\n", "", "act\n", "zones.hall.daylight.mode", /needs a circuit to switch/],
  // The hub
  ["two services on one port", "    port: 8080", "    port: 1883", "1883\n  influx", "hub.mqtt.port", /port 1883 is already that of hub.http.port/],
  ["a port that is already the default of another", "    port: 8080", "    port: 8883", "8883", "hub.http.port", /already that of hub.mqtt.tls_port/],
  ["HTTPS on the port of HTTP", "    port: 8080", "    tls_port: 8080", "8080", "hub.http.tls_port", /port 8080 is already that of hub.http.port/],
  ["a port beyond the last", "    port: 8080", "    tls_port: 65536", "65536", "hub.http.tls_port", /whole number from 0 to 65535/],
  ["a user name without its password file", "    database: battant", "    username: battant", "influx:", "hub.influx.password_file", /`password_file` is missing/],
  ["two meters under one name", "    - port: /dev/ttyUSB0\n", "    - { port: /dev/ttyUSB1, sensor: linky }\n    - port: /dev/ttyUSB0\n", "linky\n", "hub.linky[1].sensor", /already serves another meter/],
  ["two meters on one port", "    - port: /dev/ttyUSB0\n", "    - { port: /dev/ttyUSB0, sensor: other }\n    - port: /dev/ttyUSB0\n", "/dev/ttyUSB0\n", "hub.linky[1].port", /already serves another meter/],
  // YAML
  ["a tab", "  http:", "\thttp:", "\thttp", "", /replace it by two spaces/],
  ["a quote left open", 'name: "Test"', 'name: "Test', '"Test', "", /this quote, bracket or brace is never closed/],
  ["a bracket left open", 'name: "Test"', "name: [Test", "[Test", "", /this quote, bracket or brace is never closed/],
  ["a line without a colon", "    kind: hall", "    kind hall", "kind hall", "", /not of the form `key: value`/],
  ["uneven indentation", "    margin: 1.5".slice(1), "     margin: 1.5", "target_lx", "", /form `key: value`|indentation/],
  ["an alias", 'name: "Test"', "name: *test", "*test", "", /write the value out/],
  ["a tag", 'name: "Test"', "name: !secret test", "!secret", "", /write the value out/],
  ["a second document", "boards:\n", "---\nboards:\n", "---", "", /cuts the file in two/],
];

const mistakes = rows.map(([mistake, from, to, at, path, message]) => ({
  mistake,
  text: changed(from, to),
  at,
  path,
  message,
}));

test.each(mistakes)("$mistake", ({ text, at, path, message }) => {
  const problems = problemsOf(text);
  const problem = problems.find((it) => it.path === path && message.test(it.message.en));
  if (problem === undefined) throw new Error(JSON.stringify(problems, null, 2));
  expect(problem.line).toBe(lineOf(text, at));
  expect(problem.message.fr).toMatch(/\S{3}/);
  expect(problem.message.fr).not.toBe(problem.message.en);
});

/** The lines that messages say to write, put where they say, for rows that change one whole line. */
const corrected = mistakes.flatMap(({ mistake, text, path }) => {
  const lines = text.split("\n");
  const problem = problemsOf(text).find((it) => it.path === path && path !== "");
  const write = /write (?:for example )?`(\w+: [^`…]+)`/.exec(problem?.message.en ?? "")?.[1];
  const wrong = lines[(problem?.line ?? 0) - 1];
  if (write === undefined || !wrong?.trim().startsWith(`${path.split(".").at(-1)}:`)) return [];
  lines[problem!.line - 1] = wrong.replace(/\S.*/, write);
  return [{ mistake, path, text: lines.join("\n") }];
});

test.each(corrected)("$mistake: what the message says to write is accepted", ({ path, text }) => {
  expect(problemsOf(text).map((it) => it.path)).not.toContain(path);
});

test("most messages say a line that can be written as it stands", () => {
  expect(corrected.length).toBeGreaterThan(25);
});

const slips: readonly [slip: string, text: string, line: string, message: RegExp][] = [
  ["a tab", changed("    kind: stairwell", "\tkind: stairwell"), "\tkind", /two spaces/],
  ["an open bracket", changed("kind: hall", "kind: [hall"), "kind: [hall", /never closed; close/],
  ["the first of two", changed("kind: hall\n", "kind: [hall\n\tx: 1\n"), "kind: [hall", /closed/],
];

test.each(slips)("%s is told alone, without its echoes", (_slip, text, line, message) => {
  const problems = problemsOf(text);
  expect(problems.map((it) => it.line)).toEqual([lineOf(text, line)]);
  expect(problems[0]!.message.en).toMatch(message);
});

test("every problem is told at once, in the order of the lines", () => {
  const text = GOOD.replace("area_m2: 40", "area_m2: 400")
    .replace("board: stairs-1\n      sensor", "board: stair-1\n      sensor")
    .replace("margin: 1.5", "margin: x")
    .replace("    port: 8080", "    prot: 8080")
    .replace("building: test", "building: Test");
  const problems = problemsOf(text);
  expect(problems.map((it) => it.path)).toEqual([
    "building",
    "zones.hall.area_m2",
    "zones.hall.daylight.margin",
    "zones.stairs.light_sensor.board",
    "hub.http.prot",
  ]);
});

test("an address that is refused is shown without the password in it", () => {
  const text = changed("url: http://127.0.0.1:8086", "url: http://u:secret@127.0.0.1:8086");
  expect(JSON.stringify(problemsOf(text))).not.toContain("secret");
});

test("two zones may look through one light sensor", () => {
  const text = changed("      board: stairs-1\n      sensor", "      board: hall-1\n      sensor");
  expect(problemsOf(text)).toEqual([]);
});

test("an empty part is an empty part", () => {
  const configuration = readConfiguration(
    "building: t\nname: t\nlocation: { latitude_deg: 0, longitude_deg: 0 }\ntimezone: UTC\nboards:\nzones:\nhub:\n  linky:\n",
  );
  expect(configuration.ok && configuration.settings).toEqual(defaultSettings());
});

test.each([
  ["an empty file", ""],
  ["a list", "- 1\n- 2\n"],
  ["a word", "bonjour"],
  ["a file that is far too long", "a".repeat(300_000)],
  [
    "a bomb of aliases",
    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n",
  ],
  ["a tower of brackets", "[".repeat(100_000)],
  ["ten thousand keys", Array.from({ length: 10_000 }, (_, i) => `k${i}:\n`).join("")],
  [
    "ten thousand boards that nobody has",
    `boards:\n${"  Ab-1:\n".repeat(10_000)}zones:\n${"  z: { light_sensor: { board: Ab-2 } }\n".repeat(2000)}`,
  ],
])("%s is refused in words", (_name, text) => {
  const problems = problemsOf(text);
  expect(problems.length).toBeGreaterThan(0);
  for (const { message } of problems) expect(message.fr).toMatch(/\S{3}/);
});

test("more boards than a hub was ever tried with are refused", () => {
  const many = Array.from({ length: 501 }, (_, i) => `  b-${i}:\n`).join("");
  const problems = problemsOf(changed("  stairs-1:\n", `  stairs-1:\n${many}`));
  expect(problems.map(({ path, message }) => [path, message.en])).toEqual([
    ["boards", "504 lines, at most 500; divide them between several hubs"],
  ]);
});

test("the demonstration building is valid, and shows what it teaches", async () => {
  const path = new URL("../../hardware/buildings/demo.yaml", import.meta.url);
  const configuration = await loadConfiguration(path.pathname);
  if (!configuration.ok) throw new Error(JSON.stringify(configuration.problems, null, 2));
  const { site, settings } = configuration;
  expect([...site.zones.values()].map((zone) => [zone.id, zone.kind, zone.daylight.mode])).toEqual([
    ["hall", "hall", "act"],
    ["stairwell-a", "stairwell", "act"],
    ["stairwell-b", "stairwell", "observe"],
    ["car-park", "car-park", "act"],
  ]);
  const flats = [...site.boards.values()].flatMap((board) => board.flat ?? []);
  expect(flats).toEqual(["flat-1", "flat-2"]);
  expect(site.boards.has("common-meter" as never)).toBe(true);
  expect(settings).toEqual(defaultSettings());
  // Its lesson about safety lighting: described, and refused as soon as somebody binds it.
  const text = await readFile(path, "utf8");
  expect(text).toContain("role: safety");
  const bound = text.replace(
    "role: safety\n",
    "role: safety\n        relay: { board: hall-relay, relay: two }\n",
  );
  expect(problemsOf(bound).map((it) => it.path)).toEqual([
    "zones.hall.circuits.blocs-de-secours.relay",
  ]);
});

test.each(["fr", "en"] as const)("the %s starter file is a valid, empty building", async (lang) => {
  const dir = await mkdtemp(join(tmpdir(), "battant-config-"));
  const data = join(dir, "data");
  const path = await ensureBuildingFile(data, lang);
  expect(path).toBe(join(data, "building.yaml"));
  expect((await stat(data)).mode & 0o777).toBe(0o700);
  const configuration = await loadConfiguration(path);
  expect(configuration).toEqual({ ok: true, site: emptySite(), settings: defaultSettings() });
  await rm(dir, { recursive: true });
});

test("every example in a starter file works once its # is removed", async () => {
  for (const lang of ["fr", "en"] as const) {
    const dir = await mkdtemp(join(tmpdir(), "battant-config-"));
    const path = await ensureBuildingFile(dir, lang);
    const text = (await readFile(path, "utf8")).replace(/^ {2}# /gm, "  ");
    expect(problemsOf(text)).toEqual([]);
    expect(readConfiguration(text)).not.toMatchObject({ site: emptySite() });
    await rm(dir, { recursive: true });
  }
});

test("an existing building file is never overwritten", async () => {
  const dir = await mkdtemp(join(tmpdir(), "battant-config-"));
  await writeFile(join(dir, "building.yaml"), "mine");
  await ensureBuildingFile(dir, "fr");
  expect(await readFile(join(dir, "building.yaml"), "utf8")).toBe("mine");
  await rm(dir, { recursive: true });
});

test("a file that cannot be read says what to do", async () => {
  const dir = await mkdtemp(join(tmpdir(), "battant-config-"));
  const latin = join(dir, "latin.yaml");
  await writeFile(latin, Buffer.from("name: \xe9t\xe9", "latin1"));
  const long = join(dir, "long.yaml");
  await writeFile(long, "a".repeat(2_000_000));
  const said = async (path: string) => {
    const configuration = await loadConfiguration(path);
    return configuration.ok ? "" : configuration.problems[0]!.message.en;
  };
  expect(await said(join(dir, "missing.yaml"))).toMatch(/does not exist; give the path/);
  expect(await said(dir)).toMatch(/is a folder; give the file/);
  expect(await said(latin)).toMatch(/save it again with the encoding UTF-8/);
  expect(await said(long)).toMatch(/longer than 200000 characters/);
  await rm(dir, { recursive: true });
});
