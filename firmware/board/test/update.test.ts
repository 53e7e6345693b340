import { createHash } from "node:crypto";
import {
  CHUNK_LENGTH_MAX,
  type UpdateOffer,
  type UpdateReport,
} from "@battant/protocol/vocabulary/update";
import { encodeUpdateChunk, encodeUpdateOffer } from "@battant/protocol/wire/update";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createFakeStorage } from "../../simulator/fake-storage.ts";
import type { Storage } from "../hardware.ts";
import { createUpdate, hubHeard, receiveUpdate, startTrial, type UpdatePorts } from "../update.ts";
import {
  chooseSlot,
  createSlots,
  endTrial,
  factoryState,
  reserveSlot,
  type SlotName,
  tryNext,
  writeSlot,
} from "../update-slots.ts";
import { BOOT, createBench } from "./bench.ts";

// Goal: the next start tries the announced bytes or nothing new, whatever is lost, repeated, cut or
// flipped on the way; and a new program stays only if it hears the hub.
// Method: a flash that outlives the board and says what its next start would run, a hub that goes on
// from what the board reports, and every misfortune in between.

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const hash = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");

const programOf = (version: string, model = "relay-light", length = 1400): string => {
  const header = `//battant ${version} ${model}\n`;
  return header + '"use\\it";'.repeat(length).slice(0, length - header.length);
};

const OLD = programOf("0.9.0");
const NEW = programOf("0.10.0");

/** The part of the board that a power cut leaves alone. */
type Flash = {
  readonly storage: Storage;
  readonly running: SlotName;
  /** What the next start runs, each time that flash was told something new about it. */
  readonly told: string[];
  room: number;
  worn: boolean;
};

/** Looked up on a copy, for it counts as a try. */
const nextProgram = (storage: Storage): string => {
  const copy = createFakeStorage().storage;
  for (const name of storage.names("")) copy.write(name, storage.read(name)!);
  return copy.read(chooseSlot(copy, hash)!)!;
};

type Programs = {
  /** From the cable. */
  readonly factory?: string;
  /** Updates since then. The last one is on trial. */
  readonly updates?: readonly string[];
};

const createFlash = ({ factory = OLD, updates = [] }: Programs = {}): Flash => {
  const { storage } = createFakeStorage();
  storage.write("app", factory);
  storage.write("slots", factoryState(sha256(factory), hash));
  let running: SlotName = "app";
  for (const program of updates) {
    const slots = createSlots(storage, hash, running);
    endTrial(slots, true);
    reserveSlot(slots, program.length);
    writeSlot(slots, 0, program);
    tryNext(slots, sha256(program));
    running = chooseSlot(storage, hash)!;
  }
  const flash: Flash = {
    storage: {
      ...storage,
      reserve: (name, size) => size <= flash.room && storage.reserve(name, size),
      writeAt: (name, content, at) => !flash.worn && storage.writeAt(name, content, at),
      write: (name, content) => {
        if (flash.worn || !storage.write(name, content)) return false;
        flash.told.push(nextProgram(storage));
        return true;
      },
    },
    running,
    told: [],
    room: 100_000,
    worn: false,
  };
  return flash;
};

/** The new one runs on trial; beside it lies the old one. */
const flashOnTrial = (): Flash => createFlash({ factory: programOf("0.8.0"), updates: [OLD, NEW] });

const startBoard = (flash: Flash) => {
  const bench = createBench();
  const reports: UpdateReport[] = [];
  const board = { restarts: 0, borrowing: false, acknowledged: () => {}, announced: 0 };
  const { timers, uptime } = bench.hardware;
  const restart = (): void => void board.restarts++;
  const update = createUpdate(
    { boot: BOOT, timers, uptime, restart },
    {
      file: { model: "relay-light" },
      program: "0.9.0",
      slots: createSlots(flash.storage, hash, flash.running),
    },
  );
  startTrial(update, () => void board.announced++);
  const ports: UpdatePorts = {
    report: (report, acknowledged) => {
      reports.push(report);
      board.acknowledged = acknowledged;
      return true;
    },
    isBorrowing: () => board.borrowing,
  };
  const receive = (body: string): string | undefined => receiveUpdate(update, body, ports);
  const heard = (): void => void (board.announced += hubHeard(update) ? 1 : 0);
  return { bench, board, receive, heard, reports, last: () => reports.at(-1)! };
};

type Board = ReturnType<typeof startBoard>;

const offerOf = (program: string, change: Partial<UpdateOffer> = {}): string =>
  encodeUpdateOffer({
    size: program.length,
    digest: sha256(program),
    program: "0.10.0",
    downgrade: false,
    ...change,
  });

