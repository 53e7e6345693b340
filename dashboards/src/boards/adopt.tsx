import { useEffect, useState } from "preact/hooks";
import {
  type AdoptRequest,
  type BoardView,
  LABEL_LENGTH_MAX,
  type SensorView,
  type ZoneView,
} from "@battant/hub/api/contract";
import { readBuilding } from "../client.ts";
import { useReader } from "../reader.ts";
import { Field, fieldOf, Problem, Select, useSend } from "../screens/form.tsx";
import { adoptBoard } from "./client.ts";
import { flatOf } from "./flat.ts";
import { valueText } from "./values.tsx";
import { BOARD_WORDS } from "./words.ts";

/** What a new board is for: its name, its place, what it sees and what it switches. */

type Props = {
  readonly board: BoardView;
  /** As it was said when it was flashed. */
  readonly flat?: string | null;
  readonly onAdopted: (board: BoardView) => void;
  readonly onCancel?: () => void;
};

type Place = "existing" | "new" | "flat" | "nowhere";

export const AdoptForm = ({ board, flat, onAdopted, onCancel }: Props) => {
  const { language, words: common } = useReader();
  const words = BOARD_WORDS[language];
  const zones = useZones();
  const [chosen, setPlace] = useState<Place>();
  const place = chosen ?? likelyPlace(board, zones);
  const { form, problem, isSending, onSubmit } = useSend(async (typed) => {
    const answer = await adoptBoard(board.board, requestOf(typed, place));
    if (!answer.ok) return answer.problem;
    onAdopted(answer.value);
    return undefined;
  });
  const isReady = zones !== undefined;
  useEffect(() => {
    // Who opened the form goes on in it.
    if (isReady && onCancel !== undefined) form.current?.querySelector("input")?.focus();
  }, [isReady]);
  if (!isReady) return null;

  return (
    <form class="adopt" aria-label={words.adoptTitle(board.name)} ref={form} onSubmit={onSubmit}>
      <Field
        label={words.name}
        name="name"
        rule={words.nameRule}
        required
        maxLength={LABEL_LENGTH_MAX}
        defaultValue={board.name}
      />
      <Where zones={zones} place={place} flat={flat ?? ""} onPlace={setPlace} />
      {place !== "flat" && place !== "nowhere" && <Uses board={board} />}
      <Problem problem={problem} />
      <div class="actions">
        <button type="submit">{isSending ? common.sending : words.adopt}</button>
        {onCancel !== undefined && (
          <button type="button" class="quiet" onClick={onCancel}>
            {words.cancel}
          </button>
        )}
      </div>
    </form>
  );
};

const likelyPlace = (board: BoardView, zones: readonly ZoneView[] | undefined): Place => {
  if (board.isPrivate) return "flat";
  return zones?.length === 0 ? "new" : "existing";
};

/** Without an answer a zone can still be made anew. */
const useZones = (): readonly ZoneView[] | undefined => {
  const [zones, setZones] = useState<readonly ZoneView[]>();
  useEffect(() => {
    void readBuilding().then((answer) => setZones(answer.ok ? answer.value.zones : []));
  }, []);
  return zones;
};

type WhereProps = {
  readonly zones: readonly ZoneView[];
  readonly place: Place;
  readonly flat: string;
  readonly onPlace: (place: Place) => void;
};

const Where = ({ zones, place, flat, onPlace }: WhereProps) => {
  const { language, words: common } = useReader();
  const words = BOARD_WORDS[language];
  const places: readonly (readonly [Place, string])[] = [
    ...(zones.length > 0 ? ([["existing", words.zoneExisting]] as const) : []),
    ["new", words.zoneNew],
    ["flat", words.flat],
    ["nowhere", words.nowhere],
  ];
  return (
    <fieldset>
      <legend>{words.where}</legend>
      {places.map(([it, label]) => (
        <label key={it} class="tick">
          <input
            type="radio"
            name="place"
            value={it}
            checked={place === it}
            onChange={() => onPlace(it)}
          />
          {label}
        </label>
      ))}
      {place === "existing" && (
        <Select
          label={words.zone}
          name="zone"
          options={zones.map((it) => [it.zone, it.name] as const)}
        />
      )}
      {place === "new" && (
        <>
          <Field label={words.zoneName} name="zoneName" required maxLength={LABEL_LENGTH_MAX} />
          <Select label={words.zoneKind} name="zoneKind" options={Object.entries(common.kinds)} />
        </>
      )}
      {place === "flat" && (
        <Field
          label={words.flatName}
          name="flat"
          rule={words.flatRule}
          defaultValue={flat}
          required
          maxLength={LABEL_LENGTH_MAX}
        />
      )}
    </fieldset>
  );
};

/** The first of each is what a board of one of each is put up for. */
const Uses = ({ board }: { readonly board: BoardView }) => {
  const words = BOARD_WORDS[useReader().language];
  const nothing = ["", words.nothing] as const;
  return (
    <>
      <Sensor
        label={words.lightSensor}
        name="lightSensor"
        rule={words.lightSensorRule}
        sensors={board.sensors.filter((it) => it.quantity === "illuminance")}
      />
      <Sensor
        label={words.detector}
        name="detector"
        rule={words.detectorRule}
        sensors={board.sensors.filter((it) => it.quantity === "occupancy")}
      />
      {board.relays.length > 0 && (
        <Select
          label={words.relay}
          name="relay"
          rule={words.relayRule}
          options={[...board.relays.map((it) => [it, it] as const), nothing]}
        />
      )}
    </>
  );
};

type SensorProps = Pick<Parameters<typeof Select>[0], "label" | "name" | "rule"> & {
  readonly sensors: readonly SensorView[];
};

/** Nothing is asked about what a board has not. */
const Sensor = ({ sensors, ...field }: SensorProps) => {
  const reader = useReader();
  if (sensors.length === 0) return null;
  const named = sensors.map((it) => {
    const value = valueText(it, reader);
    return [it.sensor, value === undefined ? it.sensor : `${it.sensor} (${value})`] as const;
  });
  return <Select {...field} options={[...named, ["", BOARD_WORDS[reader.language].nothing]]} />;
};

const requestOf = (typed: FormData, place: Place): AdoptRequest => {
  const text = (name: string): string | null => fieldOf(typed, name) || null;
  return {
    name: fieldOf(typed, "name"),
    flat: place === "flat" ? flatOf(fieldOf(typed, "flat")) : null,
    zone: zoneOf(typed, place),
    lightSensor: text("lightSensor"),
    detector: text("detector"),
    relay: text("relay"),
  };
};

const zoneOf = (typed: FormData, place: Place): AdoptRequest["zone"] => {
  switch (place) {
    case "existing":
      return { id: fieldOf(typed, "zone") };
    case "new":
      return { name: fieldOf(typed, "zoneName"), kind: fieldOf(typed, "zoneKind") };
    case "flat":
    case "nowhere":
      return null;
  }
};
