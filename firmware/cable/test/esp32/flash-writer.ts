import { Unzlib } from "fflate";
import type { Problem } from "./commands.ts";
import { type FlashMemory, SECTOR } from "./flash-memory.ts";

/**
 * One write to flash under way. The ROM erases all of it at the beginning, and writes a block before
 * it answers. The stub erases as it goes, and answers first: what went wrong with a block is told with
 * the next one. Both write blocks as they come, also one that was sent twice because its answer was
 * lost; only the MD5 of the flash shows that.
 */
export type FlashWriter = {
  begin(write: WriteBegin): Problem | undefined;
  data(sequence: number, block: Uint8Array): Problem | undefined;
  end(): Problem | undefined;
  isWriting(): boolean;
};

export type WriteBegin = {
  readonly address: number;
  /** As it will lie in flash. */
  readonly size: number;
  readonly blocks: number;
  readonly blockSize: number;
  readonly isDeflated: boolean;
};

export type WriterPorts = {
  readonly memory: FlashMemory;
  readonly isStub: boolean;
  complain(text: string): void;
  resent(): void;
};

/** "Serial Protocol", writing data: what esptool sends each of them at most. */
const STUB_BLOCK_MAX = 0x4000;
const ROM_BLOCK_MAX = 0x400;

type Session = WriteBegin & {
  next: number;
  sequence: number;
  /** Up to here sectors are erased. */
  erased: number;
  problem: Problem | undefined;
  readonly inflate: Unzlib | undefined;
};

const hex = (address: number): string => `0x${address.toString(16)}`;

const refusal = (write: WriteBegin, { memory, isStub }: WriterPorts): string | undefined => {
  const { address, size, blocks, blockSize, isDeflated } = write;
  if (blockSize > (isStub ? STUB_BLOCK_MAX : ROM_BLOCK_MAX)) return `blocks of ${blockSize} bytes`;
  if (!memory.holds(address, size)) return `${size} bytes at ${hex(address)} end beyond the flash`;
  if (address % SECTOR !== 0) return `a write that begins amid a sector, at ${hex(address)}`;
  if (!isDeflated && blocks * blockSize < size) return `${blocks} blocks cannot hold ${size} bytes`;
  return undefined;
};

/** What remains of `block` once the write has all its bytes. */
const trim = (session: Session, block: Uint8Array, ports: WriterPorts): Uint8Array => {
  const left = session.address + session.size - session.next;
  if (block.length <= left) return block;
  const padding = block.subarray(left);
  if (session.isDeflated) {
    ports.complain("inflates to more than was announced");
    session.problem = "too-much";
  } else if (padding.some((byte) => byte !== 0xff)) {
    ports.complain("sends more than was announced");
  }
  return block.subarray(0, left);
};

const store = (session: Session, block: Uint8Array, ports: WriterPorts): void => {
  const bytes = trim(session, block, ports);
  const end = session.next + bytes.length;
  if (end > session.erased) {
    ports.memory.erase(session.erased, end - session.erased);
    session.erased = Math.ceil(end / SECTOR) * SECTOR;
  }
  ports.memory.program(session.next, bytes);
  session.next = end;
};

const open = (write: WriteBegin, ports: WriterPorts): Session => {
  const session: Session = {
    ...write,
    next: write.address,
    sequence: 0,
    erased: write.address,
    problem: undefined,
    inflate: write.isDeflated ? new Unzlib((bytes) => store(session, bytes, ports)) : undefined,
  };
  return session;
};

const take = (session: Session, block: Uint8Array, ports: WriterPorts): void => {
  if (session.inflate === undefined) return store(session, block, ports);
  const isComplete = session.next === session.address + session.size;
  // Once all is there, only the checksum that ends a zlib stream may follow (RFC 1950).
  if (isComplete && block.length > 4) {
    ports.complain("sends more than was announced");
    session.problem = "too-much";
    return;
  }
  try {
    session.inflate.push(block);
  } catch {
    session.problem = "inflate";
  }
};

export const createFlashWriter = (ports: WriterPorts): FlashWriter => {
  let session: Session | undefined;

  const begin = (write: WriteBegin): Problem | undefined => {
    const refused = refusal(write, ports);
    if (refused !== undefined) {
      ports.complain(refused);
      return ports.isStub && write.blockSize > STUB_BLOCK_MAX ? "block-size" : "refused";
    }
    session = open(write, ports);
    if (!ports.isStub) {
      ports.memory.erase(write.address, write.size);
      session.erased = Math.ceil((write.address + write.size) / SECTOR) * SECTOR;
    }
    return undefined;
  };

  const data = (sequence: number, block: Uint8Array): Problem | undefined => {
    if (session === undefined) {
      ports.complain("sends a block of no write");
      return "not-writing";
    }
    if (sequence === session.sequence - 1) ports.resent();
    else if (sequence !== session.sequence) {
      ports.complain(`sends block ${sequence} where ${session.sequence} was due`);
    }
    if (block.length > session.blockSize) ports.complain(`sends a block of ${block.length} bytes`);
    session.sequence = sequence + 1;
    const before = session.problem;
    take(session, block, ports);
    return ports.isStub ? before : session.problem;
  };

  const end = (): Problem | undefined => {
    if (session === undefined) {
      ports.complain("ends a write that never began");
      return "not-writing";
    }
    if (session.next < session.address + session.size) return "not-enough";
    const { problem } = session;
    session = undefined;
    return problem;
  };

  return { begin, data, end, isWriting: () => session !== undefined };
};
