import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { expect, onTestFinished, test } from "vitest";
import { ATTEMPTS_MAX, createAttempts } from "../src/adapters/registry/attempts.ts";
import { REFUSALS_MAX } from "../src/adapters/registry/refusals.ts";
import { openRegistry, type Registry } from "../src/adapters/registry/registry.ts";
import type { RunAbout, RunState } from "../src/adapters/registry/run.ts";
import type { Clock } from "../src/ports.ts";

// Goal: only boards and people who were let in get in, whoever was let out is out at once, and
// nothing that a stranger sends can fill the disk or the memory.
// Method: a real registry on a real file, with a clock that the test moves.

const board = (id: string) => id as BoardId;

/** A clock that stands still until it is told to go on; then everything due happens. */
const handClock = (): Clock & { advance(ms: number): void } => {
  let now = Date.UTC(2026, 5, 21, 10);
  const repeated = new Set<{
    readonly period: number;
    next: number;
    readonly action: () => void;
  }>();
  return {
    now: () => instant(now),
    every: (period, action) => {
      const entry = { period, next: now + period, action };
      repeated.add(entry);
      return () => void repeated.delete(entry);
    },
    advance: (ms) => {
      const end = now + ms;
      for (;;) {
        const [due] = [...repeated].filter((it) => it.next <= end).sort((a, b) => a.next - b.next);
        if (due === undefined) break;
        now = due.next;
        due.next += due.period;
        due.action();
      }
      now = end;
    },
  };
};

const freshDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), "battant-registry-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
};

const opened = (dataDir = freshDir()) => {
  const clock = handClock();
  const registry = openRegistry({ dataDir, clock });
  let isOpen = true;
  const close = () => {
    if (isOpen) registry.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { registry, clock, dataDir, close };
};

const bytesIn = (dataDir: string): string =>
  readdirSync(dataDir)
    .map((name) => readFileSync(join(dataDir, name), "latin1"))
    .join("");

// ── Boards ──────────────────────────────────────────────────────────────────────────────────────

test("a board gets in with its own password and with no other", () => {
  const { registry } = opened();
  const mine = registry.boards.add({ id: board("hall-1") })!.password;
  const other = registry.boards.add({ id: board("hall-2") })!.password;
  expect(registry.boards.verify(board("hall-1"), mine)).toBe(true);
  for (const wrong of [other, "", `${mine} `, mine.slice(1), `0${mine}`]) {
    expect([wrong, registry.boards.verify(board("hall-1"), wrong)]).toEqual([wrong, false]);
  }
  expect(registry.boards.verify(board("nobody"), mine)).toBe(false);
  expect(registry.boards.isKnown(board("hall-1"))).toBe(true);
  expect(registry.boards.isKnown(board("nobody"))).toBe(false);
});

test("a password holds 128 random bits and is not kept", () => {
  const { registry, dataDir } = opened();
  const passwords = Array.from(
    { length: 20 },
    (_, i) => registry.boards.add({ id: board(`b-${i}`) })!.password,
  );
  for (const password of passwords) expect(password).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(passwords).size).toBe(20);
  for (const password of passwords) expect(bytesIn(dataDir)).not.toContain(password);
});

test("a name is given once; the board that has it keeps its password", () => {
  const { registry } = opened();
  const password = registry.boards.add({
    id: board("hall-1"),
    name: "Hall",
    flat: "flat-1",
  })!.password;
  expect(registry.boards.add({ id: board("hall-1"), name: "Thief" })).toBeUndefined();
  expect(registry.boards.verify(board("hall-1"), password)).toBe(true);
  expect(registry.boards.list()).toMatchObject([{ id: "hall-1", name: "Hall", flat: "flat-1" }]);
});

test("a removed board is out, and its old password stays so when the name is given anew", () => {
  const { registry } = opened();
  const before = registry.boards.add({ id: board("hall-1") })!.password;
  expect(registry.boards.remove(board("hall-1"))).toBe(true);
  expect(registry.boards.remove(board("hall-1"))).toBe(false);
  expect(registry.boards.verify(board("hall-1"), before)).toBe(false);
  const after = registry.boards.add({ id: board("hall-1") })!.password;
  expect(registry.boards.verify(board("hall-1"), before)).toBe(false);
  expect(registry.boards.verify(board("hall-1"), after)).toBe(true);
});

