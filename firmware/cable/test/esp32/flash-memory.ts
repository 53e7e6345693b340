/**
 * NOR flash: erasing sets all bits of a sector, programming clears bits and sets none. What is
 * written where nothing was erased therefore comes out wrong, here as on the chip.
 */
export type FlashMemory = {
  readonly bytes: Uint8Array;
  holds(address: number, length: number): boolean;
  /** Every sector that the range touches. */
  erase(address: number, length: number): void;
  program(address: number, bytes: Uint8Array): void;
  /** From now on the sector at this address, or none, keeps old bits when it is erased. */
  wear(sector: WornSector | undefined): void;
};

export type WornSector = {
  readonly address: number;
  /** The next time it is erased it is well again. */
  readonly once: boolean;
};

export const SECTOR = 4096;

const WORN_BYTES = 64;
/** What a worn sector shows where it held nothing before. */
const WORN_BITS = 0x5a;

export const createFlashMemory = (size: number): FlashMemory => {
  const bytes = new Uint8Array(size).fill(0xff);
  let worn: WornSector | undefined;
  const eraseSector = (address: number): void => {
    const kept = bytes.slice(address, address + WORN_BYTES);
    bytes.fill(0xff, address, address + SECTOR);
    if (worn === undefined || Math.floor(worn.address / SECTOR) * SECTOR !== address) return;
    bytes.set(
      kept.map((byte) => (byte === 0xff ? WORN_BITS : byte)),
      address,
    );
    if (worn.once) worn = undefined;
  };
  return {
    bytes,
    holds: (address, length) => address + length <= size,
    erase: (address, length) => {
      for (let at = address - (address % SECTOR); at < address + length; at += SECTOR) {
        eraseSector(at);
      }
    },
    program: (address, written) => {
      for (let i = 0; i < written.length; i++) bytes[address + i]! &= written[i]!;
    },
    wear: (sector) => {
      worn = sector;
    },
  };
};
