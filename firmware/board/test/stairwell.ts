import type { LeaseId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import type { LocalRule } from "@battant/protocol/vocabulary/settings";
import { type Instant, instant, lux, minutes, seconds } from "@battant/protocol/vocabulary/units";
import { encodeLease } from "@battant/protocol/wire/relay";
import type { RelayFile } from "../board-file.ts";
import { createRelayCommands, receive } from "../commands.ts";
import { claimPins } from "../drivers/relay.ts";
import { type LocalRules, see, startLocalRules } from "../local-rule.ts";
import { BOOT, createBench } from "./bench.ts";

/**
 * A stairwell whose lamps burn day and night, unless they are switched off or its relay keeps them off, and the board with its
 * relay, its light sensor and the local rule. Daylight falls where and when the test says.
 */

export const MAIN = "main" as RelayId;
export const LIGHT = "light" as SensorId;
export const HOLD = minutes(30);
/** What the lamps add at the sensor. */
export const LAMPS_LX = 120;
/** The sensor reports this often, and a moment before the rule looks. */
export const REPORT_PERIOD = seconds(10);

export const rule: LocalRule = {
  relay: MAIN,
  sensor: LIGHT,
  target: lux(150),
  margin: 1.5,
  floorFactor: 1,
  luminaireContribution: lux(LAMPS_LX),
  offDelay: minutes(10),
  onDelay: seconds(20),
  readingAgeMax: minutes(5),
  latitudeDeg: 47.24,
  longitudeDeg: 6.02,
  sunGuardDeg: 0,
  warn: false,
};

const OUTPUT = 27;
const LIT = 34;
const WALL_SWITCH = 35;

export type Stairwell = {
  pass(count: number): void;
  /** Daylight at the sensor; `undefined`: the sensor is silent. */
  daylight: number | undefined;
  hubIsHere: boolean;
  /** What the lamps add when they burn: nothing where the sensor does not see them. */
  lamps: number;
  /** Daylight is never quite the same, unless the sensor is stuck. */
  flickers: boolean;
  /** By its own switch: without a relay in the way the lamps burn. */
  switchedOn: boolean;
  press(): void;
  /** The hub borrows the circuit for two minutes, or ends that. */
  lease(wanted: boolean): void;
  setClock(now: Instant | undefined): void;
  settings: { rules: readonly LocalRule[] };
  isInhibited(): boolean;
  readonly rules: LocalRules;
  readonly reports: RelayReport[];
};

export type Circumstances = {
  readonly clock: Instant | undefined;
  /** The relay has a feedback input. */
  readonly seesLamps: boolean;
};

export const stairwell = ({ clock, seesLamps }: Circumstances): Stairwell => {
  const bench = createBench();
  bench.setClock(clock);
  bench.input(LIT, true);
  const { hardware } = bench;
  const file: RelayFile = {
    relay: MAIN,
    output: { pin: OUTPUT },
    wallSwitch: { pin: WALL_SWITCH },
    hold: HOLD,
    ...(seesLamps && { lit: { pin: LIT } }),
  };
  const reports: RelayReport[] = [];
  claimPins(hardware, file);
  const relay = createRelayCommands(
    hardware,
    { file, boot: BOOT, place: 0 },
    {
      linkIsUp: () => it.hubIsHere,
      report: (_relay, report) => reports.push(report) > 0,
      reading: () => undefined,
    },
  );
  const isInhibited = (): boolean => bench.output(OUTPUT) === true;
  const burns = (): boolean => it.switchedOn && !isInhibited();
  let flicker = 0;
  hardware.timers.every(REPORT_PERIOD, () => {
    if (it.flickers) flicker = 1 - flicker;
    if (it.daylight === undefined) return;
    see(it.rules, LIGHT, it.daylight + (burns() ? it.lamps : 0) + flicker);
  });
  const settings = { rules: [rule] };
  const it: Stairwell = {
    pass: (count) => {
      for (let left: number = minutes(count); left > 0; left -= 1000) {
        bench.pass(Math.min(left, 1000));
        bench.input(LIT, burns());
      }
    },
    daylight: 0,
    hubIsHere: false,
    lamps: LAMPS_LX,
    switchedOn: true,
    flickers: true,
    press: () => {
      bench.input(WALL_SWITCH, true);
      bench.input(WALL_SWITCH, false);
    },
    lease: (wanted) =>
      receive(
        relay,
        encodeLease({
          id: `l${reports.length}` as LeaseId,
          boot: BOOT,
          issued: hardware.now() ?? instant(0),
          duration: seconds(wanted ? 120 : 0),
        }),
      ),
    setClock: (at) => bench.setClock(at),
    settings,
    isInhibited,
    rules: startLocalRules({
      hardware,
      settings,
      relays: [relay],
      linkIsUp: () => it.hubIsHere,
    }),
    reports,
  };
  return it;
};
