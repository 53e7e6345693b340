import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/**
 * People's passwords, by argon2id (RFC 9106). The parameters stand in the stored text, so that they
 * can be raised without locking anybody out.
 */

/** The least OWASP's Password Storage Cheat Sheet asks for; a Raspberry Pi 3 needs half a second. */
const STRENGTH = { memory: 19_456, passes: 2, parallelism: 1 } as const;

const TAG_BYTES = 32;
const SALT_BYTES = 16;

export const hashPassword = async (password: string): Promise<string> => {
  const nonce = randomBytes(SALT_BYTES);
  const tag = await derive(password, { nonce, tagLength: TAG_BYTES, ...STRENGTH });
  return textOf({ ...STRENGTH, nonce, tag });
};

export const verifyPassword = async (password: string, stored: string): Promise<boolean> => {
  const { nonce, tag, memory, passes, parallelism } = readText(stored);
  const strength = { memory, passes, parallelism };
  const seen = await derive(password, { nonce, tagLength: tag.length, ...strength });
  return timingSafeEqual(seen, tag);
};

type Stored = {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly nonce: Buffer;
  readonly tag: Buffer;
};

const textOf = ({ memory, passes, parallelism, nonce, tag }: Stored): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;

const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

const readText = (stored: string): Stored => {
  const parts = FORM.exec(stored);
  if (parts === null) throw new Error("hub.db holds a password in a form this version cannot read");
  const [, memory, passes, parallelism, nonce, tag] = parts;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(nonce!, "base64"),
    tag: Buffer.from(tag!, "base64"),
  };
};

/** Standard base64 without padding, as the PHC string format has it. */
const base64 = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");

const argon2Async = promisify(argon2);

/** One keyboard types "é" as one sign, another as two: NFKC makes them equal. */
const derive = (password: string, parameters: Omit<Argon2Parameters, "message">) =>
  argon2Async("argon2id", { ...parameters, message: password.normalize("NFKC") });
