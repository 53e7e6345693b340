import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId, BootId } from "@battant/protocol/vocabulary/ids";
import { after, hours, type Instant, minutes, seconds } from "@battant/protocol/vocabulary/units";
import type { UpdateReport } from "@battant/protocol/vocabulary/update";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  beginUpdate,
  followUpdate,
  isOver,
  type Parcel,
  type Update,
  type UpdateEvent,
  type UpdateProgress,
  type WantedProgram,
} from "../src/domain/update.ts";
import { NOON } from "./building.ts";

// Goal: a board gets a program whatever is lost and whoever starts again, or people learn why not.
// Method: the conversation told step by step, then any conversation at all.

const FIRST = "b1" as BootId;
const SECOND = "b2" as BootId;

const wanted: WantedProgram = {
  board: "hall-1" as BoardId,
  asked: NOON,
  digest: "0".repeat(64),
  size: 1200,
  program: "0.2.0",
  model: "light",
  downgrade: false,
};

const described = (change: Partial<Description> = {}): UpdateEvent => ({
  kind: "described",
  description: {
    contract: 1,
    boot: FIRST,
    model: "light",
    program: "0.1.0",
    sensors: [],
    relays: [],
    ...change,
  },
});

const receiving = (at: number, boot = FIRST): UpdateEvent => ({
  kind: "reported",
  report: { boot, state: "receiving", at },
});

const verified: UpdateEvent = {
  kind: "reported",
  report: { boot: FIRST, state: "verified", at: 1200 },
};

const away: UpdateEvent = { kind: "away" };

type Story = {
  tell(event: UpdateEvent): Parcel | undefined;
  /** Lets time pass in steps of a second; what was sent meanwhile. */
  wait(span: number): Parcel[];
  update(): Update;
  progress(): UpdateProgress;
};

const story = (progress: UpdateProgress = { kind: "waiting" }, asked = wanted): Story => {
  let now: Instant = NOON;
  let update = beginUpdate({ wanted: asked, progress }, now);
  const tell = (event: UpdateEvent): Parcel | undefined => {
    const step = followUpdate(update, event, now);
    update = step.update;
    return step.send;
  };
  return {
    tell,
    wait: (span) => {
      const sent: Parcel[] = [];
      for (let passed = 0; passed < span; passed += 1000) {
        now = after(now, seconds(1));
        const send = tell({ kind: "tick" });
        if (send !== undefined) sent.push(send);
      }
      return sent;
    },
    update: () => update,
    progress: () => update.progress,
  };
};

const failure = (it: Story): string => {
  const progress = it.progress();
  return progress.kind === "failed" ? progress.problem : `not failed but ${progress.kind}`;
};

test("the board is offered the program, gets it at its pace, tries it and keeps it", () => {
  const it = story();
  expect(it.wait(minutes(30))).toEqual([]); // It is not there yet.
  expect(it.tell(described())).toBe("offer");
  expect(it.tell(receiving(0))).toEqual({ at: 0 });
  expect(it.tell(receiving(512))).toEqual({ at: 512 });
  expect(it.progress()).toEqual({ kind: "sending", at: 512 });
  expect(it.tell(receiving(1024))).toEqual({ at: 1024 });
  expect(it.tell(receiving(1200))).toBeUndefined();
  expect(it.tell(verified)).toBeUndefined();
  expect(it.progress()).toEqual({ kind: "verified", boot: FIRST });
  it.tell(away);
  expect(it.tell(described({ boot: SECOND, program: "0.2.0", trial: true }))).toBeUndefined();
  expect(it.progress()).toEqual({ kind: "trial" });
  it.tell(described({ boot: SECOND, program: "0.2.0" }));
  expect(it.progress()).toEqual({ kind: "done" });
});

test("a board that runs it already is left alone", () => {
  const it = story();
  expect(it.tell(described({ program: "0.2.0" }))).toBeUndefined();
  expect(it.progress()).toEqual({ kind: "done" });
});

test("one chunk is on its way at a time, whatever the board repeats", () => {
  const it = story();
  it.tell(described());
  expect(it.tell(receiving(0))).toEqual({ at: 0 });
  expect(it.tell(receiving(0))).toBeUndefined();
  expect(it.tell(receiving(0))).toBeUndefined();
  expect(it.tell(receiving(512))).toEqual({ at: 512 });
});

