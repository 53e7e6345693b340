import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import type { BuildingView, ZoneView } from "../api/contract.ts";
import type { OverrideSource } from "../src/domain/decision.ts";
import { createLightDesk, type LightDesk, type LightParts } from "../src/desk/light-desk.ts";
import { activeOverride, type Overrides, withAsked } from "../src/domain/override.ts";
import type { FakeViews } from "./http-fakes.ts";

/** The real desk of light, on a building in memory whose lamps obey whoever asks. */

export type FakeLight = {
  readonly lightDesk: LightDesk;
  /** `who: action, about` */
  readonly audit: string[];
  /** Somebody is at the wall. */
  press(zone: string, forMinutes: number): void;
  /** Lets so many minutes of the building pass. */
  pass(count: number): void;
  token(zone: string): string;
};

type Options = {
  /** Real time. */
  readonly now?: () => Instant;
  readonly addresses?: readonly string[];
};

export const createFakeLight = (views: FakeViews, options: Options = {}): FakeLight => {
  const { now = () => instant(views.building().now), addresses = ["192.168.1.20"] } = options;
  const first = views.building();
  const overrides = new Map<string, Overrides>();
  const audit: string[] = [];
  const links = createFakeLinks();

  const show = (zone: string): void =>
    views.show(obeying(views.building(), first, zone, overrides));
  const want = (zone: string, by: OverrideSource, until: Instant | undefined): void => {
    const since = instant(views.building().now);
    overrides.set(zone, withAsked(overrides.get(zone) ?? {}, by, { since, until }));
    show(zone);
  };

  return {
    audit,
    lightDesk: createLightDesk({
      links,
      audit: { record: ({ who, action, about }) => void audit.push(`${who}: ${action}, ${about}`) },
      building: () => views.building(),
      askedUntil: (zone) => overrides.get(zone)?.page?.until,
      event: (event) => {
        if (event.kind === "override") want(event.zone, event.by, event.until);
      },
      clock: { now },
      addresses: () => addresses,
    }),
    press: (zone, count) =>
      want(zone, "wall-switch", instant(views.building().now + minutes(count))),
    pass: (count) => {
      views.show({ ...views.building(), now: views.building().now + minutes(count) });
      for (const { zone } of first.zones) show(zone);
    },
    token: (zone) => links.of(zone as ZoneId).token,
  };
};

const obeying = (
  shown: BuildingView,
  first: BuildingView,
  zone: string,
  overrides: ReadonlyMap<string, Overrides>,
): BuildingView => {
  const mine = overrides.get(zone);
  if (mine === undefined) return shown;
  const active = activeOverride(mine, instant(shown.now));
  const zones = shown.zones.map((it): ZoneView => {
    if (it.zone !== zone) return it;
    const before = first.zones.find((one) => one.zone === zone) ?? it;
    if (active === undefined) return { ...before, override_until: null, override_by: null };
    return {
      ...before,
      light: "on",
      decision: "allow",
      because: "override",
      why: {
        fr: "Allumage permis : quelqu'un l'a demandé.",
        en: "Light allowed: somebody asked for it.",
      },
      override_until: active.until,
      override_by: active.by,
      lease_until: null,
    };
  });
  return { ...shown, zones };
};

/** Tokens in memory, as long as the real ones. */
const createFakeLinks = (): LightParts["links"] => {
  const known = new Map<ZoneId, { readonly token: string; readonly made: Instant }>();
  let drawn = 0;
  const draw = (zone: ZoneId) => {
    drawn += 1;
    const link = {
      token: `0123456789abcdefg${String(drawn).padStart(3, "0")}`,
      made: instant(drawn),
    };
    known.set(zone, link);
    return link;
  };
  return {
    of: (zone) => known.get(zone) ?? draw(zone),
    renew: draw,
    zoneOf: (token) => [...known].find(([, link]) => link.token === token)?.[0],
  };
};
