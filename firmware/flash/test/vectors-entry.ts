import {
  bh1750Chip,
  luxOf as bh1750Lux,
  ONCE_HIGH,
  ONCE_HIGH_2,
  rangeOf,
} from "@battant/board/drivers/bh1750";
import { radarCommand, readRadar } from "@battant/board/drivers/ld2410";
import { checked, crc16, readAnswer, readRequest } from "@battant/board/drivers/modbus";
import { readPzem } from "@battant/board/drivers/pzem";
import { luxOf as tsl2591Lux } from "@battant/board/drivers/tsl2591";
import { luxOf as veml7700Lux } from "@battant/board/drivers/veml7700";
import { sha256 } from "@battant/board/espruino/sha256";
import { createFrameReader } from "@battant/protocol/tic/frame";
import { readHorodate } from "@battant/protocol/tic/horodate";
import { hmac, toHex } from "@battant/protocol/wire/sealed";

/**
 * A program that does nothing but offer the functions of the board program to whoever asks:
 * `crc16("3132")`. It is bundled as every program is, and evaluated where every program is.
 *
 * A bundle keeps no names but those in brackets, so what is asked and answered is numbers and text,
 * bytes as hexadecimal digits.
 */

declare const global: { [name: string]: unknown };

const fromHex = (digits: string): string => {
  let bytes = "";
  for (let i = 0; i < digits.length; i += 2) {
    bytes += String.fromCharCode(parseInt(digits.substring(i, i + 2), 16));
  }
  return bytes;
};

/** The opcodes that set the sensitivity: between the one that powers it on and the one that measures. */
const sensitivityOpcodes = (sensitivity: number): string => {
  let sent = "";
  const bus = {
    writeTo: (_address: number, bytes: readonly number[]): void => {
      sent += String.fromCharCode(bytes[0] as number);
    },
    readFrom: (): Uint8Array => new Uint8Array(2),
    readReg: (): Uint8Array => new Uint8Array(2),
  };
  bh1750Chip().start({ bus: bus, address: 0x23 }, rangeOf(ONCE_HIGH, sensitivity));
  return toHex(sent.substring(1, 3));
};

/** `BASE=001234567 ` for each group that is kept, and behind each frame how many were good and bad. */
const frames = (bytes: string): string => {
  let text = "";
  createFrameReader()
    .push(bytes)
    .forEach((frame) => {
      frame.groups.forEach((group) => {
        const horodate = group.horodate === undefined ? "" : group.horodate + ":";
        text += group.label + "=" + horodate + group.data + " ";
      });
      text += frame.mode + " " + frame.good + " " + frame.bad + ";";
    });
  return text;
};

const registers = (count: number, frame: string): string => {
  const answer = readAnswer(count, frame);
  return answer.ok ? toHex(answer.value) : answer.problem;
};

const pzem = (bytes: string): string => {
  const seen = readPzem(bytes);
  return seen.voltage + " " + seen.current + " " + seen.power + " " + seen.energy;
};

const horodate = (text: string): string => {
  const read = readHorodate(text);
  return read === undefined ? "none" : read.at + " " + read.degraded;
};

global["crc16"] = (hex: string): number => crc16(fromHex(hex));
global["checked"] = (hex: string): string => toHex(checked(fromHex(hex)));
global["request"] = (address: number, register: number, count: number): string =>
  toHex(readRequest({ address: address, register: register, count: count }));
global["registers"] = (count: number, hex: string): string => registers(count, fromHex(hex));
global["pzem"] = (hex: string): string => pzem(fromHex(hex));
global["radar"] = (hex: string): unknown => readRadar({ rest: "" }, fromHex(hex));
global["radarCommand"] = (word: number, value: number | undefined): string =>
  toHex(radarCommand(word, value));
global["bh1750"] = (counts: number, mode: string, sensitivity: number): number =>
  bh1750Lux(counts, rangeOf(mode === "H2" ? ONCE_HIGH_2 : ONCE_HIGH, sensitivity));
global["bh1750Opcodes"] = sensitivityOpcodes;
global["veml7700"] = veml7700Lux;
global["tsl2591"] = (all: number, infrared: number, gain: number, time: number): number =>
  tsl2591Lux({ all: all, infrared: infrared }, gain, time);
global["horodate"] = horodate;
global["frames"] = (hex: string): string => frames(fromHex(hex));
global["hmac"] = (key: string, text: string): string => hmac(fromHex(key), fromHex(text), sha256);

/** By this the loader sees that the program has started. */
global["battant"] = true;
