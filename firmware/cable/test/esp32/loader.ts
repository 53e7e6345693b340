import { createHash } from "node:crypto";
import * as code from "./commands.ts";
import { type FlashMemory, SECTOR } from "./flash-memory.ts";
import { createFlashWriter, type FlashWriter } from "./flash-writer.ts";
import { createRegisters, type Identity, type Registers, securityInfo } from "./identity.ts";
import { createRam } from "./ram.ts";
import { createReadBack, type ReadBack } from "./read-back.ts";
import { slip } from "./slip.ts";

/**
 * The loader in an ESP32's ROM and, once it is uploaded, esptool's stub: every packet is looked at
 * for its length, its checksum, its order and its addresses, and answered as the real one answers it.
 */
export type Loader = {
  hear(packet: Uint8Array): void;
  isStub(): boolean;
  isWriting(): boolean;
};

export type LoaderPorts = {
  readonly memory: FlashMemory;
  readonly identity: Identity;
  send(bytes: Uint8Array): void;
  setBaud(baud: number): void;
  baud(): number;
  /** To start what is in flash. */
  restart(): void;
  complain(text: string): void;
  readonly counts: Counts;
  refusesBlock(): boolean;
  losesAnswer(): boolean;
};

/** What happened to a chip's loaders since it was made. */
export type Counts = {
  /** Blocks for flash or RAM, refused ones too. */
  blocks: number;
  /** Answered with an error. */
  refused: number;
  /** Sent once more by the host. */
  resent: number;
  /** Packets that were none. */
  damaged: number;
  /** Answers that never left. */
  lost: number;
};

type State = LoaderPorts & {
  readonly registers: Registers;
  readonly ram: ReturnType<typeof createRam>;
  writer: FlashWriter;
  reading: ReadBack | undefined;
  isStub: boolean;
  isInSync: boolean;
  isAttached: boolean;
};

type Reply = code.Answer & {
  /** Once the answer is sent. */
  readonly after?: () => void;
};

type Handler = {
  /** That its data may have; undefined when it carries a block. */
  readonly rom?: readonly number[];
  readonly stub?: readonly number[];
  readonly carriesBlock?: true;
  perform(state: State, command: code.Command): Reply;
};

const done: Reply = {};
const refuse = (state: State, text: string): Reply => {
  state.complain(text);
  return { problem: "refused" };
};
const problemOf = (problem: code.Problem | undefined): Reply => ({ problem });

const blockOf = (command: code.Command): Uint8Array => command.data.subarray(code.BLOCK_HEADER);

const announced = (command: code.Command) => ({
  size: command.word(0),
  blocks: command.word(1),
  blockSize: command.word(2),
  address: command.word(3),
});

const writerOf = ({ memory, complain, counts }: LoaderPorts, isStub: boolean): FlashWriter =>
  createFlashWriter({ memory, isStub, complain, resent: () => counts.resent++ });

const begin = (state: State, command: code.Command, isDeflated: boolean): Reply => {
  if (!state.isStub && !state.isAttached) return refuse(state, "writes to flash unattached");
  return problemOf(state.writer.begin({ ...announced(command), isDeflated }));
};

const writeBlock = (state: State, command: code.Command): Reply =>
  problemOf(state.writer.data(command.word(1), blockOf(command)));

const end = (state: State, command: code.Command): Reply => {
  const problem = state.writer.end();
  if (problem !== undefined || command.word(0) !== 0) return { problem };
  return { after: state.restart };
};

const endMemory = (state: State, command: code.Command): Reply => {
  const staysInLoader = command.word(0) !== 0;
  const problem = state.ram.end(staysInLoader ? undefined : command.word(1));
  if (problem !== undefined || staysInLoader) return { problem };
  return {
    after: () => {
      state.isStub = true;
      state.writer = writerOf(state, true);
      state.send(slip(Buffer.from("OHAI")));
    },
  };
};

const writeRegisters = (state: State, command: code.Command): Reply => {
  for (let i = 0; i < command.data.length / 4; i += 4) {
    const address = command.word(i);
    if (!state.registers.write(address, command.word(i + 1), command.word(i + 2))) {
      return refuse(state, `writes to register 0x${address.toString(16)}`);
    }
  }
  return done;
};

