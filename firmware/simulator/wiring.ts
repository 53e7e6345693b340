import type { RelayFile, SensorFile } from "@battant/board/board-file";
import { BH1750_ADDRESS } from "@battant/board/drivers/bh1750";
import type { I2CBus } from "@battant/board/hardware";
import type { RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import { seconds } from "@battant/protocol/vocabulary/units";
import { createBh1750Chip } from "./bh1750-chip.ts";
import type { FakePins, InputSource } from "./fake-hardware.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";
import type { PartInWorld } from "./world-file.ts";

/** Connects the parts of one board to the world: what its file says, and what answers on its pins. */
export type Wiring = {
  readonly sensors: readonly SensorFile[];
  readonly relays: readonly RelayFile[];
  readonly pins: FakePins;
};

/** The world as this board's sensors perceive it, faults included. */
export type Senses = {
  readonly world: World;
  readonly random: Random;
  /** `undefined`: the sensor does not answer. */
  readonly illuminance: (zone: string) => number | undefined;
  /** A detector whose output is stuck stays as it was. */
  readonly isStuck: () => boolean;
  readonly pulsesArrive: () => boolean;
};

const PULSES_PER_KILOWATT_HOUR = 1000;
const PULSE_MS = 50;
const PRESS_MS = 300;
/** Pins are only names here: each part has ten of its own. */
const PINS_PER_PART = 10;
const FEEDBACK = 1;
const WALL_SWITCH = 2;

type Plan = {
  readonly sensors: SensorFile[];
  readonly relays: RelayFile[];
  readonly buses: Map<number, I2CBus>;
  readonly outputs: Map<number, (active: boolean) => void>;
  readonly inputs: Map<number, InputSource>;
};

type PartOf<Kind> = Extract<PartInWorld, { readonly kind: Kind }>;

const wireLight = (plan: Plan, part: PartOf<"light">, senses: Senses, pin: number): void => {
  const random = senses.random.fork(`sensor ${part.sensor}`);
  const chip = createBh1750Chip({
    address: BH1750_ADDRESS,
    illuminance: () => senses.illuminance(part.zone),
    noise: () => random.normal(),
  });
  plan.buses.set(pin, chip);
  plan.sensors.push({
    kind: "bh1750",
    sensor: part.sensor as SensorId,
    wiring: { sda: pin, scl: pin + 1 },
  });
};

const feedbackOf = (world: World, zone: string): InputSource => ({
  read: () => world.isLit(zone),
  watch: (onEdge) =>
    world.watch((event) => {
      if (event.kind === "lit" && event.zone === zone) onEdge(event.lit, event.at);
    }),
});

const wallSwitchOf = (world: World, zone: string): InputSource => ({
  read: () => false,
  watch: (onEdge) =>
    world.watch((event) => {
      if (event.kind !== "press" || event.zone !== zone) return;
      onEdge(true, event.at);
      onEdge(false, event.at + PRESS_MS);
    }),
});

const wireRelay = (plan: Plan, part: PartOf<"relay">, senses: Senses, pin: number): void => {
  const { world } = senses;
  plan.outputs.set(pin, (active) => world.inhibit(part.zone, active));
  if (part.feedback) plan.inputs.set(pin + FEEDBACK, feedbackOf(world, part.zone));
  if (part.wallSwitch) plan.inputs.set(pin + WALL_SWITCH, wallSwitchOf(world, part.zone));
  plan.relays.push({
    relay: part.relay as RelayId,
    output: { pin },
    ...(part.feedback ? { lit: { pin: pin + FEEDBACK } } : {}),
    ...(part.wallSwitch ? { wallSwitch: { pin: pin + WALL_SWITCH } } : {}),
    hold: seconds(60),
  });
};

/** As `hardware/boards/presence.json` has it for a HC-SR501. */
const SETTLES = seconds(60);
const MOTION_HOLD = seconds(120);

const detectorOf = ({ world, isStuck }: Senses, zone: string): InputSource => {
  let output = world.moves(zone);
  const look = (): boolean => {
    if (!isStuck()) output = world.moves(zone);
    return output;
  };
  return {
    read: look,
    watch: (onEdge) =>
      world.watch((event) => {
        if (event.kind !== "motion" || event.zone !== zone) return;
        const before = output;
        if (look() !== before) onEdge(output, event.at);
      }),
  };
};

const wireMotion = (plan: Plan, part: PartOf<"motion">, senses: Senses, pin: number): void => {
  plan.inputs.set(pin, detectorOf(senses, part.zone));
  plan.sensors.push({
    kind: "motion",
    sensor: part.sensor as SensorId,
    input: { pin },
    settles: SETTLES,
    hold: MOTION_HOLD,
  });
};

const pulsesOf = (senses: Senses, meter: string): InputSource => ({
  read: () => false,
  watch: (onEdge) =>
    senses.world.watch((event) => {
      if (event.kind !== "pulse" || event.meter !== meter || !senses.pulsesArrive()) return;
      onEdge(true, event.at);
      onEdge(false, event.at + PULSE_MS);
    }),
});

const wireMeter = (plan: Plan, part: PartOf<"meter">, senses: Senses, pin: number): void => {
  plan.inputs.set(pin, pulsesOf(senses, part.meter));
  plan.sensors.push({
    kind: "pulse",
    sensor: part.sensor as SensorId,
    input: { pin },
    pulsesPerKilowattHour: PULSES_PER_KILOWATT_HOUR,
  });
};

const wirePart = (plan: Plan, part: PartInWorld, senses: Senses, pin: number): void => {
  switch (part.kind) {
    case "light":
      return wireLight(plan, part, senses, pin);
    case "relay":
      return wireRelay(plan, part, senses, pin);
    case "motion":
      return wireMotion(plan, part, senses, pin);
    case "meter":
      return wireMeter(plan, part, senses, pin);
  }
};

export const wire = (parts: readonly PartInWorld[], senses: Senses): Wiring => {
  const plan: Plan = {
    sensors: [],
    relays: [],
    buses: new Map(),
    outputs: new Map(),
    inputs: new Map(),
  };
  parts.forEach((part, i) => wirePart(plan, part, senses, i * PINS_PER_PART));
  return { sensors: plan.sensors, relays: plan.relays, pins: plan };
};
