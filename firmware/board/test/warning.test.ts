import type { LeaseId, RelayId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import { type Lease, type RelayReport, WARNING } from "@battant/protocol/vocabulary/relay";
import { instant, milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { encodeLease } from "@battant/protocol/wire/relay";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RelayFile } from "../board-file.ts";
import {
  createRelayCommands,
  isInhibited,
  localRule,
  receive,
  reportAgain,
  type RelayCommands,
} from "../commands.ts";
import { claimPins } from "../drivers/relay.ts";
import type { Hardware } from "../hardware.ts";
import {
  type Control,
  dueAt,
  isWarning,
  onDue,
  onLease,
  onLocalRule,
  onPress,
  started,
} from "../lease.ts";
import { BOOT, createBench } from "./bench.ts";

// Goal: nobody's light goes out without notice: two blinks, then time enough to press the switch.
// Method: the state machine in a table, then a landing whose lamps follow the relay, told as short
// stories and in any order of events, with an oracle that knows only the wording of the promise.

const NOON = Date.UTC(2026, 5, 21, 12);
const UPTIME = 1_000_000;
const END = UPTIME + WARNING;

const asked: Lease = {
  id: "l1" as LeaseId,
  boot: BOOT,
  issued: instant(NOON),
  duration: seconds(120),
  warn: true,
};

const at = (uptime: number, lit: boolean | undefined = true) => ({
  boot: BOOT,
  now: instant(NOON + uptime - UPTIME),
  uptime: milliseconds(uptime),
  lit,
});

const warned = (change: Partial<Lease> = {}): Control =>
  onLease(started(), { ...asked, ...change }, at(UPTIME)).control;

const warnedByItself = (): Control =>
  onLocalRule(started(), {
    wanted: true,
    linkIsUp: false,
    uptime: milliseconds(UPTIME),
    warn: true,
  });

test("who is there is warned: the light stays available, and the lease is answered at once", () => {
  const { control, reason, problem } = onLease(started(), asked, at(UPTIME));
  expect({ reason, problem }).toEqual({ reason: "warning", problem: undefined });
  expect(control).toMatchObject({ state: "available", reason: "warning", lease: "l1" });
  expect(dueAt(control)).toBe(END);
});

const unwarned: readonly [why: string, control: Control, lease: Partial<Lease>, lit?: boolean][] = [
  ["the lease does not ask for it", started(), {}, true],
  ["no luminaire burns that could give it", started(), { warn: true }, false],
  ["the light is kept off already", onDue(warned(), true), { id: "l2" as LeaseId, warn: true }],
];

test.each(unwarned)("nobody is warned when %s", (_, control, change, lit) => {
  const { warn: _warn, ...plain } = asked;
  const { control: next, reason } = onLease(control, { ...plain, ...change }, at(END, lit));
  expect(reason).toBe("lease");
  expect(next).toMatchObject({ state: "inhibited", reason: "lease" });
});

test("a board that cannot see its luminaires takes them to burn, and warns", () => {
  expect(isWarning(onLease(started(), asked, at(UPTIME, undefined)).control)).toBe(true);
});

type Ending = readonly [what: string, next: Control, state: string, reason: string];
const ended = (lease: Partial<Lease>): Control =>
  onLease(warned(), { ...asked, id: "l2" as LeaseId, ...lease }, at(UPTIME + 5000)).control;

const endings: readonly Ending[] = [
  ["it is over", onDue(warned(), true), "inhibited", "lease"],
  [
    "somebody presses",
    onPress(warned(), at(END - 1).uptime, seconds(60)),
    "available",
    "wall-switch",
  ],
  ["the hub ends the lease", ended({ duration: seconds(0) }), "available", "lease-ended"],
  ["the link is lost", onDue(warned(), false), "available", "link-lost"],
  [
    "the lease runs out first",
    onDue(warned({ duration: seconds(10) }), true),
    "available",
    "lease-expired",
  ],
  [
    "the lease runs out with it",
    onDue(warned({ duration: WARNING }), true),
    "available",
    "lease-expired",
  ],
  [
    "the board warned by itself and it is over",
    onDue(warnedByItself(), false),
    "inhibited",
    "local-rule",
  ],
  ["the hub is back meanwhile", onDue(warnedByItself(), true), "available", "local-rule"],
  [
    "the board's own rule thinks again",
    onLocalRule(warnedByItself(), {
      wanted: false,
      linkIsUp: false,
      uptime: milliseconds(UPTIME + 5000),
      warn: true,
    }),
    "available",
    "local-rule",
  ],
];

test.each(endings)("when %s, the light is as it should be", (_, next, state, reason) => {
  expect(next).toMatchObject({ state, reason });
  expect(isWarning(next)).toBe(false);
});

test("another lease meanwhile prolongs, and does not put the end of the warning off", () => {
  const lease = { ...asked, id: "l2" as LeaseId, issued: instant(NOON + 10_000) };
  const { control, reason } = onLease(warned(), lease, at(UPTIME + 10_000));
  expect(reason).toBe("warning");
  expect(control).toMatchObject({ reason: "warning", lease: "l2", warnedAt: END });
  expect(onDue(control, true)).toMatchObject({ state: "inhibited", lease: "l2" });
  expect(onDue(control, true).until).toBe(UPTIME + 10_000 + 120_000);
});

test("a lease that arrives twice is answered twice, and one that is refused changes nothing", () => {
  const control = warned();
  expect(onLease(control, asked, at(UPTIME + 1000))).toEqual({ control, reason: "warning" });
  const stranger = { ...asked, id: "l2" as LeaseId, boot: "boot0" as typeof BOOT };
  const refusal = onLease(control, stranger, at(UPTIME + 1000));
  expect(refusal).toMatchObject({ control, reason: "lease-refused" });
});

test("a hub that is back takes a warning of the board's own over", () => {
  const { control } = onLease(warnedByItself(), asked, at(UPTIME + 5000));
  expect(control).toMatchObject({ reason: "warning", lease: "l1", warnedAt: END });
});

test("the board's own rule neither begins a warning again nor takes one of the hub's back", () => {
  const wish = { linkIsUp: false, uptime: milliseconds(UPTIME + 5000), warn: true };
  const own = warnedByItself();
  expect(onLocalRule(own, { ...wish, wanted: true })).toBe(own);
  const hubs = warned();
  expect(onLocalRule(hubs, { ...wish, wanted: false })).toBe(hubs);
});

// A landing

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

type Dip = { readonly from: number; to?: number };

const landing = (file: RelayFile = FILE) => {
  const bench = createBench();
  bench.setClock(NOON);
  const it = { isLinked: true, isSwitchedOn: true };
  const lamps = (): void => bench.input(LIT, it.isSwitchedOn && bench.output(OUTPUT) !== true);
  /** Each time that the relay was energised. */
  const dips: Dip[] = [];
  const hardware: Hardware = {
    ...bench.hardware,
    write: (wiring, active) => {
      const before = bench.output(OUTPUT);
      bench.hardware.write(wiring, active);
      if (active && before !== true) dips.push({ from: hardware.uptime() });
      if (!active && before === true) dips.at(-1)!.to = hardware.uptime();
      lamps();
    },
  };
  const reports: RelayReport[] = [];
  const readings: Pick<ReportedReading, "quantity" | "value">[] = [];
  claimPins(hardware, file);
  lamps();
  const settings = { file, boot: BOOT, place: 0 };
  const commands: RelayCommands = createRelayCommands(hardware, settings, {
    linkIsUp: () => it.isLinked,
    report: (_, report) => reports.push(report) > 0 && it.isLinked,
    reading: (place, value) =>
      void readings.push({ quantity: place === 0 ? "inhibited" : "lit", value }),
  });
  let count = 0;
  return {
    ...bench,
    it,
    commands,
    reports,
    readings,
    dips,
    lamps,
    lease: (change: Partial<Lease> = {}): void => {
      const id = `l${++count}` as LeaseId;
      const issued = hardware.now() ?? instant(NOON);
      receive(commands, encodeLease({ ...asked, id, issued, ...change }));
    },
    press: (): void => {
      bench.input(SWITCH, true);
      bench.input(SWITCH, false);
    },
    last: () => reports.at(-1),
  };
};

test("two short blinks, then light until fifteen seconds are over, then the dark", () => {
  const on = landing();
  on.lease();
  on.pass(14_999);
  expect(on.dips).toEqual([
    { from: 0, to: 500 },
    { from: 1500, to: 2000 },
  ]);
  expect(on.reports).toEqual([
    { boot: BOOT, state: "available", reason: "warning", lease: "l1", lit: true },
  ]);
  on.pass(1);
  expect(on.dips.at(-1)).toEqual({ from: 15_000 });
  expect(on.last()).toMatchObject({ state: "inhibited", reason: "lease", lease: "l1" });
  on.pass(10_000);
  expect(on.last()).toMatchObject({ state: "inhibited", reason: "lease", lit: false });
  on.pass(96_000);
  expect(on.last()).toMatchObject({ state: "available", reason: "lease-expired", lit: true });
});

test("luminaires that blink did not go out: neither a report nor a reading says so", () => {
  const on = landing();
  on.lease();
  on.pass(30_000);
  expect(on.reports.some((it) => it.mismatch === true)).toBe(false);
  expect(on.readings).toEqual([
    { quantity: "inhibited", value: 0 },
    { quantity: "lit", value: 1 },
    { quantity: "inhibited", value: 1 },
    { quantity: "lit", value: 0 },
  ]);
});

test("a board that cannot see its luminaires blinks too", () => {
  const { lit: _lit, ...blind } = FILE;
  const on = landing(blind);
  on.lease();
  on.pass(15_000);
  expect(on.dips).toHaveLength(3);
  expect(on.last()).toEqual({ boot: BOOT, state: "inhibited", reason: "lease", lease: "l1" });
});

test("where no luminaire burns nothing blinks, and the circuit is kept off at once", () => {
  const on = landing();
  on.it.isSwitchedOn = false;
  on.lamps();
  on.pass(1000);
  on.lease();
  expect(on.dips).toEqual([{ from: 1000 }]);
  expect(on.last()).toMatchObject({ state: "inhibited", reason: "lease" });
});

const moments = [0, 250, 500, 1000, 1499, 1500, 1999, 2050, 8000, 14_999];

test.each(moments)("somebody who presses %i ms into the warning keeps the light", (ms) => {
  const on = landing();
  on.lease();
  on.pass(ms);
  on.press();
  expect(on.output(OUTPUT)).toBe(false);
  expect(on.last()).toMatchObject({ state: "available", reason: "wall-switch", lit: true });
  const before = on.dips.length;
  on.pass(59_000);
  on.lease();
  expect(on.last()).toMatchObject({ state: "available", reason: "lease-refused", lit: true });
  expect(on.dips).toHaveLength(before);
});

test.each(moments)("a hub that thinks again %i ms into the warning ends it there", (ms) => {
  const on = landing();
  on.lease();
  on.pass(ms);
  on.lease({ duration: seconds(0) });
  expect(on.last()).toMatchObject({ state: "available", reason: "lease-ended", lit: true });
  const before = on.dips.length;
  on.pass(300_000);
  expect(on.dips).toHaveLength(before);
  expect(on.dips.at(-1)!.to).toBeLessThanOrEqual(Math.max(ms, 500));
});

test("a timer that ends while the luminaires blink is seen all the same", () => {
  const on = landing();
  on.lease();
  on.pass(700);
  on.it.isSwitchedOn = false;
  on.lamps();
  on.pass(2000);
  expect(on.last()).toMatchObject({ reason: "warning", lit: false });
  on.pass(30_000);
  expect(on.reports.some((it) => it.mismatch === true)).toBe(false);
});

test("a timer that ends in a blink that is cut short is seen all the same", () => {
  const on = landing();
  on.lease();
  on.pass(700);
  on.it.isSwitchedOn = false;
  on.lamps();
  on.lease({ duration: seconds(0) });
  on.pass(100);
  expect(on.last()).toMatchObject({ reason: "lease-ended", lit: false });
});

test("a contact that still bounces when the warning begins makes no news of the blinks", () => {
  const on = landing();
  on.input(LIT, false);
  on.lamps();
  on.pass(50);
  on.lease();
  on.pass(14_000);
  expect(on.reports).toHaveLength(1);
});

test("renewed while it lasts, the warning goes on; renewed afterwards, the dark does", () => {
  const on = landing();
  on.lease();
  on.pass(1700);
  on.lease();
  expect(on.last()).toMatchObject({ state: "available", reason: "warning", lease: "l2" });
  on.pass(13_300);
  expect(on.last()).toMatchObject({ state: "inhibited", lease: "l2" });
  for (let minute = 0; minute < 5; minute++) {
    on.pass(60_000);
    on.lease();
  }
  expect(on.dips).toHaveLength(3);
});

test("a hub that comes back in the middle is told that the warning goes on", () => {
  const on = landing();
  on.lease();
  on.pass(5000);
  reportAgain(on.commands);
  expect(on.last()).toMatchObject({ state: "available", reason: "warning", lease: "l1" });
});

test("the board's own rule warns in the same way, and only if it was told to", () => {
  const on = landing();
  on.it.isLinked = false;
  localRule(on.commands, true, true);
  expect(on.last()).toEqual({ boot: BOOT, state: "available", reason: "warning", lit: true });
  on.pass(14_999);
  expect(isInhibited(on.commands)).toBe(false);
  expect(on.dips).toHaveLength(2);
  on.pass(1);
  expect(on.last()).toMatchObject({ state: "inhibited", reason: "local-rule" });
  const curt = landing();
  curt.it.isLinked = false;
  localRule(curt.commands, true, false);
  expect(isInhibited(curt.commands)).toBe(true);
});

test("the board's own rule keeps a circuit off at once where no luminaire burns", () => {
  const on = landing();
  on.it.isSwitchedOn = false;
  on.lamps();
  on.pass(1000);
  on.it.isLinked = false;
  localRule(on.commands, true, true);
  expect(on.last()).toMatchObject({ state: "inhibited", reason: "local-rule" });
});

test("a lease that ran out during the warning is over when it comes again", () => {
  const control = onDue(warned({ duration: seconds(10) }), true);
  const again = onLease(control, { ...asked, duration: seconds(10) }, at(UPTIME + 10_000));
  expect(again).toMatchObject({ reason: "lease-refused", problem: "it is over" });
});

test("each turn of the blinking leaves no timer behind", () => {
  const on = landing();
  const before = on.timers();
  on.lease();
  on.pass(3000);
  expect(on.timers()).toBe(before + 1);
  on.press();
  on.pass(3000);
  expect(on.timers()).toBe(before);
});

// Any order of events.

type Happening =
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "lease"; readonly warn: boolean; readonly s: number }
  | { readonly kind: "local"; readonly wanted: boolean }
  | { readonly kind: "press" | "link" | "switch" };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.oneof(fc.nat(600), fc.nat(20_000), fc.nat(140_000)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("lease" as const),
      warn: fc.boolean(),
      s: fc.constantFrom(0, 10, 120, 120, 300),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("local" as const), wanted: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("press" as const, "link" as const, "switch" as const),
    }),
  },
);

