import list from "../espruino-releases.json" with { type: "json" };
import { compareVersions } from "./version.ts";

/** The releases of Espruino that Battant names, and what we know of each. */
export type Pins = { readonly [version: string]: Pin };

export type Pin = {
  /** Of the folder on the web that holds its three files; ends in `/`. */
  readonly address: string;
  /** Null until it is listed. */
  readonly sha256: string | null;
};

export const PINS: Pins = list.releases;

export const newestRelease = (pins: Pins = PINS): string | undefined =>
  Object.keys(pins).toSorted(compareVersions).at(-1);

/**
 * `unlisted`: nobody has vouched for this release yet. `differs`: these files are not what Battant
 * names under this version.
 */
export type Standing = "listed" | "unlisted" | "differs";

export const standingOf = (
  release: { readonly version: string; readonly sha256: string },
  pins: Pins = PINS,
): Standing => {
  const listed = pins[release.version]?.sha256 ?? null;
  if (listed === null) return "unlisted";
  return listed === release.sha256 ? "listed" : "differs";
};
