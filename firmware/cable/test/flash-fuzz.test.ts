import { expect, test, vi } from "vitest";
import { Trouble, type TroubleKind } from "../trouble.ts";
import { TROUBLE_WORDS } from "../trouble-words.ts";
import { createChip } from "./esp32/chip.ts";
import type { Faults } from "./esp32/faults.ts";
import { createMemoryPort } from "./esp32/ports.ts";
import { createRandom } from "./esp32/random.ts";
import { connect, missingIn, type PlanKind, planOf, quietly } from "./flash-kit.ts";

// Goal: whatever goes wrong, a chip is flashed and verified, or a person is told why; and then it
// starts nothing that is half-written. Method: many flashes, each with faults drawn from its seed,
// of chips that held something else before. Each is tried again without faults.

const FLASHES = Number(process.env["FLASHES"] ?? 200);
const AT_ONCE = 40;
/** One in so many is of real size. */
const REAL_SIZE_EVERY = 25;

/** What a flash sends, more or less. */
const BYTES_SENT: { readonly [kind in PlanKind]: number } = {
  small: 100_000,
  "real size": 2_000_000,
};

type Draw = (below: number) => number;

const drawFaults = (draw: Draw, kind: PlanKind): Faults => {
  const place = (): number => draw(BYTES_SENT[kind]);
  const sector = (): number => [0x1000, 0x2000, 0x8000, 0x9000, 0x10000, 0x1f000][draw(6)]!;
  const kinds: readonly (() => Faults)[] = [
    () => ({ noiseOneIn: 5000 + draw(400_000) }),
    () => ({ refuseOneIn: 2 + draw(20) }),
    () => ({ loseOneIn: 6 + draw(200) }),
    () => ({ deaf: { at: place(), bytes: 1 + draw(20_000) } }),
    () => ({ worn: { address: sector(), once: draw(2) === 0 } }),
    () => ({ brownOutAt: place() }),
    () => ({ unplugAt: place() }),
    () => ({ stuckAt: place() }),
    () => ({ baudMax: 100_000 + draw(400_000) }),
  ];
  const count = 1 + draw(3);
  return Array.from({ length: count }, () => kinds[draw(kinds.length)]!()).reduce(
    (all, one) => ({ ...all, ...one }),
    {},
  );
};

type End = "flashed" | TroubleKind;

const flashOnce = async (seed: number): Promise<End> => {
  const random = createRandom(seed);
  const draw: Draw = (below) => Math.floor(random() * below);
  const kind: PlanKind = seed % REAL_SIZE_EVERY === 0 ? "real size" : "small";
  const chip = createChip({ seed });
  const [old, plan] = [planOf("small", seed), planOf(kind, seed + 1)];
  const isReflashed = draw(2) === 0;
  if (isReflashed) for (const { address, bytes } of old.regions) chip.flash.set(bytes, address);
  const port = createMemoryPort(chip, { likeBrowser: draw(4) === 0 });
  const faults = drawFaults(draw, kind);
  const context = `seed ${seed}, ${JSON.stringify(faults)}`;
  chip.setFaults(faults);
  const end = await attempt();
  if (end === "flashed") expect(missingIn(chip, plan), context).toEqual([]);
  else {
    expect(TROUBLE_WORDS[end], context).toBeDefined();
    const isWhole = missingIn(chip, plan).length === 0;
    const isUntouched = isReflashed && missingIn(chip, old).length === 0;
    const starts = chip.flash[0x1000] === 0xe9;
    expect(starts && !isWhole && !isUntouched, `${context}: ${end}, half-written`).toBe(false);
  }
  chip.setFaults({});
  port.unplug();
  port.plug();
  expect(await attempt(), `${context}, the second time`).toBe("flashed");
  expect(missingIn(chip, plan), context).toEqual([]);
  await vi.waitFor(() => expect(chip.state(), context).toBe("running"));
  await chip.close();
  return end;

  async function attempt(): Promise<End> {
    try {
      const session = await connect(port);
      try {
        await session.write(plan, quietly());
        await session.leave();
      } finally {
        await session.abandon();
      }
      return "flashed";
    } catch (error) {
      if (error instanceof Trouble) return error.kind;
      throw error;
    }
  }
};

test(`${FLASHES} flashes with faults end well, or in words`, { timeout: 600_000 }, async () => {
  const tally = new Map<End, number>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < FLASHES) {
      const end = await flashOnce(next++);
      tally.set(end, (tally.get(end) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const lines = [...tally].map(([end, count]) => `${count} ${end}`);
  process.stdout.write(`${FLASHES} flashes: ${lines.join(", ")}\n`);
  expect(tally.get("flashed")).toBeGreaterThan(FLASHES / 2);
});
