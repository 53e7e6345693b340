import type { HubClient } from "@battant/cable/hub-client";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { zoneAsked } from "./asked.ts";
import { throughHub } from "./flash/hub-door.ts";
import type { Workshop } from "./flash/workshop.ts";
import type { ExitCode, Io } from "./io.ts";
import type { Place, WithPlace } from "./place.ts";
import { misunderstood } from "./replies.ts";

/** What somebody asks of one zone, from the hub that runs there. */

export type ZoneHubParts = Pick<Workshop, "fetch"> & {
  readonly io: Io;
  readonly withPlace: WithPlace;
};

type Asked = {
  readonly name: string;
  readonly data: string | undefined;
  readonly asJson: boolean;
};

export const withZone = (
  { io, withPlace, fetch }: ZoneHubParts,
  { name, data, asJson }: Asked,
  action: (hub: HubClient, zone: ZoneId, place: Place) => Promise<ExitCode>,
): Promise<ExitCode> =>
  withPlace({ data }, async (place) => {
    const zone = zoneAsked(name, place);
    if (!zone.ok) return misunderstood(zone.problem, io);
    return throughHub(place, { io, asJson, fetch }, (hub) => action(hub, zone.value, place));
  });
