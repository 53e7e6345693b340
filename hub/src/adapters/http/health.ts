import type { FastifyInstance } from "fastify";
import { json, problems, view } from "./schemas.ts";
import type { Views } from "./views.ts";
import type { Visitors } from "./visitors.ts";

/** How the hub and its boards are doing, for the building's managers. */

type Parts = { readonly views: Pick<Views, "health">; readonly visitors: Visitors };

export const healthRoutes = (app: FastifyInstance, { views, visitors }: Parts): void => {
  const schema = {
    summary: "Boards, refused messages, the store and the serial ports",
    tags: ["health"],
    security: [{ session: [] }],
    response: {
      200: json("Health", view("HealthView")),
      ...problems("sign-in-needed", "manager-only"),
    },
  };
  app.get("/api/health", { schema, preValidation: visitors.manager }, async () => views.health());
};
