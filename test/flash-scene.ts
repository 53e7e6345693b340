import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { packRelease } from "../firmware/cable/release/node-read.ts";
import { createBootedBoard } from "../firmware/cable/test/esp32/boot-board.ts";
import { createChip, type Esp32 } from "../firmware/cable/test/esp32/chip.ts";
import { pretendRelease } from "../firmware/cable/test/release-kit.ts";
import { buildParts } from "../firmware/flash/host/board.ts";
import { battant, dataFolder, type HubProcess, startHub } from "../hub/test/hub-process.ts";

/**
 * A workshop on one table: a real hub of a building that has one zone and no board, a release of
 * Espruino as large as the real one, and a blank chip that runs what is written into it.
 */

export const SSID = "Atelier";
export const PASSWORD = "rue Battant 37";
/** As the real 2v27: 1 483 456 bytes, most of which does not compress. */
const APPLICATION_BYTES = 1_483_300;
export const LIGHT_LX = 412;

const BUILDING = `# La maison de l'atelier
building: atelier
name: "L'atelier"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards: {}
zones:
  # L'entrée, sous la verrière
  hall:
    kind: hall
    daylight: { mode: observe }
`;

const PROGRAM = new URL("../firmware/dist/light.js", import.meta.url);

export type Workshop = {
  readonly data: string;
  readonly hub: HubProcess;
  readonly chip: Esp32;
  /** A whole `battant` command on this hub. */
  battant(...words: string[]): ReturnType<typeof battant>;
};

export const openWorkshop = async (): Promise<Workshop> => {
  expect(existsSync(PROGRAM), "npm install builds the programs of boards").toBe(true);
  const data = dataFolder();
  writeFileSync(join(data, "building.yaml"), BUILDING);
  const hub = await startHub(data, "--no-demo", "--host", "127.0.0.1");

  const booted = createBootedBoard({
    parts: await buildParts("light"),
    interpreter: process.env["ESPRUINO"],
    furnish: (world) => {
      world.wifi(SSID, PASSWORD);
      world.illuminance(LIGHT_LX);
    },
  });
  onTestFinished(booted.close);
  const chip = createChip({ run: booted.run });
  onTestFinished(() => chip.close());

  const here = (...words: string[]) => battant(...words, "--data", data);
  const archive = join(data, "espruino.zip");
  writeFileSync(archive, packRelease(pretendRelease({ size: APPLICATION_BYTES })));
  const looked = await here("firmware", "import", archive);
  const sha256 = /[0-9a-f]{64}/.exec(looked.out + looked.err)?.[0];
  const imported = await here("firmware", "import", archive, "--sha256", sha256 ?? "");
  expect(imported.code, imported.out + imported.err).toBe(0);
  return { data, hub, chip, battant: here };
};

/** What the issue of a walk is measured by. */
export const THREE_MINUTES_MS = 180_000;
