import type { Sentence } from "./contract.ts";

/**
 * The calibration of a zone as the API tells it: what the floor gets for one lux at the sensor (`k`),
 * and what the zone's own luminaires add there (`L`). As everywhere, `null` is unknown.
 */

export type CalibrationView = {
  readonly zone: string;
  readonly name: string;
  readonly kind: string;
  readonly mode: "act" | "observe" | "off";
  readonly now: number;
  readonly timezone: string;
  readonly sensor: SensorNowView;
  readonly lamps: LampsView;
  readonly sun_deg: number;
  /** Dark enough for the measurement by night. */
  readonly isNight: boolean;
  /** When it next is; `null` while it is, and where the sun does not go so low. */
  readonly nightFrom: number | null;
  readonly points: readonly CalibrationPointView[];
  readonly factor: FactorView | null;
  /** Toggles by night, the latest first, at most 20. */
  readonly toggles: readonly ToggleView[];
  readonly contribution: ContributionView | null;
  /** What the building file says, and so what the rule goes by. */
  readonly file: CalibrationFileView;
  readonly refined: RefinedView | null;
  readonly alarms: readonly AlarmView[];
  /** Somebody is at it. */
  readonly session: CalibrationSessionView | null;
  /** What is worth knowing before anybody goes on. */
  readonly notes: readonly Sentence[];
  readonly next: Sentence;
};

export type SensorNowView = {
  readonly board: string | null;
  readonly sensor: string | null;
  readonly illuminance_lx: number | null;
  readonly at: number | null;
  readonly trust: "steady" | "moving" | "few" | "settling" | "saturated" | "silent" | "none";
  readonly about: Sentence;
};

export type LampsView = {
  readonly lit: boolean | null;
  /** The board sees whether they burn; otherwise somebody at the switch says so. */
  readonly hasFeedback: boolean;
  readonly kind: LampKindView;
};

export type LampKindView = "led" | "fluorescent";

export type CalibrationPointView = {
  readonly id: number;
  readonly at: number;
  readonly who: string;
  readonly floor_lx: number;
  readonly sensor_lx: number;
  readonly lampsLit: boolean;
  readonly factor: number;
};

export type FactorView = {
  readonly value: number;
  readonly count: number;
  /** Between the highest and the lowest, 0.25 is a quarter. */
  readonly scatter: number;
  readonly why: Sentence;
};

export type ToggleView = {
  readonly at: number;
  readonly contribution_lx: number;
  readonly dark_lx: number;
  readonly by: "relay" | "hand";
};

export type ContributionView = {
  readonly mean_lx: number;
  readonly sigma_lx: number;
  readonly count: number;
  readonly leftOut: number;
  readonly from: number;
  readonly to: number;
  readonly dark_lx: number;
  readonly isEnough: boolean;
};

export type CalibrationFileView = {
  readonly floorFactor: number;
  readonly luminaireContribution_lx: number | null;
  /** The file says what was measured. */
  readonly isWritten: boolean;
};

export type RefinedView = {
  readonly value_lx: number;
  readonly sigma_lx: number;
  readonly count: number;
  readonly since: number;
  /** It differs enough from the file to be worth writing. */
  readonly isOffered: boolean;
  readonly about: Sentence;
};

export type AlarmView = {
  readonly kind: "less-light" | "more-light" | "foreign-light";
  readonly since: number;
  readonly measured_lx: number;
  readonly reference_lx: number;
  /** Beyond this there is an alarm. */
  readonly threshold_lx: number;
  readonly about: Sentence;
  readonly todo: Sentence;
};

export type CalibrationSessionView = { readonly who: string; readonly until: number };

/** What a lux-meter shows on the floor. `lamps` is for where the hub cannot tell. */
export type PointRequest = {
  readonly floor_lx: number;
  readonly lamps: "on" | "off" | null;
  /** What the lamps alone give on the floor, measured by night: for a point with lamps that burn. */
  readonly lampsFloor_lx: number | null;
};

export type MarkRequest = { readonly lamps: "on" | "off" };

export type LampKindRequest = { readonly kind: LampKindView };

/** `measured`: factor and contribution as the wizard found them. `refined`: the refined contribution. */
export type WriteRequest = { readonly from: "measured" | "refined" };

export const FLOOR_LX_MAX = 150_000;

/** All that was set and measured in a zone, for the paper that stays in the switchboard. */
export type SheetView = {
  readonly building: string;
  readonly version: string;
  readonly calibration: CalibrationView;
  readonly law: LawView;
  readonly settings: SheetSettingsView;
  readonly wiring: SheetWiringView;
};

export type LawView = {
  readonly floor_lx: number;
  readonly text: Sentence;
  /** As the building file has them. */
  readonly area_m2: number | null;
  readonly levels: number | null;
  readonly area_m2_max: number | null;
  readonly levels_max: number | null;
  readonly extent: Sentence | null;
};

export type SheetSettingsView = {
  readonly target_lx: number;
  readonly margin: number;
  readonly threshold_lx: number;
  readonly offDelay_ms: number;
  readonly onDelay_ms: number;
  readonly readingAgeMax_ms: number;
  readonly overrideHold_ms: number;
  readonly localRule: boolean;
};

export type SheetWiringView = {
  readonly relayBoard: string | null;
  readonly relay: string | null;
  readonly load_W: number | null;
  readonly warning: boolean;
  readonly offWhenVacant: boolean;
  readonly sensors: readonly string[];
  readonly hold_ms: number | null;
};
