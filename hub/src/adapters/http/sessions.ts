import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  PASSWORD_LENGTH_MIN,
  type SessionView,
  type SetupRequest,
  type SignInRequest,
} from "../../../api/contract.ts";
import type { Account, Accounts, SignIn } from "../../ports.ts";
import { type ProblemCode, refuse } from "./problems.ts";
import { json, problems, setupBody, signInBody, view } from "./schemas.ts";
import type { Visitors } from "./visitors.ts";

/** Setting up the first account, signing in, signing out. */

type Parts = {
  readonly accounts: Accounts;
  readonly visitors: Visitors;
  readonly attemptsPerMinute: number;
};

const BODY: readonly ProblemCode[] = ["invalid-request", "malformed", "too-large", "not-json"];

export const sessionRoutes = (app: FastifyInstance, parts: Parts): void => {
  const { accounts, visitors } = parts;
  const attempts = { rateLimit: { max: parts.attemptsPerMinute, timeWindow: 60_000 } };

  const sessionView = (account: Account | undefined): SessionView => ({
    signedIn: account !== undefined,
    account: account?.name ?? null,
    role: account?.role ?? null,
    setupOpen: accounts.setupOpen(),
  });

  /** Whoever signs in anew leaves the old session behind. */
  const welcome = (request: FastifyRequest, reply: FastifyReply, signIn: SignIn & { ok: true }) => {
    const before = visitors.tokenOf(request);
    if (before !== undefined) accounts.signOut(before);
    visitors.remember(request, reply, signIn.token);
    return reply.code(201).send(sessionView(signIn.account));
  };

  app.get(
    "/api/session",
    {
      schema: {
        summary: "Who is signed in here",
        tags: ["people"],
        response: { 200: json("The session of this browser", view("SessionView")), ...problems() },
      },
    },
    async (request) => sessionView(visitors.accountOf(request)),
  );

  app.post<{ Body: SignInRequest }>(
    "/api/session",
    { schema: signInSchema, config: attempts },
    async (request, reply) => {
      const { name, password } = request.body;
      const signIn = await accounts.signIn(name, password, request.ip);
      if (signIn.ok) return welcome(request, reply, signIn);
      if (signIn.problem === "too-many") return refuse(reply, "too-many-attempts");
      return refuse(reply, "wrong-name-or-password");
    },
  );

  app.delete("/api/session", { schema: signOutSchema }, async (request, reply) => {
    const token = visitors.tokenOf(request);
    if (token !== undefined) accounts.signOut(token);
    visitors.forget(request, reply);
    return reply.code(204).send();
  });

  app.post<{ Body: SetupRequest }>(
    "/api/setup",
    { schema: setupSchema, config: attempts },
    async (request, reply) => {
      const { token, name, password } = request.body;
      if (!accounts.setupOpen()) return refuse(reply, "setup-done");
      if (password.length < PASSWORD_LENGTH_MIN) return refuse(reply, "password-too-short");
      const signIn = await accounts.completeSetup(token, name, password);
      if (signIn.ok) return welcome(request, reply, signIn);
      if (signIn.problem === "too-many") return refuse(reply, "too-many-attempts");
      return refuse(reply, "setup-link-refused");
    },
  );
};

const signInSchema = {
  summary: "Sign in; the answer sets the session cookie",
  tags: ["people"],
  body: signInBody,
  response: {
    201: json("Signed in", view("SessionView")),
    ...problems("wrong-name-or-password", "too-many-attempts", "foreign-page", ...BODY),
  },
};

const signOutSchema = {
  summary: "Sign out; the session ends for good",
  tags: ["people"],
  response: {
    204: { description: "Signed out, or nobody was signed in", type: "null" },
    ...problems("foreign-page"),
  },
};

const setupSchema = {
  summary: "Create the first account with the token of the set-up link, once, and sign in",
  tags: ["people"],
  body: setupBody,
  response: {
    201: json("Created and signed in", view("SessionView")),
    ...problems(
      "password-too-short",
      "setup-link-refused",
      "setup-done",
      "too-many-attempts",
      "foreign-page",
      ...BODY,
    ),
  },
};
