import { createHash } from "node:crypto";
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import {
  type BoardUpdate,
  isOver,
  type ProgramRequest,
  type UpdateProgress,
  type WantedProgram,
} from "../../domain/update.ts";
import type { Programs } from "../../ports.ts";
import { transaction, trying, watch, type Watching } from "./database.ts";

/**
 * Which board is to get which program. A bundle is kept once, however many boards wait for it, and
 * no longer than any of them does.
 */
export type ProgramRegistry = Programs & {
  /** In the place of whatever was asked for before. False if there is no such board. */
  ask(request: ProgramRequest): boolean;
};

const WAITING: UpdateProgress = { kind: "waiting" };

export const createPrograms = (database: DatabaseSync, watching: Watching): ProgramRegistry => {
  const keep = database.prepare(
    "INSERT INTO program (digest, bundle) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const insert = database.prepare(
    `INSERT OR REPLACE INTO board_update
       (board, asked, digest, size, version, model, downgrade, progress)
     SELECT id, ?, ?, ?, ?, ?, ?, ? FROM board WHERE id = ?`,
  );
  const part = database.prepare(
    "SELECT substr(bundle, ? + 1, ?) AS part FROM program WHERE digest = ?",
  );
  const all = database.prepare("SELECT * FROM board_update ORDER BY board");
  const update = database.prepare(
    "UPDATE board_update SET progress = ? WHERE board = ? AND asked = ?",
  );
  const forget = database.prepare(
    `DELETE FROM program WHERE digest NOT IN (
       SELECT digest FROM board_update WHERE progress ->> 'kind' NOT IN ('done', 'failed'))`,
  );

  return {
    ask: ({ board, bundle, program, model, downgrade }) =>
      transaction(database, () => {
        const digest = createHash("sha256").update(bundle, "latin1").digest("hex");
        const { length } = bundle;
        const wanted = [digest, length, program, model, Number(downgrade)] as const;
        const asked = watching.clock.now();
        keep.run(digest, bundle);
        const { changes } = insert.run(asked, ...wanted, JSON.stringify(WAITING), board);
        forget.run();
        return Number(changes) > 0;
      }),
    list: () => all.all().map(asUpdate),
    part: (digest, at, length) => {
      let found = "";
      // What cannot be read now is asked for again.
      trying(() => void (found = String(part.get(at, length, digest)?.["part"] ?? "")));
      return found;
    },
    note: ({ board, asked }, progress) =>
      trying(() =>
        transaction(database, () => {
          update.run(JSON.stringify(progress), board, asked);
          if (isOver(progress)) forget.run();
        }),
      ),
    changes: (action) => watch(watching, () => action),
  };
};

const asUpdate = (row: Readonly<Record<string, SQLOutputValue>>): BoardUpdate => {
  const wanted: WantedProgram = {
    board: row["board"] as BoardId,
    asked: instant(Number(row["asked"])),
    digest: String(row["digest"]),
    size: Number(row["size"]),
    program: String(row["version"]),
    model: String(row["model"]),
    downgrade: row["downgrade"] === 1,
  };
  return { wanted, progress: JSON.parse(String(row["progress"])) as UpdateProgress };
};
