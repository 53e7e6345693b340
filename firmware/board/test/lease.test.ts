import type { BootId, LeaseId, RelayId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import { LEASE_MAX, type RelayReport } from "@battant/protocol/vocabulary/relay";
import { type Instant, instant, milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { encodeLease } from "@battant/protocol/wire/relay";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RelayFile } from "../board-file.ts";
import {
  commandCounters,
  createRelayCommands,
  isInhibited,
  localRule,
  receive,
  reportAgain,
} from "../commands.ts";
import { claimPins } from "../drivers/relay.ts";
import { BOOT, createBench } from "./bench.ts";

// Goal: a light is kept off by a valid, unexpired lease, or while the hub is gone by the board's own
// rule for as short a time, and by nothing else; a press always wins.
// Method: a relay on the bench, a table of leases that must and must not be obeyed, then a property
// over random histories with an oracle that knows only the wording of the rule.

const NOON = Date.UTC(2026, 5, 21, 12);
const OUTPUT = 4;
const LIT = 34;
const SWITCH = 35;

const FILE: RelayFile = {
  relay: "main" as RelayId,
  output: { pin: OUTPUT },
  lit: { pin: LIT },
  wallSwitch: { pin: SWITCH },
  hold: seconds(60),
};

/** Of the relay's first reading among those of the board. */
const PLACE = 3;
const QUANTITIES = ["inhibited", "lit"] as const;

const relayOnBench = (clock: "set" | "unset" = "set") => {
  const bench = createBench();
  if (clock === "set") bench.setClock(NOON);
  const { hardware } = bench;
  const reports: RelayReport[] = [];
  const readings: Pick<ReportedReading, "quantity" | "value">[] = [];
  const link = { isUp: true };
  claimPins(hardware, FILE);
  const commands = createRelayCommands(
    hardware,
    { file: FILE, boot: BOOT, place: PLACE },
    {
      linkIsUp: () => link.isUp,
      report: (relay, report) => {
        expect(relay).toBe(FILE.relay);
        reports.push(report);
        return link.isUp;
      },
      reading: (place, value) => readings.push({ quantity: QUANTITIES[place - PLACE]!, value }),
    },
  );
  const lease = (change: Partial<typeof ordinary> = {}): void =>
    receive(commands, encodeLease({ ...ordinary, ...change }));
  const press = (): void => {
    bench.input(SWITCH, true);
    bench.input(SWITCH, false);
  };
  return {
    bench,
    commands,
    reports,
    readings,
    link,
    lease,
    press,
    inhibited: () => bench.output(OUTPUT),
    last: () => reports[reports.length - 1],
  };
};

const ordinary: {
  id: LeaseId;
  boot: BootId;
  issued: Instant;
  duration: ReturnType<typeof milliseconds>;
} = {
  id: "l1" as LeaseId,
  boot: BOOT,
  issued: instant(NOON),
  duration: seconds(120),
};

type Row = readonly [name: string, change: Partial<typeof ordinary>, obeyed: boolean];

const table: readonly Row[] = [
  ["an ordinary lease", {}, true],
  ["a lease for another start of the board", { boot: "boot0" as BootId }, false],
  ["a lease issued 119 s ago", { issued: instant(NOON - 119_000) }, true],
  ["a lease that has just run out", { issued: instant(NOON - 120_000) }, false],
  ["a lease of yesterday", { issued: instant(NOON - 86_400_000) }, false],
  ["a lease issued a little in the future", { issued: instant(NOON + 60_000) }, true],
  ["a lease that ends too far ahead", { issued: instant(NOON + 200_000) }, false],
  ["the longest lease", { duration: LEASE_MAX }, true],
  ["the longest lease, from the future", { duration: LEASE_MAX, issued: instant(NOON + 1) }, false],
];

for (const [name, change, obeyed] of table) {
  test(`${name} is ${obeyed ? "obeyed" : "refused"}, and answered`, () => {
    const relay = relayOnBench();
    relay.lease(change);
    expect(relay.inhibited()).toBe(obeyed);
    expect(relay.last()).toMatchObject({
      boot: BOOT,
      state: obeyed ? "inhibited" : "available",
      reason: obeyed ? "lease" : "lease-refused",
      lease: "l1",
    });
  });
}

test("without a clock no lease is obeyed", () => {
  const relay = relayOnBench("unset");
  relay.lease();
  expect(relay.inhibited()).toBe(false);
  expect(commandCounters(relay.commands)).toEqual({
    obeyed: 0,
    refused: 1,
    lastRefusal: "the clock is unknown",
  });
});

const nonsense = [
  "",
  "{",
  "null",
  "[]",
  '{"id":"l1"}',
  '{"id":"l1","boot":"boot1","t":1,"for":-1}',
];

for (const payload of nonsense) {
  test(`a lease that reads ${JSON.stringify(payload)} moves nothing`, () => {
    const relay = relayOnBench();
    receive(relay.commands, payload);
    expect(relay.inhibited()).toBe(false);
    expect(relay.reports).toEqual([]);
    expect(commandCounters(relay.commands).refused).toBe(1);
  });
}

test("a lease that is not renewed ends by itself, and says so", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.bench.pass(119_999);
  expect(relay.inhibited()).toBe(true);
  relay.bench.pass(1);
  expect(relay.inhibited()).toBe(false);
  expect(relay.last()).toMatchObject({ state: "available", reason: "lease-expired", lease: "l1" });
});

