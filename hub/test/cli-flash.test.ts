// Needs: socat.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createChip } from "../../firmware/cable/test/esp32/chip.ts";
import type { ChipConsole, Run } from "../../firmware/cable/test/esp32/program.ts";
import { openPty, type Pty } from "../../firmware/cable/test/esp32/pty.ts";
import { missingIn, planOf, type PlanKind } from "../../firmware/cable/test/flash-kit.ts";
import { consoleThat } from "../../firmware/cable/test/walk-console.ts";
import { LIGHT } from "../../firmware/cable/test/walk-hub.ts";
import { expect, onTestFinished, test } from "vitest";
import { battant as battantHere, folder, inRegistry } from "./cli-place.ts";
import { type HttpHubOptions, startHttpHub } from "./pretend-hub.ts";

// Goal: in a terminal, a blank chip becomes a board; what is missing is asked, or named where nobody
// can be asked; no secret is shown; whoever stops it is told what that means for the board.
// Method: the command as a process, a simulated chip at a pseudo-terminal, and a hub's HTTP door.

const START = fileURLToPath(new URL("../start.mjs", import.meta.url));
const SECRET = "correct horse battery";

type SceneOptions = Partial<HttpHubOptions> & { readonly size?: PlanKind };

const scene = async ({ size = "small", ...options }: SceneOptions = {}) => {
  const dir = folder();
  const plan = planOf(size);
  const http = await startHttpHub({
    dataDir: dir,
    plan,
    ssid: null,
    onConfirmed: (hub) => hub.say({ online: true }),
    ...options,
  });
  // It measures once it runs: whoever types at it has heard it start.
  const measure = (): void =>
    http.hub.say({ sensors: [{ ...LIGHT, value: 412.5, at: Date.now() }] });
  const chip = createChip({ run: consoleThat(() => ({ sensor: "light: 412.5 lx" }), measure) });
  const pty: Pty = await openPty(chip);
  onTestFinished(() => pty.close());
  return { dir, plan, http, chip, pty };
};