test("boards, accounts and sessions are still there after a restart", async () => {
  const first = opened();
  const password = first.registry.boards.add({ id: board("hall-1") })!.password;
  const token = await manager(first.registry);
  first.close();
  const { registry } = opened(first.dataDir);
  expect(registry.boards.verify(board("hall-1"), password)).toBe(true);
  expect(registry.accounts.session(token)).toEqual({ name: "Marie", role: "manager" });
});

test("a board that came and went between two looks is told of, in neither list", () => {
  const { registry, clock } = opened();
  const told: unknown[] = [];
  const stop = registry.boards.changes((change) => told.push(change));
  registry.boards.add({ id: board("hall-1") });
  registry.boards.remove(board("hall-1"));
  clock.advance(1000);
  stop();
  expect(told).toEqual([{ added: [], removed: [] }]);
});

test("changes made through this very registry are told as well", () => {
  const { registry, clock } = opened();
  registry.boards.add({ id: board("hall-1") });
  const told: unknown[] = [];
  const stop = registry.boards.changes((change) => told.push(change));
  registry.boards.add({ id: board("hall-2") });
  clock.advance(1000);
  registry.boards.remove(board("hall-1"));
  clock.advance(1000);
  registry.refusals.record({ from: "x", where: "y", problem: "z" });
  clock.advance(10_000);
  registry.boards.remove(board("hall-2"));
  registry.boards.add({ id: board("hall-2") });
  clock.advance(1000);
  stop();
  registry.boards.remove(board("hall-2"));
  clock.advance(5000);
  expect(told).toEqual([
    { added: ["hall-2"], removed: [] },
    { added: [], removed: ["hall-1"] },
    { added: [], removed: [] }, // Something else was written.
    { added: ["hall-2"], removed: ["hall-2"] }, // Another password: the old connection must go.
  ]);
});

test("a key holds 256 random bits, and is the one that was shown, also after a restart", () => {
  const first = opened();
  const ids = Array.from({ length: 20 }, (_, i) => board(`b-${i}`));
  const keys = ids.map((id) => first.registry.boards.add({ id })!.key);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(keys).size).toBe(20);
  first.close();
  const { boards } = opened(first.dataDir).registry;
  expect(ids.map((id) => Buffer.from(boards.key(id)!).toString("hex"))).toEqual(keys);
  expect(boards.key(board("nobody"))).toBeUndefined();
});

test("a board that is added again has another key", () => {
  const { registry } = opened();
  const before = registry.boards.add({ id: board("hall-1") })!.key;
  registry.boards.remove(board("hall-1"));
  expect(registry.boards.key(board("hall-1"))).toBeUndefined();
  expect(registry.boards.add({ id: board("hall-1") })!.key).not.toBe(before);
});

/** Brings a file back to the form it had before boards had keys. */
const beforeKeys = (dataDir: string): void => {
  const database = new DatabaseSync(join(dataDir, "hub.db"));
  database.exec(
    `DROP TRIGGER board_leaves;
     DROP TABLE flash_ticket; DROP TABLE flat_board; DROP TABLE wifi; DROP TABLE pass; DROP TABLE light_link; DROP TABLE light_asked; DROP TABLE calibration;
     ALTER TABLE board DROP COLUMN mac; ALTER TABLE board DROP COLUMN model;
     ALTER TABLE board DROP COLUMN flashed; ALTER TABLE board DROP COLUMN ignored;
     ALTER TABLE board DROP COLUMN key; DROP TABLE board_update; DROP TABLE program;
     PRAGMA user_version = 1`,
  );
  database.close();
};

test("boards of the time before keys still get in, and have none until they are added again", () => {
  const first = opened();
  const { password } = first.registry.boards.add({ id: board("hall-1") })!;
  first.close();
  beforeKeys(first.dataDir);
  const { boards } = opened(first.dataDir).registry;
  expect(boards.verify(board("hall-1"), password)).toBe(true);
  expect(boards.key(board("hall-1"))).toBeUndefined();
  boards.add({ id: board("hall-2") });
  expect(boards.list()).toMatchObject([{ hasKey: false }, { id: "hall-2", hasKey: true }]);
});

