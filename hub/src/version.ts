/** Of the hub and of its command; the API has its own (`adapters/http/openapi.ts`). */
export const VERSION = "0.1.0";
