import {
  LIGHT_MINUTES_MAX,
  type LightRequest,
  type LightView,
  type LinkView,
} from "../../../api/light.ts";
import { count, list, object, oneOf, orUnknown, text, time, view, withNames } from "./schemas.ts";

/** Asking for light, as JSON Schema. */

export const LIGHT_SCHEMAS = withNames({
  LightView: object<LightView>({
    name: text,
    light: oneOf("on", "off", "inhibited", "mismatch", "unknown"),
    why: view("Sentence"),
    override_until: orUnknown(time),
    override_by: { enum: ["wall-switch", "page", null] },
    asked_until: orUnknown(time),
    now: time,
    speed: { type: "number" },
    timezone: text,
    minutes: list(count),
    wait_s: count,
  }),
  LinkView: object<LinkView>({
    zone: text,
    name: text,
    address: text,
    addresses: list(text),
    made: time,
  }),
});

export const lightBody = object<LightRequest>({
  minutes: { type: "integer", minimum: 1, maximum: LIGHT_MINUTES_MAX },
});

export const tokenParams = {
  type: "object",
  required: ["token"],
  properties: { token: { type: "string", description: "As the code on the sign holds it." } },
};
