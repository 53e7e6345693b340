import type { BootId } from "../vocabulary/ids.ts";
import { type Decoded, isCount, refused } from "./decoded.ts";

/**
 * What the hub sends to a board is sealed: `HMAC COUNTER BODY`, with one space between. A board
 * trusts no transport, because Espruino's TLS does not verify whom it talks to.
 *
 * HMAC is HMAC-SHA256 (RFC 2104) under the board's key, 64 hexadecimal digits, over
 * `TOPIC\nBOOT\nCOUNTER\nBODY`. The board's boot is not sent along: after a restart every older
 * message is void. The counter grows with each message to a board, so that none can be replayed.
 */

/** SHA-256 (FIPS 180-4) of a binary string, as a binary string of 32 characters. */
export type Sha256 = (bytes: string) => string;

export type Seal = {
  /** 32 bytes as a binary string. */
  readonly key: string;
  readonly boot: BootId;
  readonly sha256: Sha256;
};

export type Opened = { readonly counter: number; readonly body: string };

export const KEY_LENGTH = 32;
export const MAC_LENGTH = 64;
const BLOCK_LENGTH = 64;
const INNER = 0x36;
const OUTER = 0x5c;

/** The key filled up with zeros to a block of SHA-256, each byte xor `pad`. */
const padded = (key: string, pad: number): string => {
  const rest = String.fromCharCode(pad);
  let block = "";
  for (let i = 0; i < key.length; i++) block += String.fromCharCode(key.charCodeAt(i) ^ pad);
  for (let i = key.length; i < BLOCK_LENGTH; i++) block += rest;
  return block;
};

export const toHex = (bytes: string): string => {
  let text = "";
  for (let i = 0; i < bytes.length; i++) {
    text += (256 + bytes.charCodeAt(i)).toString(16).substring(1);
  }
  return text;
};

/** RFC 2104, for keys of at most 64 bytes. */
export const hmac = (key: string, text: string, sha256: Sha256): string =>
  toHex(sha256(padded(key, OUTER) + sha256(padded(key, INNER) + text)));

/** Text is ASCII: a board counts in bytes. */
export const sealed = (seal: Seal, topic: string, message: Opened): string => {
  const counted = message.counter + "\n" + message.body;
  const mac = hmac(seal.key, topic + "\n" + seal.boot + "\n" + counted, seal.sha256);
  return mac + " " + message.counter + " " + message.body;
};

/** Whether the counter is a new one is for the caller to judge. */
export const unsealed = (seal: Seal, topic: string, payload: string): Decoded<Opened> => {
  const space = payload.indexOf(" ", MAC_LENGTH + 1);
  if (payload.charAt(MAC_LENGTH) !== " " || space < 0) return refused("not sealed");
  const digits = payload.substring(MAC_LENGTH + 1, space);
  const counter = +digits;
  if (digits === "" || !isCount(counter)) return refused("its counter is not a number");
  const body = payload.substring(space + 1);
  const counted = digits + "\n" + body;
  const mac = hmac(seal.key, topic + "\n" + seal.boot + "\n" + counted, seal.sha256);
  // How long it takes to find two digests different tells nobody how a seal begins.
  if (seal.sha256(mac) !== seal.sha256(payload.substring(0, MAC_LENGTH))) {
    return refused("not sealed with this board's key for this start");
  }
  return { ok: true, value: { counter: counter, body: body } };
};
