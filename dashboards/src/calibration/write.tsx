import { useReader } from "../reader.ts";
import { Fact } from "../screens/fact.tsx";
import { writeCalibration } from "./client.ts";
import { Notes } from "./day.tsx";
import type { Tools } from "./tools.ts";

/** Step 4: what was measured goes where the rule reads it, because a person says so. */

export const WriteStep = ({ tools }: { readonly tools: Tools }) => {
  const { view, words, act, isBusy } = tools;
  const { factor, contribution, file } = view;
  const hasSomething = factor !== null || contribution?.isEnough === true;
  return (
    <>
      <p>{words.writeHow}</p>
      <Values tools={tools} />
      <Notes tools={tools} />
      {file.isWritten ? (
        <Fact good>{words.isWritten}</Fact>
      ) : (
        <div class="actions">
          <button
            type="button"
            disabled={isBusy || !hasSomething}
            onClick={() =>
              void act(writeCalibration(view.zone, { from: "measured" }), words.written)
            }
          >
            {words.writeNow}
          </button>
        </div>
      )}
      <Refined tools={tools} />
    </>
  );
};

const Values = ({ tools }: { readonly tools: Tools }) => {
  const { view, words, format, factor } = tools;
  const { file, contribution } = view;
  const lux = (value: number | null | undefined): string =>
    value === null || value === undefined ? words.unknown : format.lux(value);
  const mean = contribution?.isEnough === true ? contribution.mean_lx : undefined;
  return (
    <table class="compared">
      <thead>
        <tr>
          <th scope="col">{words.value}</th>
          <th scope="col">{words.inFile}</th>
          <th scope="col">{words.measured}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            {words.floorFactor}
            <br />
            <code>floor_factor</code>
          </th>
          <td>{factor(file.floorFactor)}</td>
          <td>{view.factor === null ? words.unknown : factor(view.factor.value)}</td>
        </tr>
        <tr>
          <th scope="row">
            {words.lampShare}
            <br />
            <code>luminaire_contribution_lx</code>
          </th>
          <td>{lux(file.luminaireContribution_lx)}</td>
          <td>{lux(mean)}</td>
        </tr>
      </tbody>
    </table>
  );
};

const Refined = ({ tools }: { readonly tools: Tools }) => {
  const { say } = useReader();
  const { view, words, act, isBusy } = tools;
  const { refined } = view;
  if (refined === null || refined.count === 0) return null;
  return (
    <section aria-labelledby="refined">
      <h3 id="refined">{words.refined}</h3>
      <p>{say(refined.about)}</p>
      {refined.isOffered && (
        <div class="actions">
          <button
            type="button"
            class="quiet"
            disabled={isBusy}
            onClick={() =>
              void act(writeCalibration(view.zone, { from: "refined" }), words.written)
            }
          >
            {words.writeRefined}
          </button>
        </div>
      )}
    </section>
  );
};
