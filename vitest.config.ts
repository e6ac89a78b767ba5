import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

/** Folders whose tests need neither a database nor Python; `*.test.tsx` in them run in a simulated browser. */
const plain = "{app,components,contract,deploy,lib,scripts}"

export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname, "server-only": `${import.meta.dirname}/backend/testing/empty.ts` } },
  test: {
    testTimeout: 30_000,
    // Tests of the platform wait for processes most of the time, so also two cores run two files.
    maxWorkers: Math.max(2, availableParallelism()),
    hookTimeout: 60_000,
    projects: [
      // Only the simulated browser's tests replace modules, so only they need modules of their own in each file.
      { extends: true, test: { name: "unit", include: [`${plain}/**/*.test.{ts,mjs}`], isolate: false } },
      {
        extends: true,
        test: { name: "dom", include: [`${plain}/**/*.test.tsx`], environment: "happy-dom", setupFiles: "components/testing/dom.ts" },
      },
      {
        extends: true,
        test: {
          name: "platform",
          include: ["{backend,bench}/**/*.test.{ts,mjs}"],
          // Many do a whole run: seconds alone, and several times that where other suites keep both cores busy.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          isolate: false,
          globalSetup: "backend/testing/global-setup.ts",
        },
      },
    ],
  },
})