const changeBaud = (state: State, command: code.Command): Reply => {
  const before = command.word(1);
  if (before !== (state.isStub ? state.baud() : 0)) {
    state.complain(`says that the line was at ${before} baud`);
  }
  return { after: () => state.setBaud(command.word(0)) };
};

const md5 = (state: State, command: code.Command): Reply => {
  const [address, size] = [command.word(0), command.word(1)];
  if (!state.memory.holds(address, size)) return refuse(state, "an MD5 from beyond the flash");
  const digest = createHash("md5").update(state.memory.bytes.subarray(address, address + size));
  return { data: state.isStub ? digest.digest() : Buffer.from(digest.digest("hex")) };
};

const eraseRegion = (state: State, command: code.Command): Reply => {
  const [address, size] = [command.word(0), command.word(1)];
  if (address % SECTOR !== 0 || size % SECTOR !== 0) return refuse(state, "erases half a sector");
  if (!state.memory.holds(address, size)) return refuse(state, "erases beyond the flash");
  state.memory.erase(address, size);
  return done;
};

const setFlash = (state: State, command: code.Command): Reply => {
  const size = command.word(1);
  if (size > state.memory.bytes.length) state.complain(`takes the flash for ${size} bytes`);
  return done;
};

const readFlash = (state: State, command: code.Command): Reply => {
  const [address, size] = [command.word(0), command.word(1)];
  if (!state.memory.holds(address, size)) return refuse(state, "reads beyond the flash");
  const read = {
    bytes: state.memory.bytes.slice(address, address + size),
    blockSize: command.word(2),
    inFlightMax: command.word(3),
  };
  return {
    after: () => {
      state.reading = createReadBack(read, (packet) => state.send(slip(packet)));
    },
  };
};

/** Eight times, as the ROM does: whoever lost some while the line settled still hears one. */
const SYNC_ANSWERS = 8;
const SYNC_DATA = Uint8Array.from([7, 7, 0x12, 0x20, ...Array.from({ length: 32 }, () => 0x55)]);
/** Of the ROM; the stub's is 0, by which hosts tell them apart. */
const SYNC_VALUE = 0x20120707;

const sync = (state: State, command: code.Command): Reply => {
  if (Buffer.compare(command.data, SYNC_DATA) !== 0) return refuse(state, "a SYNC that is none");
  state.isInSync = true;
  const value = state.isStub ? 0 : SYNC_VALUE;
  for (let i = 1; i < SYNC_ANSWERS; i++) answer(state, code.SYNC, { value });
  return { value };
};

const HANDLERS: { readonly [op: number]: Handler } = {
  [code.SYNC]: { rom: [36], stub: [36], perform: sync },
  [code.READ_REG]: {
    rom: [4],
    stub: [4],
    perform: (state, command) => ({ value: state.registers.read(command.word(0)) }),
  },
  [code.WRITE_REG]: { rom: [16, 32], stub: [16, 32], perform: writeRegisters },
  [code.MEM_BEGIN]: {
    rom: [16],
    stub: [16],
    perform: ({ ram }, command) => problemOf(ram.begin(announced(command))),
  },
  [code.MEM_DATA]: {
    carriesBlock: true,
    perform: ({ ram }, command) => problemOf(ram.data(command.word(1), blockOf(command))),
  },
  [code.MEM_END]: { rom: [8], stub: [8], perform: endMemory },
  // ROMs of chips with flash encryption take a fifth word; an ESP32's does not mind.
  [code.FLASH_BEGIN]: {
    rom: [16, 20],
    stub: [16],
    perform: (state, command) => begin(state, command, false),
  },
  [code.FLASH_DATA]: { carriesBlock: true, perform: writeBlock },
  [code.FLASH_END]: { rom: [4], stub: [4], perform: end },
  [code.FLASH_DEFL_BEGIN]: {
    rom: [16, 20],
    stub: [16],
    perform: (state, command) => begin(state, command, true),
  },
  [code.FLASH_DEFL_DATA]: { carriesBlock: true, perform: writeBlock },
  [code.FLASH_DEFL_END]: { rom: [4], stub: [4], perform: end },
  [code.SPI_SET_PARAMS]: { rom: [24], stub: [24], perform: setFlash },
  [code.SPI_ATTACH]: {
    rom: [4, 8],
    stub: [4],
    perform: (state) => {
      state.isAttached = true;
      return done;
    },
  },
  [code.CHANGE_BAUD]: { rom: [8], stub: [8], perform: changeBaud },
  [code.SPI_FLASH_MD5]: { rom: [16], stub: [16], perform: md5 },
  [code.ERASE_FLASH]: {
    stub: [0],
    perform: ({ memory }) => {
      memory.erase(0, memory.bytes.length);
      return done;
    },
  },
  [code.ERASE_REGION]: { stub: [8], perform: eraseRegion },
  [code.READ_FLASH]: { stub: [16], perform: readFlash },
};

