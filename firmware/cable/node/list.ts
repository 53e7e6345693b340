import { readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Sentence } from "@battant/hub/api/contract";
import { isLikelyBoard, labelOf, type UsbId } from "../usb-names.ts";

/** The USB serial ports of this machine, in words that people find on their boards. */
export type FoundPort = {
  /** As the kernel named it this time: `/dev/ttyUSB0`, `COM5`. */
  readonly path: string;
  /** The name that stays the same when it is plugged in again, where there is one. */
  readonly byId?: string;
  readonly label: Sentence;
  /** Such a chip sits on boards with an ESP32. */
  readonly isLikely: boolean;
  readonly usb?: UsbId;
};

export type ListOptions = {
  /** Ports of somebody else, by any of their names: the Linky dongles of the building. */
  readonly leaveOut?: readonly string[];
  readonly dev?: string;
  readonly sys?: string;
};

/** Never fails. The likely ones come first. */
export const listPorts = async (options: ListOptions = {}): Promise<readonly FoundPort[]> => {
  const { leaveOut = [], dev = "/dev", sys = "/sys" } = options;
  const raw = (await askSystem(dev)) ?? (await readFolders(dev, sys));
  const taken = new Set(await Promise.all(leaveOut.map(truePath)));
  const found: FoundPort[] = [];
  for (const port of raw) if (!taken.has(await truePath(port.path))) found.push(describe(port));
  return found.toSorted(
    (a, b) => Number(b.isLikely) - Number(a.isLikely) || a.path.localeCompare(b.path),
  );
};

type RawPort = {
  readonly path: string;
  readonly byId?: string | undefined;
  readonly usb?: UsbId | undefined;
  readonly maker?: string | undefined;
};

const describe = ({ path, byId, usb, maker }: RawPort): FoundPort => ({
  path,
  ...(byId === undefined ? {} : { byId }),
  label: labelOf(usb, maker),
  isLikely: isLikelyBoard(usb),
  ...(usb === undefined ? {} : { usb }),
});

/** Undefined on a machine without `udevadm`, which the library asks on Linux. */
const askSystem = async (dev: string): Promise<readonly RawPort[] | undefined> => {
  try {
    const { SerialPort } = await import("serialport");
    const all = await SerialPort.list();
    // Ports of the main board and of Bluetooth have no vendor.
    return all.flatMap(({ path, pnpId, vendorId, productId, manufacturer }) => {
      const usb = usbIdOf(vendorId, productId);
      if (usb === undefined) return [];
      // Elsewhere than on Linux it names no file.
      const hasId = pnpId !== undefined && process.platform === "linux";
      const byId = hasId ? join(dev, "serial/by-id", pnpId) : undefined;
      return { path, byId, usb, maker: manufacturer };
    });
  } catch {
    return undefined;
  }
};

const usbIdOf = (vendor: string | undefined, product: string | undefined): UsbId | undefined => {
  const usb = {
    vendorId: Number.parseInt(vendor ?? "", 16),
    productId: Number.parseInt(product ?? "", 16),
  };
  return Number.isNaN(usb.vendorId) || Number.isNaN(usb.productId) ? undefined : usb;
};

const readFolders = async (dev: string, sys: string): Promise<readonly RawPort[]> => {
  const names = (await namesIn(dev)).filter((name) => /^tty(USB|ACM)\d+$/.test(name));
  const byId = new Map<string, string>();
  const folder = join(dev, "serial/by-id");
  for (const name of await namesIn(folder))
    byId.set(await truePath(join(folder, name)), join(folder, name));
  const ports: RawPort[] = [];
  for (const name of names) {
    const path = join(dev, name);
    const usb = await readUsbId(join(sys, "class/tty", name, "device"));
    ports.push({ path, byId: byId.get(await truePath(path)), usb });
  }
  return ports;
};

/** The USB ids lie in a folder above the port's, one or two up (Linux, `usb_serial` and `cdc_acm`). */
const readUsbId = async (link: string): Promise<UsbId | undefined> => {
  let folder = await truePath(link);
  for (let up = 0; up < 4; up++, folder = dirname(folder)) {
    try {
      const [vendor, product] = await Promise.all(
        ["idVendor", "idProduct"].map((name) => readFile(join(folder, name), "utf8")),
      );
      return usbIdOf(vendor, product);
    } catch {
      // Not here: further up.
    }
  }
  return undefined;
};

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
};

const truePath = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
};
