import type { BoardId, RelayId } from "@battant/protocol/vocabulary/ids";
import { leaseTopic, readingsTopic } from "@battant/protocol/wire/topics";
import { DARK_BELOW_LX, relayOf } from "../boards.ts";

/**
 * The flow that does the hub's job in Node-RED: it takes readings with QoS 1, writes each message's
 * readings to InfluxDB, and answers a dark one with a command to the relay. Simpler than the hub's
 * rule: nothing is remembered, no sun, no person, no reason. That is in its favour.
 */

export type FlowPlan = {
  readonly mqttPort: number;
  readonly influxPort: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
};

/** Node-RED confuses an id with any property of the same text, so ids look like nothing else. */
const ID = {
  tab: "b0a7000000000001",
  broker: "b0a7000000000002",
  readings: "b0a7000000000003",
  decide: "b0a7000000000004",
  store: "b0a7000000000005",
  influx: "b0a7000000000006",
  command: "b0a7000000000007",
};

const ANY = "+" as BoardId;
const PLACE = "RELAY-BOARD";
const COMMAND_TOPIC = leaseTopic(PLACE as BoardId, "main" as RelayId);

const DECIDE = `
const board = msg.topic.split("/")[2];
const { boot, r: readings } = msg.payload;
const points = readings.map((it) => ({
  measurement: it.q,
  tags: { board, sensor: it.s },
  fields: { value: it.v },
  timestamp: it.t ?? Date.now() - it.a,
}));
const dark = readings.some((it) => it.q === "illuminance" && it.v < ${DARK_BELOW_LX});
const command = dark && {
  topic: "${COMMAND_TOPIC}".replace("${PLACE}", ${relayOf.toString()}(board)),
  payload: { id: "n" + Date.now().toString(36), boot, t: Date.now(), for: 0 },
};
return [{ payload: points }, command || null];
`;

export const flowOf = (plan: FlowPlan): readonly object[] => [
  { id: ID.tab, type: "tab", label: "Battant's job" },
  {
    id: ID.broker,
    type: "mqtt-broker",
    broker: "127.0.0.1",
    port: String(plan.mqttPort),
    clientid: plan.user,
    autoConnect: true,
    usetls: false,
    protocolVersion: "4",
    keepalive: "60",
    cleansession: true,
  },
  {
    id: ID.readings,
    z: ID.tab,
    type: "mqtt in",
    topic: readingsTopic(ANY),
    qos: "1",
    datatype: "json",
    broker: ID.broker,
    inputs: 0,
    wires: [[ID.decide]],
  },
  {
    id: ID.decide,
    z: ID.tab,
    type: "function",
    func: DECIDE,
    outputs: 2,
    wires: [[ID.store], [ID.command]],
  },
  {
    id: ID.influx,
    type: "influxdb",
    hostname: "127.0.0.1",
    port: String(plan.influxPort),
    database: plan.database,
    influxdbVersion: "1.x",
    usetls: false,
  },
  {
    id: ID.store,
    z: ID.tab,
    type: "influxdb batch",
    influxdb: ID.influx,
    precision: "ms",
    retentionPolicy: "",
    wires: [],
  },
  {
    id: ID.command,
    z: ID.tab,
    type: "mqtt out",
    topic: "",
    qos: "1",
    retain: "false",
    broker: ID.broker,
    wires: [],
  },
];

/** Node-RED keeps secrets in a file of their own. */
export const flowCredentialsOf = ({ user, password }: FlowPlan): object => ({
  [ID.broker]: { user, password },
});
