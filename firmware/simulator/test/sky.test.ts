import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRandom } from "../random.ts";
import { clearSky, createClouds, overcastSky, SCENES, skyIlluminance } from "../sky.ts";
import { sunAltitude } from "../sun.ts";

// Goal: the sky of the simulator is the sky of Besançon. Method: sun altitudes against NOAA's own;
// illuminance against what was measured on a roof, quantile by quantile; no jump anywhere.

const BESANCON = { latitude_deg: 47.24, longitude_deg: 6.02 };
const SEPTEMBER = Date.UTC(2025, 8, 1, 12);

type Vectors = {
  readonly positions: readonly { readonly utc: string; readonly noaa_true_alt: number }[];
};

const sun = JSON.parse(
  readFileSync(new URL("./fixtures/sun.json", import.meta.url), "utf8"),
) as Vectors;

for (const { utc, noaa_true_alt } of sun.positions) {
  test(`at ${utc} the sun is at ${noaa_true_alt} degrees`, () => {
    expect(sunAltitude(Date.parse(utc), BESANCON)).toBeCloseTo(noaa_true_alt, 2);
  });
}

// Half of what was measured at each altitude lies below `median`, nine tenths below `bright`.
const measured: readonly (readonly [altitude: number, median: number, bright: number])[] = [
  [-6.5, 0.4, 1.3],
  [-5.5, 2, 5],
  [-4.5, 8, 17],
  [-3.5, 25, 59],
  [-2.5, 72, 163],
  [-1.5, 164, 351],
  [-0.5, 293, 576],
  [0.5, 545, 1008],
  [2.5, 1400, 2400],
  [5.5, 2700, 5100],
  [10, 5000, 12_000],
  [20, 15_700, 28_000],
  [30, 24_000, 48_000],
  [40, 36_000, 68_000],
  [48, 48_000, 81_000],
];

for (const [altitude, median, bright] of measured) {
  test(`at ${altitude} degrees a clear sky is near the brightest measured, ${bright} lx`, () => {
    const clear = clearSky(altitude, SEPTEMBER);
    expect(clear).toBeGreaterThan(median);
    expect(clear / bright).toBeGreaterThan(0.65);
    expect(clear / bright).toBeLessThan(1.35);
  });

  test(`at ${altitude} degrees an overcast sky is not above the median measured, ${median} lx`, () => {
    const overcast = overcastSky(altitude);
    expect(overcast / median).toBeLessThan(1.4);
    expect(overcast / median).toBeGreaterThan(0.2);
  });
}

test("every sky only brightens as the sun rises, and without a jump", () => {
  for (let altitude = -20; altitude < 66; altitude += 0.1) {
    for (const sky of [(h: number) => clearSky(h, SEPTEMBER), overcastSky]) {
      const step = sky(altitude + 0.1) / sky(altitude);
      expect(step).toBeGreaterThanOrEqual(1);
      expect(step).toBeLessThan(1.3);
    }
  }
});

test("at night there is starlight, in every scene", () => {
  for (const scene of SCENES) {
    const night = { at: SEPTEMBER, altitude: -30, elapsed: 3_600_000, cloudFactor: 1 };
    expect(skyIlluminance(scene, night)).toBeLessThan(0.01);
    expect(skyIlluminance(scene, night)).toBeGreaterThan(0);
  }
});

test("evening: as under a thundercloud at first, clear after five minutes, never darker on the way", () => {
  const evening = (minute: number): number =>
    skyIlluminance("evening", {
      at: SEPTEMBER,
      altitude: 20,
      elapsed: minute * 60_000,
      cloudFactor: 1,
    });
  expect(evening(0)).toBeLessThan(2500);
  expect(evening(5)).toBeCloseTo(clearSky(20, SEPTEMBER), 6);
  for (let minute = 0; minute < 10; minute += 0.1) {
    expect(evening(minute + 0.1)).toBeGreaterThanOrEqual(evening(minute));
  }
});

test("clouds pass: between a tenth and a little more than the clear sky, with minutes of memory", () => {
  const clouds = createClouds(createRandom(1));
  const factors = Array.from({ length: 20_000 }, () => {
    clouds.step();
    return clouds.factor();
  });
  const mean = factors.reduce((sum, it) => sum + it, 0) / factors.length;
  expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.1);
  expect(Math.max(...factors)).toBeLessThanOrEqual(1.1);
  expect(mean).toBeGreaterThan(0.5);
  expect(mean).toBeLessThan(0.7);
  const correlation = (lag: number): number => {
    const centred = factors.map((it) => it - mean);
    const power = centred.reduce((sum, it) => sum + it * it, 0);
    return centred.reduce((sum, it, i) => sum + it * (centred[i + lag] ?? 0), 0) / power;
  };
  expect(correlation(6)).toBeGreaterThan(0.75); // One minute.
  expect(correlation(360)).toBeLessThan(0.2); // One hour.
});

test("the same seed gives the same chance, another name another one", () => {
  const draw = (seed: number, name: string): number[] => {
    const random = createRandom(seed).fork(name);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw(1, "a")).toEqual(draw(1, "a"));
  expect(draw(1, "a")).not.toEqual(draw(1, "b"));
  expect(draw(1, "a")).not.toEqual(draw(2, "a"));
});

test("chance is fair: uniform, normal and exponential have the mean they should", () => {
  const random = createRandom(7);
  const mean = (draw: () => number): number =>
    Array.from({ length: 20_000 }, draw).reduce((sum, it) => sum + it, 0) / 20_000;
  expect(mean(() => random.uniform())).toBeCloseTo(0.5, 1);
  expect(mean(() => random.normal())).toBeCloseTo(0, 1);
  expect(mean(() => random.exponential(10))).toBeGreaterThan(9.5);
  expect(mean(() => random.exponential(10))).toBeLessThan(10.5);
});
