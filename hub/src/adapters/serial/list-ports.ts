import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The serial ports of this machine, for whoever must name one in the configuration. */
export type PortView = {
  /** The name that stays the same when the dongle is plugged in again, where there is one. */
  readonly path: string;
  readonly maker: string | undefined;
};

const BY_ID = "/dev/serial/by-id";

/** Never fails. The library asks `udevadm`, which containers and small systems do not have. */
export const listPorts = async (byId = BY_ID): Promise<readonly PortView[]> => {
  const ports = await askUdev(byId);
  return ports.length > 0 ? ports : readFolder(byId);
};

const askUdev = async (byId: string): Promise<readonly PortView[]> => {
  try {
    const { SerialPort } = await import("serialport");
    const found = await SerialPort.list();
    return found.map((port) => ({
      path: port.pnpId === undefined ? port.path : join(byId, port.pnpId),
      maker: port.manufacturer,
    }));
  } catch {
    return [];
  }
};

const readFolder = async (folder: string): Promise<readonly PortView[]> => {
  try {
    const names = await readdir(folder);
    return names.toSorted().map((name) => ({ path: join(folder, name), maker: undefined }));
  } catch {
    return [];
  }
};
