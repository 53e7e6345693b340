import { useRef, useState } from "preact/hooks";
import { type CalibrationPointView, FLOOR_LX_MAX } from "@battant/hub/api/calibration";
import { useReader } from "../reader.ts";
import { describedBy, Row } from "../screens/form.tsx";
import { numberTyped } from "../typed.ts";
import { addPoint, removePoint } from "./client.ts";
import type { Tools } from "./tools.ts";

/** Step 2: what a lux-meter shows on the floor, beside what the sensor sees. */

export const DayStep = ({ tools }: { readonly tools: Tools }) => (
  <>
    <p>{tools.words.dayHow}</p>
    <PointForm tools={tools} />
    <Points tools={tools} />
  </>
);

type Lamps = "on" | "off" | null;

const PointForm = ({ tools }: { readonly tools: Tools }) => {
  const { view, words, act, isBusy } = tools;
  const [floor, setFloor] = useState("");
  const [said, setSaid] = useState<Lamps>(null);
  const [lampsFloor, setLampsFloor] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const isSteady = view.sensor.trust === "steady";
  const { lit } = view.lamps;
  const isLit = lit ?? said === "on";

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = {
      floor_lx: numberTyped(floor),
      lamps: lit === null ? said : null,
      lampsFloor_lx: isLit && lampsFloor !== "" ? numberTyped(lampsFloor) : null,
    };
    if (await act(addPoint(view.zone, body), words.taken)) setFloor("");
    field.current?.focus();
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Lux id="floor" label={words.floor} value={floor} onValue={setFloor} field={field} />
      {lit === null && <LampsAre tools={tools} said={said} onSaid={setSaid} />}
      {isLit && (
        <Lux
          id="lamps-floor"
          label={words.lampsFloor}
          rule={words.lampsFloorRule}
          value={lampsFloor}
          onValue={setLampsFloor}
        />
      )}
      <div class="actions">
        <button type="submit" disabled={isBusy || !isSteady}>
          {isSteady ? words.keep : words.waiting}
        </button>
      </div>
    </form>
  );
};

type LuxProps = {
  readonly id: string;
  readonly label: string;
  readonly rule?: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly field?: { current: HTMLInputElement | null };
};

const Lux = ({ id, label, rule, value, onValue, field }: LuxProps) => (
  <Row id={id} label={label} rule={rule}>
    <input
      ref={field ?? null}
      id={id}
      inputMode="decimal"
      autoComplete="off"
      required
      maxLength={String(FLOOR_LX_MAX).length + 2}
      pattern="[0-9]+([.,][0-9]+)?"
      value={value}
      onInput={(event) => onValue(event.currentTarget.value)}
      aria-describedby={describedBy(id, rule)}
    />
  </Row>
);

type LampsProps = {
  readonly tools: Tools;
  readonly said: Lamps;
  readonly onSaid: (lamps: Lamps) => void;
};

const LampsAre = ({ tools: { words }, said, onSaid }: LampsProps) => (
  <fieldset>
    <legend>{words.lampsAre}</legend>
    {(["off", "on"] as const).map((it) => (
      <label key={it} class="tick">
        <input
          type="radio"
          name="lamps"
          required
          checked={said === it}
          onChange={() => onSaid(it)}
        />
        {words[it]}
      </label>
    ))}
  </fieldset>
);

const Points = ({ tools }: { readonly tools: Tools }) => {
  const { say } = useReader();
  const { view, words, factor } = tools;
  return (
    <section aria-labelledby="points">
      <h3 id="points">{words.points}</h3>
      {view.points.length === 0 && <p class="aside">{words.noPoint}</p>}
      <ul class="measured">
        {view.points.map((it) => (
          <PointRow key={it.id} tools={tools} point={it} />
        ))}
      </ul>
      {view.factor !== null && (
        <p>
          <strong>{words.factor(factor(view.factor.value))}</strong> {say(view.factor.why)}
        </p>
      )}
      <Notes tools={tools} />
    </section>
  );
};

type RowProps = { readonly tools: Tools; readonly point: CalibrationPointView };

const PointRow = ({ tools, point }: RowProps) => {
  const { view, words, format, factor, act, isBusy } = tools;
  const what = words.pointOf(format.lux(point.floor_lx), format.lux(point.sensor_lx));
  return (
    <li>
      <span>
        {what}
        <br />
        <span class="aside">
          {words.pointFactor(factor(point.factor))}
          {point.lampsLit && `, ${words.withLamps}`} ·{" "}
          {words.pointBy(format.moment(point.at, view.now), point.who)}
        </span>
      </span>
      <button
        type="button"
        class="quiet"
        disabled={isBusy}
        aria-label={words.removePoint(what)}
        onClick={() => void act(removePoint(view.zone, point.id), words.removed)}
      >
        {words.remove}
      </button>
    </li>
  );
};

/** What is worth knowing, under what it is about. */
export const Notes = ({ tools: { view } }: { readonly tools: Tools }) => {
  const { say } = useReader();
  return (
    <>
      {view.notes.map((it) => (
        <p key={it.en} class="hint">
          {say(it)}
        </p>
      ))}
    </>
  );
};
