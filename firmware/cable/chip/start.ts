import type { CablePort } from "../port.ts";

/**
 * Two lines of the cable, DTR and RTS, press a board's two buttons through two transistors: EN is
 * held low by RTS without DTR, IO0 by DTR without RTS; both together do nothing (Espressif, "ESP32
 * Schematic Checklist", automatic download circuit). IO0 low when EN rises means the boot loader.
 */

export type Pause = (ms: number) => Promise<void>;

/** EN recovers through an RC of 10 kilohms and up to 1 microfarad; ten times that is sure. */
const PRESSED_MS = 100;

/**
 * A real pulse: the `hard_reset` of esptool-js 0.7 only releases RTS, which was released already,
 * and leaves IO0 held low.
 */
export const restart = async (port: CablePort, pause: Pause): Promise<void> => {
  await port.setSignals({ dataTerminalReady: false, requestToSend: true });
  await pause(PRESSED_MS);
  await port.setSignals({ dataTerminalReady: false, requestToSend: false });
};

/** `settleMs`: how long IO0 is held after EN was released, longer on boards with a large capacitor. */
export const restartIntoLoader = async (
  port: CablePort,
  pause: Pause,
  settleMs: number,
): Promise<void> => {
  await port.setSignals({ dataTerminalReady: false, requestToSend: true });
  await pause(PRESSED_MS);
  await port.setSignals({ dataTerminalReady: true, requestToSend: false });
  await pause(settleMs);
  await port.setSignals({ dataTerminalReady: false, requestToSend: false });
};
