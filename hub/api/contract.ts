/**
 * The hub's HTTP API as its clients see it. Keys carry their unit; times are ms since 1970, UTC.
 * `null` means unknown, which is never the same as zero.
 */

export type Sentence = { readonly fr: string; readonly en: string };

export type BuildingView = {
  readonly building: string;
  readonly name: string;
  /** IANA name. Pages show the building's time, wherever their reader is. */
  readonly timezone: string;
  readonly now: number;
  /** 1 in real life; higher while a simulated building runs faster. */
  readonly speed: number;
  readonly demo: boolean;
  readonly sunAltitude_deg: number;
  readonly zones: readonly ZoneView[];
};

export type ZoneView = {
  readonly zone: string;
  readonly name: string;
  readonly kind: string;
  readonly mode: "act" | "observe" | "off";
  /** What the sensor sees now, luminaires included. */
  readonly illuminance_lx: number | null;
  /** Daylight alone, on the floor. */
  readonly daylight_lx: number | null;
  readonly target_lx: number;
  readonly threshold_lx: number;
  /**
   * `inhibited`: Battant keeps it off. `off`: the building's own switches do. `mismatch`: Battant
   * keeps it off and it burns all the same; somebody has to look at the contact.
   */
  readonly light: "on" | "off" | "inhibited" | "mismatch" | "unknown";
  readonly decision: "inhibit" | "allow";
  readonly because: string;
  /** The sentence why, made from the decision record. */
  readonly why: Sentence;
  /** When this decision was taken. */
  readonly since: number | null;
  readonly override_until: number | null;
  readonly lease_until: number | null;
};

/**
 * The live stream sends `event: building` with a whole `BuildingView`, first at once and then when
 * it changed; and now and then, changed or not, `event: alive` with this. Silence means it is lost.
 */
export type AliveView = { readonly now: number };

export type DecisionView = {
  readonly at: number;
  readonly zone: string;
  readonly decision: "inhibit" | "allow";
  readonly because: string;
  readonly why: Sentence;
};

export type WindowView = {
  readonly start: number;
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
};

export type SessionView = {
  readonly signedIn: boolean;
  readonly account: string | null;
  readonly role: string | null;
  /** No account exists yet: the one-time set-up link is waiting. */
  readonly setupOpen: boolean;
};

export type SignInRequest = { readonly name: string; readonly password: string };

/** `token` is the one of the set-up link, which works once. */
export type SetupRequest = SignInRequest & { readonly token: string };

export const NAME_LENGTH_MAX = 64;

/** Length is what counts: no rule about digits or signs makes a short password a good one. */
export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 256;

export type HealthView = {
  readonly since: number;
  readonly boards: readonly BoardHealth[];
  readonly readingsStored: number;
  readonly duplicates: number;
  readonly refusals: readonly RefusalView[];
  readonly forwarder: ForwarderHealth | null;
  /** The last reason why readings could not be written to disk, `null` when all is well. */
  readonly journalProblem: string | null;
  readonly serial: readonly SerialHealth[];
};

export type BoardHealth = {
  readonly board: string;
  readonly name: string;
  readonly online: boolean | null;
  readonly model: string | null;
  readonly program: string | null;
  /** It runs a program that it does not keep yet. */
  readonly onTrial: boolean;
  /** As it last said itself. */
  readonly life: BoardLifeView | null;
  /** How often it has started again in 24 hours, as far as this hub has seen. */
  readonly restarts: number;
  readonly lastReading: number | null;
};

export type BoardLifeView = {
  /** Why it started: `power`, `watchdog`, `crash`, `update`, `asked`. */
  readonly reset: string;
  readonly uptime_ms: number;
  /** Espruino variables, free and in all. */
  readonly variablesFree: number;
  readonly variables: number;
  readonly signal_dBm: number | null;
  /** Readings it had to drop since it started. */
  readonly dropped: number;
  /** Messages to it that it refused, and why the last one. */
  readonly refused: number;
  readonly problem: string | null;
};

export type RefusalView = {
  readonly from: string;
  readonly where: string;
  readonly problem: string;
  readonly count: number;
  readonly last: number;
};

export type ForwarderHealth = {
  readonly store: string;
  readonly behind: number;
  readonly parked: number;
  readonly problem: string | null;
};

export type SerialHealth = {
  readonly port: string;
  readonly mode: string | null;
  readonly groupsGood: number;
  readonly groupsBad: number;
  readonly problem: string | null;
};

/** Every refusal of the API has this shape; `code` is stable, `message` is for people. */
export type ProblemView = { readonly code: string; readonly message: Sentence };
