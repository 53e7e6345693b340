import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "uqr";
import { expect, test } from "vitest";
import { signInTerminal } from "../src/desk/light-sign.ts";
import { battant as battantHere, folder, inRegistry } from "./cli-place.ts";
import { battant, dataFolder, startHub } from "./hub-process.ts";

// Goal: in a terminal light is asked for and handed back, and the link behind a sign is shown,
// drawn and renewed; a hub that does not run is named. Method: the command against a real hub.

test(
  "light is asked for and handed back, and the link is shown, drawn and renewed",
  { timeout: 120_000 },
  async () => {
    const data = dataFolder();
    const hub = await startHub(data, "--no-boards");
    const light = (...words: string[]) => battant("light", ...words, "--data", data);
    const building = (await (await fetch(`${hub.http}/api/building`)).json()) as {
      zones: { zone: string; name: string }[];
    };
    const { zone, name } = building.zones[0]!;

    const asked = await light(zone, "--minutes", "30");
    expect(asked).toMatchObject({ code: 0, err: "" });
    expect(asked.out).toMatch(new RegExp(`^${name}: light is asked for until \\d\\d:\\d\\d\\.\n$`));
    const view = JSON.parse((await light(zone, "--json")).out) as {
      asked_until: number;
      now: number;
    };
    // What was asked for first lasts longer, and stays.
    expect(view.asked_until - view.now).toBeGreaterThan(15 * 60_000);
    const back = await light(zone, "--hand-back");
    expect(back.code).toBe(0);
    expect(back.out).not.toContain("asked for until");

    const first = (await light("link", zone)).out.trim();
    expect(first).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/light\/[0-9a-z]{20}$/);
    expect(new URL(first).port).toBe(new URL(hub.http).port);
    expect((await fetch(first)).status).toBe(200);

    const svg = join(data, "sign.svg");
    const named = await light("link", zone, "--address", "http://battant.local", "--svg", svg);
    expect(named.out.trim()).toBe(first.replace(/^http:..[^/]+/, "http://battant.local"));
    const modules = encode(named.out.trim(), { ecc: "M" }).data.flat().filter(Boolean).length;
    expect(readFileSync(svg, "utf8").match(/h10v10h-10z/g)).toHaveLength(modules);

    const second = (await light("link", zone, "--renew")).out.trim();
    expect(second).not.toBe(first);
    expect((await fetch(first)).status).toBe(404);
    expect((await fetch(second)).status).toBe(200);
    expect((await light("link", zone)).out.trim()).toBe(second);

    const nowhere = await light("link", zone, "--svg", join(data, "no-such-folder", "sign.svg"));
    expect(nowhere.code).toBe(1);
    expect(nowhere.err).toContain("could not be written");
    const wrong = await light("link", zone, "--address", "battant.local/elsewhere");
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain("https://battant.example");
  },
);

const misunderstood: readonly [words: string, says: RegExp][] = [
  ["hall --minutes 0", /whole number from 1 to 60/],
  ["hall --minutes 61", /whole number from 1 to 60/],
  ["hall --minutes soon", /whole number from 1 to 60/],
  ["hall --minutes 5 --hand-back", /one of both/],
  ["hell", /did you mean hall\?/],
  ["link hell", /did you mean hall\?/],
  ["", /missing required argument 'zone'/],
];

test.each(misunderstood)(
  "battant light %s is not understood, and says why",
  async (words, says) => {
    const typed = words.split(" ").filter((it) => it !== "");
    const dir = folder();
    inRegistry(dir, () => undefined);
    const { code, err } = await battantHere(["light", ...typed, "--data", dir]);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  },
);

test("a hub that does not run is named, with how to start it", async () => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  const { code, err } = await battantHere(["light", "hall", "--data", dir]);
  expect(code).toBe(1);
  expect(err).toContain("No hub runs on");
  expect(err).toContain("start --no-demo");
});

test("in a terminal the code is light on black, whatever its colours, two rows to a line", () => {
  const drawn = signInTerminal("http://192.168.1.20:8080/light/0123456789abcdefghjk");
  const lines = drawn.split("\n").slice(0, -1);
  expect(lines.every((it) => it.startsWith("\u001b[97;40m") && it.endsWith("\u001b[0m"))).toBe(
    true,
  );
  const { size } = encode("http://192.168.1.20:8080/light/0123456789abcdefghjk", {
    ecc: "M",
    border: 4,
  });
  expect(lines).toHaveLength(Math.ceil(size / 2));
});
