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
  /** Who wants light until then; of several, whoever comes first in the order of precedence. */
  readonly override_by: "wall-switch" | "page" | null;
  readonly lease_until: number | null;
  /** What is wrong with its calibration, each a sentence. */
  readonly alarms: readonly Sentence[];
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

/** Why a light was as it was at an instant. Without a decision nobody knows, and `why` says so. */
export type WhyView = {
  readonly at: number;
  readonly zone: string;
  readonly decision: "inhibit" | "allow" | null;
  readonly because: string | null;
  /** When this was decided. */
  readonly since: number | null;
  /** At most three short sentences: what and why, and what comes or came next. */
  readonly why: Sentence;
};

/** What a zone's light used while daylight was enough, and what was saved of it. */
export type SavingsView = {
  readonly zone: string;
  /** As asked for, without the time before the first record and after now. */
  readonly from: number;
  readonly to: number;
  /** The light burned although daylight was enough. */
  readonly burning: SavingsAmountView;
  /** Nobody knows whether it did. Never counted as zero. */
  readonly burningUnknown_ms: number;
  readonly keptOff_ms: number;
  /** Of that, it would have burned as often as before anything acted. */
  readonly avoided: SavingsAmountView | null;
  /** As if it would have burned all that time: it cannot be more. */
  readonly avoidedAtMost: SavingsAmountView;
  readonly days: readonly SavingsDayView[];
  /** Every figure opened; the worths of a figure's intervals add up to it. Empty unless asked for. */
  readonly intervals: readonly SavingsIntervalView[];
  readonly headline: Sentence;
  /** All that somebody needs to do the sum again. */
  readonly method: readonly Sentence[];
  /** What is missing for a baseline, and how long it still takes. */
  readonly missing: Sentence | null;
};

export type SavingsAmountView = {
  readonly time_ms: number;
  readonly energy_Wh: number | null;
  readonly cost_EURcents: number | null;
};

/** A local day of 23 to 25 hours. */
export type SavingsDayView = {
  readonly from: number;
  readonly to: number;
  readonly burning: SavingsAmountView;
  readonly burningUnknown_ms: number;
  readonly keptOff_ms: number;
  readonly avoided: SavingsAmountView | null;
};

