import type {
  CalibrationView,
  LampKindRequest,
  MarkRequest,
  PointRequest,
  WriteRequest,
} from "@battant/hub/api/calibration";
import { type Answer, ask, zonePath } from "../client.ts";

/** The part of the hub's API that calibrates a zone. */

export type Calibrated = Promise<Answer<CalibrationView>>;

const at = (zone: string, more = ""): string => `${zonePath(zone)}/calibration${more}`;

export const readCalibration = (zone: string): Calibrated => ask(at(zone));

export const addPoint = (zone: string, body: PointRequest): Calibrated =>
  ask(at(zone, "/points"), { method: "POST", body });

export const removePoint = (zone: string, id: number): Calibrated =>
  ask(at(zone, `/points/${id}`), { method: "DELETE" });

export const markLamps = (zone: string, body: MarkRequest): Calibrated =>
  ask(at(zone, "/marks"), { method: "POST", body });

export const setLampKind = (zone: string, body: LampKindRequest): Calibrated =>
  ask(at(zone, "/lamps"), { method: "PUT", body });

export const writeCalibration = (zone: string, body: WriteRequest): Calibrated =>
  ask(at(zone, "/write"), { method: "POST", body });
