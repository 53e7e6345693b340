import { Transport } from "esptool-js";
import type { CablePort } from "../port.ts";
import { Trouble } from "../trouble.ts";
import { createFrames } from "./frames.ts";
import type { Pause } from "./start.ts";

/**
 * The cable as esptool-js uses it. Its own `Transport` prints to the console, gives up at the first
 * byte of noise, polls every millisecond, and waits for ever for a stream that somebody holds. This
 * one wakes when bytes come, finds the next whole answer in noise, and ends at once when the cable
 * is pulled or the person gives up.
 */

/** The chip's boot loader listens at this speed, and the Espruino console too. */
export const SLOW_BAUD = 115_200;

/** Every wait is cut into these, so that giving up takes effect soon and no long timer is left behind. */
const SLICE_MS = 50;

/** On top of twice what the bytes need at this speed. */
const WRITE_MS = 3000;

/** Web Serial makes a new stream after these (WICG Web Serial, §4.5.1); anything else is the end. */
const PASSING = ["BufferOverrunError", "FramingError", "BreakError", "ParityError"];

/** In a row, without one byte between them. */
const PASSING_MAX = 100;

export class Line extends Transport {
  readonly #port: CablePort;
  readonly #pause: Pause;
  readonly #frames = createFrames();
  #signal: AbortSignal;
  #baud = SLOW_BAUD;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #listening: Promise<void> | undefined;
  #isAttached = false;
  #lost: string | undefined;
  #wake: () => void = () => undefined;

  constructor(port: CablePort, pause: Pause, signal: AbortSignal) {
    super(port);
    this.#port = port;
    this.#pause = pause;
    this.#signal = signal;
  }

  get baud(): number {
    return this.#baud;
  }

  /** What came that was no answer: a chip's messages as it starts, mostly. */
  get heard(): string {
    return this.#frames.heard();
  }

  /** From now on, `signal` gives up every wait. */
  obey(signal: AbortSignal): void {
    this.#signal = signal;
  }

  async open(): Promise<void> {
    try {
      await this.#port.open({ baudRate: this.#baud, bufferSize: 65_536 });
    } catch (error) {
      // A browser says the same for a port that is held and for one that may not be opened.
      throw error instanceof Trouble ? error : new Trouble("port-busy", textOf(error));
    }
    this.attach();
  }

  attach(): void {
    this.#isAttached = true;
    this.#lost = undefined;
    this.#listening = this.#listen();
  }

  /** Leaves the port open, and nobody holding its streams. */
  async detach(): Promise<void> {
    this.#isAttached = false;
    await this.#reader?.cancel().catch(() => undefined);
    await this.#listening;
  }

  /** Never fails: what cannot be closed is gone already. */
  async close(): Promise<void> {
    await this.detach();
    await this.#port.close().catch(() => undefined);
  }

  async setBaud(baud: number): Promise<void> {
    if (this.#port.setBaudRate !== undefined) {
      await this.#port.setBaudRate(baud);
      this.#baud = baud;
      return;
    }
    await this.close();
    this.#baud = baud;
    await this.open();
    await this.#port.setSignals({ dataTerminalReady: false, requestToSend: false });
  }

  /** Throws when nothing may be waited for any more. */
  check(): void {
    if (this.#signal.aborted) throw new Trouble("cancelled", "given up by the person");
    if (this.#lost !== undefined) throw new Trouble("unplugged", this.#lost);
  }

  override async read(timeout: number): Promise<Uint8Array> {
    const frame = await this.#until(timeout, () => this.#frames.next());
    if (frame === undefined) throw new Error(`no answer within ${timeout} ms`);
    return frame;
  }

  override async write(data: Uint8Array): Promise<void> {
    this.check();
    const writable = this.#port.writable;
    if (writable === null) throw new Trouble("unplugged", "the port takes nothing any more");
    const bytes = this.slipWriter(data);
    const writer = writable.getWriter();
    const writing = this.#settled(writer.write(bytes));
    const timeout = WRITE_MS + (20_000 * bytes.length) / this.#baud;
    try {
      const outcome = await this.#until(timeout, () => writing.outcome);
      if (outcome === undefined) throw new Error(`nothing was taken within ${timeout} ms`);
      if (outcome.error !== undefined) this.#lose(textOf(outcome.error));
      this.check();
    } finally {
      writer.releaseLock();
    }
  }

  override flushInput(): void {
    this.#frames.flush();
  }

  /** Until nothing has come for a while, at most `maxMs`. */
  override async drainInput(quietMs = 2 * SLICE_MS, maxMs = 8 * SLICE_MS): Promise<void> {
    for (let waited = 0; waited < maxMs; waited += quietMs) {
      const before = this.#frames.count();
      await this.#pause(quietMs);
      this.check();
      if (this.#frames.count() === before) break;
    }
    this.flushInput();
  }

  // What is left of `Transport`: whoever holds the session opens and closes, and nobody is told.
  override trace(): void {}
  override getInfo(): string {
    return "";
  }
  override peek(): Uint8Array {
    return new Uint8Array(0);
  }
  override async connect(): Promise<void> {}
  override async disconnect(): Promise<void> {}
  override async readLoop(): Promise<void> {}

  /** What `take` gives first, or undefined after `timeout`. */
  async #until<T>(timeout: number, take: () => T | undefined): Promise<T | undefined> {
    let slice = this.#slice();
    for (let waited = 0; ;) {
      this.check();
      const taken = take();
      if (taken !== undefined) return taken;
      if (waited >= timeout) return undefined;
      await Promise.race([slice.over, new Promise<void>((resolve) => (this.#wake = resolve))]);
      if (!slice.isOver()) continue;
      waited += SLICE_MS;
      slice = this.#slice();
    }
  }

  #slice(): { readonly over: Promise<void>; readonly isOver: () => boolean } {
    let isOver = false;
    const over = this.#pause(SLICE_MS).then(() => {
      isOver = true;
    });
    return { over, isOver: () => isOver };
  }

  #settled(work: Promise<void>): { outcome?: { readonly error?: unknown } } {
    const settled: { outcome?: { readonly error?: unknown } } = {};
    const end = (outcome: { readonly error?: unknown }): void => {
      settled.outcome = outcome;
      this.#wake();
    };
    work.then(
      () => end({}),
      (error: unknown) => end({ error: error ?? "the port failed" }),
    );
    return settled;
  }

  async #listen(): Promise<void> {
    for (let errors = 0; this.#isAttached && errors < PASSING_MAX; errors++) {
      try {
        const reader = this.#port.readable?.getReader();
        if (reader === undefined) return this.#lose("the port says nothing any more");
        this.#reader = reader;
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return this.#lose("the port ended");
          errors = 0;
          this.#frames.hear(value);
          this.#wake();
        }
      } catch (error) {
        if (!PASSING.includes((error as Error).name)) return this.#lose(textOf(error));
      } finally {
        this.#reader?.releaseLock();
      }
    }
    this.#lose("the port fails at every read");
  }

  #lose(why: string): void {
    if (this.#isAttached) this.#lost ??= why;
    this.#wake();
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
