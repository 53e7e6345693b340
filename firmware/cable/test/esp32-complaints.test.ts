import { zlibSync } from "fflate";
import { expect, test } from "vitest";
import type { Esp32 } from "./esp32/chip.ts";
import * as code from "./esp32/commands.ts";
import { slip } from "./esp32/slip.ts";
import {
  block,
  layChip,
  noise,
  packet,
  plugRaw,
  type RawHost,
  SYNC_DATA,
  word,
} from "./esp32-kit.ts";

// Goal: nothing that an honest flasher never sends goes unnoticed, and each is answered as the real
// chip answers it. Method: one dishonest host after the other, with the complaint that it earns.

const NOISE = noise(3000);
const PACKED = zlibSync(NOISE);
const SUM = code.checksumOf(NOISE);
const PACKED_SUM = code.checksumOf(PACKED);
const { FLASH_BEGIN, FLASH_DATA, FLASH_END, FLASH_DEFL_BEGIN, FLASH_DEFL_DATA } = code;

/** Words: size, blocks, size of a block, address. */
const PLAIN = word(3000, 1, 0x4000, 0x10000);
const DEFLATED = PLAIN;

type Lie = (host: RawHost) => unknown;
type Row = readonly [complaint: string, lie: Lie, error: number];

const begun = (host: RawHost): void => void host.ask(FLASH_BEGIN, PLAIN);
const deflating = (host: RawHost): void => void host.ask(FLASH_DEFL_BEGIN, DEFLATED);

const inStub: readonly Row[] = [
  ["unknown command 0x77", (host) => host.ask(0x77), 0xff],
  ["3 bytes of data with command 0xa", (host) => host.ask(code.READ_REG, new Uint8Array(3)), 0xc0],
  [
    "writes to register 0x3ff44004",
    (host) => host.ask(code.WRITE_REG, word(0x3ff44004, 1, 1, 0)),
    0xc4,
  ],
  [
    "a SYNC that is none",
    (host) =>
      host.ask(
        code.SYNC,
        SYNC_DATA.map(() => 7),
      ),
    0xc4,
  ],
  [
    "says that the line was at 9600 baud",
    (host) => host.ask(code.CHANGE_BAUD, word(460_800, 9600)),
    0,
  ],
  [
    "an MD5 from beyond the flash",
    (host) => host.ask(code.SPI_FLASH_MD5, word(0x3ff000, 0x2000, 0, 0)),
    0xc4,
  ],
  [
    "reads beyond the flash",
    (host) => host.ask(code.READ_FLASH, word(0x3ff000, 0x2000, 0x1000, 1)),
    0xc4,
  ],
  ["erases half a sector", (host) => host.ask(code.ERASE_REGION, word(0x1000, 0x800)), 0xc4],
  ["erases beyond the flash", (host) => host.ask(code.ERASE_REGION, word(0x3ff000, 0x2000)), 0xc4],
  [
    "takes the flash for 8388608 bytes",
    (host) => host.ask(code.SPI_SET_PARAMS, word(0, 0x800000, 65536, 4096, 256, 65535)),
    0,
  ],
  ["blocks of 32768 bytes", (host) => host.ask(FLASH_BEGIN, word(3000, 1, 0x8000, 0x10000)), 0xc2],
  [
    "8192 bytes at 0x3ff000 end beyond the flash",
    (host) => host.ask(FLASH_BEGIN, word(0x2000, 1, 0x4000, 0x3ff000)),
    0xc4,
  ],
  [
    "a write that begins amid a sector, at 0x10010",
    (host) => host.ask(FLASH_BEGIN, word(16, 1, 0x4000, 0x10010)),
    0xc4,
  ],
  [
    "1 blocks cannot hold 40000 bytes",
    (host) => host.ask(FLASH_BEGIN, word(40_000, 1, 0x4000, 0x10000)),
    0xc4,
  ],
  ["sends a block of no write", (host) => host.ask(FLASH_DATA, block(0, NOISE), SUM), 0xc6],
  ["ends a write that never began", (host) => host.ask(FLASH_END, word(1)), 0xc6],
  [
    "a block with a wrong checksum",
    (host) => {
      begun(host);
      return host.ask(FLASH_DATA, block(0, NOISE), SUM ^ 1);
    },
    0xc1,
  ],
  [
    "3016 bytes of data with command 0x3",
    (host) => {
      begun(host);
      return host.ask(FLASH_DATA, Uint8Array.from([...word(2999, 0, 0, 0), ...NOISE]), SUM);
    },
    0xc0,
  ],
  [
    "sends block 3 where 0 was due",
    (host) => {
      begun(host);
      return host.ask(FLASH_DATA, block(3, NOISE), SUM);
    },
    0,
  ],
  [
    "sends a block of 3000 bytes",
    (host) => {
      host.ask(FLASH_BEGIN, word(3000, 2, 2000, 0x10000));
      return host.ask(FLASH_DATA, block(0, NOISE), SUM);
    },
    0,
  ],
  [
    "sends more than was announced",
    (host) => {
      host.ask(FLASH_BEGIN, word(2000, 1, 0x4000, 0x10000));
      return host.ask(FLASH_DATA, block(0, NOISE), SUM);
    },
    0,
  ],
  [
    "sends more than was announced",
    (host) => {
      deflating(host);
      host.ask(FLASH_DEFL_DATA, block(0, PACKED), PACKED_SUM);
      return host.ask(FLASH_DEFL_DATA, block(1, PACKED), PACKED_SUM);
    },
    0,
  ],
  [
    "inflates to more than was announced",
    (host) => {
      host.ask(FLASH_DEFL_BEGIN, word(2000, 1, 0x4000, 0x10000));
      host.ask(FLASH_DEFL_DATA, block(0, PACKED), PACKED_SUM);
      return host.ask(FLASH_END, word(1));
    },
    0xc9,
  ],
];