// ── Programs ────────────────────────────────────────────────────────────────────────────────────

const BUNDLE = "//battant 0.2.0 light\nexports.x=1;\n".repeat(100);

const ask = ({ programs }: Registry, id: string, bundle = BUNDLE): boolean =>
  programs.ask({ board: board(id), bundle, program: "0.2.0", model: "light", downgrade: false });

const withBoards = (...ids: string[]) => {
  const scene = opened();
  for (const id of ids) scene.registry.boards.add({ id: board(id) });
  return scene;
};

test("a program that was asked for is there, in parts, after a restart too", () => {
  const first = withBoards("hall-1");
  expect(ask(first.registry, "hall-1")).toBe(true);
  first.close();
  const { programs } = opened(first.dataDir).registry;
  const [update] = programs.list();
  expect(update).toEqual({
    wanted: {
      board: "hall-1",
      asked: first.clock.now(),
      digest: createHash("sha256").update(BUNDLE).digest("hex"),
      size: BUNDLE.length,
      program: "0.2.0",
      model: "light",
      downgrade: false,
    },
    progress: { kind: "waiting" },
  });
  const { digest } = update!.wanted;
  let whole = "";
  while (whole.length < BUNDLE.length) whole += programs.part(digest, whole.length, 512);
  expect(whole).toBe(BUNDLE);
  expect(programs.part(digest, BUNDLE.length, 512)).toBe("");
  expect(programs.part("0", 0, 512)).toBe("");
});

test("nothing is asked for a board that there is not, and a removed one takes its request along", () => {
  const { registry } = withBoards("hall-1");
  expect(ask(registry, "nobody")).toBe(false);
  ask(registry, "hall-1");
  registry.boards.remove(board("hall-1"));
  expect(registry.programs.list()).toEqual([]);
});

test("a bundle is kept as long as some board waits for it, and no longer", () => {
  const { registry } = withBoards("hall-1", "hall-2");
  const { programs } = registry;
  ask(registry, "hall-1");
  ask(registry, "hall-2");
  const [one, two] = programs.list().map(({ wanted }) => wanted);
  programs.note(one!, { kind: "done" });
  expect(programs.part(one!.digest, 0, 9)).toBe("//battant");
  programs.note(two!, { kind: "failed", problem: "too big" });
  expect(programs.part(one!.digest, 0, 9)).toBe("");
  expect(programs.list().map(({ progress }) => progress)).toEqual([
    { kind: "done" },
    { kind: "failed", problem: "too big" },
  ]);
});

test("the bundle of a board that is removed goes with it, unless another one waits for it", () => {
  const { registry } = withBoards("hall-1", "hall-2");
  const { boards, programs } = registry;
  ask(registry, "hall-1");
  ask(registry, "hall-2");
  const { digest } = programs.list()[0]!.wanted;
  boards.remove(board("hall-1"));
  expect(programs.part(digest, 0, 9)).toBe("//battant");
  boards.remove(board("hall-2"));
  expect(programs.part(digest, 0, 9)).toBe("");
});

test("what became of an earlier request does not end a later one", () => {
  const { registry, clock } = withBoards("hall-1");
  const { programs } = registry;
  ask(registry, "hall-1");
  const [earlier] = programs.list();
  clock.advance(1000);
  ask(registry, "hall-1", "//another\n");
  expect(programs.part(earlier!.wanted.digest, 0, 9)).toBe("");
  programs.note(earlier!.wanted, { kind: "done" });
  expect(programs.list()).toMatchObject([{ progress: { kind: "waiting" } }]);
});

test("a request is noticed within a second", () => {
  const { registry, clock } = withBoards("hall-1");
  let told = 0;
  const stop = registry.programs.changes(() => void (told += 1));
  ask(registry, "hall-1");
  clock.advance(1000);
  stop();
  ask(registry, "hall-1");
  clock.advance(5000);
  expect(told).toBe(1);
});

// ── People ──────────────────────────────────────────────────────────────────────────────────────

const PASSWORD = "quatre mots assez longs";

const manager = async ({ accounts }: Registry): Promise<string> => {
  const signIn = await accounts.completeSetup(accounts.openSetup()!, "Marie", PASSWORD);
  if (!signIn.ok) throw new Error(`set-up was refused: ${signIn.problem}`);
  return signIn.token;
};

