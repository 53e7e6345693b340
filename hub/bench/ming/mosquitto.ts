import { execFile } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { boardPrefix } from "@battant/protocol/wire/topics";
import type { Board } from "../board-socket.ts";
import { freePort } from "../ports.ts";
import type { Processes, Program } from "../processes.ts";

/** Debian's Mosquitto with the hub's own checks: a password for each board, and its own topics only. */
export type Mosquitto = { readonly program: Program; readonly port: number };

export type MosquittoPlan = {
  readonly boards: readonly Board[];
  /** Who may read and write everything. */
  readonly decider: Board;
};

const ANY = "+" as BoardId;
const OWN = "%u" as BoardId;

export async function startMosquitto(
  processes: Processes,
  { boards, decider }: MosquittoPlan,
): Promise<Mosquitto> {
  const folder = await processes.folder("mosquitto");
  const port = await freePort();
  const file = (name: string): string => join(folder, name);
  const lines = [...boards, decider].map(({ id, password }) => `${id}:${password ?? ""}\n`);
  await writeFile(file("passwords"), lines.join(""), { mode: 0o600 });
  await promisify(execFile)("mosquitto_passwd", ["-U", file("passwords")]);
  await chmod(file("passwords"), 0o600);
  await writeFile(
    file("acl"),
    `user ${decider.id}\ntopic readwrite ${boardPrefix(ANY)}#\npattern readwrite ${boardPrefix(OWN)}#\n`,
    { mode: 0o600 },
  );
  await writeFile(
    file("mosquitto.conf"),
    `user ${userInfo().username}
listener ${port} 127.0.0.1
allow_anonymous false
password_file ${file("passwords")}
acl_file ${file("acl")}
persistence true
persistence_location ${folder}/
log_dest stderr
log_type error
`,
  );
  const program = processes.start("mosquitto", ["-c", file("mosquitto.conf")]);
  return { program, port };
}
