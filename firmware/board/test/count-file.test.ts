import fc from "fast-check";
import { expect, test } from "vitest";
import { COUNT_FILE_SIZE, openCountFile, saveCount } from "../count-file.ts";
import { createFakeStorage, type FakeStorage, PowerCut } from "../../simulator/fake-storage.ts";

// Goal: a count that was saved is there after any restart, and never less than it was.
// Method: a flash in memory that loses its power in the middle of a write.

const NAME = "count-25";

const opened = (flash: FakeStorage): { saved(): number; save(count: number): boolean } => {
  const file = openCountFile(flash.storage, NAME);
  return { saved: () => file.saved, save: (count) => saveCount(file, count) };
};

const restarted = (flash: FakeStorage): number => opened(flash).saved();

test("a board that has never counted begins at 0, and writes nothing for it", () => {
  const flash = createFakeStorage();
  const file = opened(flash);
  expect(file.saved()).toBe(0);
  expect(file.save(0)).toBe(true);
  expect(flash.storage.names("")).toEqual([]);
});

test("what was saved is there after a restart, and grows on from there", () => {
  const flash = createFakeStorage();
  expect(opened(flash).save(7)).toBe(true);
  expect(opened(flash).save(9)).toBe(true);
  expect(restarted(flash)).toBe(9);
});

test("a count never goes back", () => {
  const flash = createFakeStorage();
  const file = opened(flash);
  file.save(9);
  expect(file.save(5)).toBe(true);
  expect(file.saved()).toBe(9);
  expect(restarted(flash)).toBe(9);
});

test("a full file is followed by another, and erased", () => {
  const flash = createFakeStorage();
  const file = opened(flash);
  const files = new Set<string>();
  for (let count = 1; count <= 2000; count++) {
    expect(file.save(count)).toBe(true);
    expect(flash.storage.names(NAME)).toHaveLength(1);
    files.add(flash.storage.names(NAME)[0]!);
  }
  expect(files.size).toBe(2);
  expect(restarted(flash)).toBe(2000);
});

test("a leap that no record can hold begins a new file", () => {
  const flash = createFakeStorage();
  const file = opened(flash);
  file.save(1);
  expect(file.save(9_000_000_000)).toBe(true);
  expect(restarted(flash)).toBe(9_000_000_000);
});

test("saving once a minute for a day wears the flash by what the file says", () => {
  const flash = createFakeStorage();
  const file = opened(flash);
  const pulsesPerMinute = 61; // 16 A at 230 V, 1000 pulses per kWh.
  const days = 10;
  for (let minute = 1; minute <= days * 1440; minute++) file.save(minute * pulsesPerMinute);
  expect(flash.figures().written / days).toBeGreaterThan(5_800);
  expect(flash.figures().written / days).toBeLessThan(6_100);
  expect(restarted(flash)).toBe(days * 1440 * pulsesPerMinute);
});

test("without room nothing is kept, and the flash is left alone for an hour of saves", () => {
  const flash = createFakeStorage({ size: COUNT_FILE_SIZE + 100 });
  flash.storage.write("other", "x".repeat(200));
  const file = opened(flash);
  expect(file.save(1)).toBe(false);
  flash.storage.erase("other");
  flash.tidyUp();
  for (let minute = 2; minute <= 61; minute++) expect(file.save(minute)).toBe(false);
  expect(file.saved()).toBe(0);
  expect(file.save(62)).toBe(true);
  expect(restarted(flash)).toBe(62);
});

const wrecks: readonly (readonly [name: string, content: string])[] = [
  ["empty", ""],
  ["not written at all", "\xff".repeat(COUNT_FILE_SIZE)],
  ["somebody else's", "{}".padEnd(COUNT_FILE_SIZE)],
  ["a beginning with a wrong check", "0000000012@\n".padEnd(COUNT_FILE_SIZE, "\xff")],
];

for (const [name, content] of wrecks) {
  test(`a file that is ${name} counts for nothing, and is replaced`, () => {
    const flash = createFakeStorage();
    flash.storage.write(`${NAME}a`, content);
    flash.storage.write(`${NAME}b`, content);
    expect(restarted(flash)).toBe(0);
    expect(opened(flash).save(3)).toBe(true);
    expect(restarted(flash)).toBe(3);
  });
}

test("power cut at any byte of any write: the count is the last one saved, or the one being saved", () => {
  const noise = fc.infiniteStream(fc.nat({ max: 255 }));
  // A header of 32 bytes, a beginning of 12; beyond, the write is done.
  const cutAfter = fc.option(fc.nat({ max: 50 }), { nil: Infinity });
  const step = fc.record({ growth: fc.integer({ min: 1, max: 400 }), cutAfter });
  const before = fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 500, max: 515 }));
  fc.assert(
    fc.property(noise, fc.array(step, { maxLength: 40 }), before, (bits, steps, saves) => {
      const flash = createFakeStorage({ noise: () => bits.next().value });
      let file = opened(flash);
      let count = 0;
      for (let i = 0; i < saves; i++) file.save(++count);
      for (const { growth, cutAfter: bytes } of steps) {
        const wanted = count + growth;
        flash.cutPowerAfter(bytes);
        try {
          expect(file.save(wanted)).toBe(true);
          expect(file.saved()).toBe(wanted);
        } catch (error) {
          if (!(error instanceof PowerCut)) throw error;
        }
        flash.cutPowerAfter(Infinity);
        file = opened(flash);
        expect([count, wanted]).toContain(file.saved());
        count = file.saved();
      }
    }),
  );
});

test("power cut between the beginning of a file and the end of the one before: the later one counts", () => {
  const flash = createFakeStorage();
  const file = opened(flash);
  for (let count = 1; count <= 511; count++) file.save(count);
  const later = flash.storage.names(NAME)[0]!;
  const earlier = later.endsWith("a") ? `${NAME}b` : `${NAME}a`;
  const content = flash.storage.read(later)!;
  const old = createFakeStorage();
  for (let count = 1; count <= 510; count++) saveCount(openCountFile(old.storage, NAME), count);
  flash.storage.write(earlier, old.storage.read(old.storage.names(NAME)[0]!)!);
  expect(restarted(flash)).toBe(511);
  expect(content).toBe(flash.storage.read(later));
});

test("whatever is in the flash, a count can be read from it and saved into it", () => {
  const content = fc.string({ unit: fc.constantFrom("\xff", "0", "9", "o", "\n", "\x00") });
  fc.assert(
    fc.property(content, content, (first, second) => {
      const flash = createFakeStorage();
      flash.storage.write(`${NAME}a`, first);
      flash.storage.write(`${NAME}b`, second);
      const count = restarted(flash) + 1;
      expect(opened(flash).save(count)).toBe(true);
      expect(restarted(flash)).toBe(count);
    }),
  );
});
