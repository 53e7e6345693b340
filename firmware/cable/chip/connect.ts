import type { CablePort } from "../port.ts";
import { Trouble } from "../trouble.ts";
import { Line, SLOW_BAUD } from "./line.ts";
import { createLoader } from "./loader.ts";
import type { Chip, ChipSession } from "./session.ts";
import { type Pause, restart } from "./start.ts";
import { writePlan } from "./write.ts";

/** From a closed port to a chip that may be written: in a browser and in Node.js alike. */

export type ConnectOptions = {
  readonly signal: AbortSignal;
  readonly pause: Pause;
  /** What to go to once the chip answers; 460800 is what common cables and clones can do. */
  readonly baud?: number;
  /** What the loader says, line by line, for whoever repairs it. */
  readonly log?: (line: string) => void;
};

const FAST_BAUD = 460_800;

/** What Espruino and two of our files need. */
const FLASH_BYTES_MIN = 4 * 1024 * 1024;

/** Kept of what the loader says, for the detail of a trouble. */
const LINES_MAX = 50;

/** USB inside the chip itself, which an ESP32 does not have: an ESP32-S2, S3, C3 or newer. */
const CHIP_USB = { vendor: 0x303a, product: 0x1001 };

/** Throws `Trouble`; then the port is closed, as it was. */
export const connectChip = async (
  port: CablePort,
  options: ConnectOptions,
): Promise<ChipSession> => {
  const usb = port.getInfo();
  if (usb.usbVendorId === CHIP_USB.vendor && usb.usbProductId === CHIP_USB.product)
    throw new Trouble("wrong-chip", "a newer chip, with USB of its own");
  const line = new Line(port, options.pause, options.signal);
  const lines: string[] = [];
  const log = (text: string): void => {
    lines.push(text);
    if (lines.length > LINES_MAX) lines.shift();
    options.log?.(text);
  };
  line.check();
  await line.open();
  try {
    const loader = createLoader({ port, line, pause: options.pause, log });
    const chip = await loader.reach(options.baud ?? FAST_BAUD);
    refuseSmall(chip, FLASH_BYTES_MIN);
    const bench = { loader, line, chip };
    return {
      chip,
      write: async (plan, telling) => {
        line.obey(telling.signal);
        refuseSmall(chip, plan.flashSize);
        await writePlan({ ...bench, telling }, plan).catch(rethrow(lines));
      },
      leave: () => leave(port, line, options.pause),
      abandon: () => line.close(),
    };
  } catch (error) {
    await line.close();
    return rethrow(lines)(error);
  }
};

const refuseSmall = (chip: Chip, bytes: number): void => {
  if (chip.flashSize >= bytes) return;
  const size = chip.flashSize === 0 ? "an unknown amount" : `${chip.flashSize / 1024} KiB`;
  const detail = `${size} of flash, and ${bytes / 1024} KiB are needed`;
  throw new Trouble("flash-too-small", detail);
};

const leave = async (port: CablePort, line: Line, pause: Pause): Promise<void> => {
  try {
    if (line.baud !== SLOW_BAUD) await line.setBaud(SLOW_BAUD);
    // First, so that nobody but the console hears what the chip says as it starts.
    await line.detach();
    await restart(port, pause);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw new Trouble("unplugged", String(error));
  }
};

/** With the loader's last words as the cause. */
const rethrow =
  (lines: readonly string[]) =>
  (error: unknown): never => {
    if (!(error instanceof Trouble)) throw error;
    throw new Trouble(error.kind, error.detail, { cause: lines.join("\n") });
  };
