import { createHash } from "node:crypto";

/**
 * The stub reads flash out: packets, as many ahead as the host allows, each answered with how many
 * bytes have come so far; at the end the MD5 of all of it ("Serial Protocol", reading flash).
 */
export type ReadBack = {
  /** False for what is no acknowledgement, which ends the reading. */
  acknowledge(packet: Uint8Array): boolean;
};

export type Read = {
  readonly bytes: Uint8Array;
  readonly blockSize: number;
  readonly inFlightMax: number;
};

const ACKNOWLEDGEMENT = 4;

export const createReadBack = (read: Read, send: (packet: Uint8Array) => void): ReadBack => {
  const { bytes, blockSize, inFlightMax } = read;
  let sent = 0;
  let isOver = false;
  const go = (acknowledged: number): void => {
    while (sent < bytes.length && sent < acknowledged + blockSize * inFlightMax) {
      send(bytes.subarray(sent, sent + blockSize));
      sent = Math.min(sent + blockSize, bytes.length);
    }
    if (acknowledged < bytes.length) return;
    isOver = true;
    send(createHash("md5").update(bytes).digest());
  };
  go(0);
  return {
    acknowledge: (packet) => {
      if (isOver || packet.length !== ACKNOWLEDGEMENT) return false;
      go(new DataView(packet.buffer, packet.byteOffset).getUint32(0, true));
      return true;
    },
  };
};
