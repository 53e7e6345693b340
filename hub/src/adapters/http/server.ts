import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import fastify, { type FastifyInstance } from "fastify";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { CalibrationDesk } from "../../calibration/desk.ts";
import type { BacktestDesk } from "../../backtest/desk.ts";
import type { BoardDesk, FlashDesk } from "../../desk/desks.ts";
import type { LightDesk } from "../../desk/light-desk.ts";
import type { ZoneModes } from "../../observation/modes.ts";
import type { Accounts, Clock, ReadingStore } from "../../ports.ts";
import { accessRoutes } from "./access.ts";
import { backtestRoutes } from "./backtest.ts";
import { boardRoutes } from "./boards.ts";
import { calibrationRoutes } from "./calibration.ts";
import { buildingRoutes } from "./building.ts";
import { answerError, answerGarbage, type Log } from "./errors.ts";
import { flashRoutes } from "./flashing.ts";
import { createGuard } from "./guard.ts";
import { healthRoutes } from "./health.ts";
import { lightPageRoutes } from "./light-page.ts";
import { lightZoneRoutes } from "./light-zone.ts";
import { lightRoutes } from "./light.ts";
import { createLive, type LiveLimits } from "./live.ts";
import { observationRoutes } from "./observation.ts";
import { describeRoutes, documentRoute } from "./openapi.ts";
import { pageRoutes, protectPages } from "./pages.ts";
import { refuse } from "./problems.ts";
import { readingRoutes } from "./readings.ts";
import { savingsRoutes } from "./savings.ts";
import { sessionRoutes } from "./sessions.ts";
import { surveyRoutes } from "./survey.ts";
import { createTls, type Identity, type TlsListen } from "./tls.ts";
import type { Views } from "./views.ts";
import { createVisitors, type Passes } from "./visitors.ts";

/** The hub's HTTP side: the API, the live stream and the pages, behind one set of limits. */

export type HttpParts = {
  readonly listen: { readonly host: string; readonly port: number };
  /** Without it there is no HTTPS. */
  readonly tls?: TlsListen | undefined;
  /** The certificate of the box's own authority, as a file. */
  readonly caPath: string;
  readonly views: Views;
  readonly accounts: Accounts;
  readonly passes: Passes;
  readonly boardDesk: BoardDesk;
  readonly flashDesk: FlashDesk;
  readonly lightDesk: LightDesk;
  readonly zoneModes: ZoneModes;
  readonly backtestDesk: BacktestDesk;
  readonly calibrationDesk: CalibrationDesk;
  readonly readings: Pick<ReadingStore, "windows">;
  /** True for a board inside a flat, and for one the building does not know. */
  readonly isPrivate: (board: BoardId) => boolean;
  readonly clock: Pick<Clock, "now">;
  /** Where `dashboards/build.mjs` put the pages. */
  readonly pagesDir: string;
  /** Names the hub is called by, besides its addresses and private names such as `battant.local`. */
  readonly hostNames?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
  readonly log?: Log;
};

export type HttpLimits = LiveLimits & {
  readonly requestsPerMinute: number;
  readonly attemptsPerMinute: number;
  readonly flashesPerMinute: number;
  readonly handshakeMsMax: number;
};

export type Http = {
  /** `http://127.0.0.1:8080`, with the port that was really taken. */
  readonly address: string;
  /** Undefined when nothing listens for HTTPS. */
  readonly tlsPort: number | undefined;
  /** Why nothing does, although it was asked for. */
  readonly tlsProblem: string | undefined;
  /** A renewed certificate, for connections that come from now on. */
  useIdentity(identity: Identity): void;
  close(): Promise<void>;
};

/** A classroom behind one address stays below; a script that guesses passwords does not. */
const LIMITS: HttpLimits = {
  requestsPerMinute: 1200,
  attemptsPerMinute: 20,
  flashesPerMinute: 20,
  handshakeMsMax: 10_000,
  streams: 256,
  streamsPerAddress: 64,
  livePeriodMs: 1000,
  heartbeatMs: 15_000,
};