test("in any history burning luminaires go out fifteen seconds after two blinks, and not otherwise", () => {
  let darkened = 0;
  let pressed = 0;
  const live = (history: readonly Happening[]): void => {
    const on = landing();
    /** When each warning began, and how many dips there had been before it. */
    const warnings: { readonly at: number; readonly dips: number }[] = [];
    let seen = 0;
    let wasWarning = false;
    const look = (mayGoOut: boolean): void => {
      const now = on.hardware.uptime();
      for (; seen < on.reports.length; seen++) {
        const { reason, state } = on.reports[seen]!;
        const isNow = reason === "warning" || (reason === "lease-refused" && wasWarning);
        if (isNow && !wasWarning) warnings.push({ at: now, dips: on.dips.length - 1 });
        if (state === "inhibited" && !mayGoOut && wasWarning) {
          const { at: began, dips } = warnings.at(-1)!;
          expect(on.dips.at(-1)!.from - began).toBe(WARNING);
          expect(on.dips.slice(dips, dips + 2)).toEqual([
            { from: began, to: began + 500 },
            { from: began + 1500, to: began + 2000 },
          ]);
          // One warning each time: nothing blinked between the two blinks and the dark.
          expect(on.dips.length - dips).toBe(3);
          darkened++;
        }
        wasWarning = isNow;
      }
    };
    for (const it of history) {
      const wasLit = on.commands.relay.lit !== false && !isInhibited(on.commands);
      if (it.kind === "pass") {
        for (let left = it.ms; left > 0; left -= 100) {
          on.pass(Math.min(left, 100));
          look(false);
        }
      } else if (it.kind === "lease") {
        on.lease({ duration: seconds(it.s), ...(!it.warn && { warn: undefined as never }) });
        // At once only what did not burn, or what nobody wanted to be warned of.
        if (wasLit && it.warn) expect(isInhibited(on.commands)).toBe(false);
        look(!it.warn || !wasLit);
      } else if (it.kind === "local") {
        localRule(on.commands, it.wanted, true);
        if (wasLit) expect(isInhibited(on.commands)).toBe(false);
        look(!wasLit);
      } else if (it.kind === "press") {
        if (wasWarning) pressed++;
        on.pass(200);
        look(false);
        on.press();
        expect(on.output(OUTPUT)).toBe(false);
        expect(isWarning(on.commands.control)).toBe(false);
        look(false);
      } else if (it.kind === "link") on.it.isLinked = !on.it.isLinked;
      else {
        on.it.isSwitchedOn = !on.it.isSwitchedOn;
        on.lamps();
      }
    }
  };
  fc.assert(fc.property(fc.array(happening, { maxLength: 40, size: "max" }), live), {
    numRuns: 1000,
  });
  expect(darkened).toBeGreaterThan(100);
  expect(pressed).toBeGreaterThan(30);
});
