import type { Command } from "commander";
import { ZONE_KIND_NAMES } from "../../config/zone-kinds.ts";
import { type Common, type Done, group, subcommand } from "../command.ts";
import type { ExitCode } from "../io.ts";
import type { Adoption } from "./adopt.ts";
import type { FetchOptions, ImportOptions } from "./firmware.ts";
import type { LogOptions } from "./log.ts";
import type { FlashOptions } from "./questions.ts";

/** The words of the workshop: which commands there are around a cable, and what each takes. */

export type FlashHandlers = {
  flash(options: FlashOptions): Promise<ExitCode>;
  showFirmware(options: Common): Promise<ExitCode>;
  importFirmware(path: string, options: Common & ImportOptions): Promise<ExitCode>;
  fetchFirmware(version: string | undefined, options: FetchOptions): Promise<ExitCode>;
  openConsole(port: string): Promise<ExitCode>;
  sendFile(port: string, file: string): Promise<ExitCode>;
  forgetWifi(options: Common): Promise<ExitCode>;
  followBoard(id: string | undefined, options: Common & LogOptions): Promise<ExitCode>;
  adoptBoard(id: string, options: Common & Adoption): Promise<ExitCode>;
  ignoreBoard(id: string, options: Common & { again?: boolean }): Promise<ExitCode>;
  forgetBoard(id: string, options: Common): Promise<ExitCode>;
};

export const addFlashing = (program: Command, handlers: FlashHandlers, done: Done): void => {
  addFlash(program, handlers, done);
  addFirmware(program, handlers, done);
  addConsole(program, handlers, done);
  const wifi = group(program, "wifi", "the Wi-Fi that flashed boards are given: wifi forget");
  subcommand(
    wifi,
    "forget",
    "the hub forgets its name and its password; boards keep theirs",
  ).action(async (options) => done(await handlers.forgetWifi(options)));
};

const KINDS = ZONE_KIND_NAMES.join(", ");

const addFlash = (program: Command, handlers: FlashHandlers, done: Done): void => {
  subcommand(program, "flash", "make a board of a blank ESP32, and see its first reading")
    .option("--kind <model>", "kind of board, a file of hardware/boards")
    .option("--port <path>", "the serial port it is plugged into")
    .option("--wifi <ssid>", "its Wi-Fi network, remembered for the next board")
    .option("--password-file <file>", "the network's password (or BATTANT_WIFI_PASSWORD, or asked)")
    .option("--board <id>", "its name on the wire (default: made of its kind and its chip)")
    .option("--name <text>", "what people call it")
    .option("--zone <zone>", "the zone it measures or switches from now on")
    .option("--zone-kind <kind>", `makes --zone a new one: ${KINDS}`)
    .option("--flat <id>", "the flat it measures in: its readings become private")
    .option("--replaces <id>", "this board is dead; the new one takes its name and its place")
    .option("--host <address>", "where the board finds this hub")
    .option("--yes", "ask nothing that can be left out")
    .addHelpText(
      "after",
      "\nAt a terminal it asks for what is missing. The hub must be running." +
        "\nExample: battant flash --kind light --port /dev/ttyUSB0 --zone hall",
    )
    .action(async (options) => done(await handlers.flash(options)));
};

const addFirmware = (program: Command, handlers: FlashHandlers, done: Done): void => {
  const firmware = group(
    program,
    "firmware",
    "the Espruino that boards are given: firmware show, firmware import, firmware fetch",
  );
  subcommand(firmware, "show", "which one this hub has (firmware alone says it, too)", {
    isDefault: true,
  }).action(async (options) => done(await handlers.showFirmware(options)));
  subcommand(firmware, "import", "take a release of Espruino from an archive or a folder")
    .argument("<file>", "as firmware fetch wrote it, or as espruino.com offers it")
    .option("--sha256 <hex>", "its checksum as you know it from somebody else")
    .option("--anyway", "although it is older than Battant advises")
    .action(async (path: string, options) => done(await handlers.importFirmware(path, options)));
  firmware
    .command("fetch")
    .description("download a release, on a machine with internet, to carry to the workshop")
    .helpOption("-h, --help", "this text")
    .argument("[version]", "as 2v30 (default: the newest that Battant names)")
    .option("--to <folder>", "where to put the archive (default: here)")
    .option("--from <address>", "of the folder with the three files, ending in /")
    .action(async (version: string | undefined, options) =>
      done(await handlers.fetchFirmware(version, options)),
    );
};

const addConsole = (program: Command, handlers: FlashHandlers, done: Done): void => {
  program
    .command("console")
    .description("type at a board's Espruino over the cable; Ctrl-C twice leaves")
    .helpOption("-h, --help", "this text")
    .argument("<port>", "its serial port, as /dev/ttyUSB0")
    .addHelpText("after", "\nbattant.test() tells how the board is, and what its sensors see.")
    .action(async (port: string) => done(await handlers.openConsole(port)));
  program
    .command("send")
    .description("have a board run a file of JavaScript until its next start")
    .helpOption("-h, --help", "this text")
    .argument("<port>", "its serial port, as /dev/ttyUSB0")
    .argument("<file>", "JavaScript")
    .action(async (port: string, file: string) => done(await handlers.sendFile(port, file)));
};

/** Of the running hub. */
export const addToBoards = (boards: Command, handlers: FlashHandlers, done: Done): void => {
  subcommand(boards, "adopt", "give a new board its name and its place")
    .argument("<id>", "its name on the wire")
    .option("--name <text>", "what people call it")
    .option("--zone <zone>", "the zone it measures or switches from now on")
    .option("--zone-kind <kind>", `makes --zone a new one: ${KINDS}`)
    .option("--flat <id>", "the flat it measures in: its readings become private")
    .addHelpText("after", "\nExample: battant boards adopt light-a1b2c3 --name 'Hall' --zone hall")
    .action(async (id: string, options) => done(await handlers.adoptBoard(id, options)));
  subcommand(boards, "ignore", "a new board is for nothing here; it may still connect")
    .argument("<id>", "its name on the wire")
    .option("--again", "show it among the new boards again")
    .action(async (id: string, options) => done(await handlers.ignoreBoard(id, options)));
  subcommand(boards, "forget", "remove, and out of the building file and the broker as well")
    .argument("<id>", "its name on the wire")
    .action(async (id: string, options) => done(await handlers.forgetBoard(id, options)));
  subcommand(boards, "log", "what a board and the hub have said to each other")
    .argument("[id]", "its name on the wire")
    .option("--follow", "and what they say from now on, until Ctrl-C")
    .option("--port <path>", "over the cable instead: what the board prints")
    .action(async (id: string | undefined, options) =>
      done(await handlers.followBoard(id, options)),
    );
};