test("a lost chunk is noticed after ten seconds, and the board says again where it is", () => {
  const it = story();
  it.tell(described());
  it.tell(receiving(0));
  expect(it.wait(seconds(9))).toEqual([]);
  expect(it.wait(seconds(1))).toEqual(["offer"]);
  expect(it.tell(receiving(0))).toEqual({ at: 0 });
});

test("a board that wants another place than the hub thought gets that", () => {
  const it = story();
  it.tell(described());
  it.tell(receiving(0));
  expect(it.tell(receiving(700))).toEqual({ at: 700 });
  expect(it.tell(receiving(300))).toEqual({ at: 300 });
  expect(it.tell(receiving(1201))).toBeUndefined(); // There is nothing there.
});

test("a hub that was started again goes on where the board is", () => {
  const it = story({ kind: "sending", at: 512 });
  expect(it.tell(described())).toBe("offer");
  expect(it.tell(receiving(1024))).toEqual({ at: 1024 });
});

test("a board that was away or has started again is offered the program again", () => {
  const it = story();
  it.tell(described());
  it.tell(receiving(512));
  it.tell(away);
  expect(it.wait(hours(3))).toEqual([]);
  expect(it.tell(described())).toBe("offer");
  it.tell(receiving(1024));
  expect(it.tell(described({ boot: SECOND }))).toBe("offer");
  expect(it.tell(receiving(1024))).toBeUndefined(); // From the start before.
  expect(it.tell(receiving(1024, SECOND))).toEqual({ at: 1024 });
});

test("its hourly description does not disturb a board that is being sent a program", () => {
  const it = story();
  it.tell(described());
  it.tell(receiving(0));
  expect(it.tell(described())).toBeUndefined();
  expect(it.tell(receiving(512))).toEqual({ at: 512 });
});

test("what is said of a program that was asked for before is not taken for this one", () => {
  const it = story();
  expect(it.tell(described())).toBe("offer");
  const report = { boot: FIRST, state: "verified", at: 900 } as const;
  it.tell({ kind: "reported", report });
  expect(it.progress()).toEqual({ kind: "waiting" });
});

test("a verified program waits for its board to start it", () => {
  const it = story();
  it.tell(described());
  it.tell(verified);
  expect(it.tell(described())).toBeUndefined(); // Its circuit is still inhibited.
  expect(it.wait(minutes(29))).toEqual([]);
  expect(it.progress()).toEqual({ kind: "verified", boot: FIRST });
});

test("a board that tries something else is offered the program when that is over", () => {
  const it = story();
  expect(it.tell(described({ program: "0.1.5", trial: true }))).toBeUndefined();
  expect(it.wait(minutes(20))).toEqual([]);
  expect(it.tell(described({ program: "0.1.5" }))).toBe("offer");
});

test("another program of the same version is sent when a downgrade was asked for", () => {
  const it = story({ kind: "waiting" }, { ...wanted, downgrade: true });
  const same = { program: wanted.program };
  expect(it.tell(described(same))).toBe("offer");
  it.tell(receiving(512));
  it.tell(described(same));
  expect(it.progress()).toEqual({ kind: "sending", at: 512 });
  it.tell(verified);
  it.tell(described(same));
  expect(it.progress()).toEqual({ kind: "verified", boot: FIRST });
  it.tell(described({ ...same, boot: SECOND, trial: true }));
  expect(it.progress()).toEqual({ kind: "trial" });
  it.tell(described({ ...same, boot: SECOND }));
  expect(it.progress()).toEqual({ kind: "done" });
});

test("a board that says which program it is leaves no doubt between two of one version", () => {
  const it = story({ kind: "waiting" }, { ...wanted, downgrade: true });
  const other = { program: wanted.program, digest: "1".repeat(16) };
  const asked = { program: wanted.program, digest: "0".repeat(16) };
  expect(it.tell(described(other))).toBe("offer");
  it.tell(verified);
  it.tell(described({ ...asked, boot: SECOND, trial: true }));
  expect(it.progress()).toEqual({ kind: "trial" });
  it.tell(described({ ...other, boot: "b3" as BootId }));
  expect(failure(it)).toMatch(/tried it and came back/);
  const rebuilt = story();
  expect(rebuilt.tell(described(other))).toBe("offer");
  const same = story();
  same.tell(described(asked));
  expect(same.progress()).toEqual({ kind: "done" });
});

