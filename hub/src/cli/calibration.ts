import { type Command, InvalidArgumentError, Option } from "commander";
import type { HubClient } from "@battant/cable/hub-client";
import { type CalibrationView, FLOOR_LX_MAX } from "../../api/calibration.ts";
import { calibrationText } from "./calibration-text.ts";
import { type Common, type Done, subcommand } from "./command.ts";
import { EXIT, type ExitCode, json, languageOf } from "./io.ts";
import { buildingClock } from "./place.ts";
import { misunderstood } from "./replies.ts";
import { withZone, type ZoneHubParts } from "./zone-hub.ts";

/** `battant calibration`: what is known of a zone's light, and the measurements that tell it. */

export type CalibrationHandlers = {
  calibrate(zone: string, options: Common & CalibrationOptions): Promise<ExitCode>;
};

export type CalibrationOptions = {
  /** What the lux-meter shows on the floor. */
  readonly point?: number;
  readonly lamps?: "on" | "off";
  readonly lampsFloor?: number;
  readonly write?: boolean;
  readonly writeRefined?: boolean;
};

export const addCalibration = (
  program: Command,
  handlers: CalibrationHandlers,
  done: Done,
): void => {
  subcommand(
    program,
    "calibration",
    "what a zone's sensor says of its floor, and how to measure it",
  )
    .argument("<zone>", "the zone, as the building file names it")
    .option("--point <lx>", "by day: what a lux-meter shows on the floor now", luxOf)
    .addOption(
      new Option(
        "--lamps <state>",
        "the lamps have just been switched; with --point: they are so",
      ).choices(["on", "off"]),
    )
    .option("--lamps-floor <lx>", "with --point: what the lamps alone give there by night", luxOf)
    .option("--write", "write what was measured into the building file")
    .option("--write-refined", "write what toggles have told since")
    .addHelpText(
      "after",
      "\nBy night the hub measures by itself what the lamps add, where the relay's board sees them." +
        "\nThe hub must be running. It switches nothing for this." +
        "\nExample: battant calibration hall --point 160",
    )
    .action(async (zone: string, options) => done(await handlers.calibrate(zone, options)));
};

const luxOf = (text: string): number => {
  const value = Number(text.replace(",", "."));
  if (text.trim() !== "" && value >= 0 && value <= FLOOR_LX_MAX) return value;
  throw new InvalidArgumentError(`It takes a number of lx from 0 to ${FLOOR_LX_MAX}.`);
};

export const createCalibrationHandler = (parts: ZoneHubParts): CalibrationHandlers => ({
  calibrate: (name, { data, json: asJson = false, ...options }) => {
    const { io } = parts;
    const problem = contradiction(options);
    if (problem !== undefined) return misunderstood(problem, io);
    return withZone(parts, { name, data, asJson }, async (hub, zone, place) => {
      const view = await asked(hub, zone, options);
      const language = languageOf(io);
      const telling = { language, clock: buildingClock(place), dataDir: place.dataDir };
      await io.out(asJson ? json(view) : calibrationText(view, telling));
      return EXIT.ok;
    });
  },
});

const contradiction = (options: CalibrationOptions): string | undefined => {
  const { point, lamps, lampsFloor, write = false, writeRefined = false } = options;
  const acts = [point !== undefined || lamps !== undefined, write, writeRefined];
  if (acts.filter((it) => it).length > 1) return "One thing at a time: measure, or write.";
  if (lampsFloor !== undefined && point === undefined) return "--lamps-floor goes with --point.";
  return undefined;
};

const asked = (
  hub: HubClient,
  zone: string,
  { point, lamps, lampsFloor, write, writeRefined }: CalibrationOptions,
): Promise<CalibrationView> => {
  if (point !== undefined) {
    const request = { floor_lx: point, lamps: lamps ?? null, lampsFloor_lx: lampsFloor ?? null };
    return hub.addPoint(zone, request);
  }
  if (lamps !== undefined) return hub.markLamps(zone, { lamps });
  if (write === true) return hub.writeCalibration(zone, { from: "measured" });
  if (writeRefined === true) return hub.writeCalibration(zone, { from: "refined" });
  return hub.calibration(zone);
};
