/**
 * Finds a boot loader's answers in what comes over the cable (SLIP, RFC 1055). Every 0xC0 is a
 * border, and only what lies between two of them and is well-formed is an answer: so one lost byte
 * costs one answer and never the next.
 */
export type Frames = {
  hear(bytes: Uint8Array): void;
  /** The oldest answer that was not taken yet. */
  next(): Uint8Array | undefined;
  flush(): void;
  /** Bytes heard so far. */
  count(): number;
  /** The last of what was no answer, as text. */
  heard(): string;
};

const BORDER = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_BORDER = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

/** The longest answer we ask for is an MD5 in 32 digits. */
const ANSWER_BYTES_MAX = 512;
const ANSWERS_MAX = 100;
const HEARD_MAX = 4000;

export const createFrames = (): Frames => {
  const answers: Uint8Array[] = [];
  let open: number[] = [];
  let heard = "";
  let count = 0;

  const keep = (bytes: readonly number[]): void => {
    heard = (heard + String.fromCharCode(...bytes)).slice(-HEARD_MAX);
  };
  const end = (): void => {
    const answer = unescaped(open);
    if (answer !== undefined && isAnswer(answer)) answers.push(answer);
    else keep(open);
    if (answers.length > ANSWERS_MAX) answers.shift();
    open = [];
  };
  return {
    hear: (bytes) => {
      count += bytes.length;
      for (const byte of bytes) {
        if (byte !== BORDER) open.push(byte);
        if (byte === BORDER) end();
        if (open.length < ANSWER_BYTES_MAX) continue;
        keep(open);
        open = [];
      }
    },
    next: () => answers.shift(),
    flush: () => void answers.splice(0),
    count: () => count,
    heard: () => heard + String.fromCharCode(...open),
  };
};

const unescaped = (bytes: readonly number[]): Uint8Array | undefined => {
  const plain: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== ESCAPE) {
      plain.push(byte);
      continue;
    }
    const next = bytes[++at];
    if (next !== ESCAPED_BORDER && next !== ESCAPED_ESCAPE) return undefined;
    plain.push(next === ESCAPED_BORDER ? BORDER : ESCAPE);
  }
  return Uint8Array.from(plain);
};

/**
 * An answer says its own length (Espressif, esptool "Serial Protocol", response packet). The only
 * other thing a loader says is its stub's greeting.
 */
const isAnswer = (bytes: Uint8Array): boolean => {
  if (bytes.length < 8) return String.fromCharCode(...bytes) === "OHAI";
  return bytes[0] === 1 && bytes.length === 8 + (bytes[2] ?? 0) + 256 * (bytes[3] ?? 0);
};
