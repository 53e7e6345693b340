import type { BoardFile, Membership } from "./board-file.ts";
import { isInhibited } from "./commands.ts";
import type { ClockKeeper } from "./clock.ts";
import type { Delivery } from "./delivery.ts";
import type { Guard } from "./guard.ts";
import type { Hardware } from "./hardware.ts";
import type { Link } from "./link.ts";
import type { LocalRulePart, LocalRules } from "./local-rule.ts";
import type { Outbox } from "./outbox.ts";
import type { RelayPart, Relays } from "./relays.ts";
import type { RunningSensor, SensorKind } from "./sensor.ts";
import type { Settings } from "./settings.ts";
import type { Update } from "./update.ts";
import type { Slots } from "./update-slots.ts";

/** What a board program is made from. */
export type BoardParts = {
  readonly file: BoardFile;
  readonly membership: Membership;
  /** Version of this program. */
  readonly program: string;
  readonly slots: Slots;
  /** The kinds that the file names, at least. Wanted at the start only, and not kept. */
  readonly kinds: () => readonly SensorKind[];
  /** Absent from the bundle of a board without relays. */
  readonly relays?: RelayPart;
  /** Only where a relay and a light sensor are on the same board. */
  readonly localRules?: LocalRulePart;
};

/** The parts, once they are all there. */
export type Program = {
  readonly hardware: Hardware;
  readonly parts: BoardParts;
  readonly guard: Guard;
  readonly outbox: Outbox;
  readonly link: Link;
  readonly delivery: Delivery;
  readonly clock: ClockKeeper;
  readonly settings: Settings;
  readonly update: Update;
  readonly sensors: RunningSensor[];
  relays: Relays;
  localRules: LocalRules | undefined;
};

/** A light is kept off, and a restart would give it back. */
export const isBorrowing = (program: Program): boolean =>
  program.relays.some((it) => isInhibited(it));

export const ignore = (): void => undefined;
