import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import helmet from "@fastify/helmet";
import fastifyStatic from "@fastify/static";
import { refuse } from "./problems.ts";

/**
 * The pages, served from files built beforehand, and the headers that keep them to themselves:
 * nothing from another host, no frame, no referrer (an address may hold a set-up token).
 */

/** Files under `assets/` carry a hash of their content in their name. */
const ASSETS = "/assets/";

const API = /^\/api(?:[/?]|$)/;

/** Every other address a person may open is the same page, which looks at the address itself. */
const PAGES = [
  "/",
  "/setup",
  "/sign-in",
  "/flash",
  "/boards",
  "/survey",
  "/observation",
  "/backtest",
  "/sign/:zone",
  "/calibration",
  "/calibration/:zone",
  "/sheet/:zone",
];

export const pageRoutes = async (app: FastifyInstance, pagesDir: string): Promise<void> => {
  const isBuilt = existsSync(join(pagesDir, "index.html"));
  const sendPage = (reply: FastifyReply, options = {}): FastifyReply =>
    isBuilt ? reply.sendFile("index.html", options) : refuse(reply, "pages-missing");

  await app.register(fastifyStatic, {
    root: pagesDir,
    suppressWarning: true,
    index: false,
    dotfiles: "deny",
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply) => {
      const isAsset = reply.request.url.startsWith(ASSETS);
      // Everything else is asked for again each time, and mostly answered by 304.
      reply.header("cache-control", isAsset ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  for (const path of PAGES) {
    app.get(path, { schema: { hide: true } }, async (_request, reply) => sendPage(reply));
  }
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async (request, reply) => {
    if (!wantsPage(request)) return refuse(reply, "unknown-path");
    // Without a validator, or a browser that asks again would be given 404 with an empty page.
    return sendPage(reply.code(404), { etag: false, lastModified: false });
  });
};

const wantsPage = ({ method, url, headers }: FastifyRequest): boolean =>
  method === "GET" && !API.test(url) && (headers.accept ?? "").includes("text/html");

export const protectPages = async (app: FastifyInstance): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    frameguard: { action: "deny" },
    // These three mean nothing on plain HTTP, the normal case on a local network.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
  app.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    if (API.test(request.url)) reply.header("cache-control", "no-store");
  });
};
