import { isBoardId } from "@battant/protocol/vocabulary/ids";
import {
  type Decoded,
  isBetween,
  isHex,
  parseObject,
  refused,
} from "@battant/protocol/wire/decoded";
import { KEY_LENGTH, toHex } from "@battant/protocol/wire/sealed";
import type { Membership } from "../board-file.ts";

/**
 * Who this board is and whom it trusts, as a file in its flash: written over the cable, read at
 * each start, never told to anyone.
 */
export const MEMBERSHIP_FILE = "membership";

const HOST_LENGTH_MAX = 253;
const PASSWORD_LENGTH_MAX = 128;

const isText = (value: unknown, lengthMax: number): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= lengthMax;

const fromHex = (digits: string): string => {
  let bytes = "";
  for (let i = 0; i < digits.length; i += 2) {
    bytes += String.fromCharCode(parseInt(digits.substring(i, i + 2), 16));
  }
  return bytes;
};

export const encodeMembership = (membership: Membership): string =>
  JSON.stringify({
    board: membership.board,
    host: membership.broker.host,
    port: membership.broker.port,
    tls: membership.broker.tls === true,
    password: membership.password,
    key: toHex(membership.key),
  });

/** What is wrong is said without saying what was read. */
export const decodeMembership = (text: string): Decoded<Membership> => {
  const parsed = parseObject(text);
  if (!parsed.ok) return parsed;
  const fields = parsed.value;
  const board = fields["board"];
  const host = fields["host"];
  const port = fields["port"];
  const password = fields["password"];
  const key = fields["key"];
  if (!isBoardId(board)) return refused("board is not a name");
  if (!isText(host, HOST_LENGTH_MAX)) return refused("host is not the hub's name or address");
  if (!isBetween(port, 1, 65535)) return refused("port is not one");
  if (!isText(password, PASSWORD_LENGTH_MAX)) return refused("password is missing or too long");
  if (!isHex(key, KEY_LENGTH * 2)) return refused("key is not 64 hexadecimal digits");
  return {
    ok: true,
    value: {
      board: board,
      broker: { host: host, port: port, tls: fields["tls"] === true },
      password: password,
      key: fromHex(key),
    },
  };
};
