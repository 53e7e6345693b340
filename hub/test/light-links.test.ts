import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { expect, onTestFinished, test } from "vitest";
import { openRegistry, type Registry } from "../src/adapters/registry/registry.ts";
import { unknownBuilding } from "../src/domain/building.ts";
import type { HubEvent } from "../src/domain/event.ts";
import type { Base } from "../src/start/base.ts";
import { openLight } from "../src/start/light.ts";
import { siteOf, stairs } from "./building.ts";
import { building, NOON, stairwell, stoppedClock } from "./http-fakes.ts";

// Goal: every zone has one link that nobody guesses, which stays until somebody renews it.
// Method: a real registry on a real file.

const A = "stairwell-a" as ZoneId;
const B = "stairwell-b" as ZoneId;

const opened = () => {
  const dataDir = mkdtempSync(join(tmpdir(), "battant-links-"));
  const open = (): Registry => openRegistry({ dataDir, clock: stoppedClock(NOON) });
  let registry = open();
  onTestFinished(() => {
    registry.close();
    rmSync(dataDir, { recursive: true });
  });
  return {
    registry: () => registry,
    links: () => registry.links,
    restart: () => {
      registry.close();
      registry = open();
    },
  };
};

test("a link is made when it is first asked for, and is the same ever after", () => {
  const { links, restart } = opened();
  const first = links().of(A);
  expect(first.token).toMatch(/^[0-9a-hjkmnp-tv-z]{20}$/);
  expect(first.made).toBe(NOON);
  expect(links().of(A)).toEqual(first);
  restart();
  expect(links().of(A)).toEqual(first);
  expect(links().zoneOf(first.token)).toBe(A);
});

test("each zone has its own, and it opens no other", () => {
  const { links } = opened();
  const [a, b] = [links().of(A).token, links().of(B).token];
  expect(a).not.toBe(b);
  expect(links().zoneOf(a)).toBe(A);
  expect(links().zoneOf(b)).toBe(B);
});

test("a renewed link opens nothing any more, the new one does, and the neighbour's goes on", () => {
  const { links, restart } = opened();
  const [before, neighbour] = [links().of(A).token, links().of(B).token];
  const { token } = links().renew(A);
  restart();
  expect(links().zoneOf(before)).toBeUndefined();
  expect(links().zoneOf(token)).toBe(A);
  expect(links().of(A).token).toBe(token);
  expect(links().zoneOf(neighbour)).toBe(B);
});

test("a phone may begin what was typed by hand with a capital; what is not whole opens nothing", () => {
  const { links } = opened();
  const { token } = links().of(A);
  expect(links().zoneOf(token.toUpperCase())).toBe(A);
  for (const wrong of ["", token.slice(1), `${token}0`, `${token} `, "%", "0".repeat(20)]) {
    expect(links().zoneOf(wrong)).toBeUndefined();
  }
});

test("two hundred links have every letter in every place, as chance would have it", () => {
  const { links } = opened();
  const seen = new Set<string>();
  for (let i = 0; i < 200; i += 1) {
    const { token } = links().of(`zone-${i}` as ZoneId);
    token.split("").forEach((letter, place) => seen.add(`${place}${letter}`));
  }
  // Of 20 × 32 pairs each is missed with a probability of (31/32)^200, two in a thousand.
  expect(seen.size).toBeGreaterThan(20 * 32 - 15);
});

/** The desk of a hub that has just started at that time, and what it told the core. */
const started = (registry: Registry, at: number) => {
  const told: HubEvent[] = [];
  const runtime = {
    building: () => unknownBuilding(siteOf(stairs)),
    event: (it: HubEvent) => void told.push(it),
  };
  const base = {
    registry,
    settings: { http: { host: "127.0.0.1" } },
    clock: { now: () => at },
  } as unknown as Base;
  const zones = [A, B].map((zone) => ({ ...stairwell, zone }));
  const views = { building: () => ({ ...building, now: at, zones }) };
  return { desk: openLight(base, { runtime, views }), told };
};

test("who asked for light is obeyed after a restart of the hub, and nobody for whom it is over", () => {
  const { registry, restart } = opened();
  const { desk } = started(registry(), NOON);
  desk.askIn(A, 30, "claire");
  desk.askIn(B, 60, "claire");
  desk.handBackIn(B, "claire");
  restart();
  const until = NOON + 30 * 60_000;
  const promised = { kind: "override", zone: A, until, by: "page" };
  expect(started(registry(), NOON + 60_000).told).toEqual([promised]);
  expect(started(registry(), until).told).toEqual([]);
  expect(registry().asked.all()).toEqual([]);
});

test("a hub that wakes up in the past promises nobody more than an hour", () => {
  const { registry } = opened();
  started(registry(), NOON).desk.askIn(A, 30, "claire");
  const yesterday = NOON - 24 * 3_600_000;
  expect(started(registry(), yesterday).told).toMatchObject([{ until: yesterday + 3_600_000 }]);
});

test("light is given, and said to be given, also when the audit log cannot be written", () => {
  const { registry } = opened();
  const broken = {
    record: () => {
      throw new Error("disk full");
    },
  };
  const { desk, told } = started({ ...registry(), audit: broken } as unknown as Registry, NOON);
  expect(desk.askIn(A, 30, "claire")).toMatchObject({ light: stairwell.light });
  expect(told).toMatchObject([{ kind: "override", zone: A }]);
  expect(registry().refusals.list()).toMatchObject([{ where: "light" }]);
});
