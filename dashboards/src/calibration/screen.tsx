import { useCallback } from "preact/hooks";
import { readBuilding } from "../client.ts";
import { usePolled } from "../polled.ts";
import { useReader } from "../reader.ts";
import { useTitle } from "../title.ts";
import { Fact } from "../screens/fact.tsx";
import { readCalibration } from "./client.ts";
import { Wizard } from "./wizard.tsx";
import { CALIBRATION_WORDS } from "./words.ts";

/** « Étalonner » : `/calibration` asks which zone, `/calibration/hall` walks through it. */

export const Screen = () => {
  const zone = location.pathname.split("/")[2] ?? "";
  return (
    <div class="workshop calibration">
      {zone === "" ? <Choice /> : <OfZone zone={decodeURIComponent(zone)} />}
    </div>
  );
};

const ZONES_PERIOD_MS = 60_000;
const PERIOD_MS = 2000;

const Choice = () => {
  const { language, words: common, say } = useReader();
  const words = CALIBRATION_WORDS[language];
  const { value, problem } = usePolled(readBuilding, ZONES_PERIOD_MS);
  useTitle(words.title);
  return (
    <>
      <h1>{words.title}</h1>
      <p>{words.about}</p>
      {problem !== undefined && <Fact good={false}>{say(problem.message)}</Fact>}
      <h2>{words.choose}</h2>
      {value === undefined && problem === undefined && <p>{common.loading}</p>}
      {value?.zones.length === 0 && <p class="aside">{words.none}</p>}
      <ul class="ways">
        {value?.zones.map((it) => (
          <li key={it.zone}>
            <a href={`/calibration/${it.zone}`}>{it.name}</a>
          </li>
        ))}
      </ul>
    </>
  );
};

const OfZone = ({ zone }: { readonly zone: string }) => {
  const { language, words: common, say } = useReader();
  const words = CALIBRATION_WORDS[language];
  const read = useCallback(() => readCalibration(zone), [zone]);
  const { value, problem, again } = usePolled(read, PERIOD_MS);
  useTitle(value === undefined ? words.title : words.titleOf(value.name));
  if (value !== undefined) return <Wizard view={value} again={again} lost={problem} />;
  return (
    <>
      <h1>{words.title}</h1>
      {problem === undefined ? (
        <p>{common.loading}</p>
      ) : (
        <Fact good={false}>{say(problem.message)}</Fact>
      )}
    </>
  );
};
