import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BootId } from "../vocabulary/ids.ts";
import { hmac, KEY_LENGTH, type Seal, sealed, toHex, unsealed } from "../wire/sealed.ts";

// Goal: what was sealed opens again, and nothing else does: no other key, start, topic, counter or
// body, not one bit of difference.
// Method: the vectors of RFC 4231, node's own HMAC beside ours, and bits flipped at random.

const sha256 = (bytes: string): string =>
  createHash("sha256").update(Buffer.from(bytes, "latin1")).digest().toString("latin1");

const bytes = (hex: string): string => Buffer.from(hex, "hex").toString("latin1");

// RFC 4231, sections 4.2 to 4.5: those with a key no longer than a block.
const vectors: readonly [section: string, key: string, data: string, mac: string][] = [
  [
    "4.2",
    "0b".repeat(20),
    "4869205468657265",
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    "4.3",
    "4a656665",
    "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    "4.4",
    "aa".repeat(20),
    "dd".repeat(50),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [
    "4.5",
    "0102030405060708090a0b0c0d0e0f10111213141516171819",
    "cd".repeat(50),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
];

test.each(vectors)("the vector of RFC 4231, %s, comes out", (_, key, data, mac) => {
  expect(hmac(bytes(key), bytes(data), sha256)).toBe(mac);
});

const binary = (length: { min: number; max: number }): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: length.min, maxLength: length.max })
    .map((it) => Buffer.from(it).toString("latin1"));

test("our HMAC is node's, for any key of up to a block and any text", () => {
  fc.assert(
    fc.property(binary({ min: 0, max: 64 }), binary({ min: 0, max: 300 }), (key, text) => {
      const expected = createHmac("sha256", Buffer.from(key, "latin1"))
        .update(Buffer.from(text, "latin1"))
        .digest("hex");
      expect(hmac(key, text, sha256)).toBe(expected);
    }),
  );
});

test("bytes are written as two digits each", () => {
  expect(toHex("\x00\x0f\xf0\xff")).toBe("000ff0ff");
});

const TOPIC = "battant/1/b1/clock";
const key = binary({ min: KEY_LENGTH, max: KEY_LENGTH });
const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/);
const seal = fc.record({
  key,
  boot: id.map((it) => it as BootId),
  sha256: fc.constant(sha256),
}) as fc.Arbitrary<Seal>;
const message = fc.record({
  counter: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  body: fc.stringMatching(/^[ -~]{0,200}$/),
});

test("what was sealed opens again, with its counter and body", () => {
  fc.assert(
    fc.property(seal, message, (under, it) => {
      expect(unsealed(under, TOPIC, sealed(under, TOPIC, it))).toEqual({ ok: true, value: it });
    }),
  );
});

test("with one bit flipped it does not open", () => {
  fc.assert(
    fc.property(seal, message, fc.nat(), fc.nat(7), (under, it, place, bit) => {
      const payload = sealed(under, TOPIC, it);
      const at = place % payload.length;
      const flipped = String.fromCharCode(payload.charCodeAt(at) ^ (1 << bit));
      const forged = payload.slice(0, at) + flipped + payload.slice(at + 1);
      expect(unsealed(under, TOPIC, forged).ok).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test("cut short or prolonged it does not open", () => {
  fc.assert(
    fc.property(seal, message, fc.nat(), fc.string({ minLength: 1 }), (under, it, cut, more) => {
      const payload = sealed(under, TOPIC, it);
      expect(unsealed(under, TOPIC, payload.slice(0, cut % payload.length)).ok).toBe(false);
      expect(unsealed(under, TOPIC, payload + more).ok).toBe(false);
    }),
  );
});

test("for another topic, start or key it does not open", () => {
  fc.assert(
    fc.property(seal, seal, message, id, (under, other, it, name) => {
      const payload = sealed(under, TOPIC, it);
      expect(unsealed(under, `battant/1/${name}/lease`, payload).ok).toBe(false);
      if (other.boot !== under.boot) {
        expect(unsealed({ ...under, boot: other.boot }, TOPIC, payload).ok).toBe(false);
      }
      if (other.key !== under.key) {
        expect(unsealed({ ...under, key: other.key }, TOPIC, payload).ok).toBe(false);
      }
    }),
  );
});

const under: Seal = { key: "k".repeat(KEY_LENGTH), boot: "b1" as BootId, sha256 };
const good = sealed(under, TOPIC, { counter: 7, body: "{}" });
const zeros = "0".repeat(64);

const refusals: readonly [name: string, payload: string, problem: string][] = [
  ["nothing", "", "not sealed"],
  ["a bare body", '{"t":1}', "not sealed"],
  ["no counter", `${zeros} `, "not sealed"],
  ["no body", `${zeros} 7`, "not sealed"],
  ["an empty counter", `${zeros}  {}`, "its counter is not a number"],
  ["a negative counter", `${zeros} -7 {}`, "its counter is not a number"],
  ["a counter in words", `${zeros} seven {}`, "its counter is not a number"],
  ["zeros for a seal", `${zeros} 7 {}`, "not sealed with this board's key for this start"],
  [
    "a counter written differently",
    good.replace(" 7 ", " 07 "),
    "not sealed with this board's key for this start",
  ],
  [
    "its seal in capitals",
    good.slice(0, 64).toUpperCase() + good.slice(64),
    "not sealed with this board's key for this start",
  ],
];

test.each(refusals)("%s is refused with the reason", (_, payload, problem) => {
  expect(unsealed(under, TOPIC, payload)).toEqual({ ok: false, problem });
});

test("no stranger's bytes make it throw or open", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (text) => {
      expect(unsealed(under, TOPIC, text).ok).toBe(false);
      expect(unsealed(under, TOPIC, `${zeros} ${text}`).ok).toBe(false);
    }),
    { numRuns: 1000 },
  );
});
