import { expect, test, vi } from "vitest";
import { connectChip } from "../chip/connect.ts";
import { createFrames } from "../chip/frames.ts";
import type { CablePort } from "../port.ts";
import { createChip } from "./esp32/chip.ts";
import type { Running } from "./esp32/program.ts";
import { createMemoryPort } from "./esp32/ports.ts";
import {
  cableTo,
  connect,
  hurry,
  missingIn,
  never,
  planOf,
  quietly,
  troubleOf,
} from "./flash-kit.ts";

// Goal: whatever hangs on the cable is told for what it is, and whatever happens the port is left as
// the next one needs it. Method: simulated chips of several kinds, at a port in memory.

const isFree = (port: CablePort): boolean =>
  port.readable?.locked !== true && port.writable?.locked !== true;

test("a chip tells what it is, whose it is, and how much it holds", async () => {
  const chip = createChip({ mac: "7c9ebd0a1b2c", flashSize: 8 * 1024 * 1024 });
  const session = await connect(createMemoryPort(chip));
  expect(session.chip).toEqual({
    name: expect.stringMatching(/^ESP32-D0WD.* \(revision \d\)$/),
    mac: "7c9ebd0a1b2c",
    flashSize: 8 * 1024 * 1024,
  });
  expect(chip.complaints).toEqual([]);
  await session.abandon();
  await chip.close();
});

test.each(["ESP32-S3", "ESP32-C3", "ESP8266"] as const)(
  "an %s is refused by its name",
  async (kind) => {
    const chip = createChip({ kind });
    const port = createMemoryPort(chip);
    const trouble = await troubleOf(connect(port));
    expect([trouble.kind, trouble.detail]).toEqual(["wrong-chip", kind]);
    expect(port.readable).toBeNull();
    await chip.close();
  },
);

test("a chip with USB of its own is refused before anything is sent", async () => {
  const chip = createChip({ kind: "ESP32-C3" });
  const port = createMemoryPort(chip);
  const getInfo = () => ({ usbVendorId: 0x303a, usbProductId: 0x1001 });
  const open = (): never => expect.unreachable("it was opened");
  const trouble = await troubleOf(connect(cableTo(() => port, { getInfo, open })));
  expect(trouble.kind).toBe("wrong-chip");
  await chip.close();
});

test("a chip with less flash than our files need is refused", async () => {
  const chip = createChip({ flashSize: 2 * 1024 * 1024 });
  const trouble = await troubleOf(connect(createMemoryPort(chip)));
  expect([trouble.kind, trouble.detail]).toEqual([
    "flash-too-small",
    "2048 KiB of flash, and 4096 KiB are needed",
  ]);
  await chip.close();
});

test.each([
  ["that hears nothing", { deaf: { at: 0, bytes: 1e9 } }, /waiting for download/],
  ["whose stub never answers", { loseOneIn: 1 }, /no boot loader answers/],
] as const)("a chip %s is told so, with what was heard", async (_what, faults, words) => {
  const chip = createChip({ faults });
  const trouble = await troubleOf(connect(createMemoryPort(chip)));
  expect([trouble.kind, trouble.detail]).toEqual(["no-answer", expect.stringMatching(words)]);
  await chip.close();
});

test.each([
  ["whose BOOT nobody holds", {}, "no-answer", /started its program instead/],
  ["whose supply gives in", { brownOutAtStart: true }, "brown-out", /Brownout/],
] as const)("without DTR and RTS, a chip %s is told so", async (_what, faults, kind, words) => {
  const chip = createChip();
  const port = createMemoryPort(chip);
  const session = await connect(port);
  await session.write(planOf("small"), quietly());
  await session.abandon();
  chip.setFaults(faults);
  port.unplug();
  port.plug();
  const setSignals = async (): Promise<void> => {
    throw new Error("Inappropriate ioctl for device");
  };
  const open = async (options: { readonly baudRate: number }): Promise<void> => {
    await port.open(options);
    // Somebody presses EN.
    await port.setSignals({ dataTerminalReady: false, requestToSend: true });
    await port.setSignals({ dataTerminalReady: false, requestToSend: false });
  };
  const trouble = await troubleOf(connect(cableTo(() => port, { setSignals, open })));
  expect([trouble.kind, trouble.detail]).toEqual([kind, expect.stringMatching(words)]);
  await chip.close();
});

test("a slow cable is written to slowly", async () => {
  const chip = createChip({ faults: { baudMax: 200_000 } });
  const plan = planOf("small");
  const session = await connect(createMemoryPort(chip));
  await session.write(plan, quietly());
  expect(missingIn(chip, plan)).toEqual([]);
  await session.abandon();
  await chip.close();
});

test("in a browser, whose ports change their speed by closing, the chip is written too", async () => {
  const chip = createChip();
  const plan = planOf("small");
  const port = createMemoryPort(chip, { likeBrowser: true });
  const session = await connect(port);
  await session.write(plan, quietly());
  await session.leave();
  expect(missingIn(chip, plan)).toEqual([]);
  expect(isFree(port)).toBe(true);
  await chip.close();
});

test("a chip that is left starts, and its first words are for whoever opens the console", async () => {
  const run = async (
    _flash: Uint8Array,
    console: { print(text: string): void },
  ): Promise<Running> => {
    console.print("hello from the program\r\n");
    return { stop: async () => undefined };
  };
  const chip = createChip({ run });
  const port = createMemoryPort(chip);
  const session = await connect(port);
  await session.write(planOf("small"), quietly());
  await session.leave();
  const reader = port.readable!.getReader();
  let text = "";
  while (!text.includes("program"))
    text += Buffer.from((await reader.read()).value!).toString("latin1");
  expect(text).toContain("rst:0x1 (POWERON_RESET),boot:0x13");
  expect(chip.state()).toBe("running");
  await reader.cancel();
  reader.releaseLock();
  await port.close();
  await chip.close();
});

