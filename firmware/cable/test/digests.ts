import { createHash } from "node:crypto";

/** Digests as our code asks for them, by somebody else's hand. */

/** 32 hexadecimal digits. */
export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** Bytes in strings, one a character. */
export const sha256 = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");