const BODY_BYTES_MAX = 8 * 1024;
const CONNECTIONS_MAX = 512;
/** How many addresses the rate limiter remembers; the longest unseen is forgotten. */
const ADDRESSES_MAX = 2000;

export const createHttp = async (parts: HttpParts): Promise<Http> => {
  const limits = { ...LIMITS, ...parts.limits };
  const log = parts.log ?? (() => undefined);
  const app = createApp(log);
  const tls = createTls(app, { listen: parts.tls, handshakeMsMax: limits.handshakeMsMax, log });

  await protect(app, parts.hostNames ?? [], limits);
  await describeRoutes(app);
  addRoutes(app, { ...parts, limits, log, httpsPort: tls.port });
  await pageRoutes(app, parts.pagesDir);

  const address = await listen(app, parts.listen);
  const tlsProblem = await tls.open();
  return {
    address,
    tlsPort: tls.port(),
    tlsProblem,
    useIdentity: tls.useIdentity,
    close: async () => void (await Promise.all([tls.close(), app.close()])),
  };
};

type RouteParts = HttpParts & {
  readonly limits: HttpLimits;
  readonly log: Log;
  readonly httpsPort: () => number | undefined;
};

const addRoutes = (app: FastifyInstance, parts: RouteParts): void => {
  const { views, accounts, readings, isPrivate, clock, limits, log } = parts;
  const { boardDesk, flashDesk, lightDesk, caPath, httpsPort, pagesDir } = parts;
  const visitors = createVisitors(accounts, parts.passes);
  const live = createLive({ views, clock, limits });
  buildingRoutes(app, { views, live, clock });
  readingRoutes(app, { readings, isPrivate, visitors, clock, log });
  savingsRoutes(app, { views, visitors, clock, log });
  observationRoutes(app, { views, zoneModes: parts.zoneModes, visitors, log });
  backtestRoutes(app, { backtestDesk: parts.backtestDesk, views, visitors });
  surveyRoutes(app, { views, visitors });
  calibrationRoutes(app, { calibrationDesk: parts.calibrationDesk, visitors });
  lightRoutes(app, { lightDesk });
  lightZoneRoutes(app, { lightDesk, visitors });
  lightPageRoutes(app, { lightDesk, pagesDir });
  healthRoutes(app, { views, visitors });
  boardRoutes(app, { boardDesk, visitors });
  flashRoutes(app, { flashDesk, visitors, flashesPerMinute: limits.flashesPerMinute });
  sessionRoutes(app, { accounts, visitors, attemptsPerMinute: limits.attemptsPerMinute });
  accessRoutes(app, { httpsPort, caPath });
  documentRoute(app);
};

const createApp = (log: Log): FastifyInstance => {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 30_000, // To send a whole request. Says nothing about how long an answer takes.
    forceCloseConnections: true, // A live stream would keep the hub from stopping.
    return503OnClosing: false,
    clientErrorHandler: answerGarbage,
    frameworkErrors: (_error, _request, reply) => void refuse(reply, "malformed"),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true } },
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  app.removeContentTypeParser("text/plain"); // A page of another site may send that unasked.
  app.setErrorHandler(answerError(log));
  return app;
};

const protect = async (
  app: FastifyInstance,
  hostNames: readonly string[],
  limits: HttpLimits,
): Promise<void> => {
  const guard = createGuard(hostNames);
  await protectPages(app);
  app.addHook("onRequest", guard.checkHost);
  app.addHook("onRequest", guard.checkOrigin);
  await app.register(cookie);
  await app.register(rateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    cache: ADDRESSES_MAX,
  });
};

const listen = async (
  app: FastifyInstance,
  at: { readonly host: string; readonly port: number },
): Promise<string> => {
  try {
    return await app.listen(at);
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE") throw error;
    throw new Error(
      `port ${at.port} is taken by another program; choose another one for the pages`,
      {
        cause: error,
      },
    );
  }
};
