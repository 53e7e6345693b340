// Needs: socat.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, realpathSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { connectChip } from "../chip/connect.ts";
import { openablePort } from "../node/port.ts";
import { createChip } from "./esp32/chip.ts";
import { openPty } from "./esp32/pty.ts";
import { contentOf, missingIn, never, planOf, quietly, troubleOf } from "./flash-kit.ts";

// Goal: a port of this machine is to our code what a browser's is. Method: pseudo-terminals, by
// socat, with the test itself or a simulated chip at the other end.

type Far = {
  readonly path: string;
  readonly heard: () => Buffer;
  say(bytes: Uint8Array): void;
  unplug(): Promise<void>;
};

const openFarEnd = async (): Promise<Far> => {
  const folder = await mkdtemp(join(tmpdir(), "battant-port-"));
  const path = join(folder, "ttyUSB7");
  const socat = spawn("socat", [`pty,raw,echo=0,link=${path}`, "stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(socat, "close");
  const chunks: Buffer[] = [];
  socat.stdin.on("error", () => undefined);
  socat.stdout.on("data", (bytes: Buffer) => chunks.push(bytes));
  await vi.waitFor(() => expect(existsSync(path)).toBe(true));
  const unplug = async (): Promise<void> => {
    socat.kill();
    await ended;
  };
  onTestFinished(async () => {
    await unplug();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    path,
    heard: () => Buffer.concat(chunks),
    say: (bytes) => void socat.stdin.write(bytes),
    unplug,
  };
};

/** Of the stream that the port has now. */
const readBytes = async (port: ReturnType<typeof openablePort>, count: number): Promise<Buffer> => {
  const reader = port.readable!.getReader();
  let bytes = Buffer.alloc(0);
  while (bytes.length < count) bytes = Buffer.concat([bytes, (await reader.read()).value!]);
  reader.releaseLock();
  return bytes;
};

test("bytes go both ways, whole, also when nobody reads them for a while", async () => {
  const far = await openFarEnd();
  const port = openablePort(far.path);
  expect([port.readable, port.writable]).toEqual([null, null]);
  await port.open({ baudRate: 115_200, bufferSize: 4096 });
  const bytes = contentOf(300_000, 1);
  far.say(bytes);
  await pause(200);
  expect(Buffer.compare(await readBytes(port, bytes.length), bytes)).toBe(0);
  const writer = port.writable!.getWriter();
  await writer.write(bytes);
  await vi.waitFor(() => expect(far.heard().length).toBe(bytes.length), 10_000);
  expect(Buffer.compare(far.heard(), bytes)).toBe(0);
  writer.releaseLock();
  await port.close();
  expect([port.readable, port.writable]).toEqual([null, null]);
});

test("its stream is made anew when it was cancelled, and the port opens again when it was closed", async () => {
  const far = await openFarEnd();
  const port = openablePort(far.path);
  for (let time = 0; time < 2; time++) {
    await port.open({ baudRate: 460_800 });
    for (const word of ["one", "two"]) {
      const reader = port.readable!.getReader();
      far.say(Buffer.from(word));
      expect(Buffer.from((await reader.read()).value!).toString()).toBe(word);
      await reader.cancel();
      reader.releaseLock();
      await port.setBaudRate!(115_200);
      await port.setSignals({ requestToSend: true });
    }
    await port.close();
    await port.close();
  }
});

test("a cable that is pulled out ends both streams, in a browser's words", async () => {
  const far = await openFarEnd();
  const port = openablePort(far.path);
  await port.open({ baudRate: 115_200 });
  const reading = port.readable!.getReader().read();
  const writer = port.writable!.getWriter();
  void far.unplug();
  await expect(reading).rejects.toMatchObject({ name: "NetworkError" });
  await expect(writer.write(Buffer.from("?"))).rejects.toMatchObject({ name: "NetworkError" });
  expect(port.readable).toBeNull();
  await port.close();
});

test("a port that another has is busy, one that nobody has is missing", async () => {
  const far = await openFarEnd();
  const [port, other] = [openablePort(far.path), openablePort(far.path)];
  await port.open({ baudRate: 115_200 });
  const busy = await troubleOf(other.open({ baudRate: 115_200 }));
  expect([busy.kind, busy.detail]).toEqual(["port-busy", expect.stringContaining(far.path)]);
  await port.close();
  await other.open({ baudRate: 115_200 });
  await other.close();
  const missing = await troubleOf(openablePort("/dev/ttyUSB99").open({ baudRate: 115_200 }));
  expect(missing.kind).toBe("port-missing");
});

test("a port of somebody else's is forbidden, and its group is named", async () => {
  const far = await openFarEnd();
  const path = realpathSync(far.path);
  await chmod(path, 0o000);
  const script = `
    const { openablePort } = await import(${JSON.stringify(new URL("../node/port.ts", import.meta.url).href)});
    await openablePort(${JSON.stringify(path)}).open({ baudRate: 115200 }).catch((trouble) =>
      process.stdout.write(JSON.stringify([trouble.kind, trouble.detail])));`;
  // Nothing is forbidden to root.
  const options = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script],
    options,
  );
  expect(JSON.parse(stdout)).toEqual([
    "port-forbidden",
    expect.stringMatching(/belongs to the group [a-z0-9]+$/),
  ]);
});

test("the ids of its chip are told, where they are known", () => {
  expect(openablePort("/dev/ttyUSB0").getInfo()).toEqual({});
  const usb = { vendorId: 0x10c4, productId: 0xea60 };
  expect(openablePort("/dev/ttyUSB0", usb).getInfo()).toEqual({
    usbVendorId: 0x10c4,
    usbProductId: 0xea60,
  });
});

// Two seconds; a machine that is busy with much else has taken a minute.
test("a chip at the end of it is flashed whole, byte by byte", { timeout: 240_000 }, async () => {
  const chip = createChip();
  const pty = await openPty(chip);
  onTestFinished(() => pty.close());
  const plan = planOf("real size");
  const port = openablePort(pty.path);
  const session = await connectChip(port, { signal: never(), pause });
  await session.write(plan, quietly());
  expect(missingIn(chip, plan)).toEqual([]);
  expect(chip.complaints).toEqual([]);
  await session.leave();
  expect(port.readable?.locked).toBe(false);
  await port.close();
});

test("pulled out while a chip is written, it says so at once", async () => {
  const chip = createChip();
  const pty = await openPty(chip);
  onTestFinished(() => pty.close());
  const session = await connectChip(openablePort(pty.path), { signal: never(), pause });
  let isOut = false;
  const progress = (): void => {
    if (isOut) return;
    isOut = true;
    void pty.unplug();
  };
  const trouble = await troubleOf(session.write(planOf("small"), quietly({ progress })));
  expect(trouble.kind).toBe("unplugged");
  expect((await troubleOf(session.leave())).kind).toBe("unplugged");
  await session.abandon();
});
