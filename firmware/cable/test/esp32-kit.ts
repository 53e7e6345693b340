import { ESPLoader, type LoaderOptions, Transport } from "esptool-js";
import { onTestFinished, vi } from "vitest";
import { makePlan } from "../image/plan.ts";
import { type StorageFile, storageImage } from "../image/storage.ts";
import type { CablePort } from "../port.ts";
import type { ChipOptions } from "./esp32/body.ts";
import { createChip, type Esp32 } from "./esp32/chip.ts";
import { checksumOf } from "./esp32/commands.ts";
import { createRandom } from "./esp32/random.ts";
import { createSlipReader, slip } from "./esp32/slip.ts";
import { md5 } from "./digests.ts";
import { pretendRelease } from "./release-kit.ts";

/** Hosts for a simulated chip: somebody else's flasher, and one that says whatever a test wants. */

export const noise = (length: number, seed = 7): Uint8Array => {
  const random = createRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
};

export const layChip = (options: ChipOptions = {}): Esp32 => {
  const chip = createChip(options);
  onTestFinished(() => chip.close());
  return chip;
};

export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => void setTimeout(resolve, 5));
};

/** Something in every region that starts, with these files in the storage. */
export const fill = (chip: Esp32, files: readonly StorageFile[] = [["a", "b"]]): void => {
  const release = pretendRelease({});
  const plan = makePlan({ release, md5, storage: (size) => storageImage(files, size) });
  for (const { address, bytes } of plan.regions) chip.flash.set(bytes, address);
};

const SILENT = { clean: () => undefined, write: () => undefined, writeLine: () => undefined };

/** Its transport prints to the console whether it is asked to or not. */
export const esptool = (port: CablePort, options: Partial<LoaderOptions> = {}): ESPLoader => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const transport = new Transport(port as never);
  return new ESPLoader({ transport, baudrate: 460_800, terminal: SILENT, ...options });
};

type Image = { readonly data: Uint8Array; readonly address: number; readonly compress?: boolean };

export const writeWith = (loader: ESPLoader, { data, address, compress = true }: Image) =>
  loader.writeFlash({
    fileArray: [{ data, address }],
    compress,
    flashSize: "keep",
    flashMode: "keep",
    flashFreq: "keep",
    eraseAll: false,
    calculateMD5Hash: md5,
  });

export const word = (...words: number[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(words).buffer);

/** Of a command that carries a block: the block's header before it. */
export const block = (sequence: number, bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([...word(bytes.length, sequence, 0, 0), ...bytes]);

export const SYNC_DATA = Uint8Array.from([
  7,
  7,
  0x12,
  0x20,
  ...Array.from({ length: 32 }, () => 0x55),
]);

export type Answered = { readonly op: number; readonly value: number; readonly data: number[] };

/** A host that sends packets, honest or not, and collects what is answered. */
export type RawHost = {
  /** What is answered to one command. */
  ask(op: number, data?: Uint8Array, checksum?: number): readonly Answered[];
  send(bytes: Uint8Array): void;
  /** All that came, packets or not. */
  heard(): string;
  sync(): void;
  /** Takes the chip for one whose stub is there: uploads 16 bytes of nothing. */
  startStub(): void;
  setBaud(baud: number): void;
};

export const packet = (op: number, data: Uint8Array, checksum: number): Uint8Array => {
  const bytes = new Uint8Array(8 + data.length);
  const view = new DataView(bytes.buffer);
  bytes[1] = op;
  view.setUint16(2, data.length, true);
  view.setUint32(4, checksum, true);
  bytes.set(data, 8);
  return bytes;
};

const MEM_BEGIN = 5;
const MEM_END = 6;
const MEM_DATA = 7;
const RAM = 0x40080000;

/** It hangs on a cable without DTR and RTS. */
export const plugRaw = (chip: Esp32): RawHost => {
  let answers: Answered[] = [];
  let text = "";
  const reader = createSlipReader(70_000, {
    packet: (bytes) => {
      const value = bytes.length < 8 ? 0 : Buffer.from(bytes).readUInt32LE(4);
      answers.push({ op: bytes[1]!, value, data: [...bytes.subarray(8)] });
    },
    damaged: () => undefined,
    stray: () => undefined,
  });
  const cable = chip.plug({
    hear: (bytes) => {
      text += Buffer.from(bytes).toString("latin1");
      reader.hear(bytes);
    },
    gone: () => {
      text += "<gone>";
    },
    withoutSignals: true,
  });
  const ask: RawHost["ask"] = (op, data = new Uint8Array(0), checksum = 0) => {
    answers = [];
    cable.send(slip(packet(op, data, checksum)));
    return answers;
  };
  return {
    ask,
    send: cable.send,
    heard: () => text,
    sync: () => void ask(8, SYNC_DATA),
    startStub: () => {
      const code = new Uint8Array(16);
      ask(MEM_BEGIN, word(code.length, 1, code.length, RAM));
      ask(MEM_DATA, block(0, code), checksumOf(code));
      ask(MEM_END, word(0, RAM));
    },
    setBaud: cable.setBaud,
  };
};
