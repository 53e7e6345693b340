/** What a simulated chip and a host have between them. */

/** The host's side of a cable, told what comes out of it. */
export type CableEnd = {
  hear(bytes: Uint8Array): void;
  /** It came out. */
  gone(): void;
  /**
   * The cable carries no DTR and RTS. The chip then enters its loader when it hears a SYNC, whatever
   * it is doing, which stands for a finger on BOOT and EN; and it starts from flash when it hears a
   * line end between two packets while nothing is being written, which stands for a finger on EN.
   */
  readonly withoutSignals?: boolean;
};

export type Cable = {
  send(bytes: Uint8Array): void;
  /** As the host asserts them; both are, when it opens the port. */
  setSignals(signals: Signals): void;
  /** Until it is told, the host's rate is taken for the chip's. */
  setBaud(baud: number): void;
  unplug(): void;
};

export type Signals = { readonly dtr: boolean; readonly rts: boolean };
