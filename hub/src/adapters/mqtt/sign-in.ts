import { randomUUID } from "node:crypto";
import { type BoardId, isBoardId } from "@battant/protocol/vocabulary/ids";
import type { ConnectPacket } from "aedes";
import type { BoardAccess, Clock } from "../../ports.ts";
import type { Attempts } from "./attempts.ts";
import type { Connection, Connections } from "./connections.ts";
import { ingest } from "./ingest.ts";
import type { BrokerLimits } from "./limits.ts";
import {
  BAD_USER_NAME_OR_PASSWORD,
  createRefused,
  IDENTIFIER_REJECTED,
  NOT_AUTHORIZED,
  type Refused,
  SERVER_UNAVAILABLE,
} from "./refused.ts";
import { sessionId } from "./session-id.ts";

/** Who may connect, under which name, and with which last will. */

export type SignIn = {
  /** Keeps the CONNECT, and gives the session a name of its own before Aedes sees it. */
  prepare(connection: Connection, request: ConnectPacket): void;
  judge(connection: Connection): Judgement;
};

export type Judgement =
  | { readonly ok: true; readonly board: BoardId }
  | { readonly ok: false; readonly refused: Refused };

export type SignInOptions = {
  readonly access: BoardAccess;
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  readonly attempts: Attempts;
  readonly connections: Connections;
};

const CLIENT_ID_LENGTH_MAX = 64;
const SENDER_LENGTH_MAX = 96;

export const createSignIn = (options: SignInOptions): SignIn => {
  const { access, clock, limits, attempts, connections } = options;

  const credentials = (connection: Connection, request: ConnectPacket): Judgement => {
    const { username, password } = request;
    // Boards behind one repeater share an address: a wrong password is the fault of one of them.
    const from = `${connection.address} ${username ?? ""}`.slice(0, SENDER_LENGTH_MAX);
    if (attempts.isBlocked(from)) {
      const problem = "too many failed sign-ins under this name; wait some minutes";
      return no(problem, SERVER_UNAVAILABLE);
    }
    if (username === undefined || password === undefined) {
      attempts.failed(from);
      return no("no user name and password; give those of a board", NOT_AUTHORIZED);
    }
    if (!isBoardId(username) || !access.verify(username, password.toString())) {
      attempts.failed(from);
      const problem = "wrong user name or password; `battant boards list` shows the boards";
      return no(problem, BAD_USER_NAME_OR_PASSWORD);
    }
    return { ok: true, board: username };
  };

  const identity = (board: BoardId, clientId: string, clean: boolean): Refused | undefined => {
    const refuse = (problem: string): Refused =>
      createRefused("client id", problem, IDENTIFIER_REJECTED);
    if (clientId.length > CLIENT_ID_LENGTH_MAX) {
      return refuse(`client id longer than ${CLIENT_ID_LENGTH_MAX} characters`);
    }
    if (clientId !== board && isBoardId(clientId) && access.isKnown(clientId)) {
      return refuse(`client id is the name of another board; use ${board}`);
    }
    // One kept session a board: sessions under made-up names would pile up for ever.
    if (!clean && clientId !== board) {
      return refuse(`only client id ${board} may keep a session; connect with a clean session`);
    }
    const others = [...connections.ofBoard(board)].filter(
      (other) => other.client.id !== sessionId(board, clientId),
    );
    if (others.length < limits.connectionsPerBoardMax) return undefined;
    const problem = `more than ${limits.connectionsPerBoardMax} connections of this board`;
    return createRefused("connection", problem, SERVER_UNAVAILABLE);
  };

  const lastWill = (board: BoardId, will: ConnectPacket["will"]): Refused | undefined => {
    if (will === undefined) return undefined;
    const payload = Buffer.from(will.payload);
    const arrival = ingest(board, { topic: will.topic, payload }, clock.now());
    const isOffline =
      arrival.kind === "event" && arrival.event.kind === "availability" && !arrival.event.online;
    if (isOffline && will.qos !== 2) return undefined;
    return createRefused("last will", "a last will says `offline` on the board's availability");
  };

  return {
    prepare: (connection, request) => {
      connection.request = { ...request };
      if (!isBoardId(request.username)) return;
      connection.name = request.username;
      // A client without an id gets one from the server (MQTT 3.1.1 §3.1.3.1).
      const chosen = request.clientId === "" && request.clean === true;
      request.clientId = sessionId(request.username, chosen ? randomUUID() : request.clientId);
    },
    judge: (connection) => {
      const { request } = connection;
      connection.request = undefined;
      if (request === undefined) return no("no CONNECT", SERVER_UNAVAILABLE);
      const judgement = credentials(connection, request);
      if (!judgement.ok) return judgement;
      const { board } = judgement;
      const { clientId, clean, will } = request;
      const refused = identity(board, clientId, clean === true) ?? lastWill(board, will);
      return refused === undefined ? judgement : { ok: false, refused };
    },
  };
};

const no = (problem: string, returnCode: number): Judgement => ({
  ok: false,
  refused: createRefused("sign-in", problem, returnCode),
});
