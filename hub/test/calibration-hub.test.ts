import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { instant } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { startSimulation } from "@battant/simulator/simulation";
import type { WorldFile } from "@battant/simulator/world-file";
import { expect, onTestFinished, test } from "vitest";
import type { CalibrationView } from "../api/calibration.ts";
import { addBoard, battant, dataFolder, startHub } from "./hub-process.ts";

// Goal: a maker calibrates a zone of a real hub from the command line: the hub finds by itself what
// the lamps add, and writes it into the building file when it is told to.
// Method: a real hub where it is night now, the real board program over real MQTT in a pretend
// building whose luminaires add what the test alone knows, and somebody who keeps pressing the switch.

const LAMPS_LX = 137;
/** Half of the toggles are heard too soon to count: a calm sensor speaks once a minute. */
const TIMEOUT = 600_000;

/** Wherever on the equator the sun is lowest at this moment. */
const midnightPlace = (now: number): number => {
  const altitudes = Array.from({ length: 24 }, (_, n) => n * 15 - 180).map((longitudeDeg) => ({
    longitudeDeg,
    altitude: sunAltitudeDeg({ latitudeDeg: 0, longitudeDeg }, instant(now)),
  }));
  return altitudes.toSorted((a, b) => a.altitude - b.altitude)[0]!.longitudeDeg;
};

const buildingAt = (longitude: number): string => `# La maison d'essai
building: night
name: "La nuit"
location: { latitude_deg: 0, longitude_deg: ${longitude} }
timezone: UTC
boards:
  hall: { name: "Hall" }
zones:
  hall:
    kind: hall
    light_sensor: { board: hall, sensor: light }
    circuits:
      plafonniers: { relay: { board: hall, relay: main } }
    daylight:
      mode: observe # deux semaines d'abord
`;

test("the hub finds what the lamps add, and the file gets it", { timeout: TIMEOUT }, async () => {
  const data = dataFolder();
  const file = join(data, "building.yaml");
  const now = Date.now();
  const longitude = midnightPlace(now);
  writeFileSync(file, buildingAt(longitude));
  const hub = await startHub(data, "--no-demo", "--host", "127.0.0.1", "--mqtts", "0");
  const world: WorldFile = {
    mqtt: { host: "127.0.0.1", port: hub.mqtt },
    clock: { origin: now, realOrigin: now, speed: 1 },
    seed: 3,
    location: { latitude_deg: 0, longitude_deg: longitude },
    scene: "clear",
    zones: [
      {
        zone: "hall",
        daylightFactor: 0.02,
        luminaire_lx: LAMPS_LX,
        load_W: 80,
        lighting: "timer",
        timer_s: 17,
        // Somebody always comes, finds it dark a while, and presses.
        passagesPerHour: 20_000,
        patience_s: 18,
      },
    ],
    meters: [],
    boards: [
      {
        id: "hall",
        ...(await addBoard("hall", data)),
        parts: [
          { kind: "light", sensor: "light", zone: "hall" },
          { kind: "relay", relay: "main", zone: "hall", feedback: true, wallSwitch: false },
        ],
      },
    ],
  };
  const complaints: unknown[] = [];
  const onUncaught = (_board: string, error: unknown) => void complaints.push(error);
  const simulation = startSimulation({ world, onUncaught });
  onTestFinished(() => simulation.stop());

  const calibration = async (...words: string[]) =>
    battant("calibration", "hall", ...words, "--data", data);
  const view = async (): Promise<CalibrationView> =>
    JSON.parse((await calibration("--json")).out) as CalibrationView;

  await expect
    .poll(async () => (await view()).contribution?.isEnough, { timeout: 480_000, interval: 3000 })
    .toBe(true);
  const found = (await view()).contribution!;
  expect(complaints).toEqual([]);
  expect(Math.abs(found.mean_lx - LAMPS_LX) / LAMPS_LX).toBeLessThan(0.02);

  const byNight = await calibration("--point", "160");
  expect(byNight.code).toBe(1);
  expect(byNight.err).toMatch(/it is night|il fait nuit/u);
  const told = await calibration();
  expect(told.out).toMatch(/The lamps add: 13\d/u);

  const wrote = await calibration("--write");
  expect(wrote.code, wrote.err).toBe(0);
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(/luminaire_contribution_lx: 13\d/u);
  expect(text).toContain("mode: observe # deux semaines d'abord");
  expect(text).not.toContain("floor_factor");
  const { luminaireContribution_lx: inFile } = (await view()).file;
  expect(Math.abs(inFile! - LAMPS_LX) / LAMPS_LX).toBeLessThan(0.02);

  // It is there again after the hub was killed: what a person wrote, and what it had learned by then.
  await hub.kill("SIGTERM");
  await startHub(data, "--no-demo", "--host", "127.0.0.1", "--mqtts", "0");
  expect((await view()).contribution?.count).toBeGreaterThanOrEqual(5);
});
