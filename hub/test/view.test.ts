import { expect, test } from "vitest";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import { wire } from "../src/domain/building.ts";
import { buildingView } from "../src/view.ts";
import { scene, siteOf, stairs } from "./building.ts";

type Told = Partial<RelayReport>;

test.each<{ told: Told; light: string; what: string }>([
  { told: { lit: true }, light: "on", what: "lamps that burn" },
  { told: { lit: false }, light: "off", what: "lamps that the building's switches keep off" },
  { told: {}, light: "unknown", what: "a board that cannot see its lamps" },
  {
    told: { state: "inhibited", reason: "lease", lit: false },
    light: "inhibited",
    what: "a circuit that is lent",
  },
  {
    told: { state: "inhibited", reason: "lease", lit: true },
    light: "on",
    what: "a circuit that is lent, whose lamps are still fading",
  },
  {
    told: { state: "inhibited", reason: "lease", lit: true, mismatch: true },
    light: "mismatch",
    what: "a circuit that is lent and burns all the same",
  },
])("$what: the page says $light", ({ told, light }) => {
  const { report, building, now } = scene();
  report(told);
  const occasion = { now: now(), speed: 1, demo: false };
  const { zones } = buildingView(building(), wire(siteOf(stairs)), occasion);
  expect(zones.map((it) => it.light)).toEqual([light]);
});
