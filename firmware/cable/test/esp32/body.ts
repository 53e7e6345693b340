import { BROWN_OUT_TEXT, downloadText, type ResetReason, startFrom } from "./boot.ts";
import type { Cable, CableEnd, Signals } from "./cable.ts";
import { createLine, type Faults, type Happening, type Line } from "./faults.ts";
import { createFlashMemory, type FlashMemory } from "./flash-memory.ts";
import type { ChipKind, Identity } from "./identity.ts";
import { type Counts, createLoader, type Loader, PACKET_MAX } from "./loader.ts";
import { createProgram, type Program, type Run } from "./program.ts";
import { createSlipReader, type SlipReader } from "./slip.ts";

/** The inside of a simulated chip: what it is doing, and what becomes of that. */

export type ChipOptions = {
  /** 12 hexadecimal digits. */
  readonly mac?: string;
  /** A power of two. */
  readonly flashSize?: number;
  readonly kind?: ChipKind;
  readonly faults?: Faults;
  readonly seed?: number;
  /** What runs when the flash holds something that starts. */
  readonly run?: Run;
};

/** `no-start`: the flash holds nothing that starts. */
export type ChipState = "off" | "reset" | "loader" | "stub" | "running" | "no-start" | "stuck";

export type Body = {
  readonly identity: Identity;
  readonly seed: number;
  readonly memory: FlashMemory;
  readonly program: Program;
  readonly complaints: string[];
  readonly counts: Counts;
  faults: Faults;
  line: Line;
  /** The other end of the cable; without one there is no power. */
  end: CableEnd | undefined;
  /** Undefined when the cable does not tell. */
  hostBaud: number | undefined;
  signals: Signals;
  state: ChipState;
  starts: number;
  baud: number;
  loader: Loader | undefined;
  /** Until EN is up. */
  rising: NodeJS.Timeout | undefined;
  /** Until it starts once more, having found nothing. */
  again: NodeJS.Timeout | undefined;
};

const FLASH_SIZE = 4 * 1024 * 1024;
const MAC = "240ac4123456";
const BAUD = 115_200;
/** A capacitor holds EN down a little longer, so that BOOT may follow a moment later. */
const EN_RISE_MS = 2;
const START_AGAIN_MS = 300;

const isGarbled = ({ hostBaud, baud, faults }: Body): boolean =>
  hostBaud !== undefined && (hostBaud !== baud || baud > (faults.baudMax ?? baud));

const say = (body: Body, bytes: Uint8Array): void => {
  if (body.state === "stuck" || body.end === undefined) return;
  const { line } = body;
  body.end.hear(line.toHost(isGarbled(body) ? line.garbage(bytes.length) : bytes));
};

const print = (body: Body, text: string): void => say(body, Buffer.from(text, "latin1"));

const complain = (body: Body, text: string): void => {
  if (!body.line.isUnfaithful) body.complaints.push(text);
};

const halt = (body: Body, next: ChipState): void => {
  clearTimeout(body.rising);
  clearTimeout(body.again);
  body.program.stop();
  body.rising = undefined;
  body.loader = undefined;
  body.baud = BAUD;
  body.state = next;
};

const startFromFlash = (body: Body, reason: ResetReason): void => {
  const { faults, memory } = body;
  halt(body, "reset");
  const start = startFrom(memory.bytes, reason, faults.deadFlash !== true);
  const browsOut = start.kind === "runs" && faults.brownOutAtStart === true;
  body.starts++;
  body.state = start.kind === "fails" || browsOut ? "no-start" : "running";
  print(body, start.text);
  if (browsOut) print(body, BROWN_OUT_TEXT);
  if (body.state === "running") return body.program.start(memory.bytes.slice());
  const next = browsOut ? "RTCWDT_BROWN_OUT_RESET" : "RTCWDT_RTC_RESET";
  body.again = setTimeout(() => startFromFlash(body, next), START_AGAIN_MS).unref();
};

const enterLoader = (body: Body): void => {
  halt(body, "loader");
  print(body, downloadText("POWERON_RESET"));
  body.loader = createLoader({
    memory: body.memory,
    identity: body.identity,
    counts: body.counts,
    send: (bytes) => say(body, bytes),
    baud: () => body.baud,
    setBaud: (baud) => {
      body.baud = baud;
    },
    restart: () => startFromFlash(body, "SW_RESET"),
    complain: (text) => complain(body, text),
    refusesBlock: () => body.line.refusesBlock(),
    losesAnswer: () => body.line.losesAnswer(),
  });
};

