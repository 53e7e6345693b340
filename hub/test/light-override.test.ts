import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { activeOverride } from "../src/domain/override.ts";
import { NOON, type Scene, scene, settings, STAIRS } from "./building.ts";

// Goal: a page never ends what the wall switch gave, whatever is asked for and handed back, and
// whatever somebody was promised is kept. Method: the real `step` under random people.

type Act =
  | { readonly kind: "ask"; readonly count: number }
  | { readonly kind: "hand-back" }
  | { readonly kind: "press" }
  | { readonly kind: "wait"; readonly count: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant("ask" as const), count: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant("hand-back" as const) }),
  fc.record({ kind: fc.constant("press" as const) }),
  fc.record({ kind: fc.constant("wait" as const), count: fc.integer({ min: 1, max: 25 }) }),
);

/** In minutes. Time that passes without a tick for much longer is a clock that was set. */
const STEP = 5;

const override = (until: Instant | undefined) =>
  ({ kind: "override", zone: STAIRS, until, by: "page" }) as const;

const does = (it: Act, stairs: Scene): void => {
  const later = (count: number): Instant => instant(stairs.now() + minutes(count));
  switch (it.kind) {
    case "ask":
      stairs.at(override(later(it.count)));
      return;
    case "hand-back":
      stairs.at(override(undefined));
      return;
    case "press":
      stairs.report({ reason: "wall-switch", lit: true });
      return;
    case "wait":
      for (let left = it.count; left > 0; left -= STEP) {
        stairs.jump(later(Math.min(left, STEP)));
        stairs.see(600);
        stairs.tick();
      }
      return;
  }
};

test("a page never ends what the wall switch gave, and nobody is kept in the dark meanwhile", () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 40 }), (acts) => {
      const stairs = scene();
      let pressedUntil: number = NOON;
      let askedUntil: number = NOON;
      for (const it of acts) {
        does(it, stairs);
        if (it.kind === "press") pressedUntil = stairs.now() + settings.overrideHold;
        if (it.kind === "ask") askedUntil = stairs.now() + minutes(it.count);
        if (it.kind === "hand-back") askedUntil = NOON;
        const active = activeOverride(stairs.zone().overrides, stairs.now());
        const isPressed = stairs.now() < pressedUntil;
        const isAsked = stairs.now() < askedUntil;
        expect(active?.by).toBe(isPressed ? "wall-switch" : isAsked ? "page" : undefined);
        if (!isPressed && !isAsked) continue;
        expect(active?.until).toBe(
          Math.max(isPressed ? pressedUntil : 0, isAsked ? askedUntil : 0),
        );
        expect(stairs.zone().verdict?.decision).toMatchObject({
          kind: "allow",
          because: "override",
        });
      }
    }),
    { numRuns: 300 },
  );
});