const chunkOf = (program: string, at: number, length = CHUNK_LENGTH_MAX): string =>
  encodeUpdateChunk({ at, data: program.slice(at, at + length) });

/** A hub that goes on from what the board says, until it says something else than `receiving`. */
const send = (board: Board, program: string, offer = offerOf(program)): UpdateReport => {
  board.receive(offer);
  for (let i = 0; i < 100 && board.last().state === "receiving"; i++) {
    board.receive(chunkOf(program, board.last().at));
  }
  return board.last();
};

test("a program arrives in chunks, each reported, and is tried at the next start", () => {
  const flash = createFlash();
  const board = startBoard(flash);
  expect(send(board, NEW)).toEqual({ boot: BOOT, state: "verified", at: 1400 });
  expect(board.reports.map((it) => [it.state, it.at])).toEqual([
    ["receiving", 0],
    ["receiving", 512],
    ["receiving", 1024],
    ["verified", 1400],
  ]);
  expect(flash.told).toEqual([NEW]);
  expect(board.board.restarts).toBe(0);
});

test("the board restarts a second after the hub has the last report, or five without that", () => {
  const answered = startBoard(createFlash());
  send(answered, NEW);
  answered.board.acknowledged();
  answered.bench.pass(1000);
  expect(answered.board.restarts).toBe(1);

  const unanswered = startBoard(createFlash());
  send(unanswered, NEW);
  unanswered.bench.pass(4999);
  expect(unanswered.board.restarts).toBe(0);
  unanswered.bench.pass(1);
  expect(unanswered.board.restarts).toBe(1);
});

test("the restart waits for the end of the leases, for ten minutes at most", () => {
  const board = startBoard(createFlash());
  board.board.borrowing = true;
  send(board, NEW);
  board.board.acknowledged();
  board.bench.pass(300_000);
  expect(board.board.restarts).toBe(0);
  board.board.borrowing = false;
  board.bench.pass(1000);
  expect(board.board.restarts).toBe(1);

  const busy = startBoard(createFlash());
  busy.board.borrowing = true;
  send(busy, NEW);
  busy.bench.pass(599_999);
  expect(busy.board.restarts).toBe(0);
  busy.bench.pass(1);
  expect(busy.board.restarts).toBe(1);
});

test("what is asked after the last chunk is answered as the last chunk was", () => {
  const flash = createFlash();
  const board = startBoard(flash);
  send(board, NEW);
  board.receive(chunkOf(NEW, 1024));
  expect(board.last()).toMatchObject({ state: "verified", at: 1400 });
  board.receive(offerOf(NEW));
  expect(board.last()).toMatchObject({ state: "verified", at: 1400 });
  board.receive(encodeUpdateChunk({ at: 1400, data: "more" }));
  expect(board.last()).toMatchObject({ state: "verified", at: 1400 });
  expect(flash.told).toHaveLength(1);
});

test("another program must wait until the verified one was started", () => {
  const flash = createFlash();
  const board = startBoard(flash);
  send(board, NEW);
  const other = programOf("0.11.0");
  const problem = board.receive(offerOf(other, { program: "0.11.0" }));
  expect(problem).toBe("another program is about to start");
  expect(flash.storage.read("app-a")).toBe(NEW);
});

test("a chunk out of turn is answered with the right place, and written nowhere", () => {
  const board = startBoard(createFlash());
  board.receive(offerOf(NEW));
  board.receive(chunkOf(NEW, 512));
  expect(board.last()).toEqual({ boot: BOOT, state: "receiving", at: 0 });
  board.receive(chunkOf(NEW, 0));
  board.receive(chunkOf(NEW, 0));
  expect(board.last()).toEqual({ boot: BOOT, state: "receiving", at: 512 });
});

test("an offer that comes again goes on where the board is, another one begins anew", () => {
  const board = startBoard(createFlash());
  board.receive(offerOf(NEW));
  board.receive(chunkOf(NEW, 0));
  board.receive(offerOf(NEW));
  expect(board.last()).toMatchObject({ state: "receiving", at: 512 });
  const newer = programOf("0.11.0");
  expect(send(board, newer, offerOf(newer, { program: "0.11.0" })).state).toBe("verified");
});

const versions: readonly [offered: string, downgrade: boolean, taken: boolean][] = [
  ["0.10.0", false, true],
  ["0.9.1", false, true],
  ["1", false, true],
  ["0.9.0.1", false, true],
  ["0.9.0", false, false],
  ["0.9", false, false],
  ["0.8.99", false, false],
  ["0.0.0", false, false],
  ["latest", false, false],
  ["0.9.0", true, true],
  ["0.8.99", true, true],
];

