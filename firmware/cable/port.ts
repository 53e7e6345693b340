/**
 * A serial port as the Web Serial API knows it (WICG Web Serial, §4), and of it what we use. In a
 * browser it is the real thing; in Node.js `node/port.ts` makes one of a port of the machine.
 */
export type CablePort = {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: { readonly baudRate: number; readonly bufferSize?: number }): Promise<void>;
  close(): Promise<void>;
  /** What is not named keeps the state it has. */
  setSignals(signals: {
    readonly dataTerminalReady?: boolean;
    readonly requestToSend?: boolean;
  }): Promise<void>;
  /** Without closing the port, which would let DTR and RTS reset the chip. A browser has none. */
  setBaudRate?(baudRate: number): Promise<void>;
  getInfo(): { readonly usbVendorId?: number; readonly usbProductId?: number };
};