test("whoever holds the set-up token makes the first account, once", async () => {
  const { registry } = opened();
  const { accounts } = registry;
  expect(accounts.setupOpen()).toBe(true);
  const token = accounts.openSetup()!;
  expect(await accounts.completeSetup("guess", "Eve", PASSWORD)).toEqual({
    ok: false,
    problem: "wrong",
  });
  expect(await accounts.completeSetup(token, " Marie ", PASSWORD)).toMatchObject({
    ok: true,
    account: { name: "Marie", role: "manager" },
  });
  expect(accounts.setupOpen()).toBe(false);
  expect(accounts.openSetup()).toBeUndefined();
  expect(await accounts.completeSetup(token, "Eve", PASSWORD)).toEqual({
    ok: false,
    problem: "wrong",
  });
});

test("each start draws a new set-up token and the old link is void", async () => {
  const first = opened();
  const old = first.registry.accounts.openSetup()!;
  first.close();
  const { registry } = opened(first.dataDir);
  const token = registry.accounts.openSetup()!;
  expect((await registry.accounts.completeSetup(old, "Eve", PASSWORD)).ok).toBe(false);
  expect((await registry.accounts.completeSetup(token, "Marie", PASSWORD)).ok).toBe(true);
});

test("of two who hold the token at the same moment, one makes the account", async () => {
  const { registry } = opened();
  const token = registry.accounts.openSetup()!;
  const both = await Promise.all([
    registry.accounts.completeSetup(token, "Marie", PASSWORD),
    registry.accounts.completeSetup(token, "Eve", PASSWORD),
  ]);
  expect(both.filter((it) => it.ok)).toHaveLength(1);
});

test("signing in takes the right name and password, however they are typed", async () => {
  const { registry } = opened();
  await manager(registry);
  const signIn = (name: string, password: string) =>
    registry.accounts.signIn(name, password, "192.168.1.7");
  expect(await signIn("Marie", PASSWORD)).toMatchObject({ ok: true, account: { role: "manager" } });
  expect(await signIn(" mARIE", PASSWORD)).toMatchObject({ ok: true, account: { name: "Marie" } });
  expect(await signIn("Marie", "quatre mots")).toEqual({ ok: false, problem: "wrong" });
  expect(await signIn("Marcel", PASSWORD)).toEqual({ ok: false, problem: "wrong" });
});

test("one keyboard's é is another's", async () => {
  const { registry } = opened();
  const { accounts } = registry;
  await accounts.completeSetup(
    accounts.openSetup()!,
    "Rene\u0301",
    "été à Besançon".normalize("NFD"),
  );
  const signIn = await accounts.signIn("rené", "été à Besançon".normalize("NFC"), "::1");
  expect(signIn.ok).toBe(true);
});

test("a session ends when somebody signs out, everywhere, or after thirty days", async () => {
  const { registry, clock } = opened();
  const { accounts } = registry;
  const first = await manager(registry);
  const tokens = [first];
  for (let i = 0; i < 3; i++) {
    const signIn = await accounts.signIn("Marie", PASSWORD, "::1");
    if (signIn.ok) tokens.push(signIn.token);
  }
  const open = () => tokens.map((token) => accounts.session(token) !== undefined);
  expect(open()).toEqual([true, true, true, true]);
  accounts.signOut(tokens[1]!);
  expect(open()).toEqual([true, false, true, true]);
  accounts.signOutEverywhere("marie");
  expect(open()).toEqual([false, false, false, false]);

  const again = await accounts.signIn("Marie", PASSWORD, "::1");
  const token = again.ok ? again.token : "";
  clock.advance(30 * 24 * 3_600_000 - 1);
  expect(accounts.session(token)).toEqual({ name: "Marie", role: "manager" });
  clock.advance(1);
  expect(accounts.session(token)).toBeUndefined();
  for (const guess of ["", "x", token.slice(1)]) expect(accounts.session(guess)).toBeUndefined();
});

test("an account has at most twenty sessions; the oldest ends first", async () => {
  const { registry, clock } = opened();
  const first = await manager(registry);
  let last = "";
  for (let i = 0; i < 20; i++) {
    clock.advance(1000);
    const signIn = await registry.accounts.signIn("Marie", PASSWORD, "::1");
    last = signIn.ok ? signIn.token : "";
  }
  expect(registry.accounts.session(first)).toBeUndefined();
  expect(registry.accounts.session(last)).toBeDefined();
});

