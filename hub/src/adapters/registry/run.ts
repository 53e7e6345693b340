import type { DatabaseSync } from "node:sqlite";
import type { HealthView, Sentence } from "../../../api/contract.ts";
import type { Clock } from "../../ports.ts";
import { transaction, trying } from "./database.ts";

/**
 * What a running hub says about itself, for the `battant` command beside it. It stays there when the
 * hub stops or dies: the beat tells how old it is.
 */
export type RunLog = {
  /** The hub has started. Forgets what an earlier run said. */
  begin(about: RunAbout): void;
  /**
   * Alive, and this is how things are. To be called every `BEAT_MS`. What is only a little later than
   * what is written is not written: a memory card wears out.
   */
  beat(state: RunState): void;
  /** The hub stops in good order. Writes the last beat. */
  end(): void;
  read(): Run | undefined;
};

/** Soon enough for whoever has just plugged in a board and asks whether it is seen. */
export const BEAT_MS = 5000;

/** When nothing but counts and times changes. */
const WRITE_MS = 60_000;

export type RunAbout = {
  readonly pid: number;
  readonly version: string;
  /** The building file that was read. */
  readonly buildingFile: string;
  /** Where the page is. */
  readonly page: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly mqttTlsPort: number | null;
  readonly demo: boolean;
  readonly speed: number;
};

export type RunState = {
  /** The building's own time, which in a simulated building is not the wall clock's. */
  readonly buildingNow: number;
  readonly health: HealthView;
  /** Of the calibration of each zone; not said by an older hub. */
  readonly alarms?: readonly { readonly zone: string; readonly found: readonly Sentence[] }[];
};

export type Run = RunAbout & {
  /** In real time, ms since 1970. */
  readonly started: number;
  readonly beat: number;
  readonly ended: number | undefined;
  readonly state: RunState | undefined;
};

export const createRun = (database: DatabaseSync, clock: Clock): RunLog => {
  const put = database.prepare(
    "INSERT INTO run (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const all = database.prepare("SELECT key, value FROM run");
  const write = (values: { readonly [key: string]: unknown }) => {
    for (const [key, value] of Object.entries(values)) {
      if (value !== undefined) put.run(key, JSON.stringify(value));
    }
  };

  let latest: RunState | undefined;
  let written: { readonly at: number; readonly news: string } | undefined;

  return {
    begin: (about) =>
      transaction(database, () => {
        database.exec("DELETE FROM run");
        write({ about, started: clock.now(), beat: clock.now() });
      }),
    beat: (state) => {
      latest = state;
      const at = clock.now();
      const news = newsIn(state.health);
      if (written?.news === news && at - written.at < WRITE_MS) return;
      const save = () => transaction(database, () => write({ state, beat: at }));
      if (trying(save)) written = { at, news };
    },
    end: () => {
      const now = clock.now();
      const save = () =>
        transaction(database, () => write({ state: latest, beat: now, ended: now }));
      void trying(save);
    },
    read: () => {
      const values = new Map(
        all.all().map((row) => [row["key"], JSON.parse(String(row["value"]))]),
      );
      const about = values.get("about") as RunAbout | undefined;
      if (about === undefined) return undefined;
      return {
        ...about,
        started: values.get("started") as number,
        beat: values.get("beat") as number,
        ended: values.get("ended") as number | undefined,
        state: values.get("state") as RunState | undefined,
      };
    },
  };
};

/** What somebody who asks how the hub is would want to know at once. */
const newsIn = ({ boards, journalProblem, forwarder, serial }: HealthView): string =>
  JSON.stringify([
    boards.map(({ board, online, program, onTrial, lastReading }) => [
      board,
      online,
      program,
      onTrial,
      lastReading === null,
    ]),
    journalProblem,
    forwarder?.problem,
    serial.map(({ port, problem }) => [port, problem]),
  ]);