test.each(versions)(
  "over 0.9.0, version %s, downgrade %s: taken %s",
  (program, downgrade, taken) => {
    const text = programOf(program, "relay-light", 1000);
    const board = startBoard(createFlash());
    const report = send(board, text, offerOf(text, { program, downgrade }));
    expect(report.state).toBe(taken ? "verified" : "refused");
    if (!taken) expect(report.problem).toBe("not newer than what runs");
  },
);

const FOREIGN = programOf("0.10.0", "energy");

type Refusal = {
  readonly what: string;
  readonly offer: string;
  readonly problem: string;
  readonly factory?: string;
  readonly flash?: Partial<Pick<Flash, "room" | "worn">>;
  readonly sent?: string;
};

const refusals: readonly Refusal[] = [
  {
    what: "too big for the flash",
    flash: { room: 1399 },
    offer: offerOf(NEW),
    problem: "no room for it",
  },
  {
    what: "bigger than any",
    offer: offerOf(NEW, { size: 131_073 }),
    problem: "size is above 131072 bytes",
  },
  {
    what: "that runs already",
    factory: NEW,
    offer: offerOf(NEW, { downgrade: true }),
    problem: "it runs already",
  },
  {
    what: "for another kind of board",
    offer: offerOf(FOREIGN),
    sent: FOREIGN,
    problem: "for another kind of board",
  },
  {
    what: "that is not the version of the offer",
    offer: offerOf(NEW, { program: "0.11.0" }),
    problem: "for another kind of board",
  },
  {
    what: "longer than was announced",
    offer: offerOf(NEW, { size: 1300 }),
    problem: "longer than was announced",
  },
  {
    what: "that is not what was announced",
    offer: offerOf(NEW, { digest: sha256("another") }),
    problem: "not what was announced",
  },
  {
    what: "on a flash that is worn",
    flash: { worn: true },
    offer: offerOf(NEW),
    problem: "the flash does not take it",
  },
];

test.each(refusals)(
  "a program $what is refused with the reason",
  ({ factory = OLD, flash, offer, sent, problem }) => {
    const kept = Object.assign(createFlash({ factory }), flash);
    const board = startBoard(kept);
    expect(send(board, sent ?? NEW, offer)).toMatchObject({ state: "refused", at: 0, problem });
    expect(kept.told).toEqual([]);
    board.bench.pass(3_600_000);
    expect(board.board.restarts).toBe(0);
  },
);

test("a program on trial takes no other: its place holds the one to go back to", () => {
  const flash = flashOnTrial();
  const board = startBoard(flash);
  expect(board.receive(offerOf(NEW))).toBe("on trial itself: try again in five minutes");
  expect(flash.storage.read("app-a")).toBe(OLD);
});

test("a chunk that nobody announced is refused", () => {
  const board = startBoard(createFlash());
  expect(board.receive(chunkOf(NEW, 0))).toBe("nothing was offered");
  expect(board.last()).toMatchObject({ state: "refused", at: 0 });
});

test.each(["", "{", "null", '{"at":-1,"data":"x"}', '{"size":1,"sha":"x","program":"1"}'])(
  "a message that reads %j is refused, and what was received stays",
  (body) => {
    const flash = createFlash();
    const board = startBoard(flash);
    board.receive(offerOf(NEW));
    board.receive(chunkOf(NEW, 0));
    expect(board.receive(body)).toBeDefined();
    expect(board.last().state).toBe("refused");
    board.receive(chunkOf(NEW, 512));
    board.receive(chunkOf(NEW, 1024));
    expect(flash.told).toEqual([NEW]);
  },
);

// The trial.

test.each([
  ["before thirty seconds, it is confirmed at thirty", 10_000, 30_000],
  ["later, it is confirmed at once", 120_000, 120_000],
])("a program on trial that hears the hub %s", (_, heardAt, confirmedAt) => {
  const flash = flashOnTrial();
  const board = startBoard(flash);
  board.bench.pass(heardAt);
  board.heard();
  expect(flash.told).toEqual(confirmedAt <= heardAt ? [NEW] : []);
  board.bench.pass(confirmedAt - heardAt);
  expect(flash.told).toEqual([NEW]);
  expect(board.board.announced).toBe(1);
  board.bench.pass(3_600_000);
  board.heard();
  expect(flash.told).toEqual([NEW]);
  for (let start = 0; start < 5; start++) expect(chooseSlot(flash.storage, hash)).toBe("app-b");
  expect(board.board.restarts).toBe(0);
});

