import type { FastifyInstance } from "fastify";
import swagger from "@fastify/swagger";
import { BACKTEST_SCHEMAS } from "./backtest-schemas.ts";
import { OBSERVATION_SCHEMAS } from "./observation-schemas.ts";
import { LIGHT_SCHEMAS } from "./light-schemas.ts";
import { CALIBRATION_SCHEMAS } from "./calibration-schemas.ts";
import { json, NAMED_SCHEMAS, problems } from "./schemas.ts";
import { SURVEY_SCHEMAS } from "./survey-schemas.ts";
import { SECURITY_SCHEMES } from "./visitors.ts";
import { WORKSHOP_SCHEMAS } from "./workshop-schemas.ts";

/** The OpenAPI document, made from the schemas of the routes: it cannot say what they do not do. */

/** Raised when the API changes (semver.org). */
const API_VERSION = "1.4.0";

const DESCRIPTION = `What the hub of one building tells and is told. Times are milliseconds since 1970, UTC;
keys carry their unit; \`null\` is unknown, never zero. Every refusal has a stable \`code\` and a message
in French and English. A POST, PUT or DELETE must come from the hub's own pages or from no page at all.`;

/** To be called before any route is added. */
export const describeRoutes = async (app: FastifyInstance): Promise<void> => {
  for (const schema of [
    ...NAMED_SCHEMAS,
    ...LIGHT_SCHEMAS,
    ...BACKTEST_SCHEMAS,
    ...WORKSHOP_SCHEMAS,
    ...SURVEY_SCHEMAS,
    ...OBSERVATION_SCHEMAS,
    ...CALIBRATION_SCHEMAS,
  ])
    app.addSchema(schema);
  app.addHook("onRoute", ({ url, schema }) => {
    if (!url.startsWith("/api/") || (schema?.summary !== undefined && schema.response)) return;
    throw new Error(
      `route ${url} has no summary or no response schema: nobody could find or use it`,
    );
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Battant",
        version: API_VERSION,
        description: DESCRIPTION,
        license: { name: "AGPL-3.0-or-later", identifier: "AGPL-3.0-or-later" },
      },
      servers: [{ url: "/" }],
      tags: [
        { name: "building", description: "Common areas; open to all on the local network." },
        { name: "light", description: "Asking for light; by a sign's code without an account." },
        { name: "readings", description: "What sensors measured; for people who signed in." },
        { name: "boards", description: "Boards to adopt, watch and forget; for the workshop." },
        { name: "flashing", description: "What makes a chip a board; for the workshop." },
        { name: "people", description: "Setting up, signing in and out." },
        { name: "health", description: "How the hub is doing; for managers." },
        { name: "access", description: "How browsers reach the hub over HTTPS; open to all." },
        { name: "document", description: "This document." },
      ],
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, i) =>
        typeof $id === "string" ? $id : `schema-${i}`,
    },
  });
};

export const documentRoute = (app: FastifyInstance): void => {
  const schema = {
    summary: "This document",
    tags: ["document"],
    response: {
      200: json("OpenAPI 3.1", { type: "object", additionalProperties: true }),
      ...problems(),
    },
  };
  app.get("/api/openapi.json", { schema }, async () => app.swagger());
};
