import type { SensorId } from "@battant/protocol/vocabulary/ids";
import type { Milliseconds } from "@battant/protocol/vocabulary/units";

/** What the `hub:` part of a building file sets: the machine, not the house. */
export type Settings = {
  readonly http: HttpSettings;
  readonly mqtt: { readonly host: string; readonly port: number; readonly tlsPort: number };
  readonly journal: { readonly commitWindow: Milliseconds };
  readonly retention: Retention;
  readonly trace: { readonly keepDays: number };
  /** None: the hub keeps everything in its own file. */
  readonly influx: InfluxSettings | undefined;
  readonly linky: readonly LinkySettings[];
};

export type HttpSettings = {
  readonly host: string;
  readonly port: number;
  /** For HTTPS; 0 for none. */
  readonly tlsPort: number;
};

export type Retention = {
  readonly rawDays: number;
  readonly tenMinutesDays: number;
  readonly decisionsDays: number;
  readonly circuitsDays: number;
};

export type InfluxSettings = {
  readonly url: string;
  readonly database: string;
  /** Both or none. The password itself never stands in a building file. */
  readonly account: { readonly username: string; readonly passwordFile: string } | undefined;
};

/** A USB dongle on a meter's customer output; the meter becomes a sensor of the hub itself. */
export type LinkySettings = { readonly port: string; readonly sensor: SensorId };
