import { setTimeout as sleep } from "node:timers/promises";
import { CHUNK_LENGTH_MAX } from "@battant/protocol/vocabulary/update";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildParts, buildProgram, type HostBoard, type Parts } from "../host/board.ts";
import { createVmBoard, type VmBoard } from "../host/vm.ts";
import {
  chunkCount,
  chunkOf,
  flipped,
  forEach,
  inGroups,
  kindsOfBoard,
  type Member,
  offerOf,
  powerCycle,
  powerOn,
  type ScriptedHub,
  startScriptedHub,
  withMember,
} from "./update-kit.ts";

// Goal: an update that is cut off or spoilt, at whatever chunk, leaves a board that runs a whole
// program, and never one that was not verified.
// Method: the bundle as it was built, in a vm and, when ESPRUINO names one, in a real interpreter;
// its hub sends it a real bundle of the next version over a real broker; power goes at each chunk
// boundary and in the midst of each write. An interpreter is slower: it gets every tenth chunk.
//
// EVERY_CHUNK=1 gives a vm every chunk, where it has every fourth without: that takes a minute.
// EVERY_CUT=1 finishes an update after each single cut; without, after ten.

/** Of chunks that cost a whole update each, every fourth has its turn. */
const STRIDE = process.env["EVERY_CHUNK"] === undefined ? 4 : 1;

/** A trial takes 30 s of a board's time. */
const SPEED = 25;
/** More programs would not fit beside each other in flash, and only a start tidies up. */
const CUTS_PER_BOARD = process.env["EVERY_CUT"] === undefined ? 10 : 1;
const TIMEOUT_MS = 1_800_000;

const KINDS = kindsOfBoard();

let parts: Parts;
let next: string;
let hub: ScriptedHub;

beforeAll(async () => {
  parts = await buildParts("relay-light");
  next = await buildProgram("relay-light", "0.2.0");
  hub = await startScriptedHub();
});

afterAll(() => hub.close());

const withBoard = <Board extends HostBoard>(
  created: Promise<Board>,
  action: (member: Member<Board>) => Promise<void>,
): Promise<void> => withMember(hub, created, action);

const OLD = { program: "0.1.0", trial: false, slot: "app" };
const NEW_ON_TRIAL = { program: "0.2.0", trial: true, slot: "app-a" };
const NEW = { program: "0.2.0", trial: false, slot: "app-a" };

/** From the first byte to the day after. */
const finish = async (member: Member<HostBoard>): Promise<void> => {
  const { board, talk } = member;
  expect(await talk.bring(next)).toMatchObject({ state: "verified", at: next.length });
  await talk.described((it) => it.program === "0.2.0" && it.trial === true);
  await talk.described((it) => it.program === "0.2.0" && it.trial !== true);
  expect(await powerCycle(member)).toEqual(NEW);
  expect(board.mishaps()).toEqual([]);
  expect(board.console()).not.toContain("does not start");
};

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const endOf = (chunk: number): number => Math.min((chunk + 1) * CHUNK_LENGTH_MAX, next.length);

describe.each(KINDS)("on $name", ({ isVm, create }) => {
  const stride = isVm ? STRIDE : 10;
  const every = <T>(all: readonly T[]): T[] => all.filter((_, i) => i % stride === 0);
  const created = (): Promise<HostBoard> => create({ parts, speed: SPEED });

  test(
    "power that goes between any two chunks leaves the old program, and the update its way",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      // Also before the first chunk, and not after the last: that is the next test.
      const ends = every(numbers(chunkCount(next)).map((chunk) => chunk * CHUNK_LENGTH_MAX));
      await forEach(inGroups(CUTS_PER_BOARD, ends), (group) =>
        withBoard(created(), async (member) => {
          expect(await powerOn(member)).toEqual(OLD);
          for (const end of group) {
            const report = await member.talk.bring(next, { end });
            expect(report).toMatchObject({ state: "receiving", at: end });
            expect(await powerCycle(member), `cut off at byte ${end}`).toEqual(OLD);
          }
          await finish(member);
        }),
      );
    },
  );

  test(
    "power that goes once all is verified leaves the new program, on trial",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      await withBoard(created(), async (member) => {
        await powerOn(member);
        expect(await member.talk.bring(next)).toMatchObject({ state: "verified" });
        expect(await powerCycle(member)).toEqual(NEW_ON_TRIAL);
        await member.talk.described(({ trial }) => trial !== true);
        expect(await powerCycle(member)).toEqual(NEW);
        expect(member.board.mishaps()).toEqual([]);
      });
    },
  );

  test(
    "one flipped bit of each message on its way, and it is as if it had never come",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      await withBoard(created(), async (member) => {
        const { talk } = member;
        await powerOn(member);
        await talk.offer(next);
        for (const chunk of numbers(chunkCount(next))) {
          const at = chunk * CHUNK_LENGTH_MAX;
          talk.send(chunkOf(next, at), (sealed) => flipped(sealed, (chunk * 97) % sealed.length));
          expect(await talk.chunk(next, at)).toMatchObject({ at: endOf(chunk) });
        }
        expect(talk.reports()).toBe(1 + chunkCount(next));
        await talk.described(({ program, trial }) => program === "0.2.0" && trial !== true);
      });
    },
  );

  test(
    "one flipped bit in a chunk, well sealed all the same, and the program is refused whole",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      // The flash of an Espruino on Linux may hold no more than four programs.
      const perBoard = isVm ? CUTS_PER_BOARD : 2;
      await forEach(inGroups(perBoard, every(numbers(chunkCount(next)))), (group) =>
        withBoard(created(), async (member) => {
          const { board, talk } = member;
          await powerOn(member);
          for (const chunk of group) {
            const at = chunk * CHUNK_LENGTH_MAX;
            const sent = flipped(next, at + ((chunk * 97) % (endOf(chunk) - at)));
            const report = await talk.bring(next, { sent });
            const problem = expect.stringMatching(/not what was announced|another kind of board/);
            expect(report, `a bit of chunk ${chunk}`).toMatchObject({ state: "refused", problem });
          }
          expect(await powerCycle(member)).toEqual(OLD);
          await board.kill();
          // No slot was ever said to be worth a trial.
          expect([await board.read("slots0"), await board.read("slots1")]).toEqual([
            undefined,
            undefined,
          ]);
          await powerOn(member);
          await finish(member);
        }),
      );
    },
  );

  test(
    "one flipped bit in the flash of a program on trial, and it is never started",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      const onTrial = new Map<string, string>();
      await withBoard(created(), async (member) => {
        await powerOn(member);
        await member.talk.bring(next);
        await member.board.kill();
        // The state before an update that is verified is the one from the cable.
        for (const name of ["app-a", "slots1"]) {
          onTrial.set(name, (await member.board.read(name))!);
        }
      });
      await forEach(inGroups(30, every(numbers(chunkCount(next)))), (group) =>
        withBoard(created(), async (member) => {
          const { board } = member;
          for (const chunk of group) {
            const at = chunk * CHUNK_LENGTH_MAX + ((chunk * 97) % 50);
            await board.install(
              "app-a",
              flipped(onTrial.get("app-a")!, Math.min(at, next.length - 1)),
            );
            await board.install("slots0", "none");
            await board.install("slots1", onTrial.get("slots1")!);
            expect(await powerOn(member), `a bit of chunk ${chunk}`).toEqual(OLD);
            await board.kill();
          }
          expect(board.console()).not.toContain("does not start");
        }),
      );
    },
  );

  test(
    "flash that fails under the program that runs brings back the one before",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      await withBoard(created(), async (member) => {
        const { board } = member;
        await powerOn(member);
        await finish(member);
        await board.kill();
        await board.install("app-a", flipped(next, next.length >> 1));
        expect(await powerOn(member)).toEqual(OLD);
        // And what it runs now takes the update once more.
        await finish(member);
      });
    },
  );
});

