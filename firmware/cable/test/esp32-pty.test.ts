// Needs: socat.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { SerialPort } from "serialport";
import { expect, onTestFinished, test } from "vitest";
import { openPty } from "./esp32/pty.ts";
import { slip } from "./esp32/slip.ts";
import { fill, layChip, packet, SYNC_DATA, until } from "./esp32-kit.ts";

// Goal: a chip at a serial port of this machine, without DTR and RTS, is reached and left as with a
// finger on its buttons.

const ANSWER = 14;

test("a SYNC calls the loader, a line end starts the program, and the cable comes out", async () => {
  const chip = layChip();
  fill(chip);
  const pty = await openPty(chip);
  onTestFinished(pty.close);
  const port = new SerialPort({ path: pty.path, baudRate: 115_200 });
  let text = "";
  port.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
  });
  await once(port, "open");
  expect(chip.state()).toBe("running");

  port.write(slip(packet(8, SYNC_DATA, 0)));
  await until(() => text.includes("waiting for download\r\n"));
  await until(() => text.split("waiting for download\r\n")[1]!.length === 8 * ANSWER);
  expect(chip.state()).toBe("loader");

  port.write("\n");
  await until(() => text.endsWith("entry 0x400806ac\r\n"));
  expect([chip.state(), chip.complaints]).toEqual(["running", []]);

  const closed = once(port, "close");
  await pty.unplug();
  await closed;
  expect([chip.state(), existsSync(pty.path)]).toEqual(["off", false]);
});
