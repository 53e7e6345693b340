import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/test/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Real brokers, databases and browsers share two cores: more at once only makes each slower.
    maxWorkers: 2,
  },
});
