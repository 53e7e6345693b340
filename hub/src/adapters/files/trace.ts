import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Building } from "../../domain/building.ts";
import type { Site } from "../../domain/site.ts";
import type { Clock, Trace } from "../../ports.ts";

/**
 * The trace: one file of JSON lines per day (UTC), each beginning with all that is needed to live
 * the day again, and so does what follows a change of plan. Lines are gathered in memory and written
 * together, because memory cards wear out; losing the last moments of a trace hurts nobody.
 */

export type TraceFile = Trace & {
  figures(): { readonly lines: number; readonly dropped: number; readonly problem: string | null };
  close(): Promise<void>;
};

export type TraceOptions = {
  readonly directory: string;
  readonly clock: Clock;
  readonly keepDays: number;
  /** First line of each part: the site and what the hub believed at that moment, as text. */
  readonly opening: (site: Site, before: Building) => string;
};

const FLUSH_EVERY_MS = 60_000;
const PENDING_CHARACTERS_MAX = 256 * 1024;
/** A disk that does not keep up loses lines of the trace, and nothing else. */
const UNWRITTEN_BYTES_MAX = 4 * 1024 * 1024;
const DAY_MS = 86_400_000;
const NAME = /^trace-(\d{4}-\d{2}-\d{2})\.jsonl$/u;

export async function openTrace(options: TraceOptions): Promise<TraceFile> {
  const { directory, clock, keepDays, opening } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  let day = "";
  /** The plan that the part being written began with. */
  let opened: Site | undefined;
  let file: WriteStream | undefined;
  let pending = "";
  let lines = 0;
  let dropped = 0;
  let problem: string | null = null;

  const begin = (now: Instant): void => {
    flush();
    file?.end();
    day = dayOf(now);
    file = createWriteStream(join(directory, `trace-${day}.jsonl`), { flags: "a", mode: 0o600 });
    file.on("error", (error) => {
      problem = `the trace cannot be written: ${error.message}`;
    });
    opened = undefined;
    void removeOld(directory, now, keepDays);
  };

  const flush = (): void => {
    if (file === undefined || pending === "") return;
    if (file.writableLength > UNWRITTEN_BYTES_MAX || file.destroyed) {
      dropped += 1;
      day = ""; // What follows a gap can only be lived again from a new opening.
    } else file.write(pending);
    pending = "";
  };

  const stop = clock.every(FLUSH_EVERY_MS, flush);

  return {
    record: ({ now, event, effects, site, before }) => {
      if (dayOf(now) !== day) begin(now);
      if (site !== opened) {
        // The file may end in half a line, if the hub was stopped while it wrote.
        pending += `\n${opening(site, before)}\n`;
        opened = site;
      }
      const line = effects.length === 0 ? { at: now, event } : { at: now, event, effects };
      pending += `${JSON.stringify(line)}\n`;
      lines += 1;
      if (pending.length > PENDING_CHARACTERS_MAX) flush();
    },
    figures: () => ({ lines, dropped, problem }),
    close: async () => {
      stop();
      flush();
      const last = file;
      if (last === undefined || last.destroyed) return;
      await new Promise<void>((done) => last.end(done));
    },
  };
}

const dayOf = (now: Instant): string => new Date(now).toISOString().slice(0, 10);

async function removeOld(directory: string, now: Instant, keepDays: number): Promise<void> {
  const oldest = dayOf((now - keepDays * DAY_MS) as Instant);
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const day = NAME.exec(name)?.[1];
    if (day !== undefined && day < oldest) await rm(join(directory, name), { force: true });
  }
}
