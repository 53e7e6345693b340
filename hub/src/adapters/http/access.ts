import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";
import { json, problems, view } from "./schemas.ts";

/** How a browser reaches this hub over HTTPS, and whom it has to trust for that: open to all. */

type Parts = {
  /** None when nothing listens for HTTPS. */
  readonly httpsPort: () => number | undefined;
  /** The certificate of the box's own authority, as a file. */
  readonly caPath: string;
};

export const accessRoutes = (app: FastifyInstance, { httpsPort, caPath }: Parts): void => {
  app.get("/api/access", { schema: accessSchema }, async () => ({
    httpsPort: httpsPort() ?? null,
  }));

  app.get("/api/ca.crt", { schema: authoritySchema }, async (_request, reply) => {
    // Read each time, as it may have been renewed; and parsed, so that nothing else of it goes out.
    const certificate = new X509Certificate(await readFile(caPath));
    reply.header("content-disposition", 'attachment; filename="battant-ca.crt"');
    return reply.type("application/x-x509-ca-cert").send(certificate.toString());
  });
};

const accessSchema = {
  summary: "How this hub is reached over HTTPS",
  description:
    "Browsers open a serial port only for pages that came over HTTPS, or from localhost.",
  tags: ["access"],
  response: { 200: json("The port", view("AccessView")), ...problems() },
};

const authoritySchema = {
  summary: "The certificate of the box's own authority, which browsers have to trust",
  tags: ["access"],
  response: {
    200: {
      description: "An X.509 certificate in PEM",
      content: { "application/x-x509-ca-cert": { schema: { type: "string" } } },
    },
    ...problems(),
  },
};
