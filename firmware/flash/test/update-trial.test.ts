import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildParts, buildProgram, type HostBoard, type Parts } from "../host/board.ts";
import { createVmBoard } from "../host/vm.ts";
import {
  kindsOfBoard,
  type Member,
  powerCycle,
  powerOn,
  type ScriptedHub,
  startScriptedHub,
  withMember,
} from "./update-kit.ts";

// Goal: a new program stays only where it works: whatever is wrong with it, the board comes back to
// the one before, without anybody's help.
// Method: the bundle as it was built takes real and broken programs from its hub over a real broker,
// in a vm and, when ESPRUINO names one, in a real interpreter; time passes faster.

const SPEED = 25;
const TIMEOUT_MS = 120_000;

let parts: Parts;
let next: string;
let hub: ScriptedHub;

beforeAll(async () => {
  parts = await buildParts("relay-light");
  next = await buildProgram("relay-light", "0.2.0");
  hub = await startScriptedHub();
});

afterAll(() => hub.close());

const OLD = { program: "0.1.0", trial: false, slot: "app" };

const programThat = (does: string, version = "0.2.0"): string =>
  `//battant ${version} relay-light\n${does}\n`;

/** The whole program, but it calls its hub in a language that the hub does not speak. */
const deaf = (): string => {
  const text = next.replace('require("net")', 'require("tls")');
  if (text === next) throw new Error("the bundle does not choose its network as it used to");
  return text;
};

/** With a program verified, and the board about to start it. */
const onTrial = async (member: Member<HostBoard>, program: string): Promise<void> => {
  expect(await powerOn(member)).toEqual(OLD);
  expect(await member.talk.bring(program)).toMatchObject({ state: "verified" });
  // What the old program says no more counts, and the new one has a birth of its own.
  member.talk.forget();
};

const comesBack = async ({ board, talk }: Member<HostBoard>): Promise<void> => {
  const { program, trial = false } = await talk.described(({ program }) => program === "0.1.0");
  expect({ program, trial, slot: await board.ask("battantSlot") }).toEqual(OLD);
};

const BROKEN: readonly (readonly [what: string, does: string])[] = [
  ["throws as it starts", 'throw new Error("broken");'],
  ["is no JavaScript", "start({ file: ((( );"],
  ["does nothing at all", ""],
];

describe.each(kindsOfBoard())("on $name", ({ create }) => {
  const withBoard = (
    speed: number,
    action: (member: Member<HostBoard>) => Promise<void>,
  ): Promise<void> => withMember(hub, create({ parts, speed }), action);

  test.each(BROKEN)(
    "a program that %s is given up after three starts",
    {
      timeout: TIMEOUT_MS,
    },
    async (_what, does) => {
      await withBoard(SPEED, async (member) => {
        const { board } = member;
        await onTrial(member, programThat(does));
        await comesBack(member);
        expect(board.console().match(/app-a does not start/g)).toHaveLength(3);
        // Once to try it, and once for each time it failed.
        expect(board.restarts()).toBe(4);
        expect(await powerCycle(member)).toEqual(OLD);
      });
    },
  );

  test(
    "a program that never reaches the hub is given up after five minutes",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      const speed = 100;
      await withBoard(speed, async (member) => {
        await onTrial(member, deaf());
        const since = performance.now();
        await comesBack(member);
        const minutes = ((performance.now() - since) * speed) / 60_000;
        expect(minutes).toBeGreaterThan(4.9);
        expect(member.board.restarts()).toBe(2);
        expect(await powerCycle(member)).toEqual(OLD);
      });
    },
  );

  test(
    "a start that the power ends counts: after the third the board goes back",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      await withBoard(1, async (member) => {
        const { board, talk } = member;
        await powerOn(member);
        await talk.bring(next);
        for (let start = 1; start <= 3; start++) {
          expect(await powerCycle(member), `start ${start}`).toEqual({
            program: "0.2.0",
            trial: true,
            slot: "app-a",
          });
        }
        expect(await powerCycle(member)).toEqual(OLD);
        expect(board.restarts()).toBe(0);
      });
    },
  );

  test(
    "a program that was given up can be followed by a better one, which stays",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      await withBoard(SPEED, async (member) => {
        const { board, talk } = member;
        await onTrial(member, programThat("oh(no"));
        await comesBack(member);
        expect(await talk.bring(next)).toMatchObject({ state: "verified" });
        await talk.described((it) => it.program === "0.2.0" && it.trial !== true);
        for (let cut = 0; cut < 4; cut++) {
          const running = { program: "0.2.0", trial: false, slot: "app-a" };
          expect(await powerCycle(member)).toEqual(running);
        }
        expect(board.mishaps()).toHaveLength(3);
      });
    },
  );

  test(
    "a program that is not newer is taken only when that is asked for",
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      const older = await buildProgram("relay-light", "0.0.9");
      await withBoard(SPEED, async (member) => {
        const { board, talk } = member;
        expect(await powerOn(member)).toEqual(OLD);
        const refused = (problem: string) => ({ state: "refused", problem });
        const same = parts.program.replace("\n", "\n\n");
        expect(await talk.offer(older)).toMatchObject(refused("not newer than what runs"));
        expect(await talk.offer(same)).toMatchObject(refused("not newer than what runs"));
        expect(await talk.offer(parts.program, true)).toMatchObject(refused("it runs already"));
        expect(await talk.bring(older, { downgrade: true })).toMatchObject({ state: "verified" });
        await talk.described((it) => it.program === "0.0.9" && it.trial !== true);
        expect(await powerCycle(member)).toEqual({ program: "0.0.9", trial: false, slot: "app-a" });
        expect(board.mishaps()).toEqual([]);
      });
    },
  );

  test("a program for another kind of board is refused with its first chunk", async () => {
    const other = await buildProgram("relay", "0.2.0");
    await withBoard(SPEED, async (member) => {
      await powerOn(member);
      expect(await member.talk.bring(other)).toMatchObject({
        state: "refused",
        problem: "for another kind of board",
      });
      expect(await powerCycle(member)).toEqual(OLD);
    });
  });

  test("while it is on trial itself a program takes no other", async () => {
    const after = await buildProgram("relay-light", "0.3.0");
    await withBoard(SPEED, async (member) => {
      const { talk } = member;
      await onTrial(member, next);
      await talk.described((it) => it.trial === true);
      expect(await talk.offer(after)).toMatchObject({
        state: "refused",
        problem: "on trial itself: try again in five minutes",
      });
      await talk.described((it) => it.trial !== true);
      expect(await talk.bring(after)).toMatchObject({ state: "verified" });
      await talk.described((it) => it.program === "0.3.0" && it.trial !== true);
      expect((await powerCycle(member)).slot).toBe("app-b");
    });
  });
});

test("on a vm, a program that forgets its watchdog is given up after three starts", async () => {
  const created = createVmBoard({ parts, speed: SPEED, watchdog: 1 });
  await withMember(hub, created, async (member) => {
    const { board } = member;
    await onTrial(member, programThat("battant = {};"));
    await comesBack(member);
    expect(board.restarts()).toBe(4);
    expect(board.console()).not.toContain("does not start");
  });
});
