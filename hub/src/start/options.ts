import { parseArgs } from "node:util";

/** What `battant start` was asked to do. */
export type StartOptions = {
  readonly demo: boolean;
  /** With the demonstration's simulated boards; without, they may be started by hand. */
  readonly boards: boolean;
  readonly speed: number;
  readonly dataDir: string;
  readonly buildingFile: string | undefined;
  readonly host: string | undefined;
  readonly httpPort: number | undefined;
  readonly httpsPort: number | undefined;
  readonly mqttPort: number | undefined;
  readonly mqttsPort: number | undefined;
  readonly influxUrl: string | undefined;
  readonly json: boolean;
};

export type Parsed =
  | { readonly kind: "start"; readonly options: StartOptions }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly problem: string };

export const START_HELP = `Usage: battant start [options]        (npm start -- [options])

Starts the hub. Without options: the demonstration building, with simulated boards.

  --speed N         simulated time runs N times as fast, 1 to 120 (60: an hour a minute)
  --no-boards       the demonstration without its boards: writes world.json to the data folder,
                    for: node firmware/simulator/main.ts DIR/world.json
  --no-demo         a real hub, empty at first
  --data DIR        where everything is kept (default: data/demo, data/demo-fast or data/hub)
  --building FILE   building file (default: the demonstration's, or building.yaml in the data folder)
  --host ADDRESS    address to listen on (demonstration: 127.0.0.1; real hub: as in the building file)
  --http PORT       pages and API (default 8080; 0 takes any free port)
  --https PORT      pages and API over HTTPS (default 8443; 0: none)
  --mqtt PORT       boards (default 1883)
  --mqtts PORT      boards over TLS (default 8883)
  --influx URL      also fill this InfluxDB, for example http://127.0.0.1:8086
  --json            print what happens as JSON lines
  --help            this text
`;

const SPEED_MAX = 120;

const LONG_OPTIONS = {
  demo: { type: "boolean", default: true },
  boards: { type: "boolean", default: true },
  speed: { type: "string", default: "1" },
  data: { type: "string" },
  building: { type: "string" },
  host: { type: "string" },
  http: { type: "string" },
  https: { type: "string" },
  mqtt: { type: "string" },
  mqtts: { type: "string" },
  influx: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

export function parseStart(args: readonly string[]): Parsed {
  try {
    const { values } = parseArgs({ args: [...args], options: LONG_OPTIONS, allowNegative: true });
    if (values.help) return { kind: "help" };
    const speed = numberIn("--speed", values.speed, 1, SPEED_MAX);
    const demo = values.demo;
    if (!demo && speed !== 1)
      throw new Error("--speed is for the demonstration: leave out --no-demo");
    return {
      kind: "start",
      options: {
        demo,
        boards: values.boards,
        speed,
        dataDir: values.data ?? defaultDataDir(demo, speed),
        buildingFile: values.building,
        host: values.host,
        httpPort: portIn("--http", values.http),
        httpsPort: portIn("--https", values.https),
        mqttPort: portIn("--mqtt", values.mqtt),
        mqttsPort: portIn("--mqtts", values.mqtts),
        influxUrl: urlIn("--influx", values.influx),
        json: values.json,
      },
    };
  } catch (error) {
    return { kind: "wrong", problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Simulated time runs ahead of the real one: the two must not share a journal. */
const defaultDataDir = (demo: boolean, speed: number): string => {
  if (!demo) return "data/hub";
  return speed === 1 ? "data/demo" : "data/demo-fast";
};

function numberIn(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < min || value > max) {
    throw new Error(`${option} takes a number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

function portIn(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = numberIn(option, text, 0, 65_535);
  if (!Number.isInteger(port)) throw new Error(`${option} takes a whole number, not "${text}"`);
  return port;
}

function urlIn(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol)) return text;
  throw new Error(`${option} takes an address such as http://127.0.0.1:8086, not "${text}"`);
}
