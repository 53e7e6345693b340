import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { BoardFile, RelayFile, SensorFile } from "@battant/board/board-file";
import type { I2CWiring, PinWiring, SerialWiring } from "@battant/board/hardware";
import { ID_LENGTH_MAX, isId, type RelayId, type SensorId } from "@battant/protocol/vocabulary/ids";
import { type Milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { pinProblem, type PinRole } from "./pins.ts";
import {
  also,
  clashes,
  integer,
  isObject,
  list,
  object,
  oneOf,
  optional,
  type Problem,
  type Reader,
  turned,
  value,
  type Walk,
} from "./shape.ts";

/**
 * Decodes a hardware file, `hardware/boards/*.json`: what hangs on one kind of board. It is refused
 * with all its problems at once. `hardware/boards/README.md` explains it to makers.
 */

export type HardwareFile = {
  readonly board: BoardFile;
  /** One sentence for who chooses a board. */
  readonly about: { readonly fr: string; readonly en: string };
};

export type Decoded =
  | { readonly ok: true; readonly value: HardwareFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const SENSORS_MAX = 6;
const RELAYS_MAX = 4;
/** Parts of a meter are named after its sensor: `SENSOR-register-10`. */
const METER_NAME_LENGTH_MAX = 20;
const HOUR_S = 3600;
const BUSES_MAX = 2;

const claim = (walk: Walk, what: string, path: string, as = path): void => {
  walk.claims.push({ what, path, as });
};

const pinNumber = (role: PinRole): Reader<number> =>
  also(
    value("the number of a pin", (it): it is number => Number.isInteger(it)),
    (it) => pinProblem(it, role),
  );

const pin = (role: PinRole): Reader<number> =>
  also(pinNumber(role), (it, path, walk) => claim(walk, `pin ${it}`, path));

const wired = (role: PinRole): Reader<PinWiring> =>
  object({ pin: pin(role), activeLow: optional(oneOf(true, false)) });

/** Watching a pin switches its pull-up on, so all that a contact can do is pull it to ground. */
const contact: Reader<PinWiring> = also(wired("contact"), (it) =>
  it.activeLow === true ? undefined : "a contact goes to ground: say activeLow true",
);

const name = (lengthMax: number): Reader<string> =>
  also(
    value("a name of a-z, 0-9 and -", (it): it is string => isId(it)),
    (it, path, walk) => {
      claim(walk, `the name ${it}`, path);
      return it.length > lengthMax ? `is longer than ${lengthMax} characters` : undefined;
    },
  );

const sensorName = (lengthMax = ID_LENGTH_MAX): Reader<SensorId> =>
  turned(name(lengthMax), (it) => it as SensorId);

const duration = (minSeconds: number, maxSeconds: number): Reader<Milliseconds> =>
  turned(integer(minSeconds, maxSeconds), seconds);

/** Chips may share a pair of wires, so those are claimed as the pair they are. */
const bus: Reader<I2CWiring> = also(
  object({ sda: pinNumber("bus"), scl: pinNumber("bus") }),
  ({ sda, scl }, path, walk) => {
    if (sda === scl) return "SDA and SCL are two wires";
    claim(walk, `pin ${sda}`, `${path}.sda`, `SDA of ${sda}/${scl}`);
    claim(walk, `pin ${scl}`, `${path}.scl`, `SCL of ${sda}/${scl}`);
    return undefined;
  },
);

/** No two chips on one bus answer to the same address. */
const addressed = <T extends { readonly wiring: I2CWiring }>(
  chip: Reader<T>,
  addressOf: (chip: T) => string,
): Reader<T> =>
  also(chip, (it, path, walk) => {
    const { sda, scl } = it.wiring;
    claim(walk, `address ${addressOf(it)} on SDA ${sda}, SCL ${scl}`, path);
  });

/** The speeds a person may choose from; where there is one there is nothing to say. */
type Line = {
  readonly baud: readonly [number, ...number[]];
  readonly talks: boolean;
  readonly sevenEven?: true;
};

const serial = ({ baud, talks, sevenEven }: Line): Reader<SerialWiring> => {
  const wires: Reader<Omit<SerialWiring, "baud"> & { readonly baud?: number }> = object({
    port: also(oneOf(2, 3), (it, path, walk) => claim(walk, `serial port ${it}`, path)),
    rx: pin("input"),
    ...(talks ? { tx: pin("output") } : {}),
    ...(baud.length > 1 ? { baud: oneOf(...baud) } : {}),
  });
  return turned(wires, (it) => {
    const format = sevenEven === undefined ? {} : { sevenEven };
    return { ...it, baud: it.baud ?? baud[0], ...format };
  });
};

const BH1750_ADDRESSES = ["0x23", "0x5c"] as const;

const lightChip = <Kind extends "veml7700" | "tsl2591">(kind: Kind, address: string) =>
  addressed(object({ kind: oneOf(kind), sensor: sensorName(), wiring: bus }), () => address);

const SENSORS: { readonly [kind in SensorFile["kind"]]: Reader<SensorFile> } = {
  bh1750: addressed(
    object({
      kind: oneOf("bh1750"),
      sensor: sensorName(),
      wiring: bus,
      address: optional(turned(oneOf(...BH1750_ADDRESSES), Number)),
    }),
    ({ address }) => (address === undefined ? "0x23" : `0x${address.toString(16)}`),
  ),
  veml7700: lightChip("veml7700", "0x10"),
  tsl2591: lightChip("tsl2591", "0x29"),
  motion: object({
    kind: oneOf("motion"),
    sensor: sensorName(),
    input: wired("input"),
    settles_s: duration(0, 600),
    hold_s: duration(10, HOUR_S),
  }),
  ld2410: object({
    kind: oneOf("ld2410"),
    sensor: sensorName(),
    wiring: serial({ baud: [256000, 115200], talks: true }),
    hold_s: duration(10, HOUR_S),
  }),
  pulse: object({
    kind: oneOf("pulse"),
    sensor: sensorName(),
    input: wired("contact"),
    pulsesPerKilowattHour: integer(1, 100_000),
  }),
  tic: object({
    kind: oneOf("tic"),
    sensor: sensorName(METER_NAME_LENGTH_MAX),
    wiring: serial({ baud: [1200, 9600], talks: false, sevenEven: true }),
  }),
  pzem: object({
    kind: oneOf("pzem"),
    sensor: sensorName(),
    wiring: serial({ baud: [9600], talks: true }),
  }),
};

const sensor: Reader<SensorFile> = (it, path, walk) => {
  const kinds = Object.keys(SENSORS) as (keyof typeof SENSORS)[];
  const kind = oneOf(...kinds)(isObject(it) ? it["kind"] : it, `${path}.kind`, walk);
  return kind === undefined ? undefined : SENSORS[kind](it, path, walk);
};

const relay: Reader<RelayFile> = object({
  relay: turned(name(ID_LENGTH_MAX), (it) => it as RelayId),
  output: wired("relay"),
  lit: optional(wired("contact")),
  wallSwitch: optional(contact),
  hold_s: duration(60, 12 * HOUR_S),
});

const sentence = value(
  "a sentence",
  (it): it is string => typeof it === "string" && it.length > 10 && it.length <= 200,
);

const file = also(
  object({
    model: value("the name of the file without .json", (it): it is string => isId(it)),
    about: object({ fr: sentence, en: sentence }),
    sensors: list(sensor, SENSORS_MAX),
    relays: list(relay, RELAYS_MAX),
    outboxCapacity: integer(16, 256),
    led: optional(wired("led")),
  }),
  ({ sensors, relays }) => {
    if (sensors.length + relays.length === 0) return "a board without sensors and relays is idle";
    const wires = sensors.flatMap((it) =>
      "wiring" in it && "sda" in it.wiring ? [`${it.wiring.sda}/${it.wiring.scl}`] : [],
    );
    return new Set(wires).size > BUSES_MAX ? "an ESP32 has two I2C buses" : undefined;
  },
);

/** `input` is what stood in the file, as JSON. */
export const decodeHardwareFile = (input: unknown): Decoded => {
  const walk: Walk = { problems: [], claims: [] };
  const read = file(input, "", walk);
  const problems = [...walk.problems, ...clashes(walk.claims)];
  if (read === undefined || problems.length > 0) return { ok: false, problems };
  const { about, ...board } = read;
  return { ok: true, value: { board, about } };
};

/** `path`: a JSON file. Its name is the model's. */
export const readHardwareFile = (path: string): Decoded => {
  let input: unknown;
  try {
    input = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return { ok: false, problems: [{ path: "", problem: (error as Error).message }] };
  }
  const decoded = decodeHardwareFile(input);
  const model = basename(path, ".json");
  if (!decoded.ok || decoded.value.board.model === model) return decoded;
  return { ok: false, problems: [{ path: "model", problem: `the file's name says ${model}` }] };
};

/** Every problem on a line of its own, for a person to mend. */
export const refusal = (path: string, problems: readonly Problem[]): string => {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const width = Math.max(...problems.map((it) => it.path.length));
  const lines = problems.map((it) => `  ${it.path.padEnd(width)}  ${it.problem}`);
  return [`${path} was refused, ${count}:`, ...lines].join("\n");
};
