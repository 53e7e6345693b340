import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { decodeHardwareFile, readHardwareFile, refusal } from "../hardware-file.ts";

// Goal: what a hardware file says can be wired and works; what cannot is refused, with all its
// problems at once and where each is.
// Method: every file we ship; then one sound file spoilt in one place after the other.

const BOARDS = fileURLToPath(new URL("../../../hardware/boards/", import.meta.url));
const files = readdirSync(BOARDS).filter((name) => name.endsWith(".json"));

const KINDS = ["light", "presence", "energy", "relay", "relay-light"];

test("each of the four kinds, and the combination, has a file", () => {
  for (const kind of KINDS) expect(files).toContain(`${kind}.json`);
});

test.each(files)("hardware/boards/%s is sound", (name) => {
  const decoded = readHardwareFile(join(BOARDS, name));
  expect(decoded.ok ? [] : decoded.problems).toEqual([]);
});

test.each(files)("hardware/boards/%s is in the makers' table", (name) => {
  expect(readFileSync(join(BOARDS, "README.md"), "utf8")).toContain(`\`${name}\``);
});

test("each kind of sensor is used by some file", () => {
  const used = files.flatMap((name) => {
    const decoded = readHardwareFile(join(BOARDS, name));
    return decoded.ok ? decoded.value.board.sensors.map((it) => it.kind) : [];
  });
  expect([...new Set(used)].toSorted()).toEqual(
    ["bh1750", "ld2410", "motion", "pulse", "pzem", "tic", "tsl2591", "veml7700"], //
  );
});

const ABOUT = { fr: "Une carte pour essayer.", en: "A board to try things with." };
const I2C = { sda: 21, scl: 22 };
const light = { kind: "bh1750", sensor: "light", wiring: I2C };
const motion = {
  kind: "motion",
  sensor: "motion",
  input: { pin: 27 },
  settles_s: 60,
  hold_s: 120,
};
const tic = { kind: "tic", sensor: "linky", wiring: { port: 3, rx: 16, baud: 1200 } };
const pzem = { kind: "pzem", sensor: "pzem", wiring: { port: 2, rx: 34, tx: 17 } };
const pulse = {
  kind: "pulse",
  sensor: "pulses",
  input: { pin: 25, activeLow: true },
  pulsesPerKilowattHour: 1000,
};
const relay = {
  relay: "main",
  output: { pin: 23 },
  lit: { pin: 32, activeLow: true },
  wallSwitch: { pin: 33, activeLow: true },
  hold_s: 1800,
};
const sound = {
  model: "try",
  about: ABOUT,
  sensors: [light, motion, tic, pzem, pulse],
  relays: [relay],
  outboxCapacity: 64,
  led: { pin: 4 },
};

const sensors = (...all: object[]): object => ({ ...sound, sensors: all });
const relays = (...all: object[]): object => ({ ...sound, relays: all });
const output = (pin: number): object => relays({ ...relay, output: { pin } });
const input = (pin: unknown): object => sensors({ ...motion, input: { pin } });

test("a sound file becomes what the board program takes", () => {
  const decoded = decodeHardwareFile(sound);
  if (!decoded.ok) throw new Error(refusal("try.json", decoded.problems));
  const { board, about } = decoded.value;
  expect(about).toEqual(ABOUT);
  expect(board).not.toHaveProperty("about");
  expect(board.sensors[1]).toEqual({
    kind: "motion",
    sensor: "motion",
    input: { pin: 27 },
    settles: 60_000,
    hold: 120_000,
  });
  expect(board.sensors[2]).toMatchObject({
    wiring: { port: 3, rx: 16, baud: 1200, sevenEven: true },
  });
  expect(board.sensors[3]).toMatchObject({ wiring: { port: 2, rx: 34, tx: 17, baud: 9600 } });
  expect(board.relays[0]).toMatchObject({ relay: "main", hold: 1_800_000 });
});

test("two chips share a bus when their addresses differ", () => {
  const other = { ...light, sensor: "hall", address: "0x5c" };
  expect(decodeHardwareFile(sensors(light, other)).ok).toBe(true);
});