const inRom: readonly Row[] = [
  ["unknown command 0x77", (host) => host.ask(0x77), 0x05],
  ["unknown command 0xd0", (host) => host.ask(code.ERASE_FLASH), 0x05],
  ["writes to flash unattached", (host) => host.ask(FLASH_BEGIN, PLAIN), 0x06],
  [
    "blocks of 16384 bytes",
    (host) => {
      host.ask(code.SPI_ATTACH, word(0, 0));
      return host.ask(FLASH_BEGIN, PLAIN);
    },
    0x06,
  ],
  [
    "loads to 0x10000, which is no RAM",
    (host) => host.ask(code.MEM_BEGIN, word(16, 1, 16, 0x10000)),
    0x06,
  ],
  [
    "blocks of 8192 bytes for RAM",
    (host) => host.ask(code.MEM_BEGIN, word(16, 1, 8192, 0x40080000)),
    0x06,
  ],
  [
    "3 blocks of 16 bytes for 16",
    (host) => host.ask(code.MEM_BEGIN, word(16, 3, 16, 0x40080000)),
    0x06,
  ],
  [
    "a block for RAM that was not announced",
    (host) => host.ask(code.MEM_DATA, block(0, NOISE), SUM),
    0x06,
  ],
  [
    "sends block 1 for RAM where 0 was due",
    (host) => {
      host.ask(code.MEM_BEGIN, word(3000, 1, 3000, 0x40080000));
      return host.ask(code.MEM_DATA, block(1, NOISE), SUM);
    },
    0x06,
  ],
  [
    "sends more for RAM than was announced",
    (host) => {
      host.ask(code.MEM_BEGIN, word(2999, 1, 3000, 0x40080000));
      return host.ask(code.MEM_DATA, block(0, NOISE), SUM);
    },
    0x06,
  ],
  [
    "starts at 0x40080000, where nothing is",
    (host) => host.ask(code.MEM_END, word(0, 0x40080000)),
    0x06,
  ],
];

const errorIn = (host: RawHost, isStub: boolean, lie: Lie): number => {
  const answers = lie(host) as ReturnType<RawHost["ask"]>;
  const data = answers[0]!.data;
  return isStub ? data.at(-2)! : data[0] === 0 ? 0 : data.at(-3)!;
};

const inLoader = (): { readonly chip: Esp32; readonly host: RawHost } => {
  const chip = layChip();
  const host = plugRaw(chip);
  host.sync();
  return { chip, host };
};

