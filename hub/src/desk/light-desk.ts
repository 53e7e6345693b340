import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import type { BuildingView } from "../../api/contract.ts";
import { LIGHT_MINUTES, type LightView, type LinkView } from "../../api/light.ts";
import type { HubEvent } from "../domain/event.ts";
import type { Audit, Clock } from "../ports.ts";
import { baseOf, linkOf, type Reach } from "./light-address.ts";
import type { Outcome } from "./desks.ts";
import { type Allowance, createAllowance } from "./light-allowance.ts";

/**
 * Where people ask for light and hand it back: with the code on a sign, without an account, a few
 * times; or with an account. Asking switches nothing on: it gives the circuit back to its switches.
 */
export type LightDesk = {
  /** Changes nothing: an app may look at a link before its reader does. */
  look(by: ByCode): LightOutcome;
  ask(by: ByCode, minutes: number): LightOutcome;
  handBack(by: ByCode): LightOutcome;
  /** By somebody who is known. Undefined for a zone that is not there. */
  askIn(zone: string, minutes: number, who: string): LightView | undefined;
  handBackIn(zone: string, who: string): LightView | undefined;
  link(zone: string, reach: Reach): LinkOutcome;
  /** Every sign that was printed before leads nowhere from now on. */
  renew(zone: string, reach: Reach, who: string): LinkOutcome;
};

/** `from`: the network address of whoever asks. */
export type ByCode = { readonly token: string; readonly from: string };

export type LightOutcome =
  | { readonly ok: true; readonly value: LightView }
  | { readonly ok: false; readonly problem: LightProblem; readonly waitMs: number };

/** `link-refused`: renewed, of a zone that is gone, or never there; nobody is told which. */
export type LightProblem = "link-refused" | "too-many-asks" | "too-many-links";

export type LinkOutcome = Outcome<LinkView, "unknown-zone" | "address-refused">;

export type LightParts = {
  readonly links: {
    of(zone: ZoneId): Link;
    renew(zone: ZoneId): Link;
    zoneOf(token: string): ZoneId | undefined;
  };
  readonly audit: Audit;
  readonly building: () => BuildingView;
  /** Until when light was asked for on a page, in a zone that is there. */
  readonly askedUntil: (zone: ZoneId) => Instant | undefined;
  readonly event: (event: HubEvent) => void;
  /** Real time, also in a simulated building: patience is people's. */
  readonly clock: Pick<Clock, "now">;
  /** Of this hub on its networks, the likeliest first. */
  readonly addresses: () => readonly string[];
};

type Link = { readonly token: string; readonly made: Instant };

/** For a family on the stairs more than enough; a bored child gets no flicker out of it. */
const ASKS = { count: 10, perMs: minutes(10) };
/** A phone that wants its light back off must not be told to wait. */
const HAND_BACKS = { count: 20, perMs: minutes(10) };
/** Two or three worn signs are wrong now and then; thirty in an hour are guesses. */
const WRONG_LINKS = { count: 30, perMs: minutes(60) };
/** A day: what one does again and again must not push what others did out of the audit log. */
const AUDITED = { count: 50, perMs: minutes(24 * 60) };

/** How the audit log calls whoever holds a code. */
const STRANGER = "light link";

export const createLightDesk = (parts: LightParts): LightDesk => {
  const allowances = createAllowances(parts.clock);
  const viewOf = (zone: string): LightView | undefined =>
    lightView(parts.building(), zone, {
      waitMs: allowances.asks.waitMs(zone),
      askedUntil: parts.askedUntil(zone as ZoneId),
    });
  const known = (zone: string, act: (zone: ZoneId) => void): LightView | undefined => {
    if (viewOf(zone) !== undefined) act(zone as ZoneId);
    return viewOf(zone);
  };
  const giving = createGiving(parts);
  const tell = createTelling(parts, allowances);
  return {
    ...byCode(parts, allowances, viewOf),
    askIn: (zone, count, who) =>
      known(zone, (it) => {
        giving.give(it, count);
        tell(who, asked(it, count, who));
      }),
    handBackIn: (zone, who) =>
      known(zone, (it) => {
        giving.takeBack(it);
        tell(who, handedBack(it, who));
      }),
    ...linking(parts),
  };
};

const asked = (zone: ZoneId, count: number, who: string) => ({
  who,
  action: "light asked for",
  about: `${zone}, ${count} min`,
});

const handedBack = (zone: ZoneId, who: string) => ({
  who,
  action: "light handed back",
  about: zone,
});

