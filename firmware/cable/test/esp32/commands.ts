import { slip } from "./slip.ts";

/**
 * What an ESP32's loaders are told and what they answer (Espressif, "Serial Protocol"): the loader in
 * its ROM, and the stub that esptool puts into its RAM, which knows more and writes otherwise.
 */

export const FLASH_BEGIN = 0x02;
export const FLASH_DATA = 0x03;
export const FLASH_END = 0x04;
export const MEM_BEGIN = 0x05;
export const MEM_END = 0x06;
export const MEM_DATA = 0x07;
export const SYNC = 0x08;
export const WRITE_REG = 0x09;
export const READ_REG = 0x0a;
export const SPI_SET_PARAMS = 0x0b;
export const SPI_ATTACH = 0x0d;
export const CHANGE_BAUD = 0x0f;
export const FLASH_DEFL_BEGIN = 0x10;
export const FLASH_DEFL_DATA = 0x11;
export const FLASH_DEFL_END = 0x12;
export const SPI_FLASH_MD5 = 0x13;
export const GET_SECURITY_INFO = 0x14;
/** From here on the stub alone. */
export const ERASE_FLASH = 0xd0;
export const ERASE_REGION = 0xd1;
export const READ_FLASH = 0xd2;
export const RUN_USER_CODE = 0xd3;

export type Command = {
  readonly op: number;
  readonly checksum: number;
  readonly data: Uint8Array;
  /** The n-th 32-bit word of the data. */
  word(index: number): number;
};

/** What a loader finds wrong. */
export type Problem =
  | "length"
  | "checksum"
  | "block-size"
  | "refused"
  | "not-writing"
  | "inflate"
  | "not-enough"
  | "too-much"
  | "unknown";

export type Answer = {
  readonly value?: number;
  readonly data?: Uint8Array;
  readonly problem?: Problem | undefined;
};

type Codes = { readonly [problem in Problem]: number };

/** "Serial Protocol", ROM loader errors. */
const ROM_CODES: Codes = {
  length: 0x05,
  checksum: 0x07,
  "block-size": 0x05,
  refused: 0x06,
  "not-writing": 0x06,
  inflate: 0x0b,
  "not-enough": 0x06,
  "too-much": 0x06,
  unknown: 0x05,
};

/** "Serial Protocol", stub loader errors. */
const STUB_CODES: Codes = {
  length: 0xc0,
  checksum: 0xc1,
  "block-size": 0xc2,
  refused: 0xc4,
  "not-writing": 0xc6,
  inflate: 0xc7,
  "not-enough": 0xc8,
  "too-much": 0xc9,
  unknown: 0xff,
};

const HEADER = 8;
/** Before the bytes of a block: its length, its number, and two words of nothing. */
export const BLOCK_HEADER = 16;

/** Undefined for what no loader would take for a command. */
export const decodeCommand = (packet: Uint8Array): Command | undefined => {
  if (packet.length < HEADER || packet[0] !== 0) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (view.getUint16(2, true) !== packet.length - HEADER) return undefined;
  return {
    op: packet[1]!,
    checksum: view.getUint32(4, true),
    data: packet.subarray(HEADER),
    word: (index) => view.getUint32(HEADER + index * 4, true),
  };
};

export type Dialect = {
  readonly isStub: boolean;
  /** ROM loaders but the ESP8266's send two more bytes after the two that count. */
  readonly tail: number;
};

export const encodeAnswer = (op: number, answer: Answer, dialect: Dialect): Uint8Array => {
  const data = answer.data ?? new Uint8Array(0);
  const { problem } = answer;
  const said =
    problem === undefined
      ? [0, 0]
      : dialect.isStub
        ? [STUB_CODES[problem], 0]
        : [1, ROM_CODES[problem]];
  const packet = new Uint8Array(HEADER + data.length + 2 + dialect.tail);
  const view = new DataView(packet.buffer);
  packet[0] = 1;
  packet[1] = op;
  view.setUint16(2, packet.length - HEADER, true);
  view.setUint32(4, answer.value ?? 0, true);
  packet.set(data, HEADER);
  packet.set(said, HEADER + data.length);
  return slip(packet);
};

/** "Serial Protocol", checksum: all bytes of a block, exclusive or, beginning with 0xEF. */
export const checksumOf = (bytes: Uint8Array): number =>
  bytes.reduce((sum, byte) => sum ^ byte, 0xef);
