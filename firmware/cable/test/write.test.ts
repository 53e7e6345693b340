import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { md5 } from "../chip/md5.ts";
import { createChip } from "./esp32/chip.ts";
import type { Faults } from "./esp32/faults.ts";
import { createMemoryPort } from "./esp32/ports.ts";
import {
  cableTo,
  connect,
  contentOf,
  hurry,
  missingIn,
  planOf,
  quietly,
  startsNothing,
  troubleOf,
} from "./flash-kit.ts";

// Goal: what was written is proven, and what was interrupted starts nothing. Method: a simulated
// chip that takes every command as a real one does, with faults planted at known places.

test.each([0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 128, 4096, 100_003])(
  "the MD5 of %i bytes is that of everybody else",
  (length) => {
    const bytes = contentOf(length, length);
    expect(md5(bytes)).toBe(createHash("md5").update(bytes).digest("hex"));
  },
);

test.each(["small", "real size"] as const)(
  "a plan of %s is in the chip, byte by byte",
  async (kind) => {
    const chip = createChip();
    const plan = planOf(kind);
    const session = await connect(createMemoryPort(chip));
    const told: number[] = [];
    const total = plan.regions.reduce((sum, region) => sum + region.bytes.length, 0);
    await session.write(
      plan,
      quietly({
        progress: (_region, written, all) => {
          expect(all).toBe(total);
          told.push(written);
          // Whatever happens now, the chip starts nothing until all of it is there.
          if (written > 0) expect(startsNothing(chip)).toBe(written < total);
        },
        retry: (region, reason) => expect.unreachable(`${region} again: ${reason}`),
      }),
    );
    expect(missingIn(chip, plan)).toEqual([]);
    expect(chip.complaints).toEqual([]);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(total);
    expect(told.length).toBeGreaterThan(plan.regions.length);
    await session.leave();
    await hurry(200);
    expect(chip.state()).toBe("running");
    await chip.close();
  },
);

type Outcome =
  | "written"
  | "verify-failed"
  | "unplugged"
  | "no-answer"
  | "brown-out"
  | "write-failed";

type Case = readonly [
  what: string,
  faults: Faults,
  outcome: Outcome,
  isRetried: boolean | undefined,
];

// Connecting takes some 9000 bytes, and a small plan some 80 000.
const FAULTS: readonly Case[] = [
  ["refuses one block in four", { refuseOneIn: 4 }, "written", undefined],
  ["loses one answer in twenty", { loseOneIn: 20 }, "written", true],
  ["hears noise once in 20 000 bytes", { noiseOneIn: 20_000 }, "written", true],
  ["misses part of a block", { deaf: { at: 30_000, bytes: 3000 } }, "written", false],
  ["starts anew when the supply gives in", { brownOutAt: 60_000 }, "written", true],
  ["hangs until it is reset", { stuckAt: 50_000 }, "written", true],
  ["erases badly once", { worn: { address: 0x10000, once: true } }, "written", true],
  [
    "is worn in its application",
    { worn: { address: 0x11000, once: false } },
    "verify-failed",
    true,
  ],
  ["is worn in its boot loader", { worn: { address: 0x2000, once: false } }, "verify-failed", true],
  ["is worn where it starts", { worn: { address: 0x1000, once: false } }, "verify-failed", true],
  ["is pulled out", { unplugAt: 70_000 }, "unplugged", false],
];

test.each(FAULTS)("a chip that %s", async (_what, faults, outcome, isRetried) => {
  const chip = createChip({ seed: 5, faults });
  const plan = planOf("small");
  const session = await connect(createMemoryPort(chip));
  const retries: string[] = [];
  const telling = quietly({ retry: (region, reason) => retries.push(`${region}: ${reason}`) });
  if (outcome === "written") {
    await session.write(plan, telling);
    expect(missingIn(chip, plan)).toEqual([]);
  } else {
    const trouble = await troubleOf(session.write(plan, telling));
    expect([trouble.kind, trouble.detail]).toEqual([outcome, expect.stringMatching(/./)]);
    expect(chip.flash[0x1000]).not.toBe(0xe9);
  }
  if (isRetried !== undefined) expect(retries.length > 0, retries.join()).toBe(isRetried);
  await session.abandon();
  await chip.close();
});

