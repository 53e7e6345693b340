import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DESK_PROBLEMS } from "../src/adapters/http/desk-problems.ts";
import { loadConfiguration } from "../src/config/file.ts";
import { createZoneModes } from "../src/observation/modes.ts";
import { createPlan } from "../src/start/plan.ts";
import { createFakeViews, building, observation, stairwell } from "./http-fakes.ts";
import { ask, signIn, startHttp } from "./http-start.ts";

// Goal: whoever decides may read what would have been; whoever may act switches a zone, answers for
// it by name, and is told what stands against it.
// Method: the real server; behind it a real building file that is really written.

const BUILDING = `building: test
name: "Essai"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards: { a: {} }
zones:
  # seen from the second floor
  stairwell-a:
    kind: stairwell
    light_sensor: { board: a, sensor: light }
    circuits: { c: { relay: { board: a, relay: main } } }
    daylight:
      mode: observe # for a fortnight
      luminaire_contribution_lx: 60
  hall:
    kind: hall
`;

const scene = async ({ isSimulated = false } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), "battant-mode-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "building.yaml");
  writeFileSync(file, BUILDING);
  const read = await loadConfiguration(file);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const plan = createPlan({ file, site: read.site, isSimulated });
  const log: string[] = [];
  const zoneModes = createZoneModes({
    plan,
    audit: { record: ({ who, action, about }) => void log.push(`${who}, ${action}, ${about}`) },
    decide: () => void log.push("decided anew"),
  });
  const views = createFakeViews({
    ...building,
    zones: [stairwell, { ...stairwell, zone: "hall" }],
  });
  const { address } = await startHttp({ zoneModes, views });
  const as = async (name: string) => ({ cookie: await signIn(address, name) });
  const set = async (name: string, mode: unknown, zone = "stairwell-a") =>
    ask(`${address}/api/zones/${zone}/mode`, {
      method: "POST",
      headers: await as(name),
      body: { mode },
    });
  return { address, as, set, log, plan, text: () => readFileSync(file, "utf8") };
};

test("an observation is for the manager and the council", async () => {
  const { address, as } = await scene();
  const url = `${address}/api/zones/stairwell-a/observation`;
  for (const name of ["claire", "samir"]) {
    const headers = await as(name);
    expect(await ask(url, { headers })).toMatchObject({ code: 200, body: observation });
  }
  expect(await ask(url)).toMatchObject({ code: 401, body: { code: "sign-in-needed" } });
  for (const name of ["lea", "paul"]) {
    const headers = await as(name);
    expect(await ask(url, { headers })).toMatchObject({
      code: 403,
      body: { code: "council-only" },
    });
  }
  const headers = await as("samir");
  const misspelt = await ask(`${address}/api/zones/stairwel-a/observation`, { headers });
  expect(misspelt).toMatchObject({ code: 404, body: { code: "unknown-zone" } });
});

test("a zone acts from now on: one word of the file changes, and who said so is on record", async () => {
  const { set, log, plan, text } = await scene();
  expect(await set("claire", "act")).toMatchObject({
    code: 200,
    body: { zone: "stairwell-a", mode: "act" },
  });
  expect(text()).toBe(BUILDING.replace("mode: observe", "mode: act"));
  expect([...plan.site().zones.values()][0]!.daylight.mode).toBe("act");
  expect(log).toEqual(["claire, zone mode set, stairwell-a: observe to act", "decided anew"]);

  await set("lea", "observe");
  expect(text()).toBe(BUILDING);
  expect(log.slice(2)).toEqual(["lea, zone mode set, stairwell-a: act to observe", "decided anew"]);
});

test("a mode that a zone has already is nothing to write, nor to answer for", async () => {
  const { set, log, text } = await scene();
  const asBefore = { code: 200, body: { zone: "stairwell-a", mode: "observe" } };
  expect(await set("claire", "observe")).toMatchObject(asBefore);
  // Nobody wrote this one down: it observes by default.
  const unsaid = await set("claire", "observe", "hall");
  expect(unsaid).toMatchObject({ code: 200, body: { zone: "hall", mode: "observe" } });
  expect(text()).toBe(BUILDING);
  expect(log).toEqual([]);
});

test("what stands against it is told in the words of check-config, and nothing is written", async () => {
  const { set, log, text } = await scene();
  const refused = await set("claire", "act", "hall");
  expect(refused).toMatchObject({ code: 409, body: { code: "building-file-refused" } });
  expect(JSON.stringify(refused.body)).toContain("zones.hall.daylight.mode");
  expect(JSON.stringify(refused.body)).toContain("`act` demande un capteur");
  expect(text()).toBe(BUILDING);
  expect(log).toEqual([]);
});

type Asking = { readonly mode: unknown; readonly zone?: string };

const refusals: readonly [about: string, name: string, asking: Asking, code: string][] = [
  ["the council does not switch", "samir", { mode: "act" }, "workshop-only"],
  ["a resident does not", "paul", { mode: "off" }, "workshop-only"],
  ["there are three modes", "claire", { mode: "on" }, "invalid-request"],
  ["a mode has to be said", "claire", { mode: undefined }, "invalid-request"],
  ["there is no such zone", "claire", { mode: "off", zone: "roof" }, "unknown-zone"],
];

test.each(refusals)("refused: %s", async (_, name, { mode, zone }, code) => {
  const { set, log } = await scene();
  expect(await set(name, mode, zone)).toMatchObject({ body: { code } });
  expect(log).toEqual([]);
});

test("the demonstration's building does not change", async () => {
  const { set, text } = await scene({ isSimulated: true });
  expect(await set("claire", "act")).toMatchObject({
    code: 409,
    body: { code: "simulated-building", message: DESK_PROBLEMS["simulated-building"].message },
  });
  expect(text()).toBe(BUILDING);
});
