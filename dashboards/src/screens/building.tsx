import { useEffect, useState } from "preact/hooks";
import type { BuildingView, SessionView, ZoneView } from "@battant/hub/api/contract";
import { createFormat } from "../format.ts";
import type { Live } from "../live.ts";
import { useReader } from "../reader.ts";
import { HealthPanel } from "./health.tsx";
import { BadIcon, LightIcon, SkyWindow } from "./icons.tsx";
import { Zone } from "./zone.tsx";

/** The building as it is now: what time it is there, where the sun stands, and each zone. */

type Props = { readonly live: Live | undefined; readonly session: SessionView | undefined };

const TICK_MS = 1000;

export const BuildingScreen = ({ live, session }: Props) => {
  const { words } = useReader();
  const now = useBuildingTime(live);
  const view = live?.view;

  useEffect(() => {
    document.title = view === undefined ? "Battant" : `${view.name} · Battant`;
  }, [view?.name]);

  return (
    <>
      <Freshness live={live} />
      {view === undefined ? (
        <p class="waiting">
          {live?.lostSince === undefined ? words.connecting : words.unreachable}
        </p>
      ) : (
        <div class={live?.lostSince === undefined ? "" : "frozen"}>
          <Overview view={view} now={now} />
          {session?.setupOpen && <p class="note">{words.setupWaiting}</p>}
          <Zones view={view} now={now} session={session} />
          {session?.role === "manager" && <HealthPanel now={now} />}
        </div>
      )}
    </>
  );
};

/** The building's clock goes on between two messages, at its own speed, and stops with the stream. */
const useBuildingTime = (live: Live | undefined): number => {
  const [readerNow, setReaderNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setReaderNow(Date.now()), TICK_MS);
    return () => clearInterval(ticking);
  }, []);
  if (live?.view === undefined) return readerNow;
  if (live.lostSince !== undefined) return live.view.now;
  return live.view.now + Math.max(0, readerNow - live.heardAt) * live.view.speed;
};

/** Says once that the data are frozen, and once that they live again; nothing in between. */
const Freshness = ({ live }: Pick<Props, "live">) => {
  const { language, words } = useReader();
  const [wasLost, setWasLost] = useState(false);
  const lostSince = live?.view === undefined ? undefined : live.lostSince;
  useEffect(() => {
    if (lostSince !== undefined) setWasLost(true);
  }, [lostSince]);
  const frozen =
    lostSince === undefined
      ? undefined
      : words.frozen(createFormat(language).clockSeconds(lostSince));
  return (
    <>
      {frozen !== undefined && (
        <p class="banner">
          <BadIcon />
          {frozen}
        </p>
      )}
      <p class="unseen" aria-live="polite">
        {frozen ?? (wasLost ? words.live : "")}
      </p>
    </>
  );
};

const Overview = ({ view, now }: { readonly view: BuildingView; readonly now: number }) => {
  const { words, format } = useReader();
  const sunWords = view.sunAltitude_deg >= 0 ? words.sunUp : words.sunDown;
  return (
    <section class="overview" aria-labelledby="building">
      <SkyWindow altitudeDeg={view.sunAltitude_deg} />
      <div>
        <h1 id="building">{view.name}</h1>
        <p class="when">
          <span>{format.day(now)}</span> <b>{format.clock(now)}</b>
        </p>
        <p>{sunWords(format.degrees(view.sunAltitude_deg))}</p>
        {view.demo && <Demo speed={view.speed} />}
      </div>
      <Summary zones={view.zones} />
    </section>
  );
};

const Demo = ({ speed }: { readonly speed: number }) => {
  const { words, format } = useReader();
  return (
    <p class="demo">
      <span class="tag">{words.demo}</span>{" "}
      {speed === 1 ? words.demoPlain : words.demoSpeed(format.speed(speed))}
    </p>
  );
};

const LIGHTS: readonly ZoneView["light"][] = ["mismatch", "inhibited", "on", "off", "unknown"];

const Summary = ({ zones }: { readonly zones: readonly ZoneView[] }) => {
  const { words, format } = useReader();
  const counts = LIGHTS.map((light) => ({
    light,
    count: zones.filter((it) => it.light === light).length,
  })).filter((it) => it.count > 0);
  return (
    <ul class="summary" aria-label={words.lights}>
      {counts.map(({ light, count }) => (
        <li key={light} class={`light ${light}`}>
          <LightIcon light={light} />
          {words.summary[light](format.count(count), count)}
        </li>
      ))}
    </ul>
  );
};

type ZonesProps = Pick<Props, "session"> & { readonly view: BuildingView; readonly now: number };

const Zones = ({ view, now, session }: ZonesProps) => {
  const { words } = useReader();
  return (
    <section aria-labelledby="zones">
      <h2 id="zones">{words.zones}</h2>
      <p class="aside">{view.zones.length === 0 ? words.noZones : words.zonesMean}</p>
      <ul class="zones">
        {view.zones.map((zone) => (
          <li key={zone.zone}>
            <Zone zone={zone} now={now} session={session} />
          </li>
        ))}
      </ul>
    </section>
  );
};
