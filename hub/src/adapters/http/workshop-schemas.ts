import {
  type AccessView,
  type AdoptRequest,
  type BoardLogLine,
  type BoardLogView,
  type BoardsView,
  type BoardView,
  type EspruinoView,
  type FirmwareView,
  type FlashedView,
  type FlashRequest,
  type FlashView,
  type KindView,
  LABEL_LENGTH_MAX,
  type PartView,
  type RegionView,
  type SensorView,
  SSID_BYTES_MAX,
  WIFI_PASSWORD_LENGTH_MAX,
  type WifiRequest,
  type WifiView,
} from "../../../api/contract.ts";
import {
  count,
  idParameter,
  list,
  listOf,
  number,
  object,
  oneOf,
  orNothing,
  orUnknown,
  type Schema,
  text,
  time,
  view,
  withNames,
  yesNo,
} from "./schemas.ts";

/** The workshop's part of the contract as JSON Schema: boards, and what makes a chip one. */

export const WORKSHOP_SCHEMAS = withNames({
  PartView: object<PartView>({ part: view("Sentence"), count }),
  KindView: object<KindView>({
    model: text,
    about: view("Sentence"),
    sensors: list(object<KindView["sensors"][number]>({ sensor: text, kind: text })),
    relays: list(text),
    parts: listOf("PartView"),
    program: orUnknown(text),
  }),
  EspruinoView: object<EspruinoView>({ version: text, sha256: text, isListed: yesNo }),
  WifiView: object<WifiView>({ ssid: orUnknown(text) }),
  FirmwareView: object<FirmwareView>({
    espruino: orNothing(view("EspruinoView")),
    wifi: view("WifiView"),
    addresses: list(text),
    mqttPort: count,
    now: time,
  }),
  RegionView: object<RegionView>({
    name: text,
    address: count,
    length: count,
    data: { ...text, description: "Base64. What it falls short of `length` is 0xFF." },
    md5: text,
  }),
  FlashView: object<FlashView>({
    ticket: text,
    board: text,
    isKnown: yesNo,
    host: text,
    flashSize: count,
    regions: listOf("RegionView"),
  }),
  FlashedView: object<FlashedView>({ board: text }),
  SensorView: object<SensorView>({
    sensor: text,
    quantity: text,
    value: orUnknown(number),
    at: orUnknown(time),
  }),
  BoardView: object<BoardView>({
    board: text,
    name: text,
    place: oneOf("adopted", "new", "ignored"),
    mayConnect: yesNo,
    online: orUnknown(yesNo),
    model: orUnknown(text),
    program: orUnknown(text),
    isPrivate: yesNo,
    zones: list(text),
    sensors: listOf("SensorView"),
    relays: list(text),
    flashed: orUnknown(time),
    lastReading: orUnknown(time),
  }),
  BoardsView: object<BoardsView>({ now: time, boards: listOf("BoardView") }),
  BoardLogLine: object<BoardLogLine>({
    number: count,
    at: time,
    from: oneOf("board", "hub"),
    text,
  }),
  BoardLogView: object<BoardLogView>({ next: count, lines: listOf("BoardLogLine") }),
  AccessView: object<AccessView>({ httpsPort: orUnknown(count) }),
});

/** A name for people, as the building file takes it: one line that holds something. */
const label: Schema = { ...text, pattern: "^(?=.*\\S)\\P{Cc}*$", maxLength: LABEL_LENGTH_MAX };

/** A name (RFC 1123 §2.1) or an IPv4 address. */
const host: Schema = {
  ...text,
  pattern: "^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$",
  maxLength: 253,
};

/** Bytes of UTF-8, and the least length of a password, are the desk's to count: it says what to do. */
export const wifiBody: Schema = object<WifiRequest>({
  ssid: { ...text, minLength: 1, maxLength: SSID_BYTES_MAX },
  password: { ...text, maxLength: WIFI_PASSWORD_LENGTH_MAX },
});

export const flashBody: Schema = object<FlashRequest>({
  model: idParameter,
  mac: { ...text, pattern: "^[0-9a-f]{12}$" },
  board: orUnknown(idParameter),
  name: orUnknown(label),
  flat: orUnknown(idParameter),
  replaces: orUnknown(idParameter),
  host: orUnknown(host),
});

type Zone = NonNullable<AdoptRequest["zone"]>;

export const adoptBody: Schema = object<AdoptRequest>({
  name: label,
  flat: orUnknown(idParameter),
  zone: {
    anyOf: [
      object<Extract<Zone, { id: string }>>({ id: idParameter }),
      object<Extract<Zone, { kind: string }>>({ name: label, kind: idParameter }),
      { type: "null" },
    ],
  },
  lightSensor: orUnknown(idParameter),
  detector: orUnknown(idParameter),
  relay: orUnknown(idParameter),
});

export const ignoredBody: Schema = object<{ ignored: boolean }>({ ignored: yesNo });

export const ticketParameter: Schema = { ...text, pattern: "^[\\w-]{1,256}$" };