const answer = (state: State, op: number, reply: code.Answer): void => {
  if (state.isStub && state.losesAnswer()) {
    state.counts.lost++;
    return;
  }
  const tail = state.isStub || state.identity.kind === "ESP8266" ? 0 : 2;
  state.send(code.encodeAnswer(op, reply, { isStub: state.isStub, tail }));
};

/** What the ROM answers to what it does not know, as often as it does: esptool waits for 8. */
const UNKNOWN_OP = 0xff;

const answerUnknown = (state: State, command: code.Command): void => {
  if (command.op === code.GET_SECURITY_INFO) {
    const data = securityInfo(state.identity);
    if (data !== undefined) return answer(state, command.op, { data });
  } else state.complain(`unknown command 0x${command.op.toString(16)}`);
  if (state.isStub) return answer(state, command.op, { problem: "unknown" });
  for (let i = 0; i < SYNC_ANSWERS; i++) answer(state, UNKNOWN_OP, { problem: "unknown" });
};

/** What is wrong with a command before anybody carries it out. */
const faultOf = (state: State, handler: Handler, command: code.Command): Reply | undefined => {
  const { op, data } = command;
  if (!state.isInSync && op !== code.SYNC) state.complain("speaks before it is in step");
  const wrongLength = (): Reply => {
    state.complain(`${data.length} bytes of data with command 0x${op.toString(16)}`);
    return { problem: "length" };
  };
  if (handler.carriesBlock === undefined) {
    const lengths = state.isStub ? handler.stub : handler.rom;
    return lengths!.includes(data.length) ? undefined : wrongLength();
  }
  state.counts.blocks++;
  if (data.length < code.BLOCK_HEADER || command.word(0) !== blockOf(command).length) {
    return wrongLength();
  }
  if (command.checksum !== code.checksumOf(blockOf(command))) {
    state.complain("a block with a wrong checksum");
    return { problem: "checksum" };
  }
  return state.refusesBlock() ? { problem: "checksum" } : undefined;
};

const isKnown = ({ isStub }: State, { carriesBlock, rom, stub }: Handler): boolean =>
  carriesBlock === true || (isStub ? stub : rom) !== undefined;

const obey = (state: State, command: code.Command): void => {
  // The one command that is not answered.
  if (command.op === code.RUN_USER_CODE && state.isStub) return state.restart();
  const handler = HANDLERS[command.op];
  if (handler === undefined || !isKnown(state, handler)) return answerUnknown(state, command);
  const reply = faultOf(state, handler, command) ?? handler.perform(state, command);
  if (reply.problem !== undefined) state.counts.refused++;
  answer(state, command.op, reply);
  reply.after?.();
};

/** The longest packet that either loader has room for. */
export const PACKET_MAX = 0x4000 + 64;

export const createLoader = (ports: LoaderPorts): Loader => {
  const state: State = {
    ...ports,
    registers: createRegisters(ports.identity),
    ram: createRam(ports.complain),
    writer: writerOf(ports, false),
    reading: undefined,
    isStub: false,
    isInSync: false,
    isAttached: false,
  };
  return {
    hear: (packet) => {
      if (state.reading?.acknowledge(packet) === true) return;
      state.reading = undefined;
      const command = code.decodeCommand(packet);
      if (command !== undefined) return obey(state, command);
      ports.counts.damaged++;
      ports.complain("a packet that is no command");
    },
    isStub: () => state.isStub,
    isWriting: () => state.writer.isWriting(),
  };
};