const bad: readonly (readonly [why: string, file: unknown, path: string, says: RegExp])[] = [
  ["not an object", 7, "", /expected an object, found 7/],
  ["an unknown key", { ...sound, wifi: "secret" }, "wifi", /unknown key$/],
  ["a misspelt key", sensors({ ...motion, hold: 1 }), "sensors[0].hold", /did you mean hold_s/],
  ["a missing key", sensors({ ...light, wiring: undefined }), "sensors[0].wiring", /found nothing/],
  ["no sentence", { ...sound, about: { fr: ABOUT.fr } }, "about.en", /sentence/],
  ["a model that is no name", { ...sound, model: "../x" }, "model", /name of the file/],
  ["nothing to do", { ...sound, sensors: [], relays: [] }, "", /idle/],
  ["a list that is none", { ...sound, relays: relay }, "relays", /expected a list/],
  ["too many sensors", sensors(...Array(7).fill(light)), "sensors", /at most 6/],
  ["an unknown kind", sensors({ kind: "bh1751" }), "sensors[0].kind", /one of bh1750, /],
  ["a sensor that is none", sensors(5 as never), "sensors[0].kind", /expected one of/],
  ["a name with a slash", sensors({ ...light, sensor: "a/b" }), "sensors[0].sensor", /name of a-z/],
  [
    "a name used twice",
    sensors(light, { ...motion, sensor: "light" }),
    "sensors[1].sensor",
    /the name light is taken by sensors\[0\]\.sensor/,
  ],
  [
    "a relay named as a sensor",
    { ...sound, sensors: [{ ...light, sensor: "main" }] },
    "relays[0].relay",
    /the name main/,
  ],
  [
    "a meter's name too long",
    sensors({ ...tic, sensor: "a".repeat(21) }),
    "sensors[0].sensor",
    /longer than 20/,
  ],
  ["a pin that does not exist", input(24), "sensors[0].input.pin", /no pin 24/],
  ["a pin beyond the last", input(40), "sensors[0].input.pin", /no pin 40/],
  ["a pin that is no number", input("27"), "sensors[0].input.pin", /number of a pin/],
  ["a pin of the flash", input(9), "sensors[0].input.pin", /flash memory/],
  ["the BOOT button", input(0), "sensors[0].input.pin", /BOOT button/],
  ["the console", input(3), "sensors[0].input.pin", /console/],
  ["a strapping pin", input(12), "sensors[0].input.pin", /voltage of the flash/],
  ["a strapping pin for a sensor", input(2), "sensors[0].input.pin", /only the LED/],
  ["a pin that is not led out", input(37), "sensors[0].input.pin", /not led out/],
  ["a pin that invents edges", input(39), "sensors[0].input.pin", /invents edges/],
  [
    "a contact without pull-up",
    relays({ ...relay, lit: { pin: 34, activeLow: true } }),
    "relays[0].lit.pin",
    /no pull-up/,
  ],
  [
    "a wall switch to 3.3 V",
    relays({ ...relay, wallSwitch: { pin: 33 } }),
    "relays[0].wallSwitch",
    /activeLow true/,
  ],
  [
    "a bus on an input",
    sensors({ ...light, wiring: { sda: 34, scl: 22 } }),
    "sensors[0].wiring.sda",
    /input only/,
  ],
  [
    "a bus on one wire",
    sensors({ ...light, wiring: { sda: 21, scl: 21 } }),
    "sensors[0].wiring",
    /two wires/,
  ],
  [
    "a talking line on an input",
    sensors({ ...pzem, wiring: { port: 2, rx: 16, tx: 35 } }),
    "sensors[0].wiring.tx",
    /input only/,
  ],
  [
    "a line that only listens, talking",
    sensors({ ...tic, wiring: { ...tic.wiring, tx: 17 } }),
    "sensors[0].wiring.tx",
    /unknown key/,
  ],
  [
    "the console's serial port",
    sensors({ ...tic, wiring: { ...tic.wiring, port: 1 } }),
    "sensors[0].wiring.port",
    /one of 2, 3/,
  ],
  [
    "a speed no meter has",
    sensors({ ...tic, wiring: { ...tic.wiring, baud: 4800 } }),
    "sensors[0].wiring.baud",
    /1200, 9600/,
  ],
  [
    "one serial port twice",
    sensors(tic, { ...pzem, wiring: { ...pzem.wiring, port: 3 } }),
    "sensors[1].wiring.port",
    /serial port 3 is taken by sensors\[0\]/,
  ],
  [
    "one pin twice",
    sensors(motion, { ...pulse, input: { pin: 27 } }),
    "sensors[1].input.pin",
    /pin 27 is taken by sensors\[0\]\.input\.pin/,
  ],
  ["the LED on a sensor's pin", { ...sound, led: { pin: 27 } }, "led.pin", /pin 27 is taken/],
  [
    "half a shared bus",
    sensors(light, { ...light, sensor: "b", wiring: { sda: 21, scl: 19 } }),
    "sensors[1].wiring.sda",
    /pin 21 is taken/,
  ],
  [
    "an address twice on one bus",
    sensors(light, { ...light, sensor: "b" }),
    "sensors[1]",
    /address 0x23 on SDA 21, SCL 22 is taken/,
  ],
  [
    "an address no such chip has",
    sensors({ ...light, address: "0x29" }),
    "sensors[0].address",
    /0x23, 0x5c/,
  ],
  [
    "three buses",
    sensors(
      light,
      { ...light, sensor: "b", wiring: { sda: 18, scl: 19 } },
      { ...light, sensor: "c", wiring: { sda: 25, scl: 26 } },
    ),
    "",
    /two I2C buses/,
  ],
  ["a relay on 18", output(18), "relays[0].output.pin", /starts with a pull-up.*take one of 4, 16/],
  ["a relay on 19", output(19), "relays[0].output.pin", /pull-up/],
  ["a relay on 25", output(25), "relays[0].output.pin", /pull-up/],
  ["a relay on an input", output(35), "relays[0].output.pin", /input only/],
  ["a relay on a strapping pin", output(15), "relays[0].output.pin", /how the chip starts/],
  ["a hold below a minute", relays({ ...relay, hold_s: 59 }), "relays[0].hold_s", /60 to 43200/],
  [
    "no pulses",
    sensors({ ...pulse, pulsesPerKilowattHour: 0 }),
    "sensors[0].pulsesPerKilowattHour",
    /whole number from 1/,
  ],
  [
    "an outbox that would not fit",
    { ...sound, outboxCapacity: 5000 },
    "outboxCapacity",
    /16 to 256/,
  ],
];

