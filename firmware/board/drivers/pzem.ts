/**
 * PZEM-004T v3, a meter on the mains: its ten input registers.
 * Peacefair, "PZEM-004T-100A User Manual" §2.4. 32-bit values come with the low word first. The
 * energy starts again after 9 999.99 kWh.
 */
export type PzemSample = {
  /** V, A, W, Wh. */
  readonly voltage: number;
  readonly current: number;
  readonly power: number;
  readonly energy: number;
};

/** `address`: whoever is on the line, of which there is one. */
export const PZEM_REQUEST = { address: 0xf8, register: 0, count: 10 };

/** `registers`: their 20 bytes. */
export const readPzem = (registers: string): PzemSample => {
  const word = (index: number): number =>
    registers.charCodeAt(2 * index) * 256 + registers.charCodeAt(2 * index + 1);
  const long = (index: number): number => word(index) + word(index + 1) * 65536;
  return {
    voltage: word(0) / 10,
    current: long(1) / 1000,
    power: long(3) / 10,
    energy: long(5),
  };
};
