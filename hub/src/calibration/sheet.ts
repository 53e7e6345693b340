import type { CalibrationView, SheetView } from "../../api/calibration.ts";
import { EXTENT_TEXT, FLOOR_TEXT, ZONE_KINDS } from "../config/zone-kinds.ts";
import type { Site, ZonePlan } from "../domain/site.ts";

/** The setting sheet: what was set and measured, and the texts it rests on. */

type Parts = {
  readonly site: Site;
  readonly calibration: CalibrationView;
  readonly version: string;
};

export function sheetView(plan: ZonePlan, { site, calibration, version }: Parts): SheetView {
  const facts = ZONE_KINDS[plan.kind];
  const { daylight, circuit, presence } = plan;
  const isLimited = facts.area_m2_max !== undefined || facts.levels_max !== undefined;
  return {
    building: site.name,
    version,
    calibration,
    law: {
      floor_lx: facts.floor_lx,
      text: { fr: FLOOR_TEXT, en: FLOOR_TEXT },
      area_m2: plan.extent?.area_m2 ?? null,
      levels: plan.extent?.levels ?? null,
      area_m2_max: facts.area_m2_max ?? null,
      levels_max: facts.levels_max ?? null,
      extent: isLimited ? EXTENT_TEXT : null,
    },
    settings: {
      target_lx: daylight.target,
      margin: daylight.margin,
      threshold_lx: daylight.target * daylight.margin,
      offDelay_ms: daylight.offDelay,
      onDelay_ms: daylight.onDelay,
      readingAgeMax_ms: daylight.readingAgeMax,
      overrideHold_ms: daylight.overrideHold,
      localRule: daylight.localRule,
    },
    wiring: {
      relayBoard: circuit?.board ?? null,
      relay: circuit?.relay ?? null,
      load_W: circuit?.load ?? null,
      warning: circuit?.warning === true,
      offWhenVacant: circuit?.offWhenVacant === true,
      sensors: (presence?.sensors ?? []).map(({ board, sensor }) => `${board}/${sensor}`),
      hold_ms: presence?.hold ?? null,
    },
  };
}
