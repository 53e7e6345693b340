import { count } from "../table.ts";
import { span } from "../times.ts";
import { type Check, note, ok, problem } from "./check.ts";
import type { Observed } from "./observed.ts";

/** The hub itself: whether it runs, what it was told, where it writes. */

export const hubChecks = (seen: Observed): Check[] => [
  runCheck(seen),
  configCheck(seen),
  ...journalChecks(seen),
  ...influxChecks(seen),
  ...serialChecks(seen),
];

/** Three beats of a minute. */
const BEAT_AGE_MS_MAX = 180_000;

const runCheck = ({ run, isAlive, now }: Observed): Check => {
  if (run === undefined) {
    return note("hub", "has not run on this data yet", "start it: npm start");
  }
  if (run.ended !== undefined) {
    return note("hub", `stopped ${span(now - run.ended)} ago`, "start it: npm start");
  }
  if (!isAlive) {
    const found = `ended without stopping in order, ${span(now - run.beat)} ago or less`;
    return problem("hub", found, "start it again: npm start. What was acknowledged is on disk");
  }
  if (now - run.beat > BEAT_AGE_MS_MAX) {
    const found = `process ${run.pid} is there but has written nothing for ${span(now - run.beat)}`;
    return problem("hub", found, "look at its last lines, then stop it and start it again");
  }
  const kind = run.demo ? `, demonstration at speed ${run.speed}` : "";
  return ok("hub", `running for ${span(now - run.started)}${kind}, page ${run.page}`);
};

const configCheck = ({ configuration, buildingFile }: Observed): Check => {
  if (configuration === undefined) {
    return note(
      "building",
      `${buildingFile} is not there yet`,
      "the hub writes one when it starts",
    );
  }
  if (!configuration.ok) {
    const many = count(configuration.problems.length, "problem");
    return problem("building", `${many} in ${buildingFile}`, "battant check-config lists them");
  }
  const { zones, boards } = configuration.site;
  const found = `${buildingFile}: ${count(zones.size, "zone")}, ${count(boards.size, "board")}`;
  return ok("building", found);
};

const journalChecks = ({ journal, run, isAlive }: Observed): Check[] => {
  const writing = isAlive ? (run?.state?.health.journalProblem ?? undefined) : undefined;
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
      return [note("journal", "no reading yet"), ...writes];
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

const influxChecks = ({ influx, run, isAlive }: Observed): Check[] => {
  const checks: Check[] = [];
  if (influx !== undefined) {
    const todo = "start it, or correct hub.influx.url; the hub catches up by itself";
    checks.push(
      influx.problem === undefined
        ? ok("influxdb", `${influx.url} answers`)
        : problem("influxdb", `${influx.url} does not answer (${influx.problem})`, todo),
    );
  }
  const forwarder = isAlive ? run?.state?.health.forwarder : undefined;
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

const serialChecks = ({ serial, run, isAlive }: Observed): Check[] => {
  const checks = serial.map(({ port, problem: why }): Check => {
    if (why === "missing") {
      return problem("serial", `${port} is not there`, "plug the dongle in, or correct hub.linky");
    }
    if (why === "no-permission") {
      const todo = "sudo usermod -aG dialout USER, then sign in again";
      return problem("serial", `${port} may not be opened by this user`, todo);
    }
    return ok("serial", `${port} is there`);
  });
  for (const { port, groupsGood, groupsBad, problem: why } of (isAlive &&
    run?.state?.health.serial) ||
    []) {
    const heard = `${port}: ${count(groupsGood, "good group")}, ${groupsBad} bad`;
    checks.push(why === null ? ok("serial", heard) : problem("serial", `${port}: ${why}`));
  }
  return checks;
};
