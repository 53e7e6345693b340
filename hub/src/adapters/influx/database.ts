import type { Called, Client } from "./client.ts";

/**
 * One database with three retention policies: `raw`, `ten_minutes` and `day`. They are named in
 * every write and query, because which one is the default is for the owner of the server to say.
 */

export type Policy = "raw" | "ten_minutes" | "day";

export type InfluxRetention = { readonly rawDays: number; readonly tenMinutesDays: number };

/** Creates what is missing, and brings durations to what is set. */
export async function prepare(client: Client, retention: InfluxRetention): Promise<Called<void>> {
  let existing = await showPolicies(client);
  if (!existing.ok && /database not found/u.test(existing.problem)) {
    const created = await client.call((influx) => influx.createDatabase(client.database));
    if (!created.ok) return created;
    existing = await showPolicies(client);
  }
  if (!existing.ok) return existing;

  const durations = new Map(existing.value.map((it) => [it.name, it.duration]));
  for (const [policy, duration] of wantedFor(retention)) {
    if (durations.get(policy) === duration) continue;
    const kept = await keep(client, { policy, duration, isNew: !durations.has(policy) });
    if (!kept.ok) return kept;
  }
  return { ok: true, value: undefined };
}

const showPolicies = (client: Client) =>
  client.call((influx) => influx.showRetentionPolicies(client.database));

/** As InfluxDB prints durations; `0s` is for ever. */
const wantedFor = ({ rawDays, tenMinutesDays }: InfluxRetention): readonly [Policy, string][] => [
  ["raw", `${rawDays * 24}h0m0s`],
  ["ten_minutes", `${tenMinutesDays * 24}h0m0s`],
  ["day", "0s"],
];

type Kept = { readonly policy: Policy; readonly duration: string; readonly isNew: boolean };

const keep = (client: Client, { policy, duration, isNew }: Kept): Promise<Called<void>> =>
  client.call((influx) => {
    const options = {
      database: client.database,
      duration: duration === "0s" ? "INF" : duration,
      replication: 1,
      isDefault: isNew && policy === "raw",
    };
    return isNew
      ? influx.createRetentionPolicy(policy, options)
      : influx.alterRetentionPolicy(policy, options);
  });