/** `kept-off` is worth what was avoided of it; that is unknown while there is no baseline. */
export type SavingsIntervalView = SavingsAmountView & {
  readonly figure: "burning" | "unknown" | "kept-off";
  readonly from: number;
  readonly to: number;
  /** Why nobody knows, where nobody does. */
  readonly because: string | null;
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

/** A kind of board: a hardware file, and the program that was built for it. */
export type KindView = {
  readonly model: string;
  readonly about: Sentence;
  readonly sensors: readonly { readonly sensor: string; readonly kind: string }[];
  readonly relays: readonly string[];
  readonly parts: readonly PartView[];
  /** Version of the program that would be written, `null` if none was built. */
  readonly program: string | null;
};

/** What to have on the table. */
export type PartView = { readonly part: Sentence; readonly count: number };

/** What a chip can be flashed with, and how a board would find this hub. */
export type FirmwareView = {
  /** `null` until a release was imported. */
  readonly espruino: EspruinoView | null;
  readonly wifi: WifiView;
  /** Addresses of this hub on its networks, the likeliest first, and its MQTT port. */
  readonly addresses: readonly string[];
  readonly mqttPort: number;
  readonly now: number;
};

export type EspruinoView = {
  /** As the interpreter says it: `2v30`, `2v29.120`. */
  readonly version: string;
  /** Of the three files one after the other, hexadecimal. */
  readonly sha256: string;
  /** Its checksum is one that Battant names; otherwise it is the one it had when imported. */
  readonly isListed: boolean;
};

/** The network that was given last. Its password never leaves the hub but inside a board's flash. */
export type WifiView = { readonly ssid: string | null };

/** 802.11 allows one more; Espruino keeps a zero behind the name in as many bytes. */
export const SSID_BYTES_MAX = 31;
/** WPA2: 8 to 63 characters; an open network has none. */
export const WIFI_PASSWORD_LENGTH_MIN = 8;
export const WIFI_PASSWORD_LENGTH_MAX = 63;

export type WifiRequest = { readonly ssid: string; readonly password: string };

/** What people call a board or a zone, on one line. */
export const LABEL_LENGTH_MAX = 80;

/** A chip lies on the table, in its boot loader. */
export type FlashRequest = {
  readonly model: string;
  /** Of the chip, 12 hexadecimal digits in lower case. */
  readonly mac: string;
  /** Name of the board; without it one is made of its kind and its MAC. */
  readonly board: string | null;
  /** What people call it. */
  readonly name: string | null;
  /** The flat it measures in: its readings become private. */
  readonly flat: string | null;
  /** This board is dead: the new one takes its name, its place and its history. */
  readonly replaces: string | null;
  /** Where the board finds this hub; the likeliest address without it. */
  readonly host: string | null;
};

/** Once the chip holds all of it, it has to be confirmed: only then may the board connect. */
export type FlashView = {
  /** Good for one hour. */
  readonly ticket: string;
  readonly board: string;
  /** The same chip or the same name was a board before. */
  readonly isKnown: boolean;
  readonly host: string;
  readonly flashSize: number;
  readonly regions: readonly RegionView[];
};

export type RegionView = {
  readonly name: string;
  readonly address: number;
  readonly length: number;
  /** Base64. What it falls short of `length` is 0xFF. */
  readonly data: string;
  /** Of the whole region, hexadecimal. */
  readonly md5: string;
};

export type FlashedView = { readonly board: string };

export type BoardsView = {
  readonly now: number;
  /** Those that may connect, and those the building file names. */
  readonly boards: readonly BoardView[];
};

/** `new`: nobody has said yet what it is for. `ignored`: somebody said that it is for nothing. */
export type BoardPlace = "adopted" | "new" | "ignored";

export type BoardView = {
  readonly board: string;
  readonly name: string;
  readonly place: BoardPlace;
  /** False when only the building file names it. */
  readonly mayConnect: boolean;
  readonly online: boolean | null;
  readonly model: string | null;
  readonly program: string | null;
  /** It measures in a flat: what it measures is not shown here. */
  readonly isPrivate: boolean;
  readonly zones: readonly string[];
  readonly sensors: readonly SensorView[];
  readonly relays: readonly string[];
  readonly flashed: number | null;
  /** When something was last heard that was measured; `null` for a flat. */
  readonly lastReading: number | null;
};

/** The latest value since the hub started, in the quantity's base unit; `null` if none came. */
export type SensorView = {
  readonly sensor: string;
  readonly quantity: string;
  readonly value: number | null;
  readonly at: number | null;
};

export type AdoptRequest = {
  readonly name: string;
  /** Then nothing else is asked: a flat is in no zone. */
  readonly flat: string | null;
  /** An existing zone, or a new one of this kind. */
  readonly zone: { readonly id: string } | { readonly name: string; readonly kind: string } | null;
  /** The sensor of illuminance that the zone goes by from now on. */
  readonly lightSensor: string | null;
  /** The sensor of occupancy that comes to the detectors the zone has. */
  readonly detector: string | null;
  /** The relay that switches the zone's lighting circuit. */
  readonly relay: string | null;
};

/** `after` of the next question is `next`. Times are real; sentences are in English. */
export type BoardLogView = {
  readonly next: number;
  readonly lines: readonly BoardLogLine[];
};

export type BoardLogLine = {
  readonly number: number;
  readonly at: number;
  readonly from: "board" | "hub";
  readonly text: string;
};

/** How this hub is reached over HTTPS: a browser opens a serial port only there, or on localhost. */
export type AccessView = { readonly httpsPort: number | null };

/** Every refusal of the API has this shape; `code` is stable, `message` is for people. */
export type ProblemView = { readonly code: string; readonly message: Sentence };
