import type { BoardId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import { lux, milliseconds, minutes, seconds, watts } from "@battant/protocol/vocabulary/units";
import type {
  BoardPlan,
  CircuitPlan,
  DaylightSettings,
  PresencePlan,
  SensorAt,
  Site,
  ZonePlan,
} from "../domain/site.ts";
import type { BuildingFile } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { ZONE_KINDS } from "./zone-kinds.ts";

/** A checked building file in the words of the domain: units and names become types. */

type ZoneFile = BuildingFile["zones"][string];
type HubFile = BuildingFile["hub"];

export const siteOf = (file: BuildingFile): Site => ({
  building: file.building,
  name: file.name,
  location: {
    latitudeDeg: file.location.latitude_deg,
    longitudeDeg: file.location.longitude_deg,
  },
  timezone: file.timezone,
  boards: new Map(
    Object.entries(file.boards).map(([id, board]): [BoardId, BoardPlan] => [
      id as BoardId,
      { id: id as BoardId, name: board.name ?? id, flat: board.flat },
    ]),
  ),
  zones: new Map(
    Object.entries(file.zones).map(([id, zone]) => [id as ZoneId, zoneOf(id as ZoneId, zone)]),
  ),
  ...energyOf(file.energy),
});

const energyOf = ({ box_W, prices }: BuildingFile["energy"]): Pick<Site, "energy"> =>
  box_W === undefined && prices.length === 0
    ? {}
    : {
        energy: {
          box: box_W === undefined ? undefined : watts(box_W),
          prices: prices.map((row) => ({ from: row.from, eurosPerKWh: row.eur_per_kWh })),
        },
      };

const zoneOf = (id: ZoneId, zone: ZoneFile): ZonePlan => ({
  id,
  name: zone.name ?? id,
  kind: zone.kind,
  extent: { area_m2: zone.area_m2, levels: zone.levels },
  circuit: circuitOf(zone),
  lightSensor: zone.light_sensor === undefined ? undefined : sensorAt(zone.light_sensor),
  presence: presenceOf(zone),
  daylight: daylightOf(zone),
});

const sensorAt = (at: { readonly board: string; readonly sensor: string }): SensorAt => ({
  board: at.board as BoardId,
  sensor: at.sensor as SensorId,
});

const presenceOf = ({ kind, presence }: ZoneFile): PresencePlan | undefined =>
  presence === undefined || Object.keys(presence.sensors).length === 0
    ? undefined
    : {
        sensors: Object.values(presence.sensors).map(sensorAt),
        hold: minutes(presence.hold_min ?? ZONE_KINDS[kind].hold_min),
      };

/** The one circuit with a relay. The others are described for the people who read the file. */
const circuitOf = (zone: ZoneFile): CircuitPlan | undefined => {
  for (const circuit of Object.values(zone.circuits)) {
    if (circuit.role !== "lighting" || circuit.relay === undefined) continue;
    return {
      board: circuit.relay.board as BoardId,
      relay: circuit.relay.relay as RelayId,
      load: circuit.load_W === undefined ? undefined : watts(circuit.load_W),
      ...(circuit.meter !== undefined && { meter: sensorAt(circuit.meter) }),
      warning: (circuit.warning ?? ZONE_KINDS[zone.kind].warning) === "blinks",
      offWhenVacant: circuit.off_when_vacant,
    };
  }
  return undefined;
};

const daylightOf = ({ kind, daylight }: ZoneFile): DaylightSettings => ({
  mode: daylight.mode,
  target: lux(daylight.target_lx ?? ZONE_KINDS[kind].floor_lx),
  margin: daylight.margin,
  floorFactor: daylight.floor_factor,
  luminaireContribution:
    daylight.luminaire_contribution_lx === undefined
      ? undefined
      : lux(daylight.luminaire_contribution_lx),
  offDelay: minutes(daylight.off_delay_min),
  onDelay: seconds(daylight.on_delay_s),
  readingAgeMax: minutes(daylight.reading_age_max_min),
  overrideHold: minutes(daylight.override_hold_min),
  localRule: daylight.local_rule,
});

export const settingsOf = (hub: HubFile): Settings => ({
  http: { host: hub.http.host, port: hub.http.port, tlsPort: hub.http.tls_port },
  mqtt: { host: hub.mqtt.host, port: hub.mqtt.port, tlsPort: hub.mqtt.tls_port },
  journal: { commitWindow: milliseconds(hub.journal.commit_window_ms) },
  retention: {
    rawDays: hub.retention.raw_days,
    tenMinutesDays: hub.retention.ten_minutes_days,
    decisionsDays: hub.retention.decisions_days,
    circuitsDays: hub.retention.savings_days,
  },
  trace: { keepDays: hub.trace.keep_days },
  influx: influxOf(hub.influx),
  linky: hub.linky.map((dongle) => ({ port: dongle.port, sensor: dongle.sensor as SensorId })),
});

const influxOf = (influx: HubFile["influx"]): Settings["influx"] => {
  if (influx === undefined) return undefined;
  const { url, database, username, password_file: passwordFile } = influx;
  const hasAccount = username !== undefined && passwordFile !== undefined;
  return { url, database, account: hasAccount ? { username, passwordFile } : undefined };
};
