import { isRelayId, isSensorId } from "../vocabulary/ids.ts";
import { RELAYS_MAX } from "../vocabulary/relay.ts";
import type { BoardSettings, LocalRule } from "../vocabulary/settings.ts";
import { lux, milliseconds } from "../vocabulary/units.ts";
import {
  type Decoded,
  type Fields,
  isBetween,
  isCount,
  parseObject,
  refused,
  SHORT_DIGEST_LENGTH,
} from "./decoded.ts";
import { type Sha256, toHex } from "./sealed.ts";

/**
 * What a board does on its own, hub to board, sealed: `{"rules":[{"r":"main","s":"light","T":150,
 * "K":1.5,"k":1,"L":60,"off":600000,"on":20000,"age":300000,"lat":47.24,"lon":6.02,"sun":0}]}`.
 * `r` relay, `s` sensor, `T`, `K`, `k` and `L` as the daylight rule names them, delays and age in
 * ms, the place in degrees; `"warn":true` where luminaires give a warning first. No rules take back
 * what was sent before.
 */

const LUX_MAX = 150000;
const DAY = 86400000;

const fieldsOf = (rule: LocalRule): { [key: string]: string | number | boolean } => ({
  r: rule.relay,
  s: rule.sensor,
  T: rule.target,
  K: rule.margin,
  k: rule.floorFactor,
  L: rule.luminaireContribution,
  off: rule.offDelay,
  on: rule.onDelay,
  age: rule.readingAgeMax,
  lat: rule.latitudeDeg,
  lon: rule.longitudeDeg,
  sun: rule.sunGuardDeg,
});

/** Without a warning the text is what it was before there were warnings, and so is its digest. */
const encodeRule = (rule: LocalRule): object => {
  const fields = fieldsOf(rule);
  if (rule.warn) fields["warn"] = true;
  return fields;
};

export const encodeSettings = (settings: BoardSettings): string =>
  JSON.stringify({ rules: settings.rules.map(encodeRule) });

const isDelay = (value: unknown): value is number => isCount(value) && value <= DAY;

/** The first field that is not what it should be. */
const wrongField = (fields: Fields): string | undefined => {
  if (!isRelayId(fields["r"])) return "r";
  if (!isSensorId(fields["s"])) return "s";
  if (!isBetween(fields["T"], 1, LUX_MAX)) return "T";
  if (!isBetween(fields["K"], 1, 100)) return "K";
  if (!isBetween(fields["k"], 0.001, 1000)) return "k";
  if (!isBetween(fields["L"], 0, LUX_MAX)) return "L";
  if (!isDelay(fields["off"])) return "off";
  if (!isDelay(fields["on"])) return "on";
  if (!isDelay(fields["age"])) return "age";
  if (!isBetween(fields["lat"], -90, 90)) return "lat";
  if (!isBetween(fields["lon"], -180, 180)) return "lon";
  if (!isBetween(fields["sun"], -18, 90)) return "sun";
  return undefined;
};

const decodeRule = (item: unknown): Decoded<LocalRule> => {
  if (typeof item !== "object" || item === null) return refused("it is not an object");
  const fields = item as Fields;
  const wrong = wrongField(fields);
  if (wrong !== undefined) return refused(wrong + " is missing or out of bounds");
  return {
    ok: true,
    value: {
      relay: fields["r"] as LocalRule["relay"],
      sensor: fields["s"] as LocalRule["sensor"],
      target: lux(fields["T"] as number),
      margin: fields["K"] as number,
      floorFactor: fields["k"] as number,
      luminaireContribution: lux(fields["L"] as number),
      offDelay: milliseconds(fields["off"] as number),
      onDelay: milliseconds(fields["on"] as number),
      readingAgeMax: milliseconds(fields["age"] as number),
      latitudeDeg: fields["lat"] as number,
      longitudeDeg: fields["lon"] as number,
      sunGuardDeg: fields["sun"] as number,
      warn: fields["warn"] === true,
    },
  };
};

/** All of it or nothing: half of the settings is not what anybody decided. */
export const decodeSettings = (body: string): Decoded<BoardSettings> => {
  const parsed = parseObject(body);
  if (!parsed.ok) return parsed;
  const items = parsed.value["rules"];
  if (!(items instanceof Array) || items.length > RELAYS_MAX) {
    return refused("rules is not a list of at most " + RELAYS_MAX);
  }
  const rules: LocalRule[] = [];
  for (let i = 0; i < items.length; i++) {
    const rule = decodeRule(items[i]);
    if (!rule.ok) return refused("rule " + (i + 1) + ": " + rule.problem);
    rules.push(rule.value);
  }
  return { ok: true, value: { rules: rules } };
};

/** By this a hub sees whether a board keeps the settings that it should. */
export const settingsDigest = (body: string, sha256: Sha256): string =>
  toHex(sha256(body)).substring(0, SHORT_DIGEST_LENGTH);
