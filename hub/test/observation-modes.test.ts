import { expect, test } from "vitest";
import { replan, wire } from "../src/domain/building.ts";
import type { DaylightSettings } from "../src/domain/site.ts";
import { step } from "../src/pipeline.ts";
import { leasesIn, NOON, scene, settings, siteOf, stairs } from "./building.ts";

// Goal: what a zone's mode becomes counts with the very next step of the hub.
// Method: the plain function, on a stairwell in full daylight.

const planned = (mode: DaylightSettings["mode"]) => ({
  ...stairs,
  daylight: { ...settings, mode },
});

/** Twenty bright minutes in one mode, then one tick in another. */
const switched = (from: DaylightSettings["mode"], to: DaylightSettings["mode"]) => {
  const it = scene(planned(from), NOON);
  it.pass(20, 600);
  for (const { id } of leasesIn(it.effects)) {
    it.report({ state: "inhibited", reason: "lease", lit: false, lease: id });
  }
  const before = leasesIn(it.effects);
  const next = wire(siteOf(planned(to)));
  const building = replan(it.building(), siteOf(planned(from)), next);
  const { effects } = step(building, { kind: "tick" }, next, it.now());
  return { before, after: leasesIn(effects) };
};

test.each(["observe", "off"] as const)(
  "a light that is kept off is given back by the first step in %s",
  (mode) => {
    const { before, after } = switched("act", mode);
    expect(before.length).toBeGreaterThan(0);
    expect(after.map(({ duration }) => duration)).toEqual([0]);
  },
);

test("what would have been off is off by the first step that acts", () => {
  const { before, after } = switched("observe", "act");
  expect(before).toEqual([]);
  expect(after).toHaveLength(1);
  expect(after[0]!.duration).toBeGreaterThan(0);
});
