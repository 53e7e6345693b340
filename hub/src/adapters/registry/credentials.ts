import { createHash, randomBytes } from "node:crypto";

/**
 * What a board shows, and what it trusts. Both are drawn here and handed out once.
 *
 * The password, 128 random bits, is what a board shows the broker; over plain MQTT anybody on the
 * same Wi-Fi can read it. Nobody can try so many, so a salted SHA-256 protects it as well as a slow
 * hash would, and two hundred boards that reconnect together after a power cut are not kept waiting.
 *
 * The key, 256 random bits, never travels: the hub seals with it what it sends to the board. It is
 * kept as it is, since the hub has to use it; `hub.db` may be read by its owner alone.
 */

export type Secret = { readonly salt: Uint8Array; readonly hash: Uint8Array };

export type Drawn = Secret & { readonly password: string; readonly key: Buffer };

const PASSWORD_BYTES = 16;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

export const drawCredentials = (): Drawn => {
  const password = randomBytes(PASSWORD_BYTES).toString("hex");
  const salt = randomBytes(SALT_BYTES);
  return { password, key: randomBytes(KEY_BYTES), salt, hash: hashOf(salt, password) };
};

export const hashOf = (salt: Uint8Array, password: string): Buffer =>
  createHash("sha256").update(salt).update(password, "utf8").digest();
