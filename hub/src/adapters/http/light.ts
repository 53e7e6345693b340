import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LightRequest } from "../../../api/light.ts";
import type { ByCode, LightDesk, LightOutcome } from "../../desk/light-desk.ts";
import { againIn } from "./light-problems.ts";
import { lightBody, tokenParams } from "./light-schemas.ts";
import { refuse } from "./problems.ts";
import { json, problems, view } from "./schemas.ts";

/** Light by the code on a sign: without an account, for one zone, a few times. GET changes nothing. */

type Parts = { readonly lightDesk: LightDesk };
type Link = { readonly token: string };

export const lightRoutes = (app: FastifyInstance, { lightDesk }: Parts): void => {
  const path = "/api/light/:token";

  app.get<{ Params: Link }>(path, { schema: lookSchema }, async (request, reply) =>
    told(reply, lightDesk.look(byCode(request))),
  );

  app.post<{ Params: Link; Body: LightRequest }>(
    path,
    { schema: askSchema },
    async (request, reply) => told(reply, lightDesk.ask(byCode(request), request.body.minutes)),
  );

  app.delete<{ Params: Link }>(path, { schema: handBackSchema }, async (request, reply) =>
    told(reply, lightDesk.handBack(byCode(request))),
  );
};

export const byCode = ({ params, ip }: FastifyRequest<{ Params: Link }>): ByCode => ({
  token: params.token,
  from: ip,
});

const told = (reply: FastifyReply, outcome: LightOutcome): FastifyReply => {
  if (outcome.ok) return reply.send(outcome.value);
  const { problem, waitMs } = outcome;
  if (waitMs === 0) return refuse(reply, problem);
  return refuse(reply.header("retry-after", Math.ceil(waitMs / 1000)), problem, againIn(waitMs));
};

const HERE = { tags: ["light"], params: tokenParams };

const lookSchema = {
  summary: "The light of the zone that a sign's code is for",
  ...HERE,
  response: {
    200: json("The light", view("LightView")),
    ...problems("link-refused", "too-many-links"),
  },
};

const askSchema = {
  summary: "Ask for light by a sign's code: no rule keeps it off for so many minutes",
  description: "Ten times in ten minutes for each code. It switches nothing on.",
  ...HERE,
  body: lightBody,
  response: {
    200: json("The light", view("LightView")),
    ...problems(
      "invalid-request",
      "malformed",
      "foreign-page",
      "link-refused",
      "too-large",
      "not-json",
      "too-many-asks",
      "too-many-links",
    ),
  },
};

const handBackSchema = {
  summary: "Hand back what was asked for on a page; what the wall switch gave stays",
  ...HERE,
  response: {
    200: json("The light", view("LightView")),
    ...problems("foreign-page", "link-refused", "too-many-asks", "too-many-links"),
  },
};