test("a program on trial that hears nobody for five minutes gives up and restarts", () => {
  const flash = flashOnTrial();
  const board = startBoard(flash);
  board.bench.pass(299_999);
  expect(board.board.restarts).toBe(0);
  board.bench.pass(1);
  expect(flash.told).toEqual([OLD]);
  expect(board.board.restarts).toBe(1);
});

test("a confirmation that flash does not take is tried again, and is not announced before", () => {
  const flash = flashOnTrial();
  flash.worn = true;
  const board = startBoard(flash);
  board.bench.pass(60_000);
  board.heard();
  expect(board.board.announced).toBe(0);
  flash.worn = false;
  board.heard();
  expect(flash.told).toEqual([NEW]);
  expect(board.board.announced).toBe(1);
});

test("a program that is not on trial needs nobody", () => {
  const flash = createFlash();
  const board = startBoard(flash);
  board.heard();
  board.bench.pass(86_400_000);
  expect(flash.told).toEqual([]);
  expect(board.board.restarts).toBe(0);
});

// Misfortune.

const boundaries = [0, 1, 2, 3];

test.each(boundaries)(
  "power cut after chunk %i: the old program stays, and the hub begins anew",
  (cut) => {
    const flash = createFlash();
    const before = startBoard(flash);
    before.receive(offerOf(NEW));
    for (let i = 0; i < cut; i++) before.receive(chunkOf(NEW, i * CHUNK_LENGTH_MAX));
    // With the last chunk the program is verified: only then may the next start try it.
    expect(flash.told).toEqual(cut === 3 ? [NEW] : []);
    const after = startBoard(flash);
    expect(after.receive(chunkOf(NEW, cut * CHUNK_LENGTH_MAX))).toBeDefined();
    expect(after.last()).toMatchObject({ state: "refused", at: 0 });
    expect(send(after, NEW).state).toBe("verified");
  },
);

const flips = [0, 1, 2].flatMap((chunk) => [0, 3, 6].map((bit) => [chunk, bit] as const));

test.each(flips)("one flipped bit in chunk %i (bit %i) is never tried", (chunk, bit) => {
  const at = chunk * CHUNK_LENGTH_MAX + 100;
  const flipped = String.fromCharCode(NEW.charCodeAt(at) ^ (1 << bit));
  const wrong = NEW.slice(0, at) + flipped + NEW.slice(at + 1);
  const flash = createFlash();
  const board = startBoard(flash);
  expect(send(board, wrong, offerOf(NEW))).toMatchObject({
    state: "refused",
    problem: "not what was announced",
  });
  expect(flash.told).toEqual([]);
  expect(send(board, NEW).state).toBe("verified");
  expect(flash.told).toEqual([NEW]);
});

type Message =
  | { readonly kind: "offer"; readonly which: number }
  | { readonly kind: "chunk"; readonly which: number; readonly at: number; readonly length: number }
  | { readonly kind: "next"; readonly which: number }
  | { readonly kind: "noise"; readonly text: string }
  | { readonly kind: "cut" };

const which = fc.nat(2);
const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("offer" as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("chunk" as const),
      which,
      at: fc.constantFrom(0, 512, 1024, 1, 1399),
      length: fc.constantFrom(512, 376, 1),
    }),
  },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("next" as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("noise" as const), text: fc.json() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const) }) },
);

test("in any order, lost, repeated, mixed or cut, only announced bytes are ever tried", () => {
  const programs = ["0.10.0", "0.11.0", "0.12.0"].map((it) => programOf(it));
  const announced = new Set(programs);
  let tried = 0;
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40, size: "max" }), (messages) => {
      const flash = createFlash();
      let board = startBoard(flash);
      for (const it of messages) {
        if (it.kind === "cut") board = startBoard(flash);
        else if (it.kind === "noise") board.receive(it.text);
        else {
          const text = programs[it.which]!;
          const at = it.kind === "chunk" ? it.at : (board.reports.at(-1)?.at ?? 0);
          if (it.kind === "offer") {
            board.receive(offerOf(text, { program: `0.${10 + it.which}.0` }));
          } else if (at < text.length) {
            board.receive(chunkOf(text, at, it.kind === "chunk" ? it.length : 512));
          }
        }
      }
      tried += flash.told.length;
      expect(flash.told.every((it) => announced.has(it))).toBe(true);
      // Whatever happened, a hub that asks gets there, unless another program is about to start.
      if (flash.told.length === 0) expect(send(startBoard(flash), NEW).state).toBe("verified");
    }),
    { numRuns: 500 },
  );
  expect(tried).toBeGreaterThan(50);
});
