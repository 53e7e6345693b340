import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hours, instant } from "@battant/protocol/vocabulary/units";
import type { Embedded } from "../src/adapters/sqlite/journal.ts";
import type { Appended } from "../src/ports.ts";
import { handClock, NOON, readings } from "./journal-readings.ts";
import { open, temporaryFolder, until } from "./journal-scene.ts";

// Goal: a full disk refuses with a reason, keeps nothing in part, loses nothing that was
// acknowledged, and is used again by itself as soon as there is room.
// Method: a file with a ceiling, and where this user may mount one, a disk of two megabytes.

const PACKET = 100;

/** Appends packets until one is refused; returns how many were stored, and the refusal. */
async function fill({ journal }: Embedded, from = 0): Promise<{ packets: number; last: Appended }> {
  for (let packets = from; ; packets += 1) {
    const last = await journal.append(packetNumber(packets));
    if (!last.ok) return { packets, last };
  }
}

const packetNumber = (index: number) => readings(index * PACKET + 1, (index + 1) * PACKET);

async function storedSequences({ journal }: Embedded): Promise<number[]> {
  const page = await journal.after(0, 1_000_000);
  return page.readings.map((it) => it.sequence);
}

const numbers = (to: number) => Array.from({ length: to }, (_, index) => index + 1);

test("a full file refuses whole packets, with words, and keeps what it acknowledged", async () => {
  const embedded = await open({ fileBytesMax: 256 * 1024 });
  const { packets, last } = await fill(embedded);
  expect(packets).toBeGreaterThan(10);
  expect(last).toMatchObject({
    problem: "disk-full",
    detail: expect.stringContaining("free some"),
  });
  expect(embedded.figures().problem).toContain("full");
  expect(await storedSequences(embedded)).toEqual(numbers(packets * PACKET));

  // Refused again and again, still nothing of it is there.
  for (let again = 0; again < 3; again += 1) {
    expect(await embedded.journal.append(packetNumber(packets))).toMatchObject({ ok: false });
  }
  expect(await storedSequences(embedded)).toEqual(numbers(packets * PACKET));
});

test("when old readings are let go of, a full file takes new ones again", async () => {
  const clock = handClock();
  const embedded = await open({ clock, fileBytesMax: 256 * 1024 });
  const { packets } = await fill(embedded);
  clock.set(instant(NOON + hours(91 * 24)));
  clock.ring();
  await until(async () => (await embedded.journal.append(packetNumber(packets))).ok);
  expect(embedded.figures().problem).toBeNull();
});

test("windows and identities are as if the refused packet had never come", async () => {
  const embedded = await open({ fileBytesMax: 256 * 1024 });
  const { packets } = await fill(embedded);
  const { board, sensor, quantity } = readings(1, 1)[0]!; // One was asked for.
  const always = { from: instant(0), to: instant(Number.MAX_SAFE_INTEGER) };
  for (const size of ["10-minutes", "day"] as const) {
    const windows = await embedded.store.windows({ board, sensor, quantity }, always, size);
    expect(windows.reduce((sum, it) => sum + it.count, 0)).toBe(packets * PACKET);
  }
  // The last stored packet is a duplicate; the refused one is not.
  expect(await embedded.journal.append(packetNumber(packets - 1))).toMatchObject({ stored: 0 });
});

/** Only root may mount. For everybody else the ceiling above stands for the disk. */
const mountable = spawnSync("unshare", ["--mount", "true"]).status === 0 ? ["tmpfs"] : [];

const spaceLeft = (disk: string): number => {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
};

for (const kind of mountable) {
  test("a disk that others filled is used again by itself once there is room", async () => {
    const disk = temporaryFolder();
    const { status } = spawnSync("mount", ["-t", kind, "-o", "size=2m", "battant-test", disk]);
    expect(status).toBe(0);
    onTestFinished(() => {
      spawnSync("umount", ["--lazy", disk]);
    });
    const ballast = join(disk, "ballast");
    writeFileSync(ballast, new Uint8Array(1024 * 1024));

    const embedded = await open({ path: join(disk, "journal.db") });
    const first = await fill(embedded);
    expect(first.last).toMatchObject({ problem: "disk-full" });
    expect(await storedSequences(embedded)).toEqual(numbers(first.packets * PACKET));

    rmSync(ballast);
    await until(async () => (await embedded.journal.append(packetNumber(first.packets))).ok);
    const second = await fill(embedded, first.packets + 1);
    expect(second.packets).toBeGreaterThan(first.packets + 10);
    expect(await storedSequences(embedded)).toEqual(numbers(second.packets * PACKET));
    await embedded.journal.close();

    // A hub that starts on a full disk starts, and says so when a reading comes.
    writeFileSync(ballast, new Uint8Array(spaceLeft(disk)));
    const again = await open({ path: join(disk, "journal.db") });
    const refused = await again.journal.append(packetNumber(second.packets));
    expect(refused).toMatchObject({ ok: false, problem: "disk-full" });
    rmSync(ballast);
    const next = packetNumber(second.packets - 1);
    expect(await again.journal.append(next)).toMatchObject({ ok: true, stored: 0 });
    expect(await storedSequences(again)).toEqual(numbers(second.packets * PACKET));
    await again.journal.close();
  });
}
