import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Esp32 } from "./chip.ts";

/**
 * A simulated chip at a serial port of this machine: a pseudo-terminal, by socat. It carries neither
 * DTR nor RTS and tells no baud rate (`CableEnd.withoutSignals` says how the chip makes do).
 */
export type Pty = {
  readonly path: string;
  unplug(): Promise<void>;
  close(): Promise<void>;
};

const LOOK_EVERY_MS = 20;

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

export const openPty = async (chip: Esp32): Promise<Pty> => {
  const folder = mkdtempSync(join(tmpdir(), "battant-pty-"));
  const path = join(folder, "ttyUSB0");
  const socat = spawn("socat", [`pty,raw,echo=0,link=${path}`, "stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(socat, "close");
  socat.stdin.on("error", () => undefined);
  while (!existsSync(path)) {
    if (socat.exitCode !== null) throw new Error("socat did not make a pseudo-terminal");
    await pause(LOOK_EVERY_MS);
  }
  const cable = chip.plug({
    hear: (bytes) => void socat.stdin.write(bytes),
    gone: () => socat.kill(),
    withoutSignals: true,
  });
  socat.stdout.on("data", (bytes: Buffer) => cable.send(bytes));
  socat.on("close", () => cable.unplug());
  const unplug = async (): Promise<void> => {
    cable.unplug();
    socat.kill();
    await ended;
  };
  return {
    path,
    unplug,
    close: async () => {
      await unplug();
      await chip.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
