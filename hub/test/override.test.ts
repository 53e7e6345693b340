import fc from "fast-check";
import { expect, test } from "vitest";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import type { OverrideSource } from "../src/domain/decision.ts";
import { activeOverride, movedBy, NOBODY_ASKED, withAsked } from "../src/domain/override.ts";
import { NOON } from "./building.ts";

// Goal: whoever asked for light is obeyed for as long as they asked, the wall switch first, and nobody
// hands back what somebody else asked for.

const at = (count: number): Instant => instant(NOON + minutes(count));

test("the wall switch comes before the page, and the light stays for whoever asked for longer", () => {
  const page = withAsked(NOBODY_ASKED, "page", { since: NOON, until: at(60) });
  const both = withAsked(page, "wall-switch", { since: at(1), until: at(31) });
  expect(activeOverride(both, at(2))).toEqual({ by: "wall-switch", since: at(1), until: at(60) });
  expect(activeOverride(both, at(31))).toEqual({ by: "page", since: NOON, until: at(60) });
  expect(activeOverride(both, at(60))).toBeUndefined();
});

test("who hands back on a page ends nothing that the wall switch wants", () => {
  const both = withAsked(
    withAsked(NOBODY_ASKED, "wall-switch", { since: NOON, until: at(30) }),
    "page",
    { since: NOON, until: at(60) },
  );
  const back = withAsked(both, "page", { since: at(1), until: undefined });
  expect(activeOverride(back, at(2))).toEqual({ by: "wall-switch", since: NOON, until: at(30) });
});

test("whatever is asked and handed back, a press of the wall switch is obeyed to its end", () => {
  const wish = fc.record({
    by: fc.constantFrom<OverrideSource>("page", "page", "wall-switch"),
    wait: fc.integer({ min: 0, max: 20 }),
    length: fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 20 }), (wishes) => {
      let overrides = NOBODY_ASKED;
      let now = 0;
      let wall = 0;
      for (const { by, wait, length } of wishes) {
        now += wait;
        const isPress = by === "wall-switch";
        if (isPress) wall = now + 30;
        const until = isPress ? at(wall) : length === undefined ? undefined : at(now + length);
        overrides = withAsked(overrides, by, { since: at(now), until });
        const active = activeOverride(overrides, at(now));
        if (now >= wall) continue;
        expect(active?.by).toBe("wall-switch");
        expect(active?.until).toBeGreaterThanOrEqual(at(wall));
      }
    }),
  );
});

test.each([-120, 120])("when the clock is set by %d minutes, what was promised is kept", (jump) => {
  const asked = withAsked(NOBODY_ASKED, "page", { since: NOON, until: at(15) });
  const page = { since: at(jump), until: at(jump + 15) };
  expect(movedBy(asked, minutes(jump))).toEqual({ page });
});
