import type { ZoneView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";

/**
 * Daylight on the floor beside what the floor must get and what it takes to do without lamps. The
 * bar is for the eye; all it shows is also written beside it.
 */

type Props = { readonly zone: ZoneView };

/** The threshold stands in the middle, so that bars of different zones compare. */
const fullScale = (zone: ZoneView): number => Math.max(1, 2 * zone.threshold_lx);

const share = (value: number, zone: ZoneView): string =>
  `${Math.min(100, (100 * value) / fullScale(zone)).toFixed(1)}%`;

export const Daylight = ({ zone }: Props) => {
  const { words, format } = useReader();
  const { daylight_lx: daylight, illuminance_lx: illuminance } = zone;
  return (
    <div class="daylight">
      <p class="amount">
        {words.daylight} <b>{daylight === null ? words.unknown : format.lux(daylight)}</b>
      </p>
      <Bar zone={zone} />
      <ul class="marks">
        <li class="target">
          {words.target} {format.lux(zone.target_lx)}
        </li>
        <li class="threshold">
          {words.threshold} {format.lux(zone.threshold_lx)}
        </li>
      </ul>
      <p class="aside">
        {illuminance === null ? words.atSensorUnknown : words.atSensor(format.lux(illuminance))}
      </p>
    </div>
  );
};

const Bar = ({ zone }: Props) => {
  const { daylight_lx: daylight } = zone;
  const isBeyond = daylight !== null && daylight > fullScale(zone);
  return (
    <div class={`bar ${daylight === null ? "unknown" : ""}`} aria-hidden="true">
      {daylight !== null && (
        <div class={`fill ${isBeyond ? "beyond" : ""}`} style={{ width: share(daylight, zone) }} />
      )}
      <i class="target" style={{ left: share(zone.target_lx, zone) }} />
      <i class="threshold" style={{ left: share(zone.threshold_lx, zone) }} />
    </div>
  );
};