const failures: readonly [name: string, events: (it: Story) => void, problem: RegExp][] = [
  [
    "the board refuses",
    (it) => {
      it.tell(described());
      it.tell({
        kind: "reported",
        report: { boot: FIRST, state: "refused", at: 0, problem: "older than what runs" },
      });
    },
    /^the board refused it: older than what runs$/,
  ],
  [
    "it was built for another kind of board",
    (it) => void it.tell(described({ model: "relay" })),
    /^it was built for light and this board is relay$/,
  ],
  [
    "the board comes back from the trial",
    (it) => {
      it.tell(described({ program: "0.2.0", trial: true }));
      it.tell(described({ boot: SECOND }));
    },
    /^the board tried it and came back to 0\.1\.0$/,
  ],
  [
    "the board never got as far as to say that it tries it",
    (it) => {
      it.tell(described());
      it.tell(verified);
      it.tell(described({ boot: SECOND }));
    },
    /^the board started it and came back to 0\.1\.0$/,
  ],
  [
    "nothing moves for ten minutes",
    (it) => {
      it.tell(described());
      expect(it.wait(minutes(10)).length).toBe(59);
    },
    /^the board took nothing of it for 10 minutes$/,
  ],
  [
    "the board is always at the same place",
    (it) => {
      it.tell(described());
      for (let i = 0; i < 200; i++) {
        it.tell(receiving(512));
        it.wait(seconds(5));
      }
    },
    /^the board took nothing of it for 10 minutes$/,
  ],
  [
    "the offer itself makes the board start again",
    (it) => {
      for (let i = 0; i < 5; i++) it.tell(described({ boot: `b${i}` as BootId }));
    },
    /^the board starts again and again instead of taking it$/,
  ],
  [
    "the board has it and never starts it",
    (it) => {
      it.tell(described());
      it.tell(verified);
      it.wait(minutes(30));
    },
    /^the board has it and does not start it$/,
  ],
];

for (const [name, events, problem] of failures) {
  test(`it is given up, and said so, when ${name}`, () => {
    const it = story();
    events(it);
    expect(failure(it)).toMatch(problem);
    // Then there is peace, until somebody asks again.
    expect(it.tell(described({ boot: "b9" as BootId }))).toBeUndefined();
    expect(it.wait(minutes(1))).toEqual([]);
  });
}

/** A board that really takes chunks, over a wire that loses, repeats and delays what it likes. */
test("over any wire that sometimes works, the board gets every byte once and in order", () => {
  const luck = fc.array(fc.constantFrom("lose", "repeat", "restart", "deliver", "deliver"), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(luck, (fates) => {
      const it = story();
      let taken = 0;
      let starts = 1;
      const boot = (): BootId => `b${starts}` as BootId;
      const report = (): UpdateEvent => {
        const state: UpdateReport["state"] = taken === wanted.size ? "verified" : "receiving";
        return { kind: "reported", report: { boot: boot(), state, at: taken } };
      };
      const take = (parcel: Parcel): UpdateEvent => {
        if (parcel !== "offer" && parcel.at === taken) taken = Math.min(taken + 512, wanted.size);
        return report();
      };
      let next = it.tell(described({ boot: boot() }));
      const left = [...fates];
      for (let turn = 0; turn < 400 && !isOver(it.progress()); turn++) {
        if (it.progress().kind === "verified") break;
        if (next === undefined) {
          [next] = it.wait(seconds(10));
          continue;
        }
        const fate = left.shift() ?? "deliver";
        if (fate === "lose") next = undefined;
        else if (fate === "restart" && starts < 4) {
          starts += 1;
          next = it.tell(described({ boot: boot() }));
        } else {
          const answer = take(next);
          if (fate === "repeat") take(next);
          next = it.tell(answer);
        }
      }
      expect([it.progress().kind, taken]).toEqual(["verified", wanted.size]);
    }),
  );
});