test("a lease that ends while the link is down says that the link was lost", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.link.isUp = false;
  relay.bench.pass(120_000);
  expect(relay.inhibited()).toBe(false);
  relay.link.isUp = true;
  reportAgain(relay.commands);
  expect(relay.last()).toMatchObject({ state: "available", reason: "link-lost" });
});

test("a renewed lease extends the darkness without a gap", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.bench.pass(2000); // By then it is known whether the light went out.
  const timers = relay.bench.timers();
  for (let minute = 0; minute < 10; minute++) {
    relay.lease({ id: `l${minute}` as LeaseId, issued: instant(NOON + minute * 60_000) });
    relay.bench.pass(60_000);
    expect(relay.inhibited()).toBe(true);
  }
  // Each renewal takes the place of the one before: no timer is left behind.
  expect(relay.bench.timers()).toBe(timers);
  relay.bench.pass(60_000);
  expect(relay.inhibited()).toBe(false);
});

test("a newer lease that is shorter is obeyed: the hub may think again", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.lease({ id: "l2" as LeaseId, issued: instant(NOON + 1), duration: seconds(10) });
  relay.bench.pass(10_001);
  expect(relay.inhibited()).toBe(false);
});

test("a lease that arrives after a newer one is refused, and shortens nothing", () => {
  const relay = relayOnBench();
  relay.lease({ id: "l2" as LeaseId, issued: instant(NOON - 60_000), duration: seconds(120) });
  relay.lease({ id: "l1" as LeaseId, issued: instant(NOON - 90_000), duration: seconds(100) });
  expect(relay.last()).toMatchObject({ state: "inhibited", reason: "lease-refused", lease: "l1" });
  relay.bench.pass(59_999);
  expect(relay.inhibited()).toBe(true);
});

test("a lease that arrives again is answered again, and prolongs nothing", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.bench.pass(60_000);
  relay.lease({ id: "l2" as LeaseId, issued: instant(NOON + 60_000) });
  relay.bench.pass(119_999);
  relay.lease({ id: "l2" as LeaseId, issued: instant(NOON + 60_000) });
  expect(relay.inhibited()).toBe(true);
  relay.bench.pass(1);
  expect(relay.inhibited()).toBe(false);
  relay.lease({ id: "l2" as LeaseId, issued: instant(NOON + 60_000) });
  expect(relay.inhibited()).toBe(false);
});

test("a lease that is repeated after the clock was set back prolongs nothing", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.bench.pass(100_000);
  relay.bench.setClock(NOON);
  relay.lease();
  relay.bench.pass(20_000);
  expect(relay.inhibited()).toBe(false);
});

test("a clock that jumps back does not keep the light off", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.bench.setClock(NOON - 3_600_000);
  relay.bench.pass(120_000);
  expect(relay.inhibited()).toBe(false);
});

test("a hub whose clock was set back by an hour is obeyed again at once", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.bench.setClock(NOON - 3_600_000);
  relay.lease({ id: "l2" as LeaseId, issued: instant(NOON - 3_600_000) });
  expect(relay.last()).toMatchObject({ reason: "lease", lease: "l2" });
});

