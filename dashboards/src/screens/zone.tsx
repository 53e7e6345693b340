import type { ZoneView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { Daylight } from "./daylight.tsx";
import { Decisions } from "./decisions.tsx";
import { LightIcon } from "./icons.tsx";
import { Why } from "./why.tsx";

/** One zone: is there light, who decided it, and why. */

type Props = { readonly zone: ZoneView; readonly now: number };

export const Zone = ({ zone, now }: Props) => {
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
        <Times zone={zone} now={now} />
      </div>
      <Daylight zone={zone} />
      <Why zone={zone} />
      <Decisions zone={zone} now={now} />
    </article>
  );
};

const Times = ({ zone, now }: Props) => {
  const { words, format } = useReader();
  const { since, override_until: override, lease_until: lease } = zone;
  return (
    <>
      {override !== null && override > now && (
        <p class="aside strong">
          {words.override(format.moment(override, now), format.span(override - now))}
        </p>
      )}
      {since !== null && (
        <p class="aside">{words.decided(format.moment(since, now), format.span(now - since))}</p>
      )}
      {lease !== null && <p class="aside">{words.lease(format.clock(lease))}</p>}
    </>
  );
};
