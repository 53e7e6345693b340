/** The boards of the bench and what they are called. */

/** Boards that only publish readings; no zone goes by them. */
export const LOAD_BOARD = "board-";

export const loadBoards = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${LOAD_BOARD}${index + 1}`);

export type ZoneNames = { readonly zone: string; readonly light: string; readonly relay: string };

export const zoneNames = (count: number): readonly ZoneNames[] =>
  Array.from({ length: count }, (_, index) => {
    const zone = `zone-${index + 1}`;
    return { zone, light: `${zone}-light`, relay: relayOf(`${zone}-light`) };
  });

/** Which board's relay a sensor board's zone has. Self-contained: Node-RED gets it as text. */
export function relayOf(light: string): string {
  return light.replace(/-light$/u, "-relay");
}

/** Below it, everybody gives the light back; what the loader publishes is never so dark. */
export const DARK_BELOW_LX = 100;
