// Needs: socat.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { loaderEntry } from "../../flash/entry.ts";
import { bundle } from "../../flash/bundle.ts";
import { FACTORY_STATE_FILE, factoryState } from "../update-slots.ts";
import {
  build,
  createDirectory,
  install,
  INTERPRETER,
  marked,
  modulePath,
  powerOn,
  problemIn,
  run,
} from "./espruino-kit.ts";

// Goal: the board's parts do on a real Espruino what their tests say they do. Method: each is
// bundled as for a board and runs on the interpreter that ESPRUINO names, over real sockets, a real
// terminal line and real files, with its power cut at will.

/** Without an interpreter there is nothing to test here, and the console says so. */
const onEspruino = describe.each(INTERPRETER === undefined ? [] : ["a real Espruino"]);

test("an interpreter is there, or else it is said that there is none", () => {
  if (INTERPRETER === undefined) {
    console.log("ESPRUINO names no interpreter: what only a real one can show is not tested");
  }
  expect(INTERPRETER).toBe(process.env["ESPRUINO"]);
});

const sha256 = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");
const digestOf = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest("hex");

const tell = `const tell = (what) => console.log("TOLD " + JSON.stringify(what));`;

const told = (said: string): unknown[] =>
  marked(said, "TOLD").map((line) => JSON.parse(line) as unknown);

const listen = async (onConnection: (socket: Socket) => void): Promise<number> => {
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
};

