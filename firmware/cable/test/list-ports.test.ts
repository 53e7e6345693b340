import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { ListOptions } from "../node/list.ts";
import { labelOf } from "../usb-names.ts";

// Goal: a person finds their board among the ports. Method: pretend /dev and /sys folders, and a
// pretend udevadm, for a process of its own, because the library asks by its PATH.

const makeFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "battant-ports-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
};

/** What `listPorts` answers in a process whose PATH is `path`. */
const listed = async (path: string, options: ListOptions): Promise<unknown> => {
  const module = new URL("../node/list.ts", import.meta.url).href;
  const script = `
    const { listPorts } = await import(${JSON.stringify(module)});
    process.stdout.write(JSON.stringify(await listPorts(JSON.parse(process.argv[1]))));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script, JSON.stringify(options)],
    { env: { PATH: path } },
  );
  return JSON.parse(stdout);
};

test("without udevadm, ports are found in /dev, and their chips in /sys", async () => {
  const folder = await makeFolder();
  const [dev, sys] = [join(folder, "dev"), join(folder, "sys")];
  await mkdir(join(dev, "serial/by-id"), { recursive: true });
  await mkdir(join(sys, "class/tty/ttyUSB0"), { recursive: true });
  await mkdir(join(sys, "devices/usb1/1-2/1-2:1.0/ttyUSB0"), { recursive: true });
  await writeFile(join(sys, "devices/usb1/1-2/idVendor"), "10c4\n");
  await writeFile(join(sys, "devices/usb1/1-2/idProduct"), "ea60\n");
  await symlink(
    join(sys, "devices/usb1/1-2/1-2:1.0/ttyUSB0"),
    join(sys, "class/tty/ttyUSB0/device"),
  );
  for (const name of ["ttyUSB0", "ttyUSB1", "ttyACM0", "ttyS0", "null"])
    await writeFile(join(dev, name), "");
  await symlink(join(dev, "ttyACM0"), join(dev, "serial/by-id/usb-TICinfo-if00"));
  await symlink(join(dev, "ttyUSB0"), join(dev, "serial/by-id/usb-CP2102-if00"));
  const leaveOut = [join(dev, "serial/by-id/usb-TICinfo-if00"), "/dev/that-is-none"];
  expect(await listed(join(folder, "no-programs"), { dev, sys, leaveOut })).toEqual([
    {
      path: join(dev, "ttyUSB0"),
      byId: join(dev, "serial/by-id/usb-CP2102-if00"),
      label: { fr: "USB-série Silicon Labs CP2102", en: "Silicon Labs CP2102 USB serial" },
      isLikely: true,
      usb: { vendorId: 0x10c4, productId: 0xea60 },
    },
    {
      path: join(dev, "ttyUSB1"),
      label: { fr: "Port USB-série", en: "USB serial port" },
      isLikely: true,
    },
  ]);
});

test("without anything to look at there are no ports, and no failure", async () => {
  const folder = await makeFolder();
  const options = { dev: join(folder, "none"), sys: join(folder, "none") };
  expect(await listed(folder, options)).toEqual([]);
});

test("udevadm is asked where it is; ports that are not on USB are left out", async () => {
  const folder = await makeFolder();
  const port = (name: string, vendor: string, product: string, maker: string): string[] => [
    `P: /devices/usb1/${name}`,
    `N: ${name}`,
    `E: DEVNAME=/dev/${name}`,
    `E: DEVLINKS=/dev/serial/by-id/usb-${maker}-if00`,
    `E: ID_VENDOR_ENC=${maker}`,
    `E: ID_VENDOR_ID=${vendor}`,
    `E: ID_MODEL_ID=${product}`,
    "",
  ];
  const answer = [
    ...port("ttyACM3", "2341", "0043", "Arduino"),
    ...port("ttyUSB3", "1a86", "7523", "1a86"),
    "P: /devices/ttyAMA0",
    "N: ttyAMA0",
    "E: DEVNAME=/dev/ttyAMA0",
    "",
  ];
  const udevadm = `#!/bin/sh\n${answer.map((line) => `echo '${line}'`).join("\n")}\n`;
  await writeFile(join(folder, "udevadm"), udevadm, { mode: 0o755 });
  expect(await listed(`${folder}:/usr/bin:/bin`, {})).toEqual([
    {
      path: "/dev/ttyUSB3",
      byId: "/dev/serial/by-id/usb-1a86-if00",
      label: { fr: "USB-série WCH CH340", en: "WCH CH340 USB serial" },
      isLikely: true,
      usb: { vendorId: 0x1a86, productId: 0x7523 },
    },
    {
      path: "/dev/ttyACM3",
      byId: "/dev/serial/by-id/usb-Arduino-if00",
      label: { fr: "USB-série Arduino", en: "Arduino USB serial" },
      isLikely: false,
      usb: { vendorId: 0x2341, productId: 0x0043 },
    },
  ]);
});

test.each([
  [0x1a86, 0x55d4, "USB-série WCH CH9102"],
  [0x0403, 0x6015, "USB-série FTDI FT231X"],
  [0x0403, 0x9999, "USB-série FTDI"],
  [0x303a, 0x1001, "USB-série Espressif USB-JTAG"],
])("%i:%i is called %s", (vendorId, productId, name) => {
  expect(labelOf({ vendorId, productId }, undefined).fr).toBe(name);
});
