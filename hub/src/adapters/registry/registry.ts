import type { DatabaseSync } from "node:sqlite";
import type { Clock, FlashTickets, WifiMemory } from "../../ports.ts";
import { type AccountRegistry, createAccounts } from "./accounts.ts";
import { type AskedLights, createAskedLights } from "./asked.ts";
import { type AuditLog, createAudit } from "./audit.ts";
import { type BoardRegistry, createBoards } from "./boards.ts";
import { openDatabase } from "./database.ts";
import type { CalibrationStore } from "../../calibration/learner.ts";
import { createCalibrations } from "./calibrations.ts";
import { createLinks, type LightLinks } from "./links.ts";
import { createPasses, type Passes } from "./passes.ts";
import { createPrograms, type ProgramRegistry } from "./programs.ts";
import { createRefusals, type RefusalLog } from "./refusals.ts";
import { createRun, type RunLog } from "./run.ts";
import { createTickets } from "./tickets.ts";
import { createWifi } from "./wifi.ts";

/** Everything the hub must remember that is not a reading, in one small file of the data directory. */
export type Registry = {
  readonly boards: BoardRegistry;
  readonly programs: ProgramRegistry;
  readonly tickets: FlashTickets;
  readonly wifi: WifiMemory;
  readonly links: LightLinks;
  readonly asked: AskedLights;
  readonly calibrations: CalibrationStore;
  readonly accounts: AccountRegistry;
  readonly passes: Passes;
  readonly refusals: RefusalLog;
  readonly audit: AuditLog;
  readonly run: RunLog;
  close(): void;
};

export type RegistryOptions = {
  readonly dataDir: string;
  /** Real time, also while a simulated building runs faster: sessions and tries are people's. */
  readonly clock: Clock;
};

export const openRegistry = ({ dataDir, clock }: RegistryOptions): Registry => {
  const database = openDatabase(dataDir);
  try {
    return registryIn(database, { dataDir, clock });
  } catch (problem) {
    database.close();
    throw problem;
  }
};

const registryIn = (database: DatabaseSync, { dataDir, clock }: RegistryOptions): Registry => {
  const audit = createAudit(database, clock);
  // Last, for it has a timer: a damaged file is found out before anything goes on by itself.
  const opened = {
    boards: createBoards(database, { dataDir, clock }),
    programs: createPrograms(database, { dataDir, clock }),
    tickets: createTickets(database, clock),
    wifi: createWifi(database),
    links: createLinks(database, clock),
    asked: createAskedLights(database),
    calibrations: createCalibrations(database),
    accounts: createAccounts(database, { clock, audit }),
    passes: createPasses(database, clock),
    audit,
    run: createRun(database, clock),
  };
  const refusals = createRefusals(database, clock);
  return {
    ...opened,
    refusals,
    close: () => {
      refusals.close();
      database.close();
    },
  };
};