test("duration 0 gives the light back at once", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.lease({ id: "l2" as LeaseId, duration: seconds(0) });
  expect(relay.inhibited()).toBe(false);
  expect(relay.last()).toMatchObject({ state: "available", reason: "lease-ended", lease: "l2" });
});

test("duration 0 is obeyed without a clock, but not for another start of the board", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.bench.setClock(undefined);
  relay.lease({ boot: "boot0" as BootId, duration: seconds(0) });
  expect(relay.inhibited()).toBe(true);
  relay.lease({ duration: seconds(0) });
  expect(relay.inhibited()).toBe(false);
});

test("whoever presses has the light at once, and no lease takes it away for a minute", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.press();
  expect(relay.inhibited()).toBe(false);
  expect(relay.last()).toMatchObject({ state: "available", reason: "wall-switch" });
  expect(relay.last()).not.toHaveProperty("lease");
  relay.bench.pass(59_999);
  relay.lease({ id: "l2" as LeaseId, issued: instant(NOON + 59_999) });
  expect(relay.inhibited()).toBe(false);
  expect(relay.last()).toMatchObject({ reason: "lease-refused", lease: "l2" });
  relay.bench.pass(1);
  relay.lease({ id: "l3" as LeaseId, issued: instant(NOON + 60_000) });
  expect(relay.inhibited()).toBe(true);
});

test("a refused lease does not become the reason for the state: a birth tells the true one", () => {
  const relay = relayOnBench();
  relay.press();
  relay.lease();
  reportAgain(relay.commands);
  expect(relay.last()).toMatchObject({ state: "available", reason: "wall-switch" });
});

test("a press is reported even when the light was available anyway", () => {
  const relay = relayOnBench();
  relay.press();
  expect(relay.reports).toHaveLength(1);
  expect(relay.last()).toMatchObject({ reason: "wall-switch" });
});

test("the luminaires' own change is reported, and both are kept as readings", () => {
  const relay = relayOnBench();
  relay.bench.input(LIT, true);
  relay.bench.pass(1000);
  expect(relay.last()).toMatchObject({ reason: "start", lit: true });
  relay.lease();
  relay.bench.input(LIT, false);
  relay.bench.pass(1000);
  expect(relay.last()).toMatchObject({ state: "inhibited", lit: false });
  expect(relay.readings).toEqual([
    { quantity: "inhibited", value: 0 },
    { quantity: "lit", value: 0 },
    { quantity: "lit", value: 1 },
    { quantity: "inhibited", value: 1 },
    { quantity: "lit", value: 0 },
  ]);
});

test("a light that still burns two seconds after it was switched off is a mismatch, told once", () => {
  const relay = relayOnBench();
  relay.bench.input(LIT, true);
  relay.bench.pass(1000);
  relay.lease();
  relay.bench.pass(1999);
  expect(relay.last()).not.toHaveProperty("mismatch");
  const before = relay.reports.length;
  relay.bench.pass(1);
  expect(relay.last()).toMatchObject({ state: "inhibited", lit: true, mismatch: true });
  relay.bench.pass(50_000);
  expect(relay.reports).toHaveLength(before + 1);
});

test("every report says so as long as the mismatch lasts, and no longer", () => {
  const relay = relayOnBench();
  relay.bench.input(LIT, true);
  relay.bench.pass(1000);
  relay.lease();
  relay.bench.pass(60_000);
  relay.lease({ id: "l2" as LeaseId, issued: instant(NOON + 60_000) });
  expect(relay.last()).toMatchObject({ lease: "l2", mismatch: true });
  relay.bench.input(LIT, false);
  relay.bench.pass(1000);
  expect(relay.last()).toMatchObject({ lit: false });
  expect(relay.last()).not.toHaveProperty("mismatch");
});

test("a light that goes out in time, or is given back in time, is no mismatch", () => {
  const relay = relayOnBench();
  relay.bench.input(LIT, true);
  relay.bench.pass(1000);
  relay.lease();
  relay.bench.pass(500);
  relay.bench.input(LIT, false);
  relay.bench.pass(10_000);
  relay.press();
  relay.bench.input(LIT, true);
  relay.bench.pass(70_000);
  relay.lease({ id: "l2" as LeaseId, issued: instant(NOON + 70_000) });
  relay.bench.pass(1000);
  relay.press();
  relay.bench.pass(10_000);
  expect(relay.reports.some((it) => it.mismatch === true)).toBe(false);
});

