import type { LampKindView, ToggleView } from "@battant/hub/api/calibration";
import { markLamps, setLampKind } from "./client.ts";
import { Notes } from "./day.tsx";
import type { Tools } from "./tools.ts";

/** Step 3: by itself where a board sees the lamps; with somebody at the switch where none does. */

const TOGGLES_WANTED = 5;

export const NightStep = ({ tools }: { readonly tools: Tools }) => {
  const { view, words, format } = tools;
  const { contribution, lamps } = view;
  return (
    <>
      <p>{lamps.hasFeedback ? words.nightAlone : words.nightByHand}</p>
      <p class="aside">
        {view.isNight
          ? words.isNight
          : view.nightFrom === null
            ? words.neverNight
            : words.notNight(format.clock(view.nightFrom))}
      </p>
      {!lamps.hasFeedback && <Marks tools={tools} />}
      <LampKind tools={tools} />
      <section aria-labelledby="toggles">
        <h3 id="toggles">
          {words.toggles(format.count(contribution?.count ?? 0), format.count(TOGGLES_WANTED))}
        </h3>
        <progress
          aria-labelledby="toggles"
          max={TOGGLES_WANTED}
          value={Math.min(contribution?.count ?? 0, TOGGLES_WANTED)}
        />
        {contribution !== null && (
          <p>
            <strong>
              {words.contribution(
                format.lux(contribution.mean_lx),
                format.lux(contribution.sigma_lx),
              )}
            </strong>
          </p>
        )}
        <Notes tools={tools} />
        <Toggles tools={tools} />
      </section>
    </>
  );
};

const Marks = ({ tools }: { readonly tools: Tools }) => {
  const { view, words, act, isBusy } = tools;
  const marks = [
    { lamps: "on", label: words.turnedOn, done: words.markedOn },
    { lamps: "off", label: words.turnedOff, done: words.markedOff },
  ] as const;
  return (
    <div class="actions marks">
      {marks.map(({ lamps, label, done }) => (
        <button
          key={lamps}
          type="button"
          disabled={isBusy || !view.isNight || view.lamps.lit === (lamps === "on")}
          onClick={() => void act(markLamps(view.zone, { lamps }), done)}
        >
          {label}
        </button>
      ))}
    </div>
  );
};

const KINDS: readonly LampKindView[] = ["led", "fluorescent"];

const LampKind = ({ tools: { view, words, act } }: { readonly tools: Tools }) => (
  <fieldset>
    <legend>{words.lampKind}</legend>
    {KINDS.map((kind) => (
      <label key={kind} class="tick">
        <input
          type="radio"
          name="lamp-kind"
          checked={view.lamps.kind === kind}
          onChange={() => void act(setLampKind(view.zone, { kind }), words.kinds[kind])}
        />
        {words.kinds[kind]}
      </label>
    ))}
  </fieldset>
);

const Toggles = ({ tools }: { readonly tools: Tools }) => {
  const { view, words } = tools;
  if (view.toggles.length === 0) return <p class="aside">{words.noToggle}</p>;
  return (
    <ul class="measured">
      {view.toggles.map((it) => (
        <Row key={it.at} tools={tools} toggle={it} />
      ))}
    </ul>
  );
};

const Row = ({ tools, toggle }: { readonly tools: Tools; readonly toggle: ToggleView }) => {
  const { view, words, format } = tools;
  return (
    <li>
      <span>{format.lux(toggle.contribution_lx)}</span>
      <span class="aside">
        {format.moment(toggle.at, view.now)}
        {toggle.by === "hand" && `, ${words.byHand}`}
      </span>
    </li>
  );
};
