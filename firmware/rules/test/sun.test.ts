import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { instant } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "../sun.ts";

// Goal: the almanac agrees with NOAA's calculator for Besançon, above and below the horizon.

type Vectors = {
  place: { lat: number; lon: number };
  positions: { utc: string; noaa_true_alt: number }[];
};
const vectors = JSON.parse(
  readFileSync(new URL("./fixtures/sun-besancon.json", import.meta.url), "utf8"),
) as Vectors;
const besancon = { latitudeDeg: vectors.place.lat, longitudeDeg: vectors.place.lon };

test.each(vectors.positions)("at $utc the sun stands at $noaa_true_alt°", (row) => {
  const altitude = sunAltitudeDeg(besancon, instant(Date.parse(row.utc)));
  expect(Math.abs(altitude - row.noaa_true_alt)).toBeLessThan(0.005);
});

test("the sun is as high in Sydney's summer as in ours", () => {
  const sydney = { latitudeDeg: -33.87, longitudeDeg: 151.21 };
  const noon = sunAltitudeDeg(sydney, instant(Date.parse("2026-12-21T01:55:00Z")));
  expect(noon).toBeGreaterThan(79);
  expect(noon).toBeLessThan(80);
});
