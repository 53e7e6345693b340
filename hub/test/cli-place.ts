import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BoardId, BootId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { instant, lux } from "@battant/protocol/vocabulary/units";
import { onTestFinished } from "vitest";
import { systemClock } from "../src/adapters/clock/system.ts";
import { openRegistry, type Registry } from "../src/adapters/registry/registry.ts";
import { openJournal } from "../src/adapters/sqlite/journal.ts";
import { run } from "../src/cli/main.ts";
import type { Decision } from "../src/domain/decision.ts";

/** A data folder as a real hub leaves it behind, and the `battant` command run on it. */

export const BUILDING = `building: test
name: "Maison de l'essai"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  hall-1: { name: "Hall, au plafond" }
  hall-2: { name: "Tableau du hall" }
  flat-1-meter: { name: "Logement 1", flat: flat-1 }
zones:
  hall:
    kind: hall
    light_sensor: { board: hall-1, sensor: light }
    circuits:
      ceiling: { load_W: 108, relay: { board: hall-2, relay: main } }
`;

export const folder = (building: string | undefined = BUILDING): string => {
  const dir = mkdtempSync(join(tmpdir(), "battant-cli-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  if (building !== undefined) writeFileSync(join(dir, "building.yaml"), building);
  return dir;
};

export const inRegistry = <Result>(
  dataDir: string,
  action: (registry: Registry) => Result,
): Result => {
  const registry = openRegistry({ dataDir, clock: systemClock });
  try {
    return action(registry);
  } finally {
    registry.close();
  }
};

export const NOON = Date.UTC(2026, 5, 21, 10); // Noon in Besançon.

export const reading = (board: string, sequence: number, more: Partial<Reading> = {}): Reading => ({
  board: board as BoardId,
  boot: "b1" as BootId,
  sequence,
  sensor: "light" as SensorId,
  quantity: "illuminance" as Quantity,
  value: 100.5 + sequence,
  at: instant(NOON + sequence * 60_000),
  received: instant(NOON + sequence * 60_000 + 40),
  ...more,
});

export const DARK: Decision = {
  kind: "allow",
  because: "too-dark",
  evidence: { daylight: lux(80), target: lux(100), threshold: lux(150) },
};

export const BRIGHT: Decision = {
  kind: "inhibit",
  because: "daylight-sufficient",
  evidence: {
    daylight: lux(310),
    target: lux(100),
    threshold: lux(150),
    since: instant(NOON + 48 * 60_000),
  },
};

type Measured = {
  readonly readings?: readonly Reading[];
  readonly decisions?: readonly (readonly [zone: string, minute: number, decision: Decision])[];
};

/** Through the real journal, as the hub would have written it. */
export const measured = async (dataDir: string, { readings = [], decisions = [] }: Measured) => {
  const path = join(dataDir, "journal.db");
  const opened = await openJournal({
    path,
    timezone: "Europe/Paris",
    clock: systemClock,
    commitWindowMs: 0,
  });
  if (!opened.ok) throw new Error(opened.problem);
  const { journal, decisions: log } = opened.embedded;
  for (const [zone, minute, decision] of decisions) {
    log.append({ at: instant(NOON + minute * 60_000), zone: zone as ZoneId, decision });
  }
  for (let i = 0; i < readings.length; i += 1000) {
    const appended = await journal.append(readings.slice(i, i + 1000));
    if (!appended.ok) throw new Error(appended.detail);
  }
  await journal.close();
};

export type Printed = { readonly code: number; readonly out: string; readonly err: string };

/** Runs the command in this process; `env` is all of its environment. */
export const battant = async (
  args: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<Printed> => {
  let out = "";
  let err = "";
  const code = await run(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env,
  });
  return { code, out, err };
};