test.each([0, 1, 2, 3, 5, 8, 13, 21, 34])(
  "giving up at wait %i while connecting leaves the port closed, and free to be opened again",
  async (at) => {
    const chip = createChip();
    const port = createMemoryPort(chip);
    const giveUp = new AbortController();
    let waits = 0;
    if (at === 0) giveUp.abort();
    const pause = (ms: number): Promise<void> => {
      if (++waits === at) giveUp.abort();
      return hurry(ms);
    };
    const trouble = await troubleOf(connectChip(port, { signal: giveUp.signal, pause }));
    expect([trouble.kind, port.readable]).toEqual(["cancelled", null]);
    const session = await connect(port);
    await session.abandon();
    await session.abandon();
    await chip.close();
  },
);

test("a cable that is pulled out is told at once, and what is left of it is left without a fuss", async () => {
  const chip = createChip();
  const port = createMemoryPort(chip);
  const session = await connect(port);
  const telling = quietly({ progress: () => port.unplug() });
  expect((await troubleOf(session.write(planOf("small"), telling))).kind).toBe("unplugged");
  expect((await troubleOf(session.leave())).kind).toBe("unplugged");
  await session.abandon();
  port.plug();
  const again = await connect(port);
  await again.write(planOf("small"), quietly());
  await again.abandon();
  await chip.close();
});

test("another chip on the same cable is not written to", async () => {
  const [chip, other] = [createChip(), createChip({ mac: "240ac4aaaaaa" })];
  const ports = [chip, other].map((it) => createMemoryPort(it, { likeBrowser: true }));
  let current = ports[0]!;
  let isSwapped = false;
  const open = (options: { readonly baudRate: number }): Promise<void> => {
    current = ports[isSwapped ? 1 : 0]!;
    return current.open(options);
  };
  const session = await connect(cableTo(() => current, { open }));
  isSwapped = true;
  chip.setFaults({ stuckAt: 0 });
  const trouble = await troubleOf(session.write(planOf("small"), quietly()));
  expect([trouble.kind, trouble.detail]).toEqual([
    "unplugged",
    "another chip answers: 240ac4aaaaaa instead of 240ac4123456",
  ]);
  expect(other.flash.every((byte) => byte === 0xff)).toBe(true);
  await session.abandon();
  await chip.close();
  await other.close();
});

test("a port that is held by another program is told as such", async () => {
  const chip = createChip();
  const port = createMemoryPort(chip);
  await port.open({ baudRate: 115_200 });
  expect((await troubleOf(connect(port))).kind).toBe("port-busy");
  expect(port.readable, "and stays with it").not.toBeNull();
  await chip.close();
});

const ANSWER = [1, 8, 2, 0, 0, 0, 0, 0, 0, 0];

test.each([
  ["an answer", [0xc0, ...ANSWER, 0xc0], 1, ""],
  ["two that share a border", [0xc0, ...ANSWER, 0xc0, ...ANSWER, 0xc0], 2, ""],
  ["an answer after a chip's first words", [0x65, 0x74, 0x73, 0xc0, ...ANSWER, 0xc0], 1, "ets"],
  ["a stub's greeting", [0xc0, 0x4f, 0x48, 0x41, 0x49, 0xc0], 1, ""],
  ["an answer that lost a byte", [0xc0, ...ANSWER.slice(1), 0xc0], 0, /./],
  ["one that gained a byte", [0xc0, ...ANSWER, 0x20, 0xc0], 0, /./],
  [
    "one that lost its end, and the next",
    [0xc0, ...ANSWER.slice(0, 6), 0xc0, ...ANSWER, 0xc0],
    1,
    /./,
  ],
  ["an escape that is none", [0xc0, ...ANSWER.slice(0, 8), 0xdb, 0x20, 0, 0xc0], 0, /./],
  [
    "a program that never stops talking",
    Array.from({ length: 50_000 }, () => 0x61),
    0,
    /^a{1,5000}$/,
  ],
])("of what comes over the cable, %s is told apart", (_what, bytes, count, heard) => {
  for (const step of [1, 7, 100_000]) {
    const frames = createFrames();
    for (let at = 0; at < bytes.length; at += step)
      frames.hear(Uint8Array.from(bytes.slice(at, at + step)));
    let found = 0;
    while (frames.next() !== undefined) found++;
    expect(found).toBe(count);
    if (typeof heard === "string") expect(frames.heard()).toBe(heard);
    else expect(frames.heard()).toMatch(heard);
  }
});

test("escaped bytes of an answer are what they stand for", () => {
  const frames = createFrames();
  const escaped = [1, 8, 2, 0, 0xdb, 0xdc, 0xdb, 0xdd, 0, 0, 0, 0];
  frames.hear(Uint8Array.from([0xc0, ...escaped, 0xc0]));
  expect([...frames.next()!]).toEqual([1, 8, 2, 0, 0xc0, 0xdb, 0, 0, 0, 0]);
});

test("nothing of what the loader says reaches the terminal unasked", async () => {
  const said = vi.spyOn(console, "log");
  const chip = createChip();
  const lines: string[] = [];
  const options = { signal: never(), pause: hurry, log: (line: string) => lines.push(line) };
  const session = await connectChip(createMemoryPort(chip), options);
  await session.write(planOf("small"), quietly());
  await session.leave();
  expect(said).not.toHaveBeenCalled();
  expect(lines).toContain("Stub running...");
  said.mockRestore();
  await chip.close();
});
