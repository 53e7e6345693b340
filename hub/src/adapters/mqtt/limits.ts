/** How much the broker takes from outside before it says no. The tests show each limit at work. */
export type BrokerLimits = {
  /** Body of one MQTT packet. A batch of 32 readings needs about 3 kB. */
  readonly packetBytesMax: number;
  readonly connectionsMax: number;
  /** A simulated building connects all its boards from one address. */
  readonly connectionsPerAddressMax: number;
  /** A board, and whoever debugs it with its credentials. */
  readonly connectionsPerBoardMax: number;
  /** How long a connection may take to say CONNECT; a TLS handshake before it, as long again. */
  readonly connectMsMax: number;
  /** A will is published at the latest after 1.5 times this silence (MQTT 3.1.1 §3.1.2.10). */
  readonly keepAliveSecondsMax: number;
  readonly messagesPerSecond: number;
  readonly messagesBurst: number;
  /** Messages of one connection that wait for the journal before the hub stops reading it. */
  readonly inFlightMax: number;
  readonly subscriptionsMax: number;
  /** Retained topics of one board: two, and one for each relay. */
  readonly retainedMax: number;
  /** Messages kept for a session whose client is away. */
  readonly queuedMax: number;
  /** Failed sign-ins from one address: so many at once, then so many a minute. */
  readonly failedSignInsMax: number;
  readonly failedSignInsPerMinute: number;
  /** How long a client may leave its socket full before it is disconnected. */
  readonly drainMsMax: number;
  /** Wills left behind by a hub that died are published within this time after the next start. */
  readonly willCheckMs: number;
};

export const BROKER_LIMITS: BrokerLimits = {
  packetBytesMax: 8192,
  connectionsMax: 1024,
  connectionsPerAddressMax: 512,
  connectionsPerBoardMax: 8,
  connectMsMax: 10_000,
  keepAliveSecondsMax: 600,
  messagesPerSecond: 100,
  messagesBurst: 400,
  inFlightMax: 64,
  subscriptionsMax: 16,
  retainedMax: 16,
  queuedMax: 32,
  failedSignInsMax: 20,
  failedSignInsPerMinute: 10,
  drainMsMax: 10_000,
  willCheckMs: 60_000,
};