test("a piece that was good and is damaged later is found, and written again", async () => {
  const chip = createChip();
  const plan = planOf("small");
  const session = await connect(createMemoryPort(chip));
  const retries: string[] = [];
  let isDamaged = false;
  await session.write(
    plan,
    quietly({
      progress: (region) => {
        if (region !== "storage" || isDamaged) return;
        isDamaged = true;
        chip.flash[0x8005] = 0;
      },
      retry: (_region, reason) => retries.push(reason),
    }),
  );
  expect(missingIn(chip, plan)).toEqual([]);
  expect(retries).toEqual(["a piece that was good has changed"]);
  await session.abandon();
  await chip.close();
});

test("a first sector that never comes out right is cleared before it is given up", async () => {
  const chip = createChip();
  const port = createMemoryPort(chip);
  const spoil = new TransformStream<Uint8Array, Uint8Array>({
    transform: (bytes, out) => {
      if (chip.flash[0x1000] === 0xe9) chip.flash[0x1f00] = 0;
      out.enqueue(bytes);
    },
  });
  let isPiped = false;
  const cable = cableTo(() => port, {
    open: async (options) => {
      await port.open(options);
      if (!isPiped) void spoil.readable.pipeTo(port.writable!).catch(() => undefined);
      isPiped = true;
    },
    setBaudRate: (baud) => port.setBaudRate!(baud),
  });
  Object.defineProperty(cable, "writable", { get: () => spoil.writable });
  const session = await connect(cable);
  const plan = planOf("small");
  plan.regions[0]!.bytes[0xf00] = 0xff;
  const regions = plan.regions.map((region) => ({ ...region, md5: md5(region.bytes) }));
  const trouble = await troubleOf(session.write({ ...plan, regions }, quietly()));
  expect(trouble.kind).toBe("verify-failed");
  expect(startsNothing(chip)).toBe(true);
  await chip.close();
});

test("a plan that was damaged on its way is refused before anything is erased", async () => {
  const chip = createChip();
  const plan = planOf("small");
  const session = await connect(createMemoryPort(chip));
  await session.write(plan, quietly());
  plan.regions[3]!.bytes[5]! ^= 1;
  const trouble = await troubleOf(session.write(plan, quietly()));
  expect([trouble.kind, trouble.detail]).toEqual(["write-failed", expect.stringContaining("plan")]);
  expect(startsNothing(chip)).toBe(false);
  await session.abandon();
  await chip.close();
});

/** Through the boot loader's first sector, the pieces, the proof, and the last sector. */
test("a plan with regions that overlap is refused before anything is erased", async () => {
  const plan = planOf("small");
  const [first, ...others] = plan.regions;
  const over = { ...first!, name: "settings", address: first!.address + 4096 } as const;
  const chip = createChip();
  const session = await connect(createMemoryPort(chip));
  const overlapping = { ...plan, regions: [first!, over, ...others] };
  expect(await troubleOf(session.write(overlapping, quietly()))).toMatchObject({
    kind: "write-failed",
    detail: "the plan itself is damaged: settings",
  });
  expect(chip.flash.every((byte) => byte === 0xff)).toBe(true);
  await session.abandon();
  await chip.close();
});

const PLACES = Array.from({ length: 24 }, (_, index) => 200 + index * index * 160);

test.each(PLACES)(
  "given up after %i bytes, it starts nothing, and is written the next time",
  async (place) => {
    const chip = createChip();
    const old = planOf("small", 7);
    const port = createMemoryPort(chip);
    const first = await connect(port);
    await first.write(old, quietly());
    const giveUp = new AbortController();
    let sent = 0;
    const plan = planOf("small", 3);
    const writing = troubleOf(
      first.write(
        plan,
        quietly({
          signal: giveUp.signal,
          progress: (_region, written) => {
            sent = written;
            if (written >= place) giveUp.abort();
          },
        }),
      ),
    );
    expect((await writing).kind).toBe("cancelled");
    expect(sent).toBeGreaterThanOrEqual(place);
    expect(startsNothing(chip)).toBe(true);
    await first.write(plan, quietly());
    expect(missingIn(chip, plan)).toEqual([]);
    await first.abandon();
    await chip.close();
  },
);
