/** What `battant.test()` says on a board's console, read back: is it wired and heard as it should be? */

export type SelfTest = {
  readonly program: string;
  readonly model: string;
  /** Why it started: `power`, `watchdog`, … */
  readonly startedBy: string;
  /** dBm; undefined without Wi-Fi. */
  readonly signal: number | undefined;
  /** Undefined when reached. */
  readonly hubProblem: string | undefined;
  readonly variablesFree: number;
  readonly variables: number;
  readonly exceptions: number;
  readonly buses: readonly {
    readonly sda: number;
    readonly scl: number;
    readonly addresses: readonly number[];
  }[];
  readonly sensors: readonly SensorTest[];
};

export type SensorTest = {
  readonly sensor: string;
  /** The board's own words. */
  readonly answer: string;
  /** It answers, with something that its place could show. */
  readonly isGood: boolean;
};
