import { commandOn, startCommand } from "../next-step.ts";
import { count } from "../table.ts";
import { span } from "../times.ts";
import { isBeatOld, stateNow } from "./beat.ts";
import { type Check, note, ok, problem } from "./check.ts";
import type { Observed } from "./observed.ts";

/** The hub itself: whether it runs, what it was told, where it writes. */

export const runChecks = (seen: Observed): Check[] => [runCheck(seen)];

const runCheck = (seen: Observed): Check => {
  const { run, isAlive, now, registryProblem } = seen;
  const start = `\`${startCommand(seen)}\``;
  if (registryProblem !== undefined) return problem("hub", registryProblem);
  if (run === undefined) return note("hub", "has not run on this data yet", `start it: ${start}`);
  if (run.ended !== undefined) {
    return note("hub", `stopped ${span(now - run.ended)} ago`, `start it: ${start}`);
  }
  if (!isAlive) {
    const found = `ended without stopping in order, ${span(now - run.beat)} ago or less`;
    return problem("hub", found, `start it again: ${start}. What was acknowledged is on disk`);
  }
  if (isBeatOld(now, run)) {
    const age = `${Math.floor((now - run.beat) / 60_000)} min`;
    const found = `process ${run.pid} is there, but what the hub last wrote about itself is ${age} old`;
    const todo =
      "is the disk full? If not, look at its last lines, then stop it and start it again";
    return problem("hub", found, todo);
  }
  const kind = run.demo ? `, demonstration at speed ${run.speed}` : "";
  return ok("hub", `running for ${span(now - run.started)}${kind}, page ${run.page}`);
};

export const buildingChecks = (seen: Observed): Check[] => {
  const { configuration, buildingFile, dataDir, registryProblem } = seen;
  if (configuration === undefined) {
    if (registryProblem !== undefined) return []; // Whoever may not look cannot say it is missing.
    const found = `${buildingFile} is not there yet`;
    return [note("building", found, "the hub writes one when it starts")];
  }
  if (!configuration.ok) {
    const many = count(configuration.problems.length, "problem");
    const todo = `this lists them: \`${commandOn(dataDir, "check-config")}\``;
    return [problem("building", `${many} in ${buildingFile}`, todo)];
  }
  const { zones, boards } = configuration.site;
  const found = `${buildingFile}: ${count(zones.size, "zone")}, ${count(boards.size, "board")}`;
  return [ok("building", found)];
};

export const journalChecks = (seen: Observed): Check[] => {
  const { journal, registryProblem } = seen;
  const writing = stateNow(seen)?.health.journalProblem ?? undefined;
  const writes =
    writing === undefined
      ? []
      : [
          problem(
            "journal",
            `readings cannot be written: ${writing}`,
            "boards keep theirs until then",
          ),
        ];
  switch (journal.kind) {
    case "none":
      return registryProblem === undefined ? [note("journal", "no reading yet"), ...writes] : [];
    case "unreadable":
      return [problem("journal", journal.problem), ...writes];
    case "read":
      if (journal.damage !== undefined) {
        const todo = "stop the hub, keep a copy of the file, and restore a backup";
        return [problem("journal", `damaged: ${journal.damage}`, todo), ...writes];
      }
      return [ok("journal", count(journal.readings, "reading")), ...writes];
  }
};

export const influxChecks = (seen: Observed): Check[] => {
  const { influx } = seen;
  const checks: Check[] = [];
  if (influx !== undefined) {
    const todo = "start it, or correct hub.influx.url; the hub catches up by itself";
    checks.push(
      influx.problem === undefined
        ? ok("influxdb", `${influx.url} answers`)
        : problem("influxdb", `${influx.url} does not answer (${influx.problem})`, todo),
    );
  }
  const forwarder = stateNow(seen)?.health.forwarder;
  if (forwarder === undefined || forwarder === null) return checks;
  const { behind, parked, problem: why } = forwarder;
  if (why !== null) {
    checks.push(problem("influxdb", `${count(behind, "reading")} waiting: ${why}`));
  } else checks.push(ok("influxdb", `${count(behind, "reading")} waiting`));
  if (parked > 0) {
    const found = `${count(parked, "reading")} it would not take`;
    checks.push(note("influxdb", found, "they are still in the journal"));
  }
  return checks;
};

export const serialChecks = (seen: Observed): Check[] => {
  const checks = seen.serial.map(({ port, problem: why }): Check => {
    if (why === "missing") {
      return problem("serial", `${port} is not there`, "plug the dongle in, or correct hub.linky");
    }
    if (why === "no-permission") {
      const todo = "sudo usermod -aG dialout USER, then sign in again";
      return problem("serial", `${port} may not be opened by this user`, todo);
    }
    return ok("serial", `${port} is there`);
  });
  const heardBy = stateNow(seen)?.health.serial ?? [];
  for (const { port, groupsGood, groupsBad, problem: why } of heardBy) {
    const heard = `${port}: ${count(groupsGood, "good group")}, ${groupsBad} bad`;
    checks.push(why === null ? ok("serial", heard) : problem("serial", `${port}: ${why}`));
  }
  return checks;
};
