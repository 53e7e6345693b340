import { type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import { NO_TIMER, type SerialPort, type TimerId, type Timers } from "../hardware.ts";
import type { Problem, Sample } from "../sample.ts";

/**
 * Modbus RTU as its master, with one meter on the line. "MODBUS over Serial Line" V1.02 §2.5.
 *
 * A silence ends an answer. The specification wants 3.5 characters of it; a board looks at its serial
 * line every few ms only, so 50 ms it is.
 */

export type ModbusRequest = {
  readonly address: number;
  readonly register: number;
  readonly count: number;
};

const SILENCE: Milliseconds = milliseconds(50);
const ANSWER_WAIT: Milliseconds = milliseconds(500);
const READ_INPUT_REGISTERS = 4;
const EXCEPTION = 0x80;
/** Address, function and length before the registers, two bytes of check behind. */
const FRAME_OVERHEAD = 5;
/** Address, function and code, and the check. */
const EXCEPTION_LENGTH = 5;

/** CRC-16/MODBUS: polynomial 0xA001 reflected, starts at 0xFFFF. */
export const crc16 = (bytes: string): number => {
  let crc = 0xffff;
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
};

/** The message with its check behind it, low byte first. */
export const checked = (message: string): string => {
  const crc = crc16(message);
  return message + String.fromCharCode(crc & 255) + String.fromCharCode(crc >> 8);
};

const twoBytes = (value: number): string =>
  String.fromCharCode(value >> 8) + String.fromCharCode(value & 255);

export const readRequest = (request: ModbusRequest): string =>
  checked(
    String.fromCharCode(request.address) +
      String.fromCharCode(READ_INPUT_REGISTERS) +
      twoBytes(request.register) +
      twoBytes(request.count),
  );

const failed = (problem: Problem): Sample<string> => ({ ok: false, problem: problem });

/** The answer may come from another address than asked: 0xF8 is everybody's. */
export const readAnswer = (count: number, frame: string): Sample<string> => {
  if (frame.length === 0) return failed("no-response");
  const message = frame.substring(0, frame.length - 2);
  if (frame.length < EXCEPTION_LENGTH || checked(message) !== frame) return failed("garbled");
  const code = frame.charCodeAt(1);
  if (code === (READ_INPUT_REGISTERS | EXCEPTION)) return failed("refused");
  const fits = frame.length === FRAME_OVERHEAD + 2 * count && frame.charCodeAt(2) === 2 * count;
  if (code !== READ_INPUT_REGISTERS || !fits) return failed("garbled");
  return { ok: true, value: message.substring(3) };
};

export type ModbusLine = { readonly port: SerialPort; readonly timers: Timers };

/** One request at a time. Calls back once, later, with the bytes of the registers. */
export const askModbus = (
  line: ModbusLine,
  request: ModbusRequest,
  done: (answer: Sample<string>) => void,
): void => {
  const port = line.port;
  const lengthMax = FRAME_OVERHEAD + 2 * request.count;
  let frame = "";
  let wait: TimerId;

  const end = (): void => {
    if (wait === NO_TIMER) return;
    line.timers.cancel(wait);
    wait = NO_TIMER;
    port.deafen();
    done(readAnswer(request.count, frame));
  };

  wait = line.timers.after(ANSWER_WAIT, end);
  port.listen((bytes) => {
    if (wait === NO_TIMER) return;
    frame += bytes;
    line.timers.cancel(wait);
    wait = line.timers.after(SILENCE, end);
    // What babbles would never be silent.
    if (frame.length > lengthMax) end();
  });
  try {
    port.write(readRequest(request));
  } catch {
    // Nobody was asked, so nobody answers: the wait says so.
  }
};
