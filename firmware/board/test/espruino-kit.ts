import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { bundle } from "../../flash/bundle.ts";

/**
 * A real Espruino on Linux as a board on the workbench: its flash is the file `espruino.flash` in a
 * directory of its own, what it says on its console is collected, and its power can be cut.
 *
 * `ESPRUINO` names the interpreter. `ESPR_VARS`, where it knows that, limits its variables to what the
 * smallest board has.
 */
export const INTERPRETER = process.env["ESPRUINO"];

export type Interpreter = {
  /** Everything it has said, control characters removed. */
  said(): string;
  /** Until the console says it; rejects when the interpreter ends or time is up first. */
  hear(what: string | RegExp): Promise<string>;
  /** Resolves when it has ended by itself, as it does when a board would reboot. */
  readonly ended: Promise<void>;
  cutPower(): Promise<void>;
};

const SMALLEST_BOARD = "2500";
const ROOMY = "16383";
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 20;

/** What Espruino prints when something has gone wrong while the program goes on. */
const PROBLEM = /^(Uncaught|OUT OF MEMORY|New interpreter error|ERROR).*$/m;

const WIPE = "\u001b[J";

/** Lines end in CR LF, and each is preceded by what wipes the prompt. */
const plain = (console: string): string =>
  console.replaceAll("\r", "").replaceAll(WIPE, "").replaceAll(/^>/gm, "");

export const createDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "battant-espruino-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

const launch = (
  directory: string,
  args: readonly string[],
  variables = SMALLEST_BOARD,
): ChildProcess => {
  if (INTERPRETER === undefined) throw new Error("ESPRUINO does not name an interpreter");
  // The pipe to its console stays open and idle: at its end, the interpreter would hear no port.
  const child = spawn(INTERPRETER, args, {
    cwd: directory,
    env: { ...process.env, ESPR_VARS: variables },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.on("error", () => undefined);
  return child;
};

const follow = (child: ChildProcess): Interpreter => {
  let console = "";
  let over = false;
  child.stdout?.setEncoding("latin1");
  child.stdout?.on("data", (text: string) => {
    console += text;
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      over = true;
      resolve();
    });
  });
  const said = (): string => plain(console);
  const cutPower = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(cutPower);
  return {
    said,
    ended,
    cutPower,
    hear: async (what) => {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const finished = over;
        const found = typeof what === "string" ? said().includes(what) : what.test(said());
        if (found) return said();
        if (finished || Date.now() > deadline) {
          throw new Error(`the interpreter did not say ${what}, but:\n${said()}`);
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
  };
};

/** As when power comes: what is in flash runs. */
export const powerOn = (directory: string): Interpreter => follow(launch(directory, ["-e", "0"]));

export const modulePath = (path: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../${path}`, import.meta.url)));

/** `source` becomes what a board runs: TypeScript's modules in, one script that Espruino parses out. */
export const build = async (source: string): Promise<string> => {
  const built = await bundle({ title: "test", source, passing: true });
  if (!built.ok) throw new Error(built.problems.join("\n"));
  return built.code;
};

/** Runs `source` from a file, not from flash: its text takes memory, so there is more. */
export const run = async (directory: string, source: string): Promise<Interpreter> => {
  writeFileSync(join(directory, "test.js"), await build(source), "latin1");
  return follow(launch(directory, ["test.js"], ROOMY));
};

const PIECE = 1000;

/** In pieces, as a cable would: a file may be larger than the memory. */
const writesOf = (name: string, content: string): string => {
  let code = "";
  for (let at = 0; at < content.length; at += PIECE) {
    const piece = JSON.stringify(content.slice(at, at + PIECE));
    const size = at === 0 ? `,${content.length}` : "";
    code += `require("Storage").write(${JSON.stringify(name)},${piece},${at}${size});\n`;
  }
  return code;
};

/** Puts files into the flash of a board that is off, and takes what was there away. */
export const install = async (
  directory: string,
  files: { readonly [name: string]: string },
): Promise<void> => {
  rmSync(join(directory, "espruino.flash"), { force: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(
      join(directory, "install.js"),
      `${writesOf(name, content)}print("installed");\n`,
      "latin1",
    );
    const interpreter = follow(launch(directory, ["install.js"], ROOMY));
    await interpreter.hear("installed");
    await interpreter.ended;
  }
};

/** The lines that begin with `mark`, without it. */
export const marked = (console: string, mark: string): string[] =>
  console
    .split("\n")
    .filter((line) => line.startsWith(`${mark} `))
    .map((line) => line.slice(mark.length + 1));

export const problemIn = (console: string): string | undefined => PROBLEM.exec(console)?.[0];
