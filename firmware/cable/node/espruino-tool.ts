import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Trouble } from "../trouble.ts";
import { openablePort } from "./port.ts";

/**
 * The `espruino` tool of npm on a serial port, as a process of its own: a console, or a file to send.
 *
 *     node espruino-tool.ts PORT [FILE]
 *
 * It fills the global object, prints what it thinks, and only opens ports that the system lists. So
 * it gets a process, no voice, and this port as its only one. What a board needs is on the board: modules
 * are not fetched from the web, and nothing else is.
 *
 * Exit codes: 0 done, 1 the board or the file, 3 to 6 the port (`PORT_TROUBLES`).
 */

type Callback<T> = (value: T) => void;

/** How the tool wants a kind of port described (its core/serial.js). */
type PortKind = {
  readonly name: string;
  getPorts(callback: (ports: readonly { path: string }[], areAll: boolean) => void): void;
  open(
    path: string,
    onOpen: Callback<object | undefined>,
    onData: Callback<ArrayBufferLike>,
    onClose: () => void,
  ): void;
  write(text: string, done: () => void): void;
  close(): void;
};

/** The part of it that is used here. */
type Tool = {
  readonly Config: { [name: string]: unknown };
  readonly Core: {
    readonly Serial: {
      startListening(onData: Callback<ArrayBufferLike>): void;
      open(path: string, onOpen: Callback<object | undefined>, onClose: () => void): void;
      write(text: string, showsProgress: boolean, done?: () => void): void;
      setSlowWrite(isSlow: boolean, isForced: boolean): void;
    };
    readonly CodeWriter: { writeToEspruino(code: string, done: () => void): void };
  };
};

const BAUD = 115_200;
const QUIET_MS = 500;
const CTRL_C = "\x03";

/** In the order of their exit codes, from 3. */
export const PORT_TROUBLES = ["port-busy", "port-forbidden", "port-missing", "unplugged"] as const;

const exitCodeOf = (problem: unknown): number => {
  const place = PORT_TROUBLES.findIndex(
    (kind) => problem instanceof Trouble && problem.kind === kind,
  );
  return place < 0 ? 1 : place + 3;
};

/** For what is wrong with the port, whoever started this has better words. */
const end = (problem: unknown): void => {
  const code = exitCodeOf(problem);
  if (code === 1)
    process.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n`);
  process.exit(code);
};

/** This port, and no other. */
const kindOf = (path: string): PortKind => {
  const port = openablePort(path);
  let isClosed = false;
  return {
    name: "Battant",
    getPorts: (callback) => callback([{ path }], true),
    open: (_path, onOpen, onData, onClose) => {
      const run = async (): Promise<void> => {
        await port.open({ baudRate: BAUD });
        onOpen({});
        const reader = port.readable!.getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done || isClosed) break;
          onData(value.slice().buffer);
        }
        onClose();
      };
      run().catch((problem: unknown) => {
        end(problem instanceof Trouble ? problem : new Trouble("unplugged", String(problem)));
      });
    },
    write: (text, done) => {
      const bytes = Uint8Array.from(text, (sign) => sign.charCodeAt(0) & 255);
      const writer = port.writable!.getWriter();
      // eslint-disable-next-line promise/no-callback-in-promise -- The tool knows no promises.
      writer.write(bytes).then(done, end);
      writer.releaseLock();
    },
    close: () => {
      isClosed = true;
      void port.close();
    },
  };
};

/** Silent from before it is loaded: `console` is all it has to print with. */
const loadTool = (): Promise<Tool> => {
  const voice = globalThis.console;
  for (const name of ["log", "warn", "error", "info", "debug"] as const)
    voice[name] = () => undefined;
  const { init } = createRequire(import.meta.url)("espruino") as { init(ready: () => void): void };
  return new Promise((resolve) => {
    init(() => resolve((globalThis as unknown as { Espruino: Tool }).Espruino));
  });
};

/** The only list among the parts of its serial port. */
const portKindsOf = ({ Core }: Tool): PortKind[] => {
  const list: unknown = Object.values(Core.Serial).find((it) => Array.isArray(it));
  return list as PortKind[];
};

const openTool = async (path: string, onData: Callback<Uint8Array>): Promise<Tool> => {
  const tool = await loadTool();
  const { Config, Core } = tool;
  portKindsOf(tool).splice(0, Infinity, kindOf(path));
  Config["BAUD_RATE"] = String(BAUD);
  Config["ENV_ON_CONNECT"] = false;
  Core.Serial.startListening((buffer) => onData(new Uint8Array(buffer)));
  await new Promise<void>((resolve) => {
    Core.Serial.open(
      path,
      (connection) => {
        if (connection !== undefined) resolve();
        else end(new Trouble("port-missing", path));
      },
      () => end(new Trouble("unplugged", path)),
    );
  });
  return tool;
};

/** Ctrl-C goes to the board; the second one in a row leaves. */
const converse = async (path: string): Promise<void> => {
  const { stdin, stdout } = process;
  let heardAt = Date.now();
  const { Core } = await openTool(path, (bytes) => {
    heardAt = Date.now();
    stdout.write(bytes);
  });
  Core.Serial.setSlowWrite(false, true);
  let last = "";
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.setEncoding("latin1");
  stdin.on("data", (text: string) => {
    for (const sign of text) {
      if (sign === CTRL_C && last === CTRL_C) process.exit(0);
      last = sign;
    }
    heardAt = Date.now();
    Core.Serial.write(text, false);
  });
  // A pipe that has ended still wants the answer.
  stdin.on("end", () => {
    setInterval(() => {
      if (Date.now() - heardAt > 2 * QUIET_MS) process.exit(0);
    }, QUIET_MS);
  });
  // A prompt, so that one sees it listens.
  Core.Serial.write("\n", false);
};

const send = async (path: string, file: string): Promise<void> => {
  const code = readFileSync(file, "latin1");
  let heardAt = Date.now();
  const { Core } = await openTool(path, (bytes) => {
    heardAt = Date.now();
    process.stdout.write(bytes);
  });
  Core.CodeWriter.writeToEspruino(code, () => {
    setInterval(() => {
      if (Date.now() - heardAt > QUIET_MS) process.exit(0);
    }, QUIET_MS);
  });
};

if (import.meta.main) {
  const [path, file] = process.argv.slice(2);
  if (path === undefined) end("node espruino-tool.ts PORT [FILE]");
  else (file === undefined ? converse(path) : send(path, file)).catch(end);
}