onEspruino("on %s", { timeout: 60_000 }, () => {
  test("storage keeps its contract", async () => {
    const directory = createDirectory();
    const interpreter = await run(
      directory,
      `import { createStorage } from ${modulePath("espruino/storage.ts")};
      ${tell}
      const storage = createStorage(require("Storage"));
      const all = [];
      for (let i = 0; i < 256; i++) all.push(String.fromCharCode(i));
      const bytes = all.join("");
      tell([storage.write("bytes", bytes), storage.read("bytes") === bytes, storage.read("none") === undefined]);
      tell([storage.reserve("log", 12), storage.writeAt("log", "abc", 0), storage.writeAt("log", "de", 3)]);
      tell([storage.writeAt("log", "x", 4), storage.writeAt("log", "too long", 8), storage.writeAt("log", "y", 0)]);
      tell(storage.read("log"));
      storage.reserve("late", 12); storage.writeAt("late", "late", 8);
      tell([storage.writeAt("late", "early", 0), storage.read("late").substring(8)]);
      tell([storage.write("a", ""), storage.reserve("a", 0), storage.write("n1234567890123456789012345678", "x")]);
      tell(storage.names("l").sort());
      storage.erase("late"); storage.erase("never there");
      tell(storage.names("l"));
      const text = new Array(4001).join("x");
      let count = 0;
      while (storage.write("big", count + text)) count++;
      tell([count > 20, storage.free() < 4100, storage.waste() > 80000, storage.read("bytes") === bytes]);
      tell(parseInt(storage.read("big")) === count - 1);
      console.log("DONE");`,
    );
    const said = await interpreter.hear("DONE");
    expect(problemIn(said)).toBe(undefined);
    expect(said).not.toContain("Compacting");
    expect(told(said)).toEqual([
      [true, true, true],
      [true, true, true],
      [false, false, false],
      "abcde".padEnd(12, "\xff"),
      [false, "late"],
      [false, false, false],
      ["late", "log"],
      ["log"],
      [true, true, true, true],
      true,
    ]);
  });

  test("SHA-256 is Node's, also of a whole program in flash", async () => {
    const program = "0123456789".repeat(3100);
    const directory = createDirectory();
    await install(directory, { program });
    const interpreter = await run(
      directory,
      `import { sha256 } from ${modulePath("espruino/sha256.ts")};
      import { toHex } from ${modulePath("../protocol/wire/sealed.ts")};
      ${tell}
      tell(["", "abc", "\\x00\\xff\\x80"].map((it) => toHex(sha256(it))));
      const before = process.memory().free;
      tell(toHex(sha256(require("Storage").read("program"))));
      tell(before - process.memory().free);
      console.log("DONE");`,
    );
    const said = await interpreter.hear("DONE");
    expect(problemIn(said)).toBe(undefined);
    const [texts, whole, kept] = told(said);
    expect(texts).toEqual(["", "abc", "\x00\xff\x80"].map(digestOf));
    expect(whole).toBe(digestOf(program));
    expect(kept).toBeLessThan(20);
  });

  test("bytes go both ways over a socket, and a connection has one end", async () => {
    let received = "";
    const port = await listen((socket) => {
      socket.setEncoding("latin1");
      socket.on("data", (bytes: string) => {
        received += bytes;
        if (received.endsWith("!")) {
          socket.write(Buffer.alloc(5000, 0xe9));
          socket.end();
        }
      });
    });
    const interpreter = await run(
      createDirectory(),
      `import { espruinoHardware } from ${modulePath("espruino/hardware.ts")};
      ${tell}
      const network = espruinoHardware().network;
      let count = 0; let longest = 0; let good = true; let returned = false; let order = [];
      const socket = network.connect({ host: "localhost", port: ${port} }, {
        open: () => { order.push(returned ? "open" : "early"); socket.write("\\x00\\xff\\x80caf\\xe9" + new Array(2001).join("z") + "!"); },
        data: (bytes) => { count += bytes.length; longest = Math.max(longest, bytes.length); good = good && bytes.charCodeAt(0) === 0xe9; },
        close: () => {
          order.push("close");
          try { socket.write("x"); order.push("written"); } catch (_) { order.push("throws"); }
          setTimeout(() => { tell([order, count, longest, good]); console.log("DONE"); }, 200);
        }
      });
      returned = true;`,
    );
    const said = await interpreter.hear("DONE");
    expect(problemIn(said)).toBe(undefined);
    expect(told(said)).toEqual([[["open", "close", "throws"], 5000, 536, true]]);
    expect(received).toBe(`\x00\xff\x80caf\xe9${"z".repeat(2000)}!`);
  });

  test("a port that refuses and a name that nobody knows are closes, later", async () => {
    const port = await listen(() => undefined);
    const interpreter = await run(
      createDirectory(),
      `import { espruinoHardware } from ${modulePath("espruino/hardware.ts")};
      ${tell}
      const network = espruinoHardware().network;
      const attempt = (host, port) => {
        let returned = false;
        network.connect({ host: host, port: port }, {
          open: () => tell("open"), data: () => undefined,
          close: () => tell(returned ? "close" : "early"),
        });
        returned = true;
      };
      attempt("127.0.0.1", 1);
      attempt("nobody.invalid", ${port});
      setTimeout(() => console.log("DONE"), 1500);`,
    );
    const said = await interpreter.hear("DONE");
    expect(said).not.toContain("Uncaught");
    expect(told(said)).toEqual(["close", "close"]);
  });

  test("the time of day may be set to anything: timers neither hurry nor stop", async () => {
    const interpreter = await run(
      createDirectory(),
      `import { espruinoHardware } from ${modulePath("espruino/hardware.ts")};
      ${tell}
      const hardware = espruinoHardware();
      const day = 86400000;
      let ticks = 0;
      let fired = false;
      tell(hardware.now() === undefined);
      const interval = hardware.timers.every(50, () => { ticks++; });
      hardware.timers.after(day, () => { fired = true; });
      const began = hardware.uptime();
      hardware.setClock(1795351839000);
      setTimeout(() => hardware.setClock(1795351839000 + 10 * day), 200);
      setTimeout(() => hardware.setClock(5000), 400);
      setTimeout(() => {
        const took = hardware.uptime() - began;
        hardware.timers.cancel(interval); hardware.timers.cancel(interval);
        tell([ticks > 5, ticks <= took / 50 + 1, fired, took >= 800]);
        tell(Math.abs(hardware.now() - 5000 - (took - 400)) < 300);
        console.log("DONE");
      }, 800);`,
    );
    const said = await interpreter.hear("DONE");
    expect(problemIn(said)).toBe(undefined);
    expect(told(said)).toEqual([true, [true, true, false, true], true]);
  });

  test("to cancel a timer that has fired stops no other", async () => {
    const interpreter = await run(
      createDirectory(),
      `import { createTimers } from ${modulePath("espruino/timers.ts")};
      ${tell}
      const timers = createTimers();
      const fired = timers.after(1, () => undefined);
      timers.after(50, () => {
        timers.after(100, () => { tell("fired"); console.log("DONE"); });
        timers.cancel(fired);
      });`,
    );
    expect(told(await interpreter.hear("DONE"))).toEqual(["fired"]);
  });

  test("twenty starts with the power cut have twenty names", async () => {
    const directory = createDirectory();
    const names: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      const interpreter = await run(
        directory,
        `import { espruinoHardware } from ${modulePath("espruino/hardware.ts")};
        ${tell}
        tell(espruinoHardware().boot);
        console.log("DONE");
        setInterval(() => undefined, 1000);`,
      );
      names.push(...told(await interpreter.hear("DONE")));
      await interpreter.cutPower();
    }
    expect(new Set(names).size).toBe(20);
    expect(names.at(-1)).toMatch(/^13-[0-9a-f]{16}$/);
  });

  test("a meter's bytes come through a serial line, and none while nobody listens", async () => {
    const directory = createDirectory();
    const line = join(directory, "line");
    const far = join(directory, "far");
    const socat = spawn("socat", [`pty,raw,echo=0,link=${line}`, `pty,raw,echo=0,link=${far}`]);
    onTestFinished(() => void socat.kill("SIGKILL"));
    const interpreter = await run(
      directory,
      `import { espruinoHardware } from ${modulePath("espruino/hardware.ts")};
      ${tell}
      const setup = Serial3.setup;
      Serial3.setup = (baud) => setup.call(Serial3, baud, { "path": ${JSON.stringify(line)} });
      const begin = () => {
        let heard = "";
        const port = espruinoHardware().serial({ port: 3, rx: 16, baud: 9600, sevenEven: true });
        console.log("DEAF");
        setTimeout(() => {
          port.listen((bytes) => { heard += bytes; if (heard.length >= 3002) { port.deafen(); tell(heard.length); tell(heard.substring(0, 5)); console.log("DONE"); } });
          console.log("LISTENING");
        }, 700);
        setInterval(() => undefined, 1000);
      };
      setTimeout(begin, 300);`,
    );
    await interpreter.hear("DEAF");
    const file = openSync(far, "w");
    writeSync(file, "lost".repeat(400));
    await interpreter.hear("LISTENING");
    writeSync(file, Buffer.concat([Buffer.from([0x02, 0xc1]), Buffer.alloc(3000, 0x42)]));
    const said = await interpreter.hear("DONE");
    expect(problemIn(said)).toBe(undefined);
    expect(told(said)).toEqual([3002, "\x02ABBB"]);
  });

  test("a line that is opened again and again takes no more memory than once", async () => {
    const interpreter = await run(
      createDirectory(),
      `import { espruinoHardware } from ${modulePath("espruino/hardware.ts")};
      ${tell}
      Serial3.setup = () => undefined;
      const hardware = espruinoHardware();
      const open = (baud) => hardware.serial({ port: 3, rx: 16, baud: baud });
      open(1200); open(9600);
      const before = process.memory().free;
      for (let i = 0; i < 20; i++) open(1200);
      tell(before - process.memory().free);
      console.log("DONE");`,
    );
    // One opening takes more than that.
    expect(Number(told(await interpreter.hear("DONE"))[0])).toBeLessThan(20);
  });

  test("when memory runs out the board starts again and says why", async () => {
    const directory = createDirectory();
    const source = (then: string): string =>
      `import { espruinoHardware } from ${modulePath("espruino/hardware.ts")};
      import { restartBecause, watchMishaps } from ${modulePath("espruino/life.ts")};
      ${tell}
      const hardware = espruinoHardware();
      tell(hardware.restartReason);
      watchMishaps(E, process, { tell: (line) => console.log("SAID " + line), outOfMemory: () => restartBecause(E, hardware.storage, { "Pin": Pin, "digitalWrite": digitalWrite }, "crash") });
      ${then}`;
    // An interpreter whose memory grows without end cannot run out of it: it is told that it has.
    const first = await run(
      directory,
      source(`setTimeout(() => { throw new Error("first") }, 10);
        setTimeout(() => E["emit"]("errorFlag", ["LOW_MEMORY", "MEMORY"]), 200);
        setInterval(() => undefined, 1000);`),
    );
    await first.ended;
    expect(first.said()).toContain("SAID Uncaught first");
    expect(told(first.said())).toEqual(["power"]);
    const second = await run(directory, source(`console.log("DONE");`));
    expect(told(await second.hear("DONE"))).toEqual(["crash"]);
    const third = await run(directory, source(`console.log("DONE");`));
    expect(told(await third.hear("DONE"))).toEqual(["power"]);
  });
});

