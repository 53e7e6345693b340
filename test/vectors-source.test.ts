import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

// Goal: the fixtures are the vectors that were gathered, and nobody has bent one to please a test.
// Method: where the gathered facts lie beside the project, in `../shared/data`, each is compared.

const DATA = new URL("../../shared/data/", import.meta.url);
const FIRMWARE = new URL("../firmware/", import.meta.url);

const parse = (url: URL): unknown => JSON.parse(readFileSync(url, "utf8"));

/** Of `vectors/sensors.json`: what stands in which fixture. */
const EXCERPTS = [
  ["bh1750", "board/test/fixtures/bh1750.json"],
  ["bh1750_opcodes", "board/test/fixtures/bh1750.json"],
  ["veml7700", "board/test/fixtures/veml7700.json"],
  ["tsl2591", "board/test/fixtures/tsl2591.json"],
  ["ld2410", "board/test/fixtures/ld2410.json"],
  ["ld2410_cmd", "board/test/fixtures/ld2410.json"],
  ["modbus_crc16", "board/test/fixtures/pzem.json"],
  ["pzem004t_v3", "board/test/fixtures/pzem.json"],
  ["tic_horodate", "protocol/fixtures/tic/horodates.json"],
] as const;

const isThere = existsSync(DATA);
if (!isThere)
  console.info("No ../shared/data beside the project: the fixtures are compared with nothing.");

const gatheredFrames = isThere ? readdirSync(new URL("tic/", DATA)) : [];
const gatheredSensors = (isThere ? parse(new URL("vectors/sensors.json", DATA)) : {}) as {
  readonly [name: string]: unknown;
};
const present = <T>(entries: readonly T[]): readonly T[] => (isThere ? entries : []);

test("there is a frame for each vector, and no other", () => {
  const ours = readdirSync(new URL("protocol/fixtures/tic/", FIRMWARE));
  const vectors = parse(new URL("protocol/fixtures/tic/vectors.json", FIRMWARE)) as object;
  expect(ours.filter((it) => it.endsWith(".bin")).toSorted()).toEqual(
    Object.keys(vectors)
      .map((it) => `${it}.bin`)
      .toSorted(),
  );
});

test.each(gatheredFrames)("tic/%s is ours byte by byte", (name) => {
  const ours = readFileSync(new URL(`protocol/fixtures/tic/${name}`, FIRMWARE));
  expect(ours.equals(readFileSync(new URL(`tic/${name}`, DATA)))).toBe(true);
});

test.each(present(EXCERPTS))("%s is whole in %s", (name, file) => {
  const ours = parse(new URL(file, FIRMWARE)) as { readonly [name: string]: unknown };
  expect(gatheredSensors[name]).toBeDefined();
  // The horodates stand alone in their file.
  expect(Array.isArray(ours) ? ours : ours[name]).toEqual(gatheredSensors[name]);
});
