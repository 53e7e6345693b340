// Needs: socat.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openPty } from "../firmware/cable/test/esp32/pty.ts";
import {
  LIGHT_LX,
  openWorkshop,
  PASSWORD,
  SSID,
  THREE_MINUTES_MS,
  type Workshop,
} from "./flash-scene.ts";

// Goal: a maker types one command, and three minutes later the board that was a blank chip has told
// the hub its first reading, from its own place in the building.
// Method: real hub, real command, real serial port (a pseudo-terminal), full-size image; behind the
// port a simulated chip that checks every byte, and then runs what it was given.

const flash = async ({ battant }: Workshop, port: string, ...more: string[]) => {
  const began = performance.now();
  const ran = await battant("flash", "--kind", "light", "--port", port, "--yes", ...more);
  return { ...ran, took: performance.now() - began };
};

/** Wherever the hub keeps something, a secret must not lie about; `hub.db` is its owner's alone. */
const filesThatHold = (folder: string, secret: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((it) => it.isFile())
    .map((it) => join(it.parentPath, it.name))
    .filter((path) => readFileSync(path).includes(secret))
    .map((path) => path.slice(folder.length + 1).replace(/-(wal|shm)$/, ""));

test(
  "from a blank chip to its first reading at the hub, in the terminal, in under three minutes",
  { timeout: 240_000 },
  async () => {
    process.env["BATTANT_WIFI_PASSWORD"] = PASSWORD;
    onTestFinished(() => void delete process.env["BATTANT_WIFI_PASSWORD"]);
    const workshop = await openWorkshop();
    const pty = await openPty(workshop.chip);
    onTestFinished(() => pty.close());
    const { code, out, err, took } = await flash(
      workshop,
      pty.path,
      "--wifi",
      SSID,
      "--name",
      "Hall, plafond",
      "--zone",
      "hall",
    );
    expect(code, out + err).toBe(0);
    expect(took).toBeLessThan(THREE_MINUTES_MS);
    expect(workshop.chip.complaints).toEqual([]);
    console.info(`blank chip to first reading, terminal: ${(took / 1000).toFixed(1)} s`);

    const listed = await workshop.battant("boards", "list", "--json");
    expect(JSON.parse(listed.out)).toMatchObject([
      { name: "Hall, plafond", inBuildingFile: true, online: true, model: "light" },
    ]);
    const building = (await (await fetch(`${workshop.hub.http}/api/building`)).json()) as {
      zones: { zone: string; illuminance_lx: number | null }[];
    };
    expect(building.zones[0]!.illuminance_lx).toBeCloseTo(LIGHT_LX, -1);

    const file = readFileSync(join(workshop.data, "building.yaml"), "utf8");
    expect(file).toContain("# L'entrée, sous la verrière");
    expect(file).toMatch(/light_sensor: .*light/);
    expect(out + err + workshop.hub.output()).not.toContain(PASSWORD);
    expect(new Set(filesThatHold(workshop.data, PASSWORD))).toEqual(new Set(["hub.db"]));

    // The same chip again is the same board; the Wi-Fi is known by now.
    delete process.env["BATTANT_WIFI_PASSWORD"];
    const again = await flash(workshop, pty.path);
    expect(again.code, again.out + again.err).toBe(0);
    expect(JSON.parse((await workshop.battant("boards", "list", "--json")).out)).toHaveLength(1);
  },
);