test("neither passwords nor tokens are kept as they are", async () => {
  const { registry, dataDir } = opened();
  const setup = registry.accounts.openSetup()!;
  const signIn = await registry.accounts.completeSetup(setup, "Marie", PASSWORD);
  const kept = bytesIn(dataDir);
  expect(kept).toContain("$argon2id$v=19$m=19456,t=2,p=1$");
  for (const secret of [setup, PASSWORD, signIn.ok ? signIn.token : ""]) {
    expect(kept).not.toContain(secret);
  }
});

test("after six wrong passwords from one address the right one is refused too, for a while", async () => {
  const { registry, clock } = opened();
  await manager(registry);
  const signIn = (password: string, from: string) =>
    registry.accounts.signIn("Marie", password, from);
  for (let i = 0; i < ATTEMPTS_MAX.pair; i++) {
    expect(await signIn("wrong", "192.168.1.66")).toEqual({ ok: false, problem: "wrong" });
  }
  expect(await signIn(PASSWORD, "192.168.1.66")).toEqual({ ok: false, problem: "too-many" });
  // Nobody can lock Marie out of her own computer by failing on another.
  expect((await signIn(PASSWORD, "192.168.1.7")).ok).toBe(true);
  clock.advance(15 * 60_000);
  expect((await signIn(PASSWORD, "192.168.1.66")).ok).toBe(true);
});

test("more passwords at once than the machine can carry are refused, not queued", async () => {
  const { registry } = opened();
  await manager(registry);
  const many = await Promise.all(
    Array.from({ length: 12 }, (_, i) => registry.accounts.signIn(`n${i}`, "x", `10.0.0.${i}`)),
  );
  expect(many.filter((it) => !it.ok && it.problem === "too-many")).toHaveLength(8);
});

const tries: readonly [
  what: string,
  who: (i: number) => readonly [name: string, from: string],
  allowed: number,
][] = [
  ["one name from one address", () => ["marie", "10.0.0.1"], ATTEMPTS_MAX.pair],
  ["any name from one address", (i) => [`n${i}`, "10.0.0.1"], ATTEMPTS_MAX.address],
  ["one name from anywhere", (i) => ["marie", `10.0.${i}.1`], ATTEMPTS_MAX.name],
  ["one IPv6 network", (i) => [`n${i}`, `2001:db8:1:2:${i}::1`], ATTEMPTS_MAX.address],
];

test.each(tries)("sign-in tries are limited for %s", (_what, who, allowed) => {
  let now = 0;
  const attempts = createAttempts(() => instant(now) as Instant);
  const answers = Array.from({ length: 200 }, (_, i) => attempts.allow(...who(i)));
  expect(answers.indexOf(false)).toBe(allowed);
  expect(answers.slice(allowed)).not.toContain(true);
  now = 15 * 60_000;
  expect(attempts.allow(...who(0))).toBe(true);
});

test("signing in rightly again and again is never too often", () => {
  const attempts = createAttempts(() => instant(0));
  for (let i = 0; i < 500; i++) {
    expect(attempts.allow("marie", "10.0.0.1")).toBe(true);
    attempts.forgive("marie", "10.0.0.1");
  }
});

test("with an account of one's own one cannot buy more tries at another's", () => {
  const attempts = createAttempts(() => instant(0));
  let tried = 0;
  for (let i = 0; i < 500; i++) {
    if (attempts.allow("marie", "10.0.0.1")) tried += 1;
    if (attempts.allow("eve", "10.0.0.1")) attempts.forgive("eve", "10.0.0.1");
  }
  expect(tried).toBe(ATTEMPTS_MAX.pair);
});

// ── Refusals ────────────────────────────────────────────────────────────────────────────────────