test.each(bad)("%s is refused", (_why, file, path, says) => {
  const decoded = decodeHardwareFile(file);
  const problems = decoded.ok ? [] : decoded.problems;
  const there = problems.filter((it) => it.path === path).map((it) => it.problem);
  expect(there.join("\n")).toMatch(says);
});

test("all problems are told at once, each on its line", () => {
  const decoded = decodeHardwareFile({
    ...sound,
    sensors: [{ ...motion, hold: 1 }],
    relays: [{ ...relay, output: { pin: 18 } }],
  });
  expect(decoded.ok ? "" : refusal("hardware/boards/try.json", decoded.problems)).toBe(
    [
      "hardware/boards/try.json was refused, 2 problems:",
      "  sensors[0].hold       unknown key; did you mean hold_s?",
      "  relays[0].output.pin  pin 18 starts with a pull-up, the relay would click; take one of 4, 16, 17, 23, 32, 33",
    ].join("\n"),
  );
});

test("a file that is not JSON, or bears another name, is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "battant-hardware-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const written = (name: string, text: string): readonly { readonly problem: string }[] => {
    writeFileSync(join(folder, name), text);
    const decoded = readHardwareFile(join(folder, name));
    return decoded.ok ? [] : decoded.problems;
  };
  expect(written("try.json", "{")[0]?.problem).toMatch(/JSON/);
  expect(written("other.json", JSON.stringify(sound))[0]?.problem).toBe(
    "the file's name says other",
  );
  expect(written("try.json", JSON.stringify(sound))).toEqual([]);
});
