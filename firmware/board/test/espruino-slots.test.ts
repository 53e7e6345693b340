import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createStorage } from "../espruino/storage.ts";
import { isWorthTidying } from "../espruino/tidy.ts";
import type { Storage } from "../hardware.ts";
import {
  chooseSlot,
  createSlots,
  endTrial,
  FACTORY_STATE_FILE,
  factoryState,
  reserveSlot,
  runningDigest,
  slotHolds,
  type SlotName,
  type Slots,
  tryNext,
  writeSlot,
} from "../update-slots.ts";
import { createFakeFlash, type FakeFlash, PowerCut } from "./fake-flash.ts";

// Goal: whatever happens to power and flash, a board starts a program that is whole and was
// announced, and comes back from one that fails. Method: a life of starts, updates and power cuts
// over flash that behaves as Espruino's does, against what such a board should do.

const sha256 = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");
const digestOf = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest("hex");

const FACTORY = "//battant 0.1.0 factory\n".padEnd(300, "f");
const CHUNK = 128;

type Board = { readonly flash: FakeFlash; readonly storage: Storage };

const newBoard = (capacity = 900_000): Board => {
  const flash = createFakeFlash(capacity);
  const storage = createStorage(flash.storage);
  storage.write("app", FACTORY);
  storage.write(FACTORY_STATE_FILE, factoryState(digestOf(FACTORY), sha256));
  return { flash, storage };
};

const start = ({ storage }: Board): { slot: SlotName; program: string; slots: Slots } => {
  const slot = chooseSlot(storage, sha256);
  if (slot === undefined) throw new Error("no program is whole");
  const program = storage.read(slot) ?? "";
  return { slot, program, slots: createSlots(storage, sha256, slot) };
};

const send = (slots: Slots, program: string): boolean => {
  if (!reserveSlot(slots, program.length)) return false;
  for (let at = 0; at < program.length; at += CHUNK) {
    if (!writeSlot(slots, at, program.substring(at, at + CHUNK))) return false;
  }
  return tryNext(slots, digestOf(program));
};

const version = (number: number): string =>
  `//battant 0.${number}.0 test\n`.padEnd(200 + ((number * 97) % 400), String(number % 10));

test("a new board starts the program from the cable, not on trial", () => {
  const { slot, program, slots } = start(newBoard());
  expect([slot, program, slots.onTrial]).toEqual(["app", FACTORY, false]);
  expect(runningDigest(slots)).toBe(digestOf(FACTORY));
});

test("an update is tried at the next start, and stays once confirmed", () => {
  const board = newBoard();
  expect(send(start(board).slots, version(2))).toBe(true);
  const tried = start(board);
  expect([tried.program, tried.slots.onTrial]).toEqual([version(2), true]);
  expect(runningDigest(tried.slots)).toBe(digestOf(version(2)));
  endTrial(tried.slots, true);
  expect(tried.slots.onTrial).toBe(false);
  for (let i = 0; i < 5; i++) {
    expect([start(board).program, start(board).slots.onTrial]).toEqual([version(2), false]);
  }
});

test("after three starts without a word the board returns to the program before", () => {
  const board = newBoard();
  send(start(board).slots, version(2));
  const programs = [1, 2, 3, 4, 5].map(() => start(board).program);
  expect(programs).toEqual([version(2), version(2), version(2), FACTORY, FACTORY]);
  expect(start(board).slots.onTrial).toBe(false);
});

test("a try that cannot be counted does not take place", () => {
  const board = newBoard(2000);
  send(start(board).slots, version(2));
  board.storage.reserve("rest", board.storage.free());
  expect([start(board).program, start(board).slots.onTrial]).toEqual([FACTORY, false]);
});

test("a program that gives up is not started again", () => {
  const board = newBoard();
  send(start(board).slots, version(2));
  endTrial(start(board).slots, false);
  expect(start(board).program).toBe(FACTORY);
});

test("a bad update can be followed by a good one", () => {
  const board = newBoard();
  send(start(board).slots, version(2));
  endTrial(start(board).slots, false);
  expect(send(start(board).slots, version(3))).toBe(true);
  endTrial(start(board).slots, true);
  expect(start(board).program).toBe(version(3));
});

test("updates go to two slots in turn and never over the program that runs", () => {
  const board = newBoard();
  const slots: SlotName[] = [];
  for (let number = 2; number < 6; number++) {
    expect(send(start(board).slots, version(number))).toBe(true);
    const tried = start(board);
    slots.push(tried.slot);
    endTrial(tried.slots, true);
  }
  expect(slots).toEqual(["app-a", "app-b", "app-a", "app-b"]);
  expect(board.storage.read("app")).toBe(FACTORY);
});