/** What a board's cable leaves in flash. */
const flashed = async (program: string): Promise<{ [name: string]: string }> => {
  const loader = await bundle(loaderEntry());
  if (!loader.ok) throw new Error(loader.problems.join("\n"));
  return {
    ".bootcde": loader.code,
    app: program,
    [FACTORY_STATE_FILE]: factoryState(digestOf(program), sha256),
  };
};

/** One start, until the console says `what`; then the power is cut. */
const sayOnce = async (directory: string, what: string | RegExp): Promise<string> => {
  const interpreter = powerOn(directory);
  const said = await interpreter.hear(what);
  await interpreter.cutPower();
  return said;
};

const says = (what: string): string =>
  `console.log("RUNS ${what} " + battantSlot);global.battant={};setInterval("E.kickWatchdog()",5000);`;

onEspruino("the loader on %s", { timeout: 60_000 }, () => {
  test("starts the program from the cable, and leaves no code of its own in memory", async () => {
    const directory = createDirectory();
    const program = `global.battant={};setTimeout("console.log('USED '+process.memory().usage)",200);`;
    await install(directory, { ".bootcde": program });
    const alone = await sayOnce(directory, /USED \d+/);
    await install(directory, await flashed(program));
    const loaded = await sayOnce(directory, /USED \d+/);
    const used = (said: string): number => Number(/USED (\d+)/.exec(said)?.[1]);
    // A timer that looks once more, and modules that the program needs as well.
    expect(used(loaded) - used(alone)).toBeLessThan(80);
  });

  test("an update that keeps failing is tried three times", async () => {
    const directory = createDirectory();
    const failing = 'console.log("TRIED " + battantSlot); nothing.at.all()';
    const put = await build(
      `import { createStorage } from ${modulePath("espruino/storage.ts")};
      import { sha256 } from ${modulePath("espruino/sha256.ts")};
      import { createSlots, reserveSlot, tryNext, writeSlot } from ${modulePath("update-slots.ts")};
      const storage = createStorage(require("Storage"));
      const slots = createSlots(storage, sha256, "app");
      const program = ${JSON.stringify(failing)};
      const put = reserveSlot(slots, program.length) && writeSlot(slots, 0, program);
      console.log("PUT " + put + tryNext(slots, ${JSON.stringify(digestOf(failing))}));`,
    );
    await install(directory, { ...(await flashed(says("old"))), put });
    const update = await run(directory, `eval(require("Storage").read("put"));`);
    await update.hear("PUT truetrue");
    await update.ended;
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      const said = await powerOn(directory).hear(/does not start|RUNS old/);
      seen.push(said.includes("TRIED app-b") || said.includes("TRIED app-a") ? "tried" : "old");
    }
    expect(seen).toEqual(["tried", "tried", "tried", "old"]);
  });

  test("a program that throws as it starts has the board started again by itself", async () => {
    const directory = createDirectory();
    await install(directory, await flashed("nothing.at.all()"));
    const interpreter = powerOn(directory);
    await interpreter.hear("app does not start");
    await interpreter.ended;
    expect(interpreter.said()).toContain("Uncaught");
  });

  test("with nothing whole in flash it says so and waits at the cable", async () => {
    const directory = createDirectory();
    const files = await flashed(says("old"));
    await install(directory, { ...files, app: `${says("old")} ` });
    const said = await sayOnce(directory, "Flash it again over the cable");
    expect(said).not.toContain("RUNS");
    expect(problemIn(said)).toBe(undefined);
  });

  test("tidies flash before the program runs, and what is left is whole", async () => {
    const directory = createDirectory();
    await install(directory, await flashed(says("old")));
    const filler = await run(
      directory,
      `import { createStorage } from ${modulePath("espruino/storage.ts")};
      const storage = createStorage(require("Storage"));
      const text = new Array(8001).join("x");
      let count = 0;
      while (storage.write("big", count + text)) count++;
      console.log("DONE");`,
    );
    await filler.hear("DONE");
    await filler.ended;
    const tidying = powerOn(directory);
    await tidying.ended;
    expect(tidying.said()).toContain("Compacting");
    expect(tidying.said()).not.toContain("RUNS");
    expect(await sayOnce(directory, "RUNS old app")).not.toContain("Compacting");
  });
});
