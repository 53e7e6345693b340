import { createHash, randomBytes } from "node:crypto";

/** Random words that open something for whoever holds them. Only their hash is kept. */

const TOKEN_BYTES = 32;

export const newToken = (): string => randomBytes(TOKEN_BYTES).toString("base64url");

/** With 256 random bits there is nothing to guess: no salt, no slowness needed. */
export const hashToken = (token: string): Buffer => createHash("sha256").update(token).digest();
