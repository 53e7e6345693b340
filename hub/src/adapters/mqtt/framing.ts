/**
 * Finds where MQTT packets begin in a stream of bytes, and how long they say they are, from their
 * fixed headers alone (MQTT 3.1.1 §2.2). It keeps no bytes, so a packet that announces 256 MB can be
 * refused before any of it is buffered.
 */
export type Framing = {
  /** How many packets begin in this chunk; `undefined` when one of them is too long. */
  packetsIn(chunk: Uint8Array): number | undefined;
};

export const createFraming = (packetBytesMax: number): Framing => {
  let expecting: "type" | "length" | "body" = "type";
  let length = 0;
  let weight = 1;

  /** Seven bits a byte, the lowest first; the top bit says whether more follow, up to four bytes. */
  const takeLengthByte = (byte: number): boolean => {
    length += (byte & 0x7f) * weight;
    weight *= 128;
    const more = (byte & 0x80) !== 0;
    if (!more) expecting = length === 0 ? "type" : "body";
    return length <= packetBytesMax && !(more && weight === 128 ** 4);
  };

  const packetsIn = (chunk: Uint8Array): number | undefined => {
    let packets = 0;
    let position = 0;
    while (position < chunk.length) {
      if (expecting === "body") {
        const step = Math.min(length, chunk.length - position);
        position += step;
        length -= step;
        if (length === 0) expecting = "type";
      } else if (expecting === "type") {
        position++;
        packets++;
        length = 0;
        weight = 1;
        expecting = "length";
      } else if (takeLengthByte(chunk[position++] ?? 0) === false) {
        return undefined;
      }
    }
    return packets;
  };

  return { packetsIn };
};