const SYNC_PACKET = 44;
const SYNC_HEADER = [0, 8, 36, 0];

const isSync = (packet: Uint8Array): boolean =>
  packet.length === SYNC_PACKET && SYNC_HEADER.every((byte, i) => packet[i] === byte);

const hasNoSignals = ({ end }: Body): boolean => end?.withoutSignals === true;

const readerOf = (body: Body): SlipReader =>
  createSlipReader(PACKET_MAX, {
    packet: (packet) => {
      if (body.loader === undefined && hasNoSignals(body) && isSync(packet)) enterLoader(body);
      body.loader?.hear(packet);
    },
    damaged: () => {
      body.counts.damaged++;
      if (body.loader !== undefined) complain(body, "a packet that is no SLIP");
    },
    stray: (byte) => {
      const isLineEnd = byte === 0x0a || byte === 0x0d;
      if (!isLineEnd || !hasNoSignals(body)) return;
      if (body.loader?.isWriting() === false) startFromFlash(body, "POWERON_RESET");
    },
  });

const take = (body: Body, reader: SlipReader, bytes: Uint8Array): void => {
  if (body.state === "off" || body.state === "reset" || body.state === "stuck") return;
  const heard = isGarbled(body) ? body.line.garbage(bytes.length) : bytes;
  if (body.state === "running") body.program.hear(Buffer.from(heard).toString("latin1"));
  reader.hear(heard);
};

/** EN is down while RTS is asserted and DTR is not, BOOT in the opposite case, never both. */
const drive = (body: Body, signals: Signals): void => {
  body.signals = signals;
  if (signals.rts && !signals.dtr) return halt(body, "reset");
  if (body.state !== "reset" || body.rising !== undefined) return;
  body.rising = setTimeout(() => {
    const { dtr, rts } = body.signals;
    if (dtr && !rts) enterLoader(body);
    else startFromFlash(body, "POWERON_RESET");
  }, EN_RISE_MS);
};

export const unplug = (body: Body): void => {
  const { end } = body;
  body.end = undefined;
  body.hostBaud = undefined;
  halt(body, "off");
  end?.gone();
};

const undergo = (body: Body, happening: Happening): void => {
  switch (happening) {
    case "unplug":
      return unplug(body);
    case "stuck":
      return halt(body, "stuck");
    case "brown-out":
      print(body, BROWN_OUT_TEXT);
      return startFromFlash(body, "RTCWDT_BROWN_OUT_RESET");
  }
};

export const plugIn = (body: Body, end: CableEnd): Cable => {
  if (body.end !== undefined) throw new Error("the chip hangs on another cable");
  const reader = readerOf(body);
  const isIn = (): boolean => body.end === end;
  body.end = end;
  body.signals = { dtr: false, rts: false };
  startFromFlash(body, "POWERON_RESET");
  return {
    send: (bytes) => {
      if (!isIn()) return;
      for (const heard of body.line.fromHost(bytes)) {
        if (!isIn()) return;
        if (heard.kind === "bytes") take(body, reader, heard.bytes);
        else undergo(body, heard.kind);
      }
    },
    setSignals: (signals) => {
      if (isIn()) drive(body, signals);
    },
    setBaud: (baud) => {
      if (isIn()) body.hostBaud = baud;
    },
    unplug: () => {
      if (isIn()) unplug(body);
    },
  };
};

export const setFaults = (body: Body, faults: Faults): void => {
  body.faults = faults;
  body.line = createLine(faults, body.seed);
  body.memory.wear(faults.worn);
};

export const createBody = (options: ChipOptions): Body => {
  const { mac = MAC, flashSize = FLASH_SIZE, kind = "ESP32", seed = 1, faults = {} } = options;
  const body: Body = {
    identity: { kind, mac, flashSize },
    seed,
    memory: createFlashMemory(flashSize),
    program: createProgram(options.run, (text) => print(body, text)),
    complaints: [],
    counts: { blocks: 0, refused: 0, resent: 0, damaged: 0, lost: 0 },
    faults,
    line: createLine(faults, seed),
    end: undefined,
    hostBaud: undefined,
    signals: { dtr: false, rts: false },
    state: "off",
    starts: 0,
    baud: BAUD,
    loader: undefined,
    rising: undefined,
    again: undefined,
  };
  setFaults(body, faults);
  return body;
};
