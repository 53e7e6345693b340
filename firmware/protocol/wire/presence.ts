import { isBootId, isRelayId, isSensorId, type RelayId } from "../vocabulary/ids.ts";
import type { Description, SensorDescription } from "../vocabulary/description.ts";
import { isQuantity } from "../vocabulary/quantity.ts";
import { type Instant, instant } from "../vocabulary/units.ts";
import { type Decoded, type Fields, isCount, parseObject, refused } from "./decoded.ts";

/**
 * Being there. `availability` is the word `online`, or `offline` left as the last will; both kept.
 * `description` is published at birth and kept. `clock` is the hub's answer: `{"t":1771234567000}`.
 */

export const ONLINE = "online";
export const OFFLINE = "offline";

const SENSORS_MAX = 32;
const RELAYS_MAX = 8;
const TEXT_LENGTH_MAX = 64;

export const decodeAvailability = (payload: string): Decoded<boolean> => {
  if (payload === ONLINE) return { ok: true, value: true };
  if (payload === OFFLINE) return { ok: true, value: false };
  return refused("neither online nor offline");
};

export const encodeClock = (now: Instant): string => JSON.stringify({ t: now });

export const decodeClock = (payload: string): Decoded<Instant> => {
  const parsed = parseObject(payload);
  if (!parsed.ok) return parsed;
  const now = parsed.value["t"];
  if (!isCount(now)) return refused("t is not a time in whole milliseconds");
  return { ok: true, value: instant(now) };
};

export const encodeDescription = (description: Description): string =>
  JSON.stringify({
    contract: description.contract,
    boot: description.boot,
    model: description.model,
    program: description.program,
    sensors: description.sensors.map((it) => ({ s: it.sensor, q: it.quantity })),
    relays: description.relays,
  });

const isShortText = (text: unknown): text is string =>
  typeof text === "string" && text.length > 0 && text.length <= TEXT_LENGTH_MAX;

const decodeSensors = (items: unknown): Decoded<SensorDescription[]> => {
  if (!(items instanceof Array) || items.length > SENSORS_MAX) {
    return refused("sensors is not a list of at most " + SENSORS_MAX);
  }
  const sensors: SensorDescription[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as Fields | null | undefined;
    const sensor = item === null || item === undefined ? undefined : item["s"];
    const quantity = item === null || item === undefined ? undefined : item["q"];
    if (!isSensorId(sensor)) return refused("a sensor has no name");
    // A newer board may measure what this hub does not know yet: the rest of it is still welcome.
    if (isQuantity(quantity)) sensors.push({ sensor: sensor, quantity: quantity });
  }
  return { ok: true, value: sensors };
};

const decodeRelays = (items: unknown): Decoded<RelayId[]> => {
  if (!(items instanceof Array) || items.length > RELAYS_MAX) {
    return refused("relays is not a list of at most " + RELAYS_MAX);
  }
  const relays: RelayId[] = [];
  for (let i = 0; i < items.length; i++) {
    const relay: unknown = items[i];
    if (!isRelayId(relay)) return refused("a relay has no name");
    relays.push(relay);
  }
  return { ok: true, value: relays };
};

export const decodeDescription = (payload: string): Decoded<Description> => {
  const parsed = parseObject(payload);
  if (!parsed.ok) return parsed;
  const contract = parsed.value["contract"];
  const boot = parsed.value["boot"];
  const model = parsed.value["model"];
  const program = parsed.value["program"];
  if (!isCount(contract)) return refused("contract is not a version number");
  if (!isBootId(boot)) return refused("boot is not the name of a start");
  if (!isShortText(model)) return refused("model is not a short text");
  if (!isShortText(program)) return refused("program is not a short text");
  const sensors = decodeSensors(parsed.value["sensors"]);
  if (!sensors.ok) return sensors;
  const relays = decodeRelays(parsed.value["relays"]);
  if (!relays.ok) return relays;
  return {
    ok: true,
    value: {
      contract: contract,
      boot: boot,
      model: model,
      program: program,
      sensors: sensors.value,
      relays: relays.value,
    },
  };
};
