import type { Problem } from "./commands.ts";

/** What a host loads into a chip's RAM, to run it there: the stub. */
export type Ram = {
  begin(begin: RamBegin): Problem | undefined;
  data(sequence: number, block: Uint8Array): Problem | undefined;
  /** `entry`: where to begin, undefined to stay. */
  end(entry: number | undefined): Problem | undefined;
};

export type RamBegin = {
  readonly address: number;
  readonly size: number;
  readonly blocks: number;
  readonly blockSize: number;
};

type Segment = { readonly address: number; readonly size: number };
type Load = Segment & { readonly blockSize: number; received: number; sequence: number };

/** "Serial Protocol": esptool's blocks for RAM. */
const BLOCK_MAX = 0x1800;

/** ESP32 Technical Reference Manual, embedded memory: SRAM as data, and as instructions. */
const AREAS: readonly (readonly [from: number, to: number])[] = [
  [0x3ffae000, 0x40000000],
  [0x40080000, 0x400c0000],
];

export const createRam = (complain: (text: string) => void): Ram => {
  const loaded: Segment[] = [];
  let load: Load | undefined;
  const refuse = (text: string): Problem => {
    complain(text);
    return "refused";
  };
  return {
    begin: ({ address, size, blocks, blockSize }) => {
      const isRam = AREAS.some(([from, to]) => address >= from && address + size <= to);
      if (!isRam) return refuse(`loads to 0x${address.toString(16)}, which is no RAM`);
      if (blockSize > BLOCK_MAX) return refuse(`blocks of ${blockSize} bytes for RAM`);
      if (blocks !== Math.ceil(size / blockSize)) {
        return refuse(`${blocks} blocks of ${blockSize} bytes for ${size}`);
      }
      load = { address, size, blockSize, received: 0, sequence: 0 };
      return undefined;
    },
    data: (sequence, block) => {
      if (load === undefined) return refuse("a block for RAM that was not announced");
      if (sequence !== load.sequence) {
        return refuse(`sends block ${sequence} for RAM where ${load.sequence} was due`);
      }
      load.sequence++;
      load.received += block.length;
      if (block.length > load.blockSize || load.received > load.size) {
        return refuse("sends more for RAM than was announced");
      }
      if (load.received === load.size) loaded.push(load);
      return undefined;
    },
    end: (entry) => {
      load = undefined;
      if (entry === undefined) return undefined;
      const isLoaded = loaded.some((it) => entry >= it.address && entry < it.address + it.size);
      return isLoaded ? undefined : refuse(`starts at 0x${entry.toString(16)}, where nothing is`);
    },
  };
};
