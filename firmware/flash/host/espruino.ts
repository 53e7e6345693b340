import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { factoryFiles, type HostBoard, type HostBoardOptions, mishapsIn } from "./board.ts";
import { openChannel } from "./channel.ts";
import { createSurroundings } from "./world.ts";

/**
 * A board that a real Espruino interpreter is: its Linux build, named by the caller. It boots from
 * the file `espruino.flash` in a directory of its own, as a board does from its flash, and is started
 * again when it ends by itself, because that is how it reboots.
 */

/** What the bench takes once it is connected and the world stands, beyond what it takes alone. */
const CONNECTION_VARIABLES = 60;

/** No chip has more. */
const VARIABLES_MAX = 16_383;

/** A board that does nothing but restart leaves others some of the processor. */
const RESTART_MS = 100;

const PIECE = 500;

const ESCAPE = String.fromCharCode(27);

/** The console's colours and prompts, and the greeting. */
const plain = (text: string): string =>
  text
    .replaceAll("\r", "")
    .replaceAll(`>${ESCAPE}[J`, "")
    .replaceAll(`${ESCAPE}[J`, "")
    .replace(/^[^]*espruino\.com\/Donate\n/, "");

type Interpreter = { readonly path: string; readonly folder: string; readonly variables: number };

/** Its input stays open and silent: at the end of it, the interpreter would read noise for ever. */
const launch = (interpreter: Interpreter, ...args: string[]): ChildProcess =>
  spawn(interpreter.path, args, {
    cwd: interpreter.folder,
    stdio: ["pipe", "pipe", "ignore"],
    env: { ESPR_VARS: String(interpreter.variables), ESPR_TIME0: "1" },
  });

/**
 * Runs a file instead of the loader, to look after the flash. The bench is there all the same, and
 * finds no world. Room is no question here.
 */
const perform = async (interpreter: Interpreter, code: string): Promise<string> => {
  writeFileSync(join(interpreter.folder, "world"), "nothing");
  writeFileSync(join(interpreter.folder, "task.js"), code);
  const child = launch({ ...interpreter, variables: VARIABLES_MAX }, "task.js");
  let text = "";
  child.stdout!.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
  });
  await once(child, "close");
  const said = plain(text);
  if (mishapsIn(said).length > 0) throw new Error(said);
  return said;
};

const writing = (name: string, content: string): string => {
  let code = `var s=require("Storage");s.erase(${JSON.stringify(name)});\n`;
  for (let at = 0; at < content.length; at += PIECE) {
    const piece = JSON.stringify(content.slice(at, at + PIECE)).replaceAll(
      /[\x7f-\xff]/g,
      (byte) => `\\x${byte.charCodeAt(0).toString(16)}`,
    );
    code += `s.write(${JSON.stringify(name)},${piece},${at},${content.length});\n`;
  }
  return code;
};

const reading = (name: string): string =>
  `var f=require("Storage").read(${JSON.stringify(name)});print(f===undefined?"":"file "+btoa(f));`;

const benchVariables = async (interpreter: Interpreter): Promise<number> => {
  const said = await perform(interpreter, 'print("bench " + benchVariables)');
  return Number(/^bench (\d+)$/m.exec(said)![1]);
};

/** Runs the interpreter from power on to power off, and again whenever it ends by itself. */
const createPower = (
  interpreter: Interpreter,
  beforeStart: () => void,
  onPrint?: (text: string) => void,
) => {
  let printed = "";
  let restarts = 0;
  let child: ChildProcess | undefined;
  const on = (): void => {
    beforeStart();
    const started = launch(interpreter);
    child = started;
    started.stdout!.on("data", (bytes: Buffer) => {
      const text = bytes.toString("latin1");
      printed += text;
      onPrint?.(text);
    });
    started.on("exit", () => {
      setTimeout(() => {
        if (child !== started) return;
        restarts++;
        on();
      }, RESTART_MS);
    });
  };
  return {
    on,
    off: async (): Promise<void> => {
      const last = child;
      child = undefined;
      if (last === undefined || last.exitCode !== null) return;
      const ended = once(last, "close");
      last.kill("SIGKILL");
      await ended;
    },
    printed: () => plain(printed),
    restarts: () => restarts,
  };
};

/** A flash with the bundles in it, and how large an interpreter to run it in. */
const prepare = async (
  path: string,
  folder: string,
  { parts, files = factoryFiles(parts), variables }: HostBoardOptions,
): Promise<Interpreter> => {
  const flashing: Interpreter = { path, folder, variables: VARIABLES_MAX };
  for (const [name, content] of files) {
    await perform(flashing, writing(name, content));
  }
  if (variables === undefined) return flashing;
  const bench = await benchVariables(flashing);
  return { ...flashing, variables: variables + bench + CONNECTION_VARIABLES };
};

/** `path`: of the interpreter. */
export const createEspruinoBoard = async (
  path: string,
  options: HostBoardOptions,
): Promise<HostBoard> => {
  const folder = mkdtempSync(join(tmpdir(), "battant-espruino-"));
  const interpreter = await prepare(path, folder, options);
  const channel = await openChannel((...words) => surroundings.hear(...words));
  const surroundings = createSurroundings(options.parts.file, channel.say);
  const enterWorld = (): void => {
    channel.hangUp();
    const lines = surroundings.restart({ speed: options.speed, channel: channel.port });
    writeFileSync(join(folder, "world"), lines.join("\n"));
  };
  const power = createPower(interpreter, enterWorld, options.onPrint);
  const kill = async (): Promise<void> => {
    await power.off();
    channel.hangUp();
  };
  return {
    world: surroundings.world,
    install: async (name, content) => {
      await perform(interpreter, writing(name, content));
    },
    read: async (name) => {
      const said = /^file (.*)$/m.exec(await perform(interpreter, reading(name)));
      return said === null ? undefined : Buffer.from(said[1]!, "base64").toString("latin1");
    },
    start: async () => {
      power.on();
      await channel.connected();
    },
    kill,
    console: power.printed,
    mishaps: () => mishapsIn(power.printed()),
    restarts: power.restarts,
    ask: channel.ask,
    memory: async () => {
      const told = await channel.ask("var m=process.memory();[m.usage,m.total,benchVariables]");
      const [used, total, taken] = told.split(",").map(Number) as [number, number, number];
      return { used: used - taken, total: total - taken };
    },
    close: async () => {
      await kill();
      await channel.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
