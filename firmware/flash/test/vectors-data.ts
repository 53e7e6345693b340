import { readFileSync } from "node:fs";

/** The vectors of chips and meters, as they stand in the fixtures. */

type Crc = { readonly [name: string]: string };

export type PzemAnswer = {
  readonly src: string;
  readonly hex: string;
  /** V, A, W, Wh; absent from an answer that is none. */
  readonly v?: number;
  readonly i?: number;
  readonly p?: number;
  readonly e_wh?: number;
  /** Garbled; what else has no values is an exception. */
  readonly reject?: boolean;
};

export type RadarFrame = {
  readonly src: string;
  readonly hex: string;
  /** Absent from a frame that is not whole. */
  readonly state?: number;
};

type Bh1750 = {
  readonly raw: number;
  readonly mode: "H" | "H2";
  /** Measurement time register: the sensitivity. */
  readonly mt: number;
  readonly lux: number;
};

type Veml7700 = {
  readonly count: number;
  readonly gain: number;
  readonly it_ms: number;
  readonly lux_linear: number;
  /** Where the chip bends. */
  readonly lux_corrected: number | null;
};

type Tsl2591 = {
  /** Counts of both channels. */
  readonly c0: number;
  readonly c1: number;
  readonly it: number;
  readonly gain: number;
  readonly lux: number;
};

type Horodate = { readonly raw: string; readonly utc: string; readonly degraded: boolean };

const FIRMWARE = new URL("../../", import.meta.url);

const fixture = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(path, FIRMWARE), "utf8")) as T;

export const modbusVectors = fixture<{
  readonly modbus_crc16: readonly Crc[];
  readonly pzem004t_v3: readonly PzemAnswer[];
}>("board/test/fixtures/pzem.json");

export const radarVectors = fixture<{
  readonly ld2410: readonly RadarFrame[];
  readonly ld2410_cmd: { readonly [name: string]: string };
}>("board/test/fixtures/ld2410.json");

export const bh1750Vectors = fixture<{
  readonly bh1750: readonly Bh1750[];
  readonly bh1750_opcodes: { readonly set_mt: { readonly [mt: string]: readonly string[] } };
}>("board/test/fixtures/bh1750.json");

export const veml7700Vectors = fixture<{ readonly veml7700: readonly Veml7700[] }>(
  "board/test/fixtures/veml7700.json",
).veml7700;

export const tsl2591Vectors = fixture<{ readonly tsl2591: readonly Tsl2591[] }>(
  "board/test/fixtures/tsl2591.json",
).tsl2591;

export const horodates = fixture<readonly Horodate[]>("protocol/fixtures/tic/horodates.json");

/** Each frame by its name, with its check behind it. */
export const modbusFrames: Crc = Object.assign(
  {},
  ...modbusVectors.modbus_crc16.filter((it) => !("ascii" in it)),
);
