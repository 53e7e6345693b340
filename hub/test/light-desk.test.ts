import fc from "fast-check";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import { baseOf } from "../src/desk/light-address.ts";
import { createAllowance } from "../src/desk/light-allowance.ts";
import { createFakeViews, NOON, stairwell, building } from "./http-fakes.ts";
import { createFakeLight } from "./light-parts.ts";

// Goal: whoever asks gets light, whoever has asked may hand it back, nobody ends what the wall
// switch gave, and nobody may ask without end. Method: the real desk on a building in memory.

const ZONE = stairwell.zone;

const opened = () => {
  let real = NOON as Instant;
  const views = createFakeViews({
    ...building,
    zones: [stairwell, { ...stairwell, zone: "stairwell-b", name: "Escalier B" }],
  });
  const light = createFakeLight(views, { now: () => real });
  const by = { token: light.token(ZONE), from: "192.168.1.60" };
  return {
    ...light,
    by,
    view: () => views.building().zones[0]!,
    other: () => views.building().zones[1]!,
    /** Real time: what is limited are people. */
    wait: (count: number) => {
      real = instant(real + minutes(count));
    },
    asked: (count: number) => {
      const outcome = light.lightDesk.ask(by, count);
      return outcome.ok ? outcome.value : outcome;
    },
  };
};

test("light that was asked for by a code ends at its time, and is that zone's alone", () => {
  const { by, lightDesk, view, other, pass, asked } = opened();
  expect(lightDesk.look(by)).toMatchObject({
    ok: true,
    value: { name: "Escalier A", light: "inhibited", override_until: null, asked_until: null },
  });
  expect(asked(15)).toMatchObject({
    override_by: "page",
    override_until: NOON + minutes(15),
    asked_until: NOON + minutes(15),
  });
  expect(other().override_until).toBeNull();
  pass(16);
  expect(view()).toMatchObject({ light: "inhibited", override_until: null });
});

test("what a code shows names no other zone and no board", () => {
  const { by, lightDesk } = opened();
  const shown = JSON.stringify(lightDesk.look(by));
  expect(shown).not.toContain("stairwell-b");
  expect(shown).not.toContain("Escalier B");
  expect(shown).not.toContain(by.token);
});

test("who asks for less takes nothing from who asked for more; handing back is for that", () => {
  const { by, lightDesk, asked, view } = opened();
  asked(60);
  expect(asked(5)).toMatchObject({ asked_until: NOON + minutes(60) });
  lightDesk.handBack(by);
  expect(view().override_until).toBeNull();
});

test("the wall switch comes first, and no page ends it", () => {
  const { by, lightDesk, asked, press, view } = opened();
  asked(15);
  press(ZONE, 30);
  expect(view()).toMatchObject({ override_by: "wall-switch", override_until: NOON + minutes(30) });
  expect(lightDesk.handBack(by)).toMatchObject({
    ok: true,
    value: { override_by: "wall-switch", override_until: NOON + minutes(30), asked_until: null },
  });
  expect(lightDesk.handBackIn(ZONE, "claire")).toMatchObject({ override_by: "wall-switch" });
});

test("whatever is asked for and handed back in whatever order, what the wall switch gave stays", () => {
  const act = fc.oneof(
    fc.record({ kind: fc.constant("ask" as const), minutes: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constantFrom("hand-back", "hand-back-in") }),
    fc.record({ kind: fc.constant("press" as const), minutes: fc.integer({ min: 1, max: 120 }) }),
    fc.record({ kind: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 30 }) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const { by, lightDesk, press, pass, view, wait } = opened();
      let now: number = NOON;
      let pressedUntil: number = NOON;
      for (const it of acts) {
        if (it.kind === "ask") lightDesk.ask(by, it.minutes);
        else if (it.kind === "hand-back") lightDesk.handBack(by);
        else if (it.kind === "hand-back-in") lightDesk.handBackIn(ZONE, "claire");
        else if (it.kind === "press" && "minutes" in it) {
          press(ZONE, it.minutes);
          pressedUntil = now + minutes(it.minutes);
        } else if ("minutes" in it) {
          pass(it.minutes);
          wait(it.minutes);
          now += minutes(it.minutes);
        }
        if (now >= pressedUntil) continue;
        expect(view().override_by).toBe("wall-switch");
        expect(view().override_until).toBeGreaterThanOrEqual(pressedUntil);
      }
    }),
  );
});

test("ten times in ten minutes; the eleventh is told how long to wait, and hands back all the same", () => {
  const { by, lightDesk, asked, wait, other } = opened();
  for (let i = 0; i < 10; i += 1) expect(asked(5)).toHaveProperty("asked_until");
  wait(4);
  expect(asked(5)).toEqual({ ok: false, problem: "too-many-asks", waitMs: minutes(6) });
  expect(lightDesk.look(by)).toMatchObject({ ok: true, value: { wait_s: 360 } });
  expect(lightDesk.handBack(by)).toMatchObject({ ok: true, value: { asked_until: null } });
  // Somebody with an account is no stranger.
  expect(lightDesk.askIn(ZONE, 5, "claire")).toMatchObject({ override_by: "page" });
  expect(other().override_until).toBeNull();
  wait(6);
  expect(asked(5)).toHaveProperty("asked_until");
});

