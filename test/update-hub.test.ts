import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { buildProgram } from "../firmware/flash/host/board.ts";
import { BOARD, boardKind, buildScene, createTime, type Scene } from "../hub/test/built-board.ts";
import { battant } from "../hub/test/hub-process.ts";

// Goal: a maker gives a board another program with one command, and sees what becomes of it; a
// program that fails costs nothing but that.
// Method: the bundle as it was built, in a vm or on the interpreter that ESPRUINO names; the real hub
// as a process; the command as people type it. Board and hub live faster: UPDATE_SPEED times.

const { env } = process;
const kind = boardKind(env["ESPRUINO"]);
if (kind.name === "a vm") {
  console.info("ESPRUINO names no interpreter: the hub updates a built bundle in a vm only.");
}
const SPEED = Number(env["UPDATE_SPEED"] ?? 20);

/** Noon at midsummer in Besançon, and daylight for hours. */
const MORNING = Date.UTC(2026, 5, 21, 9);

/** As `battant boards list --json` tells it. */
type Line = {
  readonly program: string | null;
  readonly onTrial: boolean;
  readonly life: { readonly reset: string; readonly refused: number } | null;
  readonly update: {
    readonly program: string;
    readonly state: string;
    readonly problem: string | null;
  } | null;
};

const PATIENCE_MS = 60_000;

const until = async (what: string, holds: () => Promise<boolean> | boolean): Promise<void> => {
  for (const deadline = Date.now() + PATIENCE_MS; !(await holds()); await sleep(100)) {
    if (Date.now() > deadline) throw new Error(`it did not come about that ${what}`);
  }
};

/** As people type it, at the time it is where the hub lives. */
const boards = async ({ data, time }: Scene, ...args: string[]) => {
  vi.stubEnv("NODE_OPTIONS", time.nodeOptions());
  const typed = battant("boards", ...args, "--data", data);
  vi.unstubAllEnvs();
  return typed;
};

const list = async (scene: Scene): Promise<Line> => {
  const { code, out, err } = await boards(scene, "list", "--json");
  if (code !== 0) throw new Error(err);
  return (JSON.parse(out) as readonly [Line])[0];
};

/** The hub says how a board is now and then, and at once what becomes of an update. */
const untilListed = async (scene: Scene, fits: (line: Line) => boolean): Promise<Line> => {
  let line = await list(scene);
  await until(`the list says so: ${fits.toString()}`, async () => {
    if (!fits(line)) line = await list(scene);
    return fits(line);
  });
  return line;
};

const update = async (scene: Scene, name: string, program: string): Promise<void> => {
  const file = join(scene.data, name);
  writeFileSync(file, program, "latin1");
  const { code, err } = await boards(scene, "update", BOARD, "--file", file);
  expect({ code, err }).toEqual({ code: 0, err: "" });
};

test(
  `the hub gives a board, on ${kind.name}, another program, and sees a bad one fail`,
  { timeout: 600_000 },
  async () => {
    const scene = await buildScene({ kind, time: createTime(MORNING, SPEED) });
    const { board } = scene;
    board.world.lit(true);
    board.world.illuminance(900);
    await board.start();
    await until("a light is borrowed", () => board.world.relay());
    // Or the restart, by which the light comes on, would wait for the lease to end.
    board.world.illuminance(20);
    await until("the light is given back", () => !board.world.relay());
    expect(scene.journal().length).toBeGreaterThan(0);
    expect(await untilListed(scene, ({ program }) => program !== null)).toMatchObject({
      program: "0.1.0",
      onTrial: false,
      update: null,
    });

    const asked = performance.now();
    await update(scene, "next.js", await buildProgram("relay-light", "0.2.0"));
    const done = await untilListed(scene, (line) => line.update?.state === "done" && !line.onTrial);
    const took = performance.now() - asked;
    expect(done).toMatchObject({
      program: "0.2.0",
      onTrial: false,
      life: { reset: "asked" },
      update: { program: "0.2.0", state: "done", problem: null },
    });
    expect(board.restarts()).toBe(1);

    await update(scene, "bad.js", '//battant 0.3.0 relay-light\nthrow new Error("broken");\n');
    const failed = await untilListed(
      scene,
      (line) => line.update?.state === "failed" && line.program === "0.2.0",
    );
    expect(failed).toMatchObject({
      program: "0.2.0",
      onTrial: false,
      update: { program: "0.3.0", problem: "the board started it and came back to 0.2.0" },
    });
    expect(await board.ask("battantSlot")).toBe("app-a");
    expect(board.restarts()).toBe(5);
    expect(board.mishaps()).toHaveLength(3);
    expect(board.mishaps().join()).toContain("broken");

    await board.kill();
    await board.start();
    const slot = (): Promise<string> => board.ask("battantSlot");
    await until("it starts what it has kept", async () => (await slot()) === "app-a");
    console.info(`an update took ${Math.round(took)} ms, from the command to the end of the trial`);
  },
);