const createGiving = ({ building, askedUntil, event }: LightParts) => ({
  give: (zone: ZoneId, count: number): void => {
    const wanted = building().now + minutes(count);
    const until = instant(Math.max(wanted, askedUntil(zone) ?? wanted));
    event({ kind: "override", zone, until, by: "page" });
  },
  takeBack: (zone: ZoneId): void => event({ kind: "override", zone, until: undefined, by: "page" }),
});

type Allowances = ReturnType<typeof createAllowances>;

/** `whose`: of all those lines, so many are written a day. */
const createTelling =
  ({ audit }: LightParts, { audited }: Pick<Allowances, "audited">) =>
  (whose: string, line: ReturnType<typeof asked>): void => {
    if (audited.waitMs(whose) > 0) return;
    audited.spend(whose);
    audit.record(line);
  };

type Look = (zone: string) => LightView | undefined;

const byCode = (
  parts: LightParts,
  allowances: Allowances,
  viewOf: Look,
): Pick<LightDesk, "look" | "ask" | "handBack"> => {
  const { wrong, asks, handBacks } = allowances;
  const giving = createGiving(parts);
  const tell = createTelling(parts, allowances);

  /** The zone of a code, if its holder may go on. */
  const opened = ({ token, from }: ByCode): Opened => {
    const waitMs = wrong.waitMs(from);
    // Also for a link that is right, or whoever guesses would go on and hear when it is.
    if (waitMs > 0) return { ok: false, problem: "too-many-links", waitMs };
    const zone = parts.links.zoneOf(token);
    const view = zone === undefined ? undefined : viewOf(zone);
    if (zone !== undefined && view !== undefined) return { ok: true, zone, value: view };
    wrong.spend(from);
    return { ok: false, problem: "link-refused", waitMs: 0 };
  };

  const limited = (by: ByCode, within: Allowance, act: (zone: ZoneId) => void): LightOutcome => {
    const found = opened(by);
    if (!found.ok) return found;
    const { zone, value } = found;
    const waitMs = within.waitMs(zone);
    if (waitMs > 0) return { ok: false, problem: "too-many-asks", waitMs };
    within.spend(zone);
    act(zone);
    return { ok: true, value: viewOf(zone) ?? value };
  };

  return {
    look: opened,
    ask: (by, count) =>
      limited(by, asks, (zone) => {
        giving.give(zone, count);
        tell(`${STRANGER} ${zone}`, asked(zone, count, STRANGER));
      }),
    handBack: (by) =>
      limited(by, handBacks, (zone) => {
        giving.takeBack(zone);
        tell(`${STRANGER} ${zone}`, handedBack(zone, STRANGER));
      }),
  };
};

type Opened =
  | { readonly ok: true; readonly zone: ZoneId; readonly value: LightView }
  | (LightOutcome & { readonly ok: false });

const linking = ({
  links,
  audit,
  building,
  ...parts
}: LightParts): Pick<LightDesk, "link" | "renew"> => {
  const linked = (zone: string, reach: Reach, link: (zone: ZoneId) => Link): LinkOutcome => {
    const found = building().zones.find((it) => it.zone === zone);
    if (found === undefined) return { ok: false, problem: "unknown-zone" };
    const addresses = parts.addresses();
    const base = baseOf(reach, addresses);
    if (base === undefined) return { ok: false, problem: "address-refused" };
    const { token, made } = link(zone as ZoneId);
    const { name } = found;
    return { ok: true, value: { zone, name, address: linkOf(base, token), addresses, made } };
  };
  return {
    link: (zone, reach) => linked(zone, reach, links.of),
    renew: (zone, reach, who) =>
      linked(zone, reach, (it) => {
        const link = links.renew(it);
        audit.record({ who, action: "light link renewed", about: it });
        return link;
      }),
  };
};

const createAllowances = ({ now }: Pick<Clock, "now">) => ({
  asks: createAllowance(ASKS, now),
  handBacks: createAllowance(HAND_BACKS, now),
  wrong: createAllowance(WRONG_LINKS, now),
  audited: createAllowance(AUDITED, now),
});

type Facts = { readonly waitMs: number; readonly askedUntil: Instant | undefined };

/** One zone of the building, as its own sign may show it. */
const lightView = (
  { zones, now, speed, timezone }: BuildingView,
  zone: string,
  { waitMs, askedUntil }: Facts,
): LightView | undefined => {
  const found = zones.find((it) => it.zone === zone);
  if (found === undefined) return undefined;
  const { name, light, why, override_until, override_by } = found;
  return {
    name,
    light,
    why,
    override_until,
    override_by,
    asked_until: askedUntil !== undefined && askedUntil > now ? askedUntil : null,
    now,
    speed,
    timezone,
    minutes: LIGHT_MINUTES,
    wait_s: Math.ceil(waitMs / 1000),
  };
};