test("thirty wrong codes in an hour from one phone are enough, for right ones too; others go on", () => {
  const { by, lightDesk, wait } = opened();
  const wrong = { ...by, token: "00000000000000000000" };
  for (let i = 0; i < 30; i += 1) {
    expect(lightDesk.look(wrong)).toEqual({ ok: false, problem: "link-refused", waitMs: 0 });
  }
  expect(lightDesk.look(wrong)).toMatchObject({ problem: "too-many-links", waitMs: minutes(60) });
  expect(lightDesk.ask(by, 5)).toMatchObject({ problem: "too-many-links" });
  expect(lightDesk.look({ ...by, from: "192.168.1.61" })).toMatchObject({ ok: true });
  wait(60);
  expect(lightDesk.look(by)).toMatchObject({ ok: true });
});

test("a renewed code is refused in the same words as one that never was", () => {
  const { by, lightDesk } = opened();
  const reach = { address: undefined, port: 8080 };
  expect(lightDesk.renew(ZONE, reach, "claire")).toMatchObject({ ok: true });
  const refused = { ok: false, problem: "link-refused", waitMs: 0 };
  expect(lightDesk.look(by)).toEqual(refused);
  expect(lightDesk.look({ ...by, token: "never-there" })).toEqual(refused);
});

test("the audit log has who asked, and strangers cannot fill it", () => {
  const { audit, lightDesk, by, wait } = opened();
  lightDesk.askIn(ZONE, 30, "claire");
  lightDesk.handBackIn(ZONE, "command line");
  lightDesk.renew(ZONE, { address: undefined, port: 8080 }, "claire");
  expect(audit).toEqual([
    "claire: light asked for, stairwell-a, 30 min",
    "command line: light handed back, stairwell-a",
    "claire: light link renewed, stairwell-a",
  ]);
  const { value } = lightDesk.link(ZONE, { address: undefined, port: 8080 }) as unknown as {
    value: { address: string };
  };
  const fresh = { ...by, token: value.address.split("/").at(-1)! };
  for (let i = 0; i < 140; i += 1) {
    lightDesk.ask(fresh, 5);
    wait(2);
  }
  expect(
    audit.filter((it) => it === "light link: light asked for, stairwell-a, 5 min"),
  ).toHaveLength(50);
  lightDesk.askIn(ZONE, 5, "claire");
  expect(audit.at(-1)).toBe("claire: light asked for, stairwell-a, 5 min");
});

test("nor can an account: of what one asks again and again, fifty lines a day are written", () => {
  const { audit, lightDesk, other } = opened();
  for (let i = 0; i < 40; i += 1) {
    lightDesk.askIn(ZONE, 5, "jules");
    lightDesk.handBackIn(ZONE, "jules");
  }
  expect(audit).toHaveLength(50);
  expect(lightDesk.askIn("stairwell-b", 5, "jules")).toMatchObject({ override_by: "page" });
  expect(other().override_by).toBe("page");
  lightDesk.askIn(ZONE, 5, "claire");
  expect(audit.slice(50)).toEqual(["claire: light asked for, stairwell-a, 5 min"]);
});

test("nobody can ask in a zone that is not there", () => {
  const { lightDesk } = opened();
  expect(lightDesk.askIn("cellar", 5, "claire")).toBeUndefined();
  expect(lightDesk.handBackIn("cellar", "claire")).toBeUndefined();
  expect(lightDesk.link("cellar", { address: undefined, port: 80 })).toEqual({
    ok: false,
    problem: "unknown-zone",
  });
});

const addresses: readonly [said: string | undefined, base: string | undefined][] = [
  [undefined, "http://192.168.1.20:8080"],
  ["battant.local", "http://battant.local:8080"],
  ["192.168.1.7:80", "http://192.168.1.7"],
  ["http://battant.local", "http://battant.local"],
  ["https://battant.example:8443/", "https://battant.example:8443"],
  ["", undefined],
  ["ftp://battant.local", undefined],
  ["battant.local/elsewhere", undefined],
  ["http://user@battant.local", undefined],
  ["http://battant.local?x", undefined],
  ["javascript:alert(1)", undefined],
  ["999.1.1.1", undefined],
  ["battant.local:99999", undefined],
  ["a".repeat(200), undefined],
];

test.each(addresses)("phones find the hub at %s: %s", (address, base) => {
  expect(baseOf({ address, port: 8080 }, ["192.168.1.20", "10.0.0.4"])).toBe(base);
});

test("a hub without a network is at least on its own computer", () => {
  expect(baseOf({ address: undefined, port: 8080 }, [])).toBe("http://localhost:8080");
});

test("an allowance remembers no more than two thousand, and a clock set back locks nobody out", () => {
  let now = 1_000_000;
  const allowance = createAllowance({ count: 1, perMs: 1000 }, () => now);
  for (let i = 0; i < 2001; i += 1) allowance.spend(`phone ${i}`);
  expect(allowance.waitMs("phone 0")).toBe(0);
  expect(allowance.waitMs("phone 1")).toBe(1000);
  now -= 500_000;
  expect(allowance.waitMs("phone 1")).toBe(0);
});
