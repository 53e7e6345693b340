import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LIGHT_MINUTES_MAX } from "../../../api/light.ts";
import type { LightDesk, LightOutcome } from "../../desk/light-desk.ts";
import { gzipAnswer } from "./gzip.ts";
import { type Extras, lightPage, type Shown } from "./light-html.ts";
import { againIn } from "./light-problems.ts";
import { languageOf } from "./light-words.ts";
import { byCode } from "./light.ts";
import { problemView, PROBLEMS } from "./problems.ts";

/**
 * Where a sign's code leads: one page in one answer, with plain forms. Only here does the hub read
 * forms; its API reads JSON, which no page of another site may send.
 */

type Parts = { readonly lightDesk: LightDesk; readonly pagesDir: string };
type Asked = {
  Params: { readonly token: string };
  Querystring: { readonly lang?: string };
  Body: URLSearchParams;
};
type Question = FastifyRequest<Asked>;

const FORM = "application/x-www-form-urlencoded";

export const lightPageRoutes = (app: FastifyInstance, { lightDesk, pagesDir }: Parts): void => {
  // What the two are: `dashboards/src/light`. The page does without while they are not built.
  const extras = { style: builtIn(pagesDir, "light.css"), script: builtIn(pagesDir, "light.js") };
  const send = createSend(extras);
  const options = { schema: { hide: true }, onSend: gzipAnswer };

  app.register(async (pages) => {
    pages.addContentTypeParser(
      FORM,
      { parseAs: "string" },
      async (_request: unknown, body: unknown) => new URLSearchParams(String(body)),
    );

    pages.get<Asked>("/light/:token", options, async (request, reply) =>
      send(request, reply, lightDesk.look(byCode(request))),
    );

    pages.post<Asked>("/light/:token", options, async (request, reply) => {
      const outcome = answer(request, lightDesk);
      if (outcome.ok) return reply.redirect(request.url, 303);
      if (outcome.problem !== "too-many-asks") return send(request, reply, outcome);
      // Whoever asks too often may still look: the page says when again.
      const busy = retryAfter(reply.code(429), outcome.waitMs);
      return send(request, busy, lightDesk.look(byCode(request)));
    });
  });
};

const answer = (request: Question, lightDesk: LightDesk): LightOutcome => {
  const by = byCode(request);
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  if (form.has("back")) return lightDesk.handBack(by);
  const minutes = Number(form.get("minutes"));
  const isAsked = Number.isInteger(minutes) && minutes >= 1 && minutes <= LIGHT_MINUTES_MAX;
  return isAsked ? lightDesk.ask(by, minutes) : lightDesk.look(by);
};

const createSend = (extras: Extras) => {
  const policy = policyOf(extras);
  return (request: Question, reply: FastifyReply, outcome: LightOutcome): FastifyReply => {
    const language = languageOf(request.query.lang, request.headers["accept-language"]);
    if (!outcome.ok) retryAfter(reply.code(PROBLEMS[outcome.problem].http), outcome.waitMs);
    return (
      reply
        .header("content-security-policy", policy)
        .header("cache-control", "no-store")
        .header("vary", "accept-language")
        // Without a referrer a browser hides where a form comes from, and the guard would turn it away.
        .header("referrer-policy", "same-origin")
        .type("text/html; charset=utf-8")
        .send(lightPage(shownOf(outcome), language, extras))
    );
  };
};

const shownOf = (outcome: LightOutcome): Shown => {
  if (outcome.ok) return { kind: "light", view: outcome.value };
  const { problem, waitMs } = outcome;
  const detail = waitMs > 0 ? againIn(waitMs) : undefined;
  return { kind: "refused", message: problemView(problem, detail).message };
};

const retryAfter = (reply: FastifyReply, waitMs: number): FastifyReply =>
  waitMs > 0 ? reply.header("retry-after", Math.ceil(waitMs / 1000)) : reply;

const builtIn = (pagesDir: string, name: string): string => {
  const path = join(pagesDir, name);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : "";
};

/** Nothing but what stands in the page itself, known by its hash (CSP 3 §2.3.1). */
const policyOf = ({ style, script }: Extras): string =>
  [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join(";");

const hashOf = (text: string): string =>
  `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