test("while the link is down the board's own rule borrows the light, and gives it back", () => {
  const relay = relayOnBench();
  relay.link.isUp = false;
  localRule(relay.commands, true, false);
  expect(relay.inhibited()).toBe(true);
  expect(isInhibited(relay.commands)).toBe(true);
  expect(relay.last()).toMatchObject({ state: "inhibited", reason: "local-rule" });
  expect(relay.last()).not.toHaveProperty("lease");
  localRule(relay.commands, false, false);
  expect(relay.inhibited()).toBe(false);
  expect(relay.last()).toMatchObject({ state: "available", reason: "local-rule" });
});

test("the board's own rule borrows without a gap while it goes on, for 120 s once it stops", () => {
  const relay = relayOnBench();
  relay.link.isUp = false;
  for (let second = 0; second < 600; second += 5) {
    localRule(relay.commands, true, false);
    relay.bench.pass(5000);
    expect(relay.inhibited()).toBe(true);
  }
  expect(relay.reports).toHaveLength(1);
  relay.bench.pass(55_000); // The last renewal was 5 to 65 s ago.
  expect(relay.inhibited()).toBe(true);
  relay.bench.pass(60_000);
  expect(relay.inhibited()).toBe(false);
  expect(relay.last()).toMatchObject({ state: "available", reason: "lease-expired" });
});

test("while the link is up the board's own rule has no say, neither for the dark nor for the light", () => {
  const relay = relayOnBench();
  localRule(relay.commands, true, false);
  expect(relay.inhibited()).toBe(false);
  relay.lease();
  localRule(relay.commands, false, false);
  expect(relay.inhibited()).toBe(true);
  expect(relay.last()).toMatchObject({ reason: "lease" });
});

test("the board's own rule takes over a lease that runs out, and only then", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.link.isUp = false;
  relay.bench.pass(60_000);
  localRule(relay.commands, true, false);
  expect(relay.last()).toMatchObject({ reason: "lease" });
  relay.bench.pass(1);
  localRule(relay.commands, true, false);
  expect(relay.last()).toMatchObject({ state: "inhibited", reason: "local-rule" });
  relay.bench.pass(119_999);
  expect(relay.inhibited()).toBe(true);
});

test("a lease that the local rule took over from is over, and says so when it comes again", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.link.isUp = false;
  relay.bench.pass(60_001);
  localRule(relay.commands, true, false);
  relay.lease();
  expect(relay.last()).toMatchObject({ state: "inhibited", reason: "lease-refused", lease: "l1" });
});

test("what the hub had borrowed is not the local rule's to give back", () => {
  const relay = relayOnBench();
  relay.lease();
  relay.link.isUp = false;
  localRule(relay.commands, false, false);
  expect(relay.inhibited()).toBe(true);
});

test("a press is obeyed against the board's own rule as against the hub's", () => {
  const relay = relayOnBench();
  relay.link.isUp = false;
  localRule(relay.commands, true, false);
  relay.press();
  expect(relay.inhibited()).toBe(false);
  relay.bench.pass(59_999);
  localRule(relay.commands, true, false);
  expect(relay.inhibited()).toBe(false);
  relay.bench.pass(1);
  localRule(relay.commands, true, false);
  expect(relay.inhibited()).toBe(true);
});

const returns: readonly [what: string, duration: number, inhibited: boolean, reason: string][] = [
  ["renews the darkness", 120, true, "lease"],
  ["wants the light back", 0, false, "lease-ended"],
];

test.each(returns)("a hub that returns and %s is obeyed at once", (_, span, inhibited, reason) => {
  const relay = relayOnBench();
  relay.link.isUp = false;
  localRule(relay.commands, true, false);
  relay.link.isUp = true;
  relay.lease({ duration: seconds(span) });
  expect(relay.inhibited()).toBe(inhibited);
  expect(relay.last()).toMatchObject({ reason, lease: "l1" });
  localRule(relay.commands, true, false);
  localRule(relay.commands, false, false);
  expect(relay.inhibited()).toBe(inhibited);
});

