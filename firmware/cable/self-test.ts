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

const HEADER = /^Battant (\S+), (\S+)$/;
const SENSOR_LINE = /^([a-z0-9][a-z0-9-]{0,31}): (.+)$/;
const BUS_LINE = /^I2C, SDA (\d+), SCL (\d+): (.+)$/;

/**
 * From everything that was heard; the last test counts. Undefined while it is not there whole, and
 * when noise has spoilt a line of it that must be there: then one asks again.
 */
export const parseSelfTest = (text: string): SelfTest | undefined => {
  const lines = text.split(/\r?\n/);
  const first = lines.findLastIndex((line) => HEADER.test(line));
  const [, program, model] = HEADER.exec(lines[first] ?? "") ?? [];
  if (program === undefined || model === undefined) return undefined;
  const said = lines.slice(first + 1);
  const startedBy = following(said, /^started by: (\S+)$/)?.[1];
  const wifi = following(said, /^Wi-Fi: (?:(-?\d+) dBm|not connected)$/);
  const hub = following(said, /^hub: (?:reached|not reached,? (.+))$/);
  const memory = following(said, /^variables: (\d+) of (\d+) free$/);
  const exceptions = following(said, /^exceptions: (\d+) /);
  if (startedBy === undefined || !wifi || !hub || !memory || !exceptions) return undefined;
  return {
    program,
    model,
    startedBy,
    signal: wifi[1] === undefined ? undefined : Number(wifi[1]),
    hubProblem: hub[1] === "yet" ? "not reached yet" : hub[1],
    variablesFree: Number(memory[1]),
    variables: Number(memory[2]),
    exceptions: Number(exceptions[1]),
    buses: said.flatMap(busIn),
    sensors: sensorsIn(said),
  };
};

const following = (lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined => {
  for (const line of lines) {
    const found = pattern.exec(line);
    if (found !== null) return found;
  }
  return undefined;
};

const busIn = (line: string): SelfTest["buses"] => {
  const [, sda, scl, found] = BUS_LINE.exec(line) ?? [];
  if (found === undefined) return [];
  const addresses = (found.match(/0x[0-9a-f]+/g) ?? []).map(Number);
  return [{ sda: Number(sda), scl: Number(scl), addresses }];
};

/** They come last, after the buses and after an exception that may have several lines of its own. */
const sensorsIn = (lines: readonly string[]): SensorTest[] => {
  const start = lines.findLastIndex(
    (line) => BUS_LINE.test(line) || line.startsWith("exceptions: "),
  );
  return lines.slice(start + 1).flatMap((line) => {
    const [, sensor, answer] = SENSOR_LINE.exec(line) ?? [];
    if (sensor === undefined || answer === undefined) return [];
    return [{ sensor, answer, isGood: isPlausible(answer) }];
  });
};

type Judge = (first: number, second: number, third: number, fourth: number) => boolean;

/** The sun at noon in summer gives 120 000 lx. */
const ILLUMINANCE_LX_MAX = 120_000;

const within = (value: number, min: number, max: number): boolean => value >= min && value <= max;

/**
 * The words of each kind of sensor (firmware/board/sensors, `tell`), and which figures in them can be.
 * Whatever is not in here is a complaint: `no-response`, `saturated`, `silent at 115200 baud`, …
 */
const ANSWERS: readonly (readonly [words: RegExp, judge: Judge])[] = [
  [/^([\d.]+) lx$/, (lux) => within(lux, 0, ILLUMINANCE_LX_MAX)],
  // A detector settles for its first minute, and is in order.
  [/^(?:settling|no movement|movement)$/, () => true],
  [/^(?:nobody|moving|still|moving and still)$/, () => true],
  [/^(\d+) pulses$/, () => true],
  // A few groups come cut or disturbed; a meter at the wrong speed has hardly a good one.
  [/^(?:historique|standard), (\d+) groups good, (\d+) bad$/, (good, bad) => good > bad],
  // PZEM-004T-100A v3.0, data sheet: 80 to 260 V, up to 100 A, 23 kW and 9999.99 kWh.
  [
    /^([\d.]+) V ([\d.]+) A ([\d.]+) W ([\d.]+) Wh, \d+ of \d+ failed$/,
    (volts, amperes, watts, wattHours) =>
      within(volts, 80, 260) &&
      within(amperes, 0, 100) &&
      within(watts, 0, 23_000) &&
      within(wattHours, 0, 9_999_990),
  ],
];

const isPlausible = (answer: string): boolean =>
  ANSWERS.some(([words, judge]) => {
    const [first = NaN, second = NaN, third = NaN, fourth = NaN] = (words.exec(answer) ?? [])
      .slice(1)
      .map(Number);
    return words.test(answer) && judge(first, second, third, fourth);
  });

/** It has had no time to look yet: nothing is known of its wiring. */
export const isStillWaiting = ({ answer }: SensorTest): boolean =>
  /^(?:not looked yet|nothing yet|not asked yet, )/.test(answer);