test("the same refusal is one line with a count, a first and a last time", () => {
  const { registry, clock } = opened();
  const start = clock.now();
  const refusal = { from: "hall-1", where: "readings", problem: "v is not a number" };
  registry.refusals.record(refusal);
  clock.advance(60_000);
  registry.refusals.record(refusal);
  registry.refusals.record({ ...refusal, problem: "not JSON" });
  registry.refusals.record(refusal);
  expect(registry.refusals.list()).toEqual([
    { ...refusal, count: 3, first: start, last: start + 60_000 },
    { ...refusal, problem: "not JSON", count: 1, first: start + 60_000, last: start + 60_000 },
  ]);
});

test("a flood of refusals is written together, not one by one", () => {
  const { registry, clock, dataDir } = opened();
  const other = new DatabaseSync(join(dataDir, "hub.db"));
  onTestFinished(() => other.close());
  const version = () => other.prepare("PRAGMA data_version").get()!["data_version"];
  const counted = () => other.prepare("SELECT sum(count) AS n FROM refusal").get()!["n"];
  const before = version();
  for (let i = 0; i < 10_000; i++) {
    registry.refusals.record({ from: "mad", where: "readings", problem: `p${i % 10}` });
  }
  clock.advance(4999);
  expect(version()).toBe(before);
  clock.advance(1);
  expect(counted()).toBe(10_000);
});

test("refusals are bounded: the longest silent are forgotten, in memory and on disk", () => {
  const { registry, clock, close, dataDir } = opened();
  for (let i = 0; i < 3 * REFUSALS_MAX; i++) {
    clock.advance(7);
    registry.refusals.record({ from: `stranger-${i}`, where: "connect", problem: "unknown" });
  }
  const list = registry.refusals.list();
  expect(list).toHaveLength(REFUSALS_MAX);
  expect(list[0]!.from).toBe(`stranger-${3 * REFUSALS_MAX - 1}`);
  expect(list.at(-1)!.from).toBe(`stranger-${2 * REFUSALS_MAX}`);
  close();
  expect(opened(dataDir).registry.refusals.list()).toEqual(list);
});

test("words of a stranger are cut and cleaned before they reach a terminal", () => {
  const { registry } = opened();
  registry.refusals.record({
    from: "x".repeat(5000),
    where: "a\u001b[31mb\nc\u202ed",
    problem: "z".repeat(5000),
  });
  const [refusal] = registry.refusals.list();
  expect(refusal!.from).toHaveLength(80);
  expect(refusal!.problem).toHaveLength(240);
  expect(refusal!.where).toBe("a [31mb c d");
});

test("what is counted at the end is written at the end", () => {
  const { registry, dataDir, close } = opened();
  registry.refusals.record({ from: "a", where: "b", problem: "c" });
  close();
  expect(opened(dataDir).registry.refusals.list()).toMatchObject([{ from: "a", count: 1 }]);
});

test("while the file is busy counting goes on, and nothing is lost", () => {
  const { registry, dataDir, clock } = opened();
  const other = new DatabaseSync(join(dataDir, "hub.db"));
  onTestFinished(() => other.close());
  registry.refusals.record({ from: "a", where: "b", problem: "c" });
  other.exec("BEGIN IMMEDIATE");
  clock.advance(5000); // Waits for the other, then gives up for now.
  registry.refusals.record({ from: "a", where: "b", problem: "c" });
  other.exec("ROLLBACK");
  clock.advance(5000);
  expect(other.prepare("SELECT count FROM refusal").all()).toEqual([{ count: 2 }]);
});

// ── Audit, run, file ────────────────────────────────────────────────────────────────────────────

test("sensitive actions leave a line that cannot be changed, and that fades after a year", async () => {
  const { registry, clock, dataDir } = opened();
  await manager(registry);
  await registry.accounts.signIn("Marie", "wrong", "192.168.1.66");
  await registry.accounts.signIn("Nobody", "wrong", "192.168.1.66");
  await registry.accounts.signIn("Marie", PASSWORD, "192.168.1.7");
  expect(registry.audit.list(10).map(({ who, action, about }) => [who, action, about])).toEqual([
    ["Marie", "signed in", "192.168.1.7"],
    ["unknown", "sign-in refused", "192.168.1.66"],
    ["Marie", "sign-in refused", "192.168.1.66"],
    ["Marie", "set-up completed", "first account"],
  ]);
  const other = new DatabaseSync(join(dataDir, "hub.db"));
  onTestFinished(() => other.close());
  expect(() => other.exec("UPDATE audit SET who = 'Eve'")).toThrow(/append-only/);

  clock.advance(367 * 24 * 3_600_000);
  for (let i = 0; i < 100; i++)
    registry.audit.record({ who: "command line", action: "a", about: "" });
  const ages = registry.audit.list(1000).map(({ at }) => clock.now() - at);
  expect(Math.max(...ages)).toBeLessThan(367 * 24 * 3_600_000);
});

