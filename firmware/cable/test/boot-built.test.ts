import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { expect, onTestFinished, test } from "vitest";
import { buildParts } from "../../flash/host/board.ts";
import { watchStart } from "../boot.ts";
import { openConsole } from "../console.ts";
import { boardFiles } from "../image/board-files.ts";
import { createBootedBoard } from "./esp32/boot-board.ts";
import { createChip } from "./esp32/chip.ts";
import { createMemoryPort } from "./esp32/ports.ts";
import { fill } from "./esp32-kit.ts";
import { sha256 } from "./digests.ts";

// Goal: the program as it was built is recognised by what it really prints, and so is a board that
// lacks a part of it.
// Method: a simulated chip that runs the files of its flash, in a vm or on the interpreter that
// ESPRUINO names, with its console at a port in memory.

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** What starting a board ends with, whose flash has all its files but one. */
const startWithout = async (missing: string | undefined) => {
  const parts = await buildParts("relay-light");
  const booted = createBootedBoard({
    parts,
    furnish: (world) => world.illuminance(412),
    interpreter: process.env["ESPRUINO"],
  });
  const chip = createChip({ run: booted.run });
  const files = boardFiles({
    loader: parts.loader,
    program: parts.program,
    membership: {
      board: "hall-1" as BoardId,
      broker: { host: "127.0.0.1", port: 1 },
      password: "p",
      key: "k".repeat(32),
    },
    wifi: undefined,
    sha256,
  });
  fill(
    chip,
    files.filter(([name]) => name !== missing),
  );
  const port = createMemoryPort(chip);
  await port.open({ baudRate: 115_200 });
  await port.setSignals({ dataTerminalReady: false, requestToSend: false });
  const boardConsole = openConsole({ port, pause });
  onTestFinished(async () => {
    await boardConsole.close();
    await port.close();
    await chip.close();
    await booted.close();
  });
  const now = (): number => performance.now();
  return watchStart({ boardConsole, now, pause, onSilence: () => undefined });
};

test("the program as it was built comes up, and its test is read", async () => {
  expect(await startWithout(undefined)).toMatchObject({
    model: "relay-light",
    startedBy: "power",
    buses: [{ addresses: [0x23] }],
    sensors: [{ sensor: "light" }],
  });
}, 60_000);

test.each(["membership", "app"])(
  "a board without the file %s is told apart",
  async (missing) => {
    await expect(startWithout(missing)).rejects.toMatchObject({ kind: "no-program" });
  },
  60_000,
);