test("a hub that returns and says nothing lets the local borrowing run out", () => {
  const relay = relayOnBench();
  relay.link.isUp = false;
  localRule(relay.commands, true, false);
  relay.link.isUp = true;
  for (let second = 0; second < 120; second += 5) {
    expect(relay.inhibited()).toBe(true);
    relay.bench.pass(5000);
    localRule(relay.commands, true, false);
  }
  expect(relay.inhibited()).toBe(false);
});

test("readings of a relay that nothing happens to come every five minutes", () => {
  const relay = relayOnBench();
  relay.bench.pass(15 * 60_000);
  expect(relay.readings.filter((it) => it.quantity === "inhibited")).toHaveLength(4);
});

// The oracle knows every lease that was sent, and of each until when it could have been valid.

type Event =
  | {
      readonly kind: "lease";
      readonly boot: boolean;
      readonly age: number;
      readonly duration: number;
    }
  | { readonly kind: "repeat"; readonly which: number }
  | { readonly kind: "press" }
  | { readonly kind: "clock"; readonly jump: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "link"; readonly up: boolean }
  | { readonly kind: "local"; readonly wanted: boolean };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("lease" as const),
      boot: fc.boolean(),
      age: fc.integer({ min: -400_000, max: 400_000 }),
      duration: fc.integer({ min: 0, max: LEASE_MAX }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("repeat" as const), which: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("press" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("clock" as const),
      jump: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(150_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("link" as const), up: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("local" as const), wanted: fc.boolean() }),
  },
);

test("in any history the light is kept off only under a valid, unexpired lease or local rule", () => {
  let everInhibited = 0;
  let everLocal = 0;
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 60, size: "max" }),
      fc.boolean(),
      (history, clockKnown) => {
        const relay = relayOnBench(clockKnown ? "set" : "unset");
        const { hardware } = relay.bench;
        const sent: (typeof ordinary)[] = [];
        let mayBeDarkUntil = -1;
        let heldUntil = -1;
        const receive = (lease: typeof ordinary): void => {
          const now = hardware.now();
          const uptime = hardware.uptime();
          const end = lease.issued + lease.duration;
          const isValid =
            lease.boot === BOOT && now !== undefined && end > now && end <= now + LEASE_MAX;
          if (isValid && uptime >= heldUntil) {
            mayBeDarkUntil = Math.max(mayBeDarkUntil, uptime + Math.min(end - now, lease.duration));
          }
          if (lease.duration === 0 && lease.boot === BOOT) mayBeDarkUntil = -1;
          relay.lease(lease);
        };
        for (const it of history) {
          const uptime = hardware.uptime();
          if (it.kind === "lease") {
            const lease = {
              id: `l${sent.length}` as LeaseId,
              boot: it.boot ? BOOT : ("boot0" as BootId),
              issued: instant((hardware.now() ?? NOON) - it.age),
              duration: milliseconds(it.duration),
            };
            sent.push(lease);
            receive(lease);
          } else if (it.kind === "repeat") {
            const lease = sent[it.which];
            if (lease !== undefined) receive(lease);
          } else if (it.kind === "press") {
            relay.press();
            relay.bench.pass(200);
            mayBeDarkUntil = -1;
            heldUntil = uptime + 60_000;
          } else if (it.kind === "clock") relay.bench.setClock((hardware.now() ?? NOON) + it.jump);
          else if (it.kind === "pass") relay.bench.pass(it.ms);
          else if (it.kind === "link") relay.link.isUp = it.up;
          else {
            if (it.wanted && !relay.link.isUp && uptime >= heldUntil) {
              mayBeDarkUntil = Math.max(mayBeDarkUntil, uptime + 120_000);
            }
            localRule(relay.commands, it.wanted, false);
            const isLocal = relay.inhibited() === true && relay.last()?.reason === "local-rule";
            if (isLocal) everLocal++;
            expect(isLocal && !it.wanted).toBe(false);
          }

          const inhibited = relay.inhibited() === true;
          if (inhibited) everInhibited++;
          expect(inhibited && hardware.uptime() >= mayBeDarkUntil).toBe(false);
          expect(relay.last()?.state === "inhibited").toBe(inhibited);
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(everInhibited).toBeGreaterThan(100);
  expect(everLocal).toBeGreaterThan(100);
});
