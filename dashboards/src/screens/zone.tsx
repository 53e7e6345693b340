import type { SessionView, ZoneView } from "@battant/hub/api/contract";
import { Alarms } from "../calibration/alarms.tsx";
import { AskedLight, AskLight } from "../light/ask.tsx";
import { useReader } from "../reader.ts";
import { Daylight } from "./daylight.tsx";
import { Decisions } from "./decisions.tsx";
import { LightIcon } from "./icons.tsx";
import { isAmong } from "./late.tsx";
import { Why } from "./why.tsx";

/** One zone: is there light, who decided it, and why. */

type Props = { readonly zone: ZoneView; readonly now: number };
type CardProps = Props & { readonly session: SessionView | undefined };

export const Zone = ({ zone, now, session }: CardProps) => {
  const { words, say } = useReader();
  const title = `zone-${zone.zone}`;
  return (
    <article class={`zone ${zone.light}`} aria-labelledby={title}>
      <div class="said">
        <header>
          <h3 id={title}>{zone.name}</h3>
          <p class="kind">{words.kinds[zone.kind] ?? zone.kind}</p>
          {zone.mode !== "act" && <span class="tag">{words.modes[zone.mode]}</span>}
        </header>
        <p class={`light ${zone.light}`}>
          <LightIcon light={zone.light} />
          <span>
            <span class="unseen">{words.lightOf} </span>
            {words.light[zone.light]}
          </span>
        </p>
        <p class="why">{say(zone.why)}</p>
        <Alarms zone={zone} session={session} />
        <Times zone={zone} now={now} />
        <AskLight zone={zone} now={now} session={session} />
        {zone.mode === "observe" && isAmong(session, "council") && (
          <a class="observed-link" href={`/observation?zone=${zone.zone}`}>
            {words.observed}
          </a>
        )}
      </div>
      <Daylight zone={zone} />
      <Why zone={zone} />
      <Decisions zone={zone} now={now} />
    </article>
  );
};

const Times = ({ zone, now }: Props) => {
  const { words, format } = useReader();
  const { since, lease_until: lease } = zone;
  return (
    <>
      <AskedLight zone={zone} now={now} />
      {since !== null && (
        <p class="aside">{words.decided(format.moment(since, now), format.span(now - since))}</p>
      )}
      {lease !== null && <p class="aside">{words.lease(format.clock(lease))}</p>}
    </>
  );
};