type Process = {
  readonly child: ChildProcess;
  text(): string;
  out(): string;
  /** Until it has printed this. */
  says(words: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
};

const environment = (more: { readonly [name: string]: string } = {}) => {
  const { BATTANT_WIFI_PASSWORD: _, ...env } = process.env;
  return { ...env, LC_ALL: "fr_FR.UTF-8", ...more };
};

const started = (child: ChildProcess): Process => {
  onTestFinished(() => void child.kill("SIGKILL"));
  let all = "";
  let out = "";
  child.stdout!.on("data", (bytes: Buffer) => {
    all += bytes.toString();
    out += bytes.toString();
  });
  child.stderr?.on("data", (bytes: Buffer) => (all += bytes.toString()));
  const ended = once(child, "close").then(([code]) => code as number | null);
  let isOver = false;
  void ended.then(() => (isOver = true));
  return {
    child,
    text: () => all,
    out: () => out,
    says: async (words) => {
      while (!words.test(all)) {
        if (isOver) throw new Error(`it ended without saying ${words}:\n${all}`);
        await new Promise((resolve) => void setTimeout(resolve, 50));
      }
    },
    ended,
  };
};

const battant = (args: readonly string[], env: { readonly [name: string]: string } = {}): Process =>
  started(spawn(process.execPath, [START, ...args], { env: environment(env) }));

/** With a terminal of its own, as somebody sits at. */
const atTerminal = (args: readonly string[]): Process => {
  const command = [process.execPath, START, ...args].map((it) => `'${it}'`).join(" ");
  return started(
    spawn("socat", ["-", `SYSTEM:"${command}",pty,setsid,ctty,stderr,sane`], {
      env: environment(),
    }),
  );
};

test("with everything said, nobody is asked: a board, its first reading, its place", async () => {
  const { dir, http, chip, plan, pty } = await scene();
  const file = join(dir, "password");
  writeFileSync(file, `${SECRET}\n`);
  const board = ["--kind", "light", "--port", pty.path, "--name", "Hall, plafond"];
  const wifi = ["--wifi", "Atelier", "--password-file", file];
  const flash = battant(["flash", "--data", dir, ...board, ...wifi, "--zone", "hall"]);
  expect(await flash.ended, flash.text()).toBe(0);
  expect(flash.out()).toMatch(
    /^Première mesure : 412,5 lx, en \d+ s\n« Hall, plafond » est adoptée, zone hall\.\n$/,
  );
  expect(flash.text()).toMatch(/Connexion à la puce\n {2}ESP32-.*4 Mo de flash/);
  expect(flash.text()).toMatch(/ {2}light +412\.5 lx +bon/);
  expect(missingIn(chip, plan)).toEqual([]);
  expect(http.calls).toContain(`PUT /api/wifi {"ssid":"Atelier","password":"${SECRET}"}`);
  expect(http.calls).toContain(
    'POST /api/boards/light-123456/adoption {"name":"Hall, plafond","flat":null,"zone":{"id":"hall"},"lightSensor":"light","detector":null,"relay":null}',
  );
  expect(flash.text()).not.toContain(SECRET);
}, 60_000);

test("at a terminal, what is missing is asked, and the password is not shown", async () => {
  const { dir, http, pty } = await scene();
  const flash = atTerminal(["flash", "--data", dir, "--port", pty.path]);
  const answer = async (question: RegExp, typed: string): Promise<void> => {
    await flash.says(question);
    flash.child.stdin!.write(`${typed}\r`);
  };
  await answer(/ 1 {2}light .*\n?.*Numéro ou nom : /s, "lumière");
  await answer(/« lumière » n'est pas dans la liste.*Numéro ou nom : /s, "1");
  await answer(/Nom du réseau Wi-Fi/, "Atelier");
  await answer(/Mot de passe de « Atelier »/, SECRET);
  await answer(/Entrée pour flasher/, "");
  await answer(
    /Première mesure : 412,5 lx, en .*Comment l'appeler \? \[light-123456\] : /s,
    "Hall",
  );
  await answer(/Dans quelle zone \?.*nulle part en particulier.*Numéro ou nom : /s, "+");
  await answer(/Nom de la zone : /, "Hall nord");
  await answer(/Quel type de zone \?.*Numéro ou nom : /s, "hall");
  expect(await flash.ended, flash.text()).toBe(0);
  expect(flash.text()).toMatch(/« Hall » est adoptée, zone new-zone\./);
  expect(flash.text()).toMatch(/\r {2}\d+ % {3}/);
  expect(flash.text()).not.toContain(SECRET);
  expect(http.calls).toContain(`PUT /api/wifi {"ssid":"Atelier","password":"${SECRET}"}`);
  expect(http.calls.at(-1)).toContain('"zone":{"name":"Hall nord","kind":"hall"}');
}, 60_000);

test("a network that is named again has its password asked again, for it may have been wrong", async () => {
  const { dir, http, pty } = await scene({ ssid: "Atelier" });
  const flash = atTerminal([
    "flash",
    "--data",
    dir,
    "--kind",
    "light",
    "--port",
    pty.path,
    "--wifi",
    "Atelier",
  ]);
  await flash.says(/Mot de passe de « Atelier »/);
  flash.child.stdin!.write(`${SECRET}\r`);
  await flash.says(/Entrée pour flasher/);
  flash.child.stdin!.write("\x03");
  expect(await flash.ended, flash.text()).toBe(1);
  expect(flash.text()).toMatch(/renoncer : \r?\n+Vous avez interrompu/);
  expect(http.calls).toContain(`PUT /api/wifi {"ssid":"Atelier","password":"${SECRET}"}`);
}, 60_000);

test("a board that has its place already goes where it is told", async () => {
  const { dir, http, pty } = await scene({ ssid: "Atelier" });
  http.hub.say({ place: "adopted", name: "Hall" });
  const board = ["--kind", "light", "--port", pty.path, "--zone", "hall"];
  const flash = battant(["flash", "--data", dir, ...board]);
  expect(await flash.ended, flash.text()).toBe(0);
  expect(http.calls.at(-1)).toContain('/adoption {"name":"Hall","flat":null,"zone":{"id":"hall"}');
}, 60_000);

test("for programs there is JSON, and nothing else", async () => {
  const { dir, pty } = await scene({ ssid: "Atelier" });
  const flash = battant(["flash", "--data", dir, "--kind", "light", "--port", pty.path, "--json"]);
  expect(await flash.ended, flash.text()).toBe(0);
  expect(JSON.parse(flash.text())).toMatchObject({
    board: "light-123456",
    adopted: false,
    reading: { value: 412.5 },
    selfTest: { sensors: [{ sensor: "light", isGood: true }] },
  });
}, 60_000);

test("whoever stops the writing is told that the board needs it again", async () => {
  const { dir, http, chip, pty } = await scene({ ssid: "Atelier", size: "real size" });
  const flash = battant(["flash", "--data", dir, "--kind", "light", "--port", pty.path]);
  await flash.says(/^Écriture$/m);
  while (chip.counts.blocks < 5) await new Promise((resolve) => void setTimeout(resolve, 50));
  flash.child.kill("SIGINT");
  expect(await flash.ended).toBe(1);
  expect(flash.text()).toMatch(/Vous avez interrompu\.\n→ .*ne démarre pas tant/s);
  expect(http.hub.confirmed).toEqual([]);
}, 60_000);

/** In this process, which has no terminal either. */
const flashHere = async (...args: readonly string[]) => {
  const { code, out, err } = await battantHere(["flash", ...args], { LC_ALL: "fr_FR.UTF-8" });
  return { code, out, text: out + err };
};

test("a trouble names its cause and its remedy", async () => {
  const { dir } = await scene({ ssid: "Atelier" });
  const args = ["--data", dir, "--kind", "light", "--port", "/dev/ttyNowhere"];
  const { code, text } = await flashHere(...args);
  expect(code).toBe(1);
  expect(text).toMatch(/aucune carte n'y est branchée\.\n→ Branchez la carte/);
  const { out } = await flashHere(...args, "--json");
  expect(JSON.parse(out)).toMatchObject({ trouble: "port-missing" });
});

test("a hub without Espruino says where it comes from", async () => {
  const { dir } = await scene({ hasEspruino: false });
  const { code, text } = await flashHere("--data", dir);
  expect(code).toBe(1);
  expect(text).toContain("`npx battant firmware fetch`");
});

const incomplete: readonly [args: readonly string[], told: RegExp][] = [
  [[], /^Il manque --kind, --wifi, --password-file \(or BATTANT_WIFI_PASSWORD\), --port ;/m],
  [
    ["--kind", "light", "--wifi", "Atelier"],
    /^Il manque --password-file \(or BATTANT_WIFI_PASSWORD\), --port ;/m,
  ],
  [["--kind", "light", "--zone", "hal"], /There is no zone "hal"; did you mean hall\?/],
  [["--kind", "lihgt"], /There is no kind of board "lihgt"; did you mean light\?/],
  [
    ["--kind", "light", "--port", "/dev/null", "--wifi", "A", "--password-file", "/nowhere"],
    /\/nowhere cannot be read/,
  ],
];

test.each(incomplete)(
  "where nobody can be asked, %j is refused with a reason",
  async (args, told) => {
    const { dir, http } = await scene();
    const { code, text } = await flashHere("--data", dir, ...args);
    expect(code).toBe(2);
    expect(text).toMatch(told);
    expect(http.hub.prepared).toEqual([]);
  },
);

test("without a running hub it is said how to start it", async () => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  const { code, text } = await flashHere("--data", dir);
  expect(code).toBe(1);
  expect(text).toBe(
    `Aucun boîtier ne tourne sur ${dir}. Démarrez-le d'abord, dans un autre terminal :\n\n` +
      `  npx battant start --no-demo --data ${dir}\n`,
  );
});

test("the console of a board, over its cable", async () => {
  const { pty } = await startedBoard();
  const console = battant(["console", pty.path]);
  console.child.stdin!.end("battant.test()\n");
  expect(await console.ended, console.text()).toBe(0);
  expect(console.out()).toContain("Battant 0.1.0, light");
});

test("a file is sent to a board, line by line", async () => {
  const { pty, typed } = await startedBoard();
  const dir = folder();
  const file = join(dir, "hello.js");
  writeFileSync(file, "var hello=41;\nprint(hello+1);\n");
  const send = battant(["send", pty.path, file]);
  expect(await send.ended, send.text()).toBe(0);
  const sent = typed.join("\n");
  expect(sent).toContain("reset();");
  expect(sent).toContain("var hello=41;");
  expect(sent).toContain("print(hello+1);");
});

const startedBoard = async (begin: (console: ChipConsole) => void = () => undefined) => {
  const typed: string[] = [];
  const plan = planOf("small");
  const answering = consoleThat(
    () => ({}),
    (line) => typed.push(line),
  );
  const run: Run = (flash, console) => {
    begin(console);
    return answering(flash, console);
  };
  const chip = createChip({ run });
  for (const { address, bytes } of plan.regions) chip.flash.set(bytes, address);
  const pty = await openPty(chip);
  onTestFinished(() => pty.close());
  return { pty, typed };
};

test("what a board prints can be followed over its cable, until Ctrl-C", async () => {
  const { pty } = await startedBoard((console) => {
    const timer = setInterval(() => console.print("\x1b[1mlight 412 lx\r\n"), 100);
    onTestFinished(() => clearInterval(timer));
  });
  const log = battant(["boards", "log", "--port", pty.path]);
  await log.says(/^light 412 lx$/m);
  log.child.kill("SIGINT");
  expect(await log.ended, log.text()).toBe(0);
});

test.each(["console", "send"])("%s says why a port cannot be opened", async (command) => {
  const dir = folder();
  writeFileSync(join(dir, "a.js"), "1\n");
  const args = command === "send" ? [join(dir, "a.js")] : [];
  const told = battant([command, join(dir, "nowhere"), ...args]);
  expect(await told.ended).toBe(1);
  expect(told.text()).toMatch(/aucune carte n'y est branchée\.\n→ Branchez/);
});
