import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import { onTestFinished } from "vitest";
import { createKinds } from "../src/adapters/programs/kinds.ts";
import { openRegistry, type Registry } from "../src/adapters/registry/registry.ts";
import type { BuildingEdit } from "../src/config/edit.ts";
import { editBuilding } from "../src/config/edit.ts";
import { readConfiguration } from "../src/config/read.ts";
import type { Changed } from "../src/desk/board-desk.ts";
import type { BoardKinds } from "../src/desk/kinds.ts";
import type { Site } from "../src/domain/site.ts";
import type { Clock } from "../src/ports.ts";

/** A workshop: a registry on disk, the project's kinds of board with programs, and a building file. */

export const HALL = "hall-1" as BoardId;
export const METER = "meter-1" as BoardId;
export const MAC = "24a160aabbcc";
export const OTHER_MAC = "24a160ddeeff";

const BOARDS = fileURLToPath(new URL("../../hardware/boards", import.meta.url));

const BUILDING = `building: demo
name: Demo
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  hall-1: { name: "Hall, au plafond" }
  meter-1: { name: Compteur, flat: flat-1 }
  stairs-1: {}
zones:
  hall:
    name: Hall
    kind: hall
    light_sensor: { board: hall-1, sensor: light }
  stairs:
    kind: stairwell
    circuits:
      ceiling: { relay: { board: stairs-1, relay: main } }
`;

export type Plan = {
  site(): Site;
  change(edit: BuildingEdit): Promise<Changed>;
  text(): string;
};

/** The building file as text: what the hub would write to the disk. */
export const planOf = (before: string = BUILDING): Plan => {
  let text = before;
  const site = (): Site => {
    const read = readConfiguration(text);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    return read.site;
  };
  return {
    site,
    text: () => text,
    change: async (edit) => {
      const edited = editBuilding(text, edit);
      if (!edited.ok) {
        return { ok: false, problem: "building-file-refused", detail: edited.problem };
      }
      text = edited.text;
      return { ok: true };
    },
  };
};

export type HandClock = Clock & {
  /** Lets time pass; what is due then happens once. */
  advance(ms: number): void;
};

export const handClock = (): HandClock => {
  let now = Date.UTC(2026, 5, 21, 10);
  const waiting = new Set<{ readonly due: number; readonly action: () => void }>();
  return {
    now: () => instant(now),
    every: (period, action) => {
      const entry = { due: now + period, action };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    advance: (ms) => {
      now += ms;
      for (const { due, action } of waiting) if (due <= now) action();
    },
  };
};

export type Workshop = {
  readonly dir: string;
  readonly registry: Registry;
  readonly clock: HandClock;
  readonly kinds: BoardKinds;
  readonly plan: Plan;
  /** As `npm run build -w firmware` leaves a program, though this one does nothing. */
  build(model: string): void;
};

export const createWorkshop = (building?: string): Workshop => {
  const dir = mkdtempSync(join(tmpdir(), "battant-desk-"));
  const programsDir = join(dir, "dist");
  mkdirSync(programsDir);
  const clock = handClock();
  const registry = openRegistry({ dataDir: dir, clock });
  onTestFinished(() => {
    registry.close();
    rmSync(dir, { recursive: true });
  });
  const build = (model: string): void =>
    writeFileSync(join(programsDir, `${model}.js`), programOf(model));
  for (const model of ["loader", "light", "presence", "relay-light"]) build(model);
  const kinds = createKinds({
    boardsDir: BOARDS,
    programsDir,
    refuse: (refusal) => registry.refusals.record(refusal),
  });
  return { dir, registry, clock, kinds, plan: planOf(building), build };
};

export const programOf = (model: string): string => `//battant 0.1.0 ${model}\nrun();\n`;

/** Latest first: who did what to what. */
export const auditOf = ({ registry }: Workshop): string[] =>
  registry.audit.list(100).map(({ who, action, about }) => `${who}: ${action} ${about}`.trim());
