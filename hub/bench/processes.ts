import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Everything a run starts or writes, so that it can be ended and removed by its own name: processes
 * by their id, folders by their path. Also on Ctrl-C, and also when the run fails.
 */
export type Processes = {
  start(command: string, args: readonly string[], options?: StartOptions): Program;
  /** One of the bench's own programs. */
  startInstrument(file: string): Program;
  /** A new, empty folder that goes when the run ends. */
  folder(name: string): Promise<string>;
  /** Nothing can be started after this. */
  endAll(): Promise<void>;
};

export type StartOptions = { readonly env?: Readonly<Record<string, string>> };

export type Program = {
  readonly pid: number;
  /** `performance.now()` when it was started. */
  readonly startedMs: number;
  send(line: unknown): void;
  /** The next line on its output, as JSON. Throws with its last words if it ends or takes too long. */
  next<T>(withinMs?: number): Promise<T>;
  isRunning(): boolean;
  lastWords(): string;
  /** Asks it to stop, and insists after a while. */
  end(): Promise<void>;
  /** At once, for when there is no time to ask. */
  kill(): void;
};

/** Debian puts servers where only root looks. */
const SEARCH_PATH = [process.env["PATH"], "/usr/sbin", "/usr/local/sbin"].join(delimiter);

const NEXT_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;
const LAST_WORDS_MAX = 2000;

export function createProcesses(): Processes {
  const programs = new Set<Program>();
  const folders: string[] = [];
  let ending = false;
  const refuseIfEnding = (): void => {
    if (ending) throw new Error("interrupted");
  };
  // Whatever may have ended us, nothing of ours goes on.
  process.once("exit", () => {
    for (const program of programs) program.kill();
    for (const path of folders) rmSync(path, { recursive: true, force: true });
  });

  const start: Processes["start"] = (command, args, options = {}) => {
    refuseIfEnding();
    const startedMs = performance.now();
    const child = spawn(command, args, {
      stdio: "pipe",
      env: { ...process.env, PATH: SEARCH_PATH, ...options.env },
    });
    const program = createProgram(child, { startedMs, name: [command, ...args].join(" ") });
    programs.add(program);
    child.once("exit", () => programs.delete(program));
    return program;
  };

  return {
    start,
    startInstrument: (file) => start(process.execPath, [join(import.meta.dirname, file)]),
    folder: async (name) => {
      refuseIfEnding();
      const path = await mkdtemp(join(tmpdir(), `battant-bench-${name}-`));
      folders.push(path);
      return path;
    },
    endAll: async () => {
      ending = true;
      await Promise.all([...programs].map((program) => program.end()));
      const gone = folders.splice(0);
      await Promise.all(gone.map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

type Started = { readonly startedMs: number; readonly name: string };

function createProgram(
  child: ChildProcessWithoutNullStreams,
  { startedMs, name }: Started,
): Program {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-LAST_WORDS_MAX);
  });
  child.on("error", (error) => {
    words += error.message;
  });
  // Whoever writes to a program that has just ended learns it from the line that never comes.
  child.stdin.on("error", () => {});

  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    startedMs,
    send: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
    next: async <T>(withinMs = NEXT_MS_MAX) => {
      const line = await within(lines.next(), withinMs);
      if (line === "late") throw new Error(`${name}: no answer within ${withinMs} ms. ${words}`);
      if (line.done === true) throw new Error(`${name} ended. ${words}`);
      return JSON.parse(line.value) as T;
    },
    isRunning,
    lastWords: () => words,
    end: async () => {
      if (!isRunning() || child.pid === undefined) return;
      child.kill("SIGTERM");
      if ((await within(exited, STOP_MS_MAX)) === "late") child.kill("SIGKILL");
      await exited;
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, ms, "late");
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
