import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { expect, test } from "vitest";
import { type Ownership, ownershipOf } from "../src/domain/ownership.ts";

// Goal: one word of a flat, from whichever side, is enough; silence is never taken for "common".

const NOWHERE = undefined;
const planned = (flat: string | undefined) => ({ id: "b-1" as BoardId, name: "B", flat });

const table: readonly [
  name: string,
  ...asked: Parameters<typeof ownershipOf>,
  expected: Ownership,
][] = [
  ["planned outside every flat", planned(undefined), undefined, "common"],
  ["planned in a flat", planned("flat-1"), undefined, "flat"],
  ["planned outside, and known as a flat's", planned(undefined), "flat-1", "flat"],
  ["planned in another flat than it is known of", planned("flat-2"), "flat-1", "flat"],
  ["planned nowhere, and known as a flat's", NOWHERE, "flat-1", "flat"],
  ["planned nowhere", NOWHERE, undefined, "undescribed"],
];

test.each(table)("a board that is %s", (_, plan, flat, expected) => {
  expect(ownershipOf(plan, flat)).toBe(expected);
});
