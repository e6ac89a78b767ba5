import { defineConfig } from "vitest/config"

export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname, "server-only": `${import.meta.dirname}/backend/testing/empty.ts` } },
  test: {
    include: ["**/*.test.{ts,tsx,mjs}"],
    exclude: ["**/node_modules/**", ".next/**", ".data/**", "dist/**", "e2e/**"],
    globalSetup: "backend/testing/template-database.ts",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
