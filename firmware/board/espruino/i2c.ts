import type { I2CBus, I2CWiring } from "../hardware.ts";
import type { EspruinoI2C, EspruinoPins } from "./globals.ts";

/**
 * The two I2C buses of an ESP32. Chips on the same wires share a bus. Each call throws when nobody
 * acknowledges, after one second at most.
 */
export type Buses = {
  readonly pins: Pick<EspruinoPins, "Pin">;
  readonly ports: readonly EspruinoI2C[];
};

/** `taken`: the wires of each bus that is in use, in their order. */
export const busOf = (buses: Buses, taken: I2CWiring[], wiring: I2CWiring): I2CBus => {
  for (let i = 0; i < taken.length; i++) {
    const other = taken[i] as I2CWiring;
    if (other.sda === wiring.sda && other.scl === wiring.scl) return buses.ports[i] as I2CBus;
  }
  const port = buses.ports[taken.length];
  if (port === undefined) {
    const count = buses.ports.length;
    throw new Error("there are " + count + " I2C buses; put more chips on the same wires");
  }
  port.setup({ sda: new buses.pins.Pin(wiring.sda), scl: new buses.pins.Pin(wiring.scl) });
  taken.push(wiring);
  return port;
};
