import type { HubClient } from "@battant/cable/hub-client";
import type { AdoptRequest, BoardView, ZoneView } from "../../../api/contract.ts";
import { nearest } from "../../config/nearest.ts";
import { isZoneKind, ZONE_KIND_NAMES } from "../../config/zone-kinds.ts";
import { printable } from "../table.ts";
import type { Asked } from "../asked.ts";
import { choose } from "./choose.ts";
import { FLASH_WORDS } from "./words.ts";
import type { Workshop } from "./workshop.ts";

/** A new board gets its name and its place in the building. */

export type Adoption = {
  readonly name?: string;
  /** The id or the name of a zone. */
  readonly zone?: string;
  /** Then `zone` is the name of a new one. */
  readonly zoneKind?: string;
  readonly flat?: string;
};

/**
 * In a zone, it is the zone's light sensor if it has one, comes to the detectors of the zone, and
 * switches it if it has a relay.
 */
export const adopt = async (
  board: BoardView,
  adoption: Adoption,
  hub: HubClient,
): Promise<Asked<BoardView>> => {
  const zone = await zoneAsked(adoption, hub);
  if (!zone.ok) return zone;
  return { ok: true, value: await hub.adopt(board.board, requestOf(board, adoption, zone.value)) };
};

const requestOf = (
  board: BoardView,
  { name, flat }: Adoption,
  zone: AdoptRequest["zone"],
): AdoptRequest => {
  const first = (wanted: string): string | null =>
    board.sensors.find(({ quantity }) => quantity === wanted)?.sensor ?? null;
  return {
    name: name ?? board.name,
    flat: flat ?? null,
    zone,
    lightSensor: zone === null ? null : first("illuminance"),
    detector: zone === null ? null : first("occupancy"),
    relay: zone === null ? null : (board.relays[0] ?? null),
  };
};

/** Which zone that is, or what is wrong with it. */
export const zoneAsked = async (
  { zone: asked, zoneKind, flat }: Adoption,
  hub: HubClient,
): Promise<Asked<AdoptRequest["zone"]>> => {
  if (asked === undefined) {
    return zoneKind === undefined
      ? { ok: true, value: null }
      : { ok: false, problem: "--zone-kind says what a new zone is; --zone gives its name." };
  }
  if (flat !== undefined) return { ok: false, problem: "A flat is in no zone: --zone or --flat." };
  if (zoneKind !== undefined && !isZoneKind(zoneKind)) {
    return { ok: false, problem: `--zone-kind is one of ${ZONE_KIND_NAMES.join(", ")}.` };
  }
  if (zoneKind !== undefined) return { ok: true, value: { name: asked, kind: zoneKind } };
  const { zones } = await hub.building();
  const found = zones.find(({ zone, name }) => zone === asked || name === asked);
  if (found !== undefined) return { ok: true, value: { id: found.zone } };
  return { ok: false, problem: noSuchZone(asked, zones) };
};

const noSuchZone = (asked: string, zones: readonly ZoneView[]): string => {
  const ids = zones.map(({ zone }) => zone);
  const meant = nearest(asked, ids);
  const there = ids.length === 0 ? "there is none yet." : `the zones are ${ids.join(", ")}.`;
  return (
    `There is no zone ${JSON.stringify(asked)}; ` +
    `${meant === undefined ? there : `did you mean ${meant}?`} ` +
    `To make a new one, add --zone-kind ${ZONE_KIND_NAMES.join("|")}.`
  );
};

export type AskingAdoption = {
  readonly hub: HubClient;
  readonly workshop: Workshop;
  /** Given already. */
  readonly name: string | undefined;
};

export const adoptAsking = async (
  board: BoardView,
  { hub, workshop, name: given }: AskingAdoption,
): Promise<Asked<BoardView>> => {
  const { terminal, language } = workshop;
  const words = FLASH_WORDS[language];
  const name = given ?? (await terminal.ask(words.whichName(printable(board.name)))).trim();
  const zone = await askZone(hub, workshop);
  const request = requestOf(board, name === "" ? {} : { name }, zone);
  return { ok: true, value: await hub.adopt(board.board, request) };
};

const askZone = async (hub: HubClient, workshop: Workshop): Promise<AdoptRequest["zone"]> => {
  const { terminal, language } = workshop;
  const words = FLASH_WORDS[language];
  const { zones } = await hub.building();
  const chosen = await choose<AdoptRequest["zone"] | "new">(
    {
      title: words.zones,
      choices: [
        ...zones.map(({ zone, name }) => ({
          value: { id: zone },
          name: zone,
          about: printable(name),
        })),
        { value: "new", name: "+", about: words.newZone },
        { value: null, name: "-", about: words.noZone },
      ],
      question: words.whichNumber,
      noSuch: words.noSuch,
    },
    terminal,
  );
  if (chosen !== "new") return chosen;
  const name = (await terminal.ask(words.zoneName)).trim();
  const kind = await choose(
    {
      title: words.zoneKinds,
      choices: ZONE_KIND_NAMES.map((value) => ({
        value,
        name: value,
        about: words.zoneKind[value],
      })),
      question: words.whichNumber,
      noSuch: words.noSuch,
    },
    terminal,
  );
  return { name, kind };
};