test("a program on trial cannot overwrite the one to go back to", () => {
  const board = newBoard();
  send(start(board).slots, version(2));
  const { slots } = start(board);
  expect(reserveSlot(slots, 100)).toBe(false);
  expect(tryNext(slots, digestOf(FACTORY))).toBe(false);
});

test("what is not what was announced is never put on trial", () => {
  const board = newBoard();
  const { slots } = start(board);
  reserveSlot(slots, version(2).length);
  writeSlot(slots, 0, version(2).substring(0, 100));
  expect(slotHolds(slots, digestOf(version(2)))).toBe(false);
  expect(tryNext(slots, digestOf(version(2)))).toBe(false);
  expect(start(board).program).toBe(FACTORY);
});

test("no single flipped bit in the slot on trial gets it started", () => {
  fc.assert(
    fc.property(fc.nat(8 * version(2).length - 1), (bit) => {
      const board = newBoard();
      send(start(board).slots, version(2));
      board.flash.flip("app-a", bit);
      expect(start(board).program).toBe(FACTORY);
      expect(start(board).slots.onTrial).toBe(false);
    }),
  );
});

test("when the program's flash fails, the one before is started, then the one from the cable", () => {
  const board = newBoard();
  for (const number of [2, 3]) {
    send(start(board).slots, version(number));
    endTrial(start(board).slots, true);
  }
  board.flash.flip("app-b", 77);
  const kept = start(board);
  expect([kept.slot, kept.program, kept.slots.onTrial]).toEqual(["app-a", version(2), false]);
  expect(runningDigest(kept.slots)).toBe(digestOf(version(2)));
  board.flash.flip("app-a", 77);
  expect(start(board).program).toBe(FACTORY);
  expect(send(start(board).slots, version(4))).toBe(true);
  expect(start(board).program).toBe(version(4));
});

test("a board on which nothing is whole starts nothing", () => {
  const board = newBoard();
  board.flash.flip("app", 5);
  expect(chooseSlot(board.storage, sha256)).toBe(undefined);
});

test("a state that says nonsense is as good as none", () => {
  const texts = ["", "x", "1 app", factoryState("zz", sha256), `${"9 ".repeat(6)}0123456789abcdef`];
  for (const text of texts) {
    const board = newBoard();
    board.storage.write("slots1", text);
    expect(start(board).program).toBe(FACTORY);
  }
});

/** One start and what is done in it; `cut`: bytes of flash until the power goes, if it does. */
type Step = { readonly deed: "update" | "confirm" | "give up" | "nothing"; readonly cut: number };

const steps = fc.array(
  fc.record({
    deed: fc.constantFrom<Step["deed"]>("update", "update", "confirm", "give up", "nothing"),
    cut: fc.oneof(fc.constant(-1), fc.nat(2500)),
  }),
  { minLength: 5, maxLength: 40 },
);

const act = (board: Board, deed: Step["deed"], next: string): string => {
  const { slot, program, slots } = start(board);
  const running = board.storage.read(slot);
  if (deed === "update") send(slots, next);
  else if (deed === "confirm") endTrial(slots, true);
  else if (deed === "give up") endTrial(slots, false);
  expect(board.storage.read(slot)).toBe(running);
  return program;
};

test("cut off at any byte of any step, a board starts a whole program, and none it did not have", () => {
  fc.assert(
    fc.property(steps, (life) => {
      const board = newBoard(40_000);
      const known = new Set([FACTORY]);
      life.forEach(({ deed, cut }, i) => {
        const next = version(i + 2);
        known.add(next);
        board.flash.cutAfter(cut < 0 ? Number.POSITIVE_INFINITY : cut);
        try {
          expect(known).toContain(act(board, deed, next));
        } catch (problem) {
          if (!(problem instanceof PowerCut)) throw problem;
        }
        board.flash.powerOn();
        expect(known).toContain(start(board).program);
        expect(board.flash.compactions()).toBe(0);
      });
    }),
    { numRuns: 300 },
  );
});

test("cut off at each byte of a confirmation, a board runs the old or the new program, and goes on", () => {
  for (let cut = 0; cut < 300; cut++) {
    const board = newBoard();
    send(start(board).slots, version(2));
    const { slots } = start(board);
    board.flash.cutAfter(cut);
    try {
      endTrial(slots, true);
    } catch (problem) {
      expect(problem).toBeInstanceOf(PowerCut);
    }
    board.flash.powerOn();
    const after = start(board);
    expect(after.program).toBe(version(2));
    endTrial(after.slots, true);
    for (let i = 0; i < 4; i++) expect(start(board).program).toBe(version(2));
  }
});

test("flash is tidied when little is left and much is waste, and never else", () => {
  const { storage } = newBoard(300_000);
  expect(isWorthTidying(storage)).toBe(false);
  for (let i = 0; i < 20; i++) storage.write("big", String(i).padEnd(10_000, "x"));
  expect(isWorthTidying(storage)).toBe(true);
});