const ABOUT: RunAbout = {
  pid: 42,
  version: "0.1.0",
  buildingFile: "/data/building.yaml",
  page: "http://localhost:8080/",
  httpPort: 8080,
  mqttPort: 1883,
  mqttTlsPort: null,
  demo: false,
  speed: 1,
};

const STATE: RunState = {
  buildingNow: 5,
  health: {
    since: 0,
    boards: [],
    readingsStored: 7,
    duplicates: 0,
    refusals: [],
    forwarder: null,
    journalProblem: null,
    serial: [],
  },
};

test("what a run says about itself is there for others, and an earlier run's is gone", () => {
  const { registry, clock } = opened();
  expect(registry.run.read()).toBeUndefined();
  const started = clock.now();
  registry.run.begin(ABOUT);
  clock.advance(5000);
  registry.run.beat(STATE);
  expect(registry.run.read()).toEqual({
    ...ABOUT,
    started,
    beat: started + 5000,
    ended: undefined,
    state: STATE,
  });
  clock.advance(1000);
  registry.run.beat({ ...STATE, buildingNow: 6 });
  registry.run.end();
  expect(registry.run.read()).toMatchObject({ ended: started + 6000, state: { buildingNow: 6 } });
  registry.run.begin({ ...ABOUT, pid: 43 });
  expect(registry.run.read()).toMatchObject({ pid: 43, ended: undefined, state: undefined });
});

test("a beat is written when something happened, else once a minute", () => {
  const { registry, clock } = opened();
  const started = clock.now();
  registry.run.begin(ABOUT);
  const writtenAt: number[] = [];
  for (let i = 0; i < 36; i++) {
    const health = {
      ...STATE.health,
      readingsStored: i,
      journalProblem: i < 20 ? null : "disk full",
    };
    registry.run.beat({ buildingNow: i, health });
    const { beat } = registry.run.read()!;
    if (writtenAt.at(-1) !== beat - started) writtenAt.push(beat - started);
    clock.advance(5000);
  }
  expect(writtenAt).toEqual([0, 60_000, 100_000, 160_000]);
});

test("nobody else on the machine can read the file", () => {
  const { dataDir, registry } = opened(join(freshDir(), "data"));
  registry.boards.add({ id: board("hall-1") });
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  const modes = readdirSync(dataDir).map((name) => [
    name,
    statSync(join(dataDir, name)).mode & 0o777,
  ]);
  expect(modes).toEqual([
    ["hub.db", 0o600],
    ["hub.db-shm", 0o600],
    ["hub.db-wal", 0o600],
  ]);
});

test("a file of a newer version is left alone", () => {
  const { dataDir, close } = opened();
  close();
  const other = new DatabaseSync(join(dataDir, "hub.db"));
  other.exec("PRAGMA user_version = 99");
  other.close();
  expect(() => opened(dataDir)).toThrow(/written by a newer Battant.*install that version again/);
});

test("a damaged file is named, with what to do", () => {
  const dataDir = freshDir();
  writeFileSync(join(dataDir, "hub.db"), "this is no database ".repeat(100));
  expect(() => opened(dataDir)).toThrow(/hub\.db is damaged\. Stop the hub and restore/);
});

// ── A file that is damaged ──────────────────────────────────────────────────────────────────────

test("a file that lacks a part is refused, and nothing goes on by itself after that", () => {
  const { dataDir, close } = opened();
  close();
  const database = new DatabaseSync(join(dataDir, "hub.db"));
  database.exec("DROP TABLE account");
  database.close();
  const clock = handClock();
  let running = 0;
  const every: Clock["every"] = (...asked) => {
    running += 1;
    const stop = clock.every(...asked);
    return () => {
      running -= 1;
      stop();
    };
  };
  expect(() => openRegistry({ dataDir, clock: { ...clock, every } })).toThrow(/account/);
  expect(running).toBe(0);
});