test.each(inStub)("the stub notices: %s", (complaint, lie, error) => {
  const { chip, host } = inLoader();
  host.startStub();
  expect([chip.state(), chip.complaints]).toEqual(["stub", []]);
  expect(errorIn(host, true, lie)).toBe(error);
  expect(chip.complaints).toEqual([complaint]);
});

test.each(inRom)("the ROM notices: %s", (complaint, lie, error) => {
  const { chip, host } = inLoader();
  expect(errorIn(host, false, lie)).toBe(error);
  expect(chip.complaints).toEqual([complaint]);
});

test("a command before the first SYNC is noticed", () => {
  const chip = layChip();
  const host = plugRaw(chip);
  const wrong = packet(
    code.SYNC,
    SYNC_DATA.map((it, i) => (i === 9 ? 0 : it)),
    0,
  );
  host.send(slip(wrong));
  host.ask(code.READ_REG, word(0x40001000));
  expect(chip.complaints).toEqual(["a SYNC that is none", "speaks before it is in step"]);
});

test.each([
  ["a packet that is no command", slip(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))],
  ["a packet that is no command", slip(packet(10, word(1), 0).subarray(0, 10))],
  ["a packet that is no SLIP", Uint8Array.of(0xc0, 0, 10, 0xdb, 0x33, 0xc0)],
  ["a packet that is no SLIP", slip(new Uint8Array(20_000))],
])("%s is not answered", (complaint, bytes) => {
  const { chip, host } = inLoader();
  const before = host.heard();
  host.send(bytes);
  expect(chip.complaints).toEqual([complaint]);
  expect(chip.counts.damaged).toBe(1);
  expect(host.heard()).toBe(before);
});

test("an ESP32 does not know what newer chips tell of their security, eight times", () => {
  const { chip, host } = inLoader();
  const answers = host.ask(code.GET_SECURITY_INFO);
  expect(answers).toEqual(
    Array.from({ length: 8 }, () => ({ op: 0xff, value: 0, data: [1, 5, 0, 0] })),
  );
  expect(chip.complaints).toEqual([]);
});

test("the stub tells with the next block that the last one would not inflate", () => {
  const { host } = inLoader();
  host.startStub();
  deflating(host);
  const broken = PACKED.with(2, 0xff);
  expect(host.ask(FLASH_DEFL_DATA, block(0, broken), code.checksumOf(broken))[0]!.data).toEqual([
    0, 0,
  ]);
  const rest = Uint8Array.of(1);
  expect(host.ask(FLASH_DEFL_DATA, block(1, rest), code.checksumOf(rest))[0]!.data).toEqual([
    0xc7, 0,
  ]);
});

test("a write that is not complete does not end", () => {
  const { host } = inLoader();
  host.startStub();
  begun(host);
  expect(host.ask(FLASH_END, word(1))[0]!.data).toEqual([0xc8, 0]);
});

test("a block that comes twice is written twice", () => {
  const { chip, host } = inLoader();
  host.startStub();
  host.ask(FLASH_BEGIN, word(8000, 4, 2000, 0x10000));
  const [first, second] = [NOISE.subarray(0, 2000), NOISE.subarray(1000, 3000)];
  for (const [sequence, bytes] of [first, first, second].entries()) {
    host.ask(FLASH_DATA, block(Math.max(0, sequence - 1), bytes), code.checksumOf(bytes));
  }
  expect([...chip.flash.subarray(0x10000, 0x10000 + 4000)]).toEqual([...first, ...first]);
  expect(chip.counts.resent).toBe(1);
  expect(chip.complaints).toEqual([]);
});

test("what is programmed without erasing keeps the bits that were cleared", () => {
  const { chip, host } = inLoader();
  chip.flash.fill(0x0f, 0x10000, 0x12000);
  host.startStub();
  host.ask(FLASH_BEGIN, word(16, 1, 0x4000, 0x10000));
  const bytes = new Uint8Array(16).fill(0x3c);
  host.ask(FLASH_DATA, block(0, bytes), code.checksumOf(bytes));
  expect(chip.flash[0x10000]).toBe(0x3c);
  expect(chip.flash[0x10fff]).toBe(0xff);
  expect(chip.flash[0x11000]).toBe(0x0f);
});
