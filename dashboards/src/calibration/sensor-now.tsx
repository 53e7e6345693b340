import { useReader } from "../reader.ts";
import type { Tools } from "./tools.ts";

/** What the sensor says at this moment, and whether it holds still. */
export const SensorNow = ({ tools: { view, words, format } }: { readonly tools: Tools }) => {
  const { say } = useReader();
  const { sensor, lamps, now } = view;
  const lit = lamps.lit === null ? words.lampsUnknown : lamps.lit ? words.lampsOn : words.lampsOff;
  return (
    <section class={`seen-now ${sensor.trust}`} aria-label={words.now}>
      <p class="first">
        <b>
          {sensor.illuminance_lx === null ? words.nothingSeen : format.lux(sensor.illuminance_lx)}
        </b>
        {sensor.at !== null && (
          <span class="aside">{words.seen(format.span(now - sensor.at))}</span>
        )}
      </p>
      <p aria-live="polite">{say(sensor.about)}</p>
      <p class="aside">{lit}</p>
    </section>
  );
};
