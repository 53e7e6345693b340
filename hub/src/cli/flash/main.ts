import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { listPorts } from "@battant/cable/node/list";
import { PORT_TROUBLES } from "@battant/cable/node/espruino-tool";
import { openablePort } from "@battant/cable/node/port";
import { Trouble } from "@battant/cable/trouble";
import { type Io, languageOf } from "../io.ts";
import { createTerminal } from "./tty.ts";
import type { EspruinoRequest, Workshop } from "./workshop.ts";

/** The real workshop. A file of its own, loaded when it is needed: serial ports take their time. */

const ESPRUINO = fileURLToPath(import.meta.resolve("@battant/cable/node/espruino-tool"));

export const openWorkshop = (io: Io, { isQuiet }: { readonly isQuiet: boolean }): Workshop => ({
  io,
  language: languageOf(io),
  terminal: createTerminal({
    input: process.stdin,
    output: process.stderr,
    print: io.err,
    isQuiet,
  }),
  ports: (leaveOut) => listPorts({ leaveOut }),
  openablePort,
  fetch: globalThis.fetch,
  now: () => performance.now(),
  date: () => Date.now(),
  pause: (ms) => pause(ms),
  interruptible,
  espruino,
});

/** The second Ctrl-C ends the process at once, as anywhere. */
const interruptible: Workshop["interruptible"] = async (action) => {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once("SIGINT", stop);
  try {
    return await action(controller.signal);
  } finally {
    process.removeListener("SIGINT", stop);
  }
};

/** It takes the whole process: it puts itself into the global object, and prints what it likes. */
const espruino = async ({ port, file }: EspruinoRequest): Promise<number> => {
  // Ctrl-C is for the board, or for the child to end on.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  try {
    const args = [ESPRUINO, port, ...(file === undefined ? [] : [file])];
    const child = spawn(process.execPath, args, { stdio: "inherit" });
    const [code] = (await once(child, "close")) as [number | null];
    const trouble = PORT_TROUBLES[(code ?? 0) - 3];
    if (trouble !== undefined) throw new Trouble(trouble, port);
    return code ?? 1;
  } finally {
    process.removeListener("SIGINT", ignore);
  }
};
