import { readFileSync } from "node:fs";

/** What the kernel says processes have used, their threads included (proc(5)). Linux only. */
export type Usage = {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** The most it ever was. */
  readonly peakBytes: number;
  /** Sent towards the disk. */
  readonly writtenBytes: number;
};

/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

export const usageOf = (pids: readonly number[]): Usage => pids.map(usageOfOne).reduce(sum);

const sum = (a: Usage, b: Usage): Usage => ({
  cpuSeconds: a.cpuSeconds + b.cpuSeconds,
  rssBytes: a.rssBytes + b.rssBytes,
  peakBytes: a.peakBytes + b.peakBytes,
  writtenBytes: a.writtenBytes + b.writtenBytes,
});

/** `undefined` once one of them has ended. */
export function tryUsageOf(pids: readonly number[]): Usage | undefined {
  try {
    return usageOf(pids);
  } catch {
    return undefined;
  }
}

function usageOfOne(pid: number): Usage {
  const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, "utf8");
  try {
    const status = read("status");
    // The name of a program may hold anything; what follows its closing bracket does not.
    const stat = read("stat");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      rssBytes: numberAfter("VmRSS:", status) * 1024,
      peakBytes: numberAfter("VmHWM:", status) * 1024,
      writtenBytes: numberAfter("write_bytes:", read("io")),
    };
  } catch (cause) {
    throw new Error(`process ${pid} cannot be measured: it has ended, or this is not Linux`, {
      cause,
    });
  }
}

/** Of a line that begins with this label. */
function numberAfter(label: string, text: string): number {
  const found = new RegExp(`^${label}\\s+(\\d+)`, "mu").exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${label}`);
  return Number(found);
}
