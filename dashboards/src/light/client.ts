import type { LightRequest, LightView, LinkView } from "@battant/hub/api/light";
import { type Answer, ask, zonePath } from "../client.ts";

/** The part of the hub's API that is about light somebody asks for. */

export const askForLight = (zone: string, body: LightRequest): Promise<Answer<LightView>> =>
  ask(`${zonePath(zone)}/override`, { method: "POST", body });

export const handBack = (zone: string): Promise<Answer<LightView>> =>
  ask(`${zonePath(zone)}/override`, { method: "DELETE" });

/** `address`: where phones find the hub; empty for its likeliest one. */
const addressed = (address: string): string =>
  address === "" ? "" : `?address=${encodeURIComponent(address)}`;

export const readLink = (zone: string, address: string): Promise<Answer<LinkView>> =>
  ask(`${zonePath(zone)}/link${addressed(address)}`);

export const renewLink = (zone: string, address: string): Promise<Answer<LinkView>> =>
  ask(`${zonePath(zone)}/link/renew${addressed(address)}`, { method: "POST" });

export const drawingOf = (zone: string, address: string): string =>
  `${zonePath(zone)}/sign.svg${addressed(address)}`;
