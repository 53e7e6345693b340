import { useCallback, useState } from "preact/hooks";
import type { SessionView, ZoneView } from "@battant/hub/api/contract";
import { readBuilding, readSession } from "../client.ts";
import { usePolled } from "../polled.ts";
import { useReader } from "../reader.ts";
import { useTitle } from "../title.ts";
import { Fact } from "../screens/fact.tsx";
import { isAmong } from "../screens/late.tsx";
import { readObservation } from "./client.ts";
import { OBSERVATION_WORDS } from "./words.ts";
import { ObservedZone } from "./zone.tsx";

/** « Observation »: zones that only observe first, then the others, each with its switch. */

const PERIOD_MS = 60_000;
/** The hub notes within two seconds what became of a zone. */
const NOTED_AFTER_MS = 3000;

export const Screen = () => {
  const { words: common, say, language } = useReader();
  const words = OBSERVATION_WORDS[language];
  const { value: building, problem, again } = usePolled(readBuilding, PERIOD_MS);
  const { value: session } = usePolled(readSession, PERIOD_MS);
  const asked = new URL(location.href).searchParams.get("zone");

  useTitle(words.title);

  return (
    <div class="workshop observation">
      <h1>{words.title}</h1>
      <p class="aside">{words.about}</p>
      {asked !== null && (
        <p class="actions">
          <a href="/observation">{words.allZones}</a>
        </p>
      )}
      {problem !== undefined && <Fact good={false}>{say(problem.message)}</Fact>}
      {building === undefined && problem === undefined && <p>{common.loading}</p>}
      {building !== undefined && (
        <Zones zones={building.zones} asked={asked} session={session} onChange={again} />
      )}
    </div>
  );
};

type ZonesProps = {
  readonly zones: readonly ZoneView[];
  readonly asked: string | null;
  readonly session: SessionView | undefined;
  readonly onChange: () => void;
};

const ORDER: readonly ZoneView["mode"][] = ["observe", "act", "off"];

const Zones = ({ zones, asked, session, onChange }: ZonesProps) => {
  const { language } = useReader();
  const words = OBSERVATION_WORDS[language];
  const [order] = useState(() => zones.map((it) => it.zone).toSorted(byMode(zones)));
  const shown = order.filter((it) => asked === null || it === asked);
  if (shown.length === 0) return <p>{asked === null ? words.noZones : words.noSuchZone}</p>;
  return (
    <>
      {shown.map((zone) => (
        <One key={zone} zone={zone} maySwitch={isAmong(session, "workshop")} onChange={onChange} />
      ))}
    </>
  );
};

/** As the page was opened: a zone that changes its mode stays where the reader is looking. */
const byMode =
  (zones: readonly ZoneView[]) =>
  (one: string, other: string): number => {
    const rank = (zone: string): number =>
      ORDER.indexOf(zones.find((it) => it.zone === zone)?.mode ?? "off");
    return rank(one) - rank(other);
  };

type OneProps = {
  readonly zone: string;
  readonly maySwitch: boolean;
  readonly onChange: () => void;
};

const One = ({ zone, maySwitch, onChange }: OneProps) => {
  const { words, say } = useReader();
  const read = useCallback(() => readObservation(zone), [zone]);
  const { value, problem, again } = usePolled(read, PERIOD_MS);
  const onSwitched = (): void => {
    again();
    onChange();
    setTimeout(again, NOTED_AFTER_MS);
  };
  if (value === undefined) {
    return (
      <div class="card observed">
        {problem === undefined ? (
          <p>{words.loading}</p>
        ) : (
          <Fact good={false}>{say(problem.message)}</Fact>
        )}
      </div>
    );
  }
  return <ObservedZone view={value} maySwitch={maySwitch} onSwitched={onSwitched} />;
};
