import { statfs } from "node:fs/promises";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { BATCH_LENGTH_MAX } from "@battant/protocol/wire/readings";
import { Command, InvalidArgumentError } from "commander";
import { measureBacktest } from "./backtest.ts";
import type { Bench } from "./bench.ts";
import { measureLine } from "./line.ts";
import { type LoadOptions, measureLoader } from "./loader.ts";
import { createProcesses } from "./processes.ts";
import { sizeOf } from "./size.ts";
import { jsonOf, type Machine, textOf } from "./table.ts";

/** `npm run bench`: figures beside floors, all from the same run. */

const HELP = `
Everything runs on loopback, in folders that go when the bench ends. Close other programs first: what
they use is measured too. Figures of different runs or machines are not to be compared, ratios may be.`;

const processes = createProcesses();
const interruption = new AbortController();
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => {
    interruption.abort();
    void processes.endAll().finally(() => process.exit(code));
  });
}

const whole = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It takes a whole number above 0.");
};

const batch = (text: string): number => {
  const value = whole(text);
  if (value <= BATCH_LENGTH_MAX) return value;
  throw new InvalidArgumentError(`A message holds 1 to ${BATCH_LENGTH_MAX} readings.`);
};

/** With the seconds since the bench began, for whoever waits. */
const say = (text: string): void => {
  const seconds = Math.round(performance.now() / 1000);
  process.stderr.write(`${String(seconds).padStart(4)} s  ${text}\n`);
};

type LineArguments = {
  readonly ming?: true;
  readonly influx?: true;
  readonly json?: true;
  readonly quick?: true;
  readonly seconds?: number;
  readonly batch: number;
};

async function line(options: LineArguments): Promise<void> {
  const { ming = false, influx = false, quick = false, json = false } = options;
  await warnIfMemoryIsNoDisk();
  const size = sizeOf({ quick, seconds: options.seconds, batch: options.batch });
  const bench: Bench = { processes, size, withInflux: influx, say };
  const { figures, notes, isSound } = await measureLine(bench, { ming });
  const result = { machine: machine(), figures, notes };
  process.stdout.write(json ? jsonOf(result) : textOf(result));
  if (!isSound) process.exitCode = 1;
}

async function load({ json, ...options }: LoadOptions & { readonly json?: true }): Promise<void> {
  const loaded = await measureLoader(processes, options);
  if (json === true) return void process.stdout.write(`${JSON.stringify(loaded)}\n`);
  const { acknowledged, received, readingsPerSecond } = loaded;
  process.stdout.write(
    `${acknowledged} messages acknowledged, ${received} received by the bare broker, ` +
      `${Math.round(readingsPerSecond)} readings a second\n`,
  );
}

const machine = (): Machine => ({
  cores: availableParallelism(),
  memoryGB: Math.round(totalmem() / 1e9),
  node: process.versions.node,
});

/** statfs(2): TMPFS_MAGIC. There, a commit costs nothing and no byte is counted. */
const TMPFS = 0x01021994;

async function warnIfMemoryIsNoDisk(): Promise<void> {
  const { type } = await statfs(tmpdir());
  if (type === TMPFS) say(`${tmpdir()} is memory, not a disk: set TMPDIR to a folder on a disk`);
}

const program = new Command("bench")
  .description("Measures Battant on this machine, beside floors and beside others.")
  .addHelpText("after", HELP);

program
  .command("line")
  .description("the whole line: a board's PUBLISH to disk, and to a lamp")
  .option("--ming", "beside Mosquitto, InfluxDB and Node-RED doing the same job (8 minutes)")
  .option("--influx", "Battant fills an InfluxDB too, which then counts as a part of it")
  .option("--quick", "within a minute and a half, less exact")
  .option("--seconds <n>", "length of each measured step (default: 10, quick 4)", whole)
  .option("--batch <n>", "readings in a message", batch, 1)
  .option("--json", "for machines")
  .action(line);

program
  .command("load")
  .description("the loader alone, against a bare broker: what the bench itself can do")
  .option("--connections <n>", "boards that publish", whole, 20)
  .option("--window <n>", "messages of a board that wait for their PUBACK", whole, 8)
  .option("--batch <n>", "readings in a message", batch, 1)
  .option("--quick", "2 000 messages instead of 100 000")
  .option("--json", "for machines")
  .action(load);

program
  .command("backtest")
  .description("a year of the past lived again: 20 zones, a reading a minute each")
  .option("--quick", "a month instead of a year")
  .option("--json", "for machines")
  .action(async ({ quick = false, json = false }: { quick?: boolean; json?: boolean }) => {
    const done = await measureBacktest({ quick });
    const { days, readings, seconds, cpuSeconds, switchingsADay } = done;
    process.stdout.write(
      json
        ? `${JSON.stringify(done)}\n`
        : `${days} days, ${readings} readings: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of ` +
            `processor; ${switchingsADay.toFixed(1)} switchings a day and zone\n`,
    );
  });

try {
  await program.parseAsync();
  await processes.endAll();
} catch (error) {
  // Then the signal's own handler ends everything, and says how with its exit code.
  if (!interruption.signal.aborted) {
    process.exitCode = 1;
    say(error instanceof Error ? error.message : String(error));
    await processes.endAll();
  }
}