// A vm's power is cut at a byte instead.
const interpreters = KINDS.filter(({ isVm }) => !isVm);

describe.each(interpreters)("on $name, in the midst of writing to flash", ({ create }) => {
  test(
    "power that goes at any moment leaves the old program, and the update its way",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      const chunks = numbers(chunkCount(next) - 1).filter((chunk) => chunk % 4 === 0);
      await withBoard(create({ parts, speed: SPEED }), async (member) => {
        await powerOn(member);
        for (const chunk of chunks) {
          const at = chunk * CHUNK_LENGTH_MAX;
          await member.talk.bring(next, { end: at });
          member.talk.send(chunkOf(next, at));
          await sleep(chunk % 9);
          expect(await powerCycle(member), `cut off after byte ${at}`).toEqual(OLD);
        }
        await finish(member);
      });
    },
  );
});

describe("on a vm, in the midst of writing to flash", () => {
  const created = (): Promise<VmBoard> => createVmBoard({ parts, speed: SPEED });

  type Cut = { readonly chunk: number; readonly bytes: number };

  /** Power for so many bytes of what this chunk makes the board write, and no more. */
  const cutIn = async ({ board, talk }: Member<VmBoard>, { chunk, bytes }: Cut): Promise<void> => {
    const at = chunk * CHUNK_LENGTH_MAX;
    const isOffer = chunk < 0;
    if (!isOffer) await talk.bring(next, { end: at });
    const gone = board.cutAfter(bytes);
    talk.send(isOffer ? offerOf(next) : chunkOf(next, at));
    await gone;
  };

  /** How many of these cuts a board came through. */
  const survived = async (cuts: readonly Cut[]): Promise<number> => {
    let count = 0;
    await forEach(inGroups(CUTS_PER_BOARD, cuts), (group) =>
      withBoard(created(), async (member) => {
        await powerOn(member);
        for (const cut of group) {
          await cutIn(member, cut);
          expect(await powerOn(member), JSON.stringify(cut)).toEqual(OLD);
          count++;
        }
        await finish(member);
      }),
    );
    return count;
  };

  test(
    "power that goes at some byte of any chunk leaves the old program, and the update its way",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      const chunks = numbers(chunkCount(next)).filter((chunk) => chunk % STRIDE === 0);
      const cuts = chunks.map((chunk) => ({
        chunk,
        bytes: (chunk * 97) % (endOf(chunk) - chunk * CHUNK_LENGTH_MAX),
      }));
      expect(await survived(cuts)).toBe(chunks.length);
    },
  );

  test(
    "so does power that goes while room is made, or while what comes next is written down",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      const last = chunkCount(next) - 1;
      const data = endOf(last) - last * CHUNK_LENGTH_MAX;
      const cuts = [
        ...[0, 1, 31].map((bytes) => ({ chunk: -1, bytes })),
        // A header of 32 bytes, and a line of some 160.
        ...[0, 1, 31, 32, 33, 80, 120, 160].map((more) => ({ chunk: last, bytes: data + more })),
      ];
      expect(await survived(cuts)).toBe(11);
    },
  );
});
