import { existsSync } from "node:fs"
import { chromium, defineConfig, devices } from "@playwright/test"

// Debian's Chromium where it is, else Playwright's own.
const system = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path))
const executablePath = process.env.PLAYWRIGHT_CHROMIUM_PATH ?? (existsSync(chromium.executablePath()) ? undefined : system)

const port = Number(process.env.E2E_PORT ?? 3410)
const apiKey = "he_stories_key_of_the_local_user_0123456789"
// For work on the stories: E2E_REUSE=1 takes platforms that run already on these ports.
const reuseExistingServer = process.env.E2E_REUSE === "1"
const start = "exec node scripts/start.mjs"
const gracefulShutdown = { signal: "SIGTERM" as const, timeout: 20_000 }

export default defineConfig({
  testDir: "e2e",
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // The stories share one account, and one of them sets its budget: one after the other. The look at the pages goes on beside them.
  projects: [
    { name: "stories", testIgnore: "every-page.spec.ts", workers: 1 },
    { name: "pages", testMatch: "every-page.spec.ts" },
  ],
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  use: {
    baseURL: `http://localhost:${port}`,
    trace: "retain-on-failure",
    ...devices["Desktop Chrome"],
    launchOptions: { ...(executablePath ? { executablePath } : {}), args: ["--disable-gpu", "--disable-quic"] },
  },
  metadata: { apiKey, remoteUrl: `http://localhost:${port + 10}` },
  webServer: [
    {
      command: start,
      url: `http://localhost:${port}/api/v1/health`,
      // All stories ask with one key, many times a second.
      env: {
        PORT: String(port),
        WORKER_PORT: String(port + 1),
        DATA_DIR: ".data/e2e",
        API_KEY: apiKey,
        DEMO_LATENCY: "0.3",
        LOCAL_MODEL: "0",
        REQUESTS_PER_MINUTE: "6000",
      },
      reuseExistingServer,
      timeout: 600_000,
      gracefulShutdown,
    },
    {
      // A second dashboard that shows the first platform over HTTP.
      command: start,
      url: `http://localhost:${port + 10}/login`,
      env: { PORT: String(port + 10), DATA_DIR: ".data/e2e-remote", PLATFORM_URL: `http://127.0.0.1:${port}`, PLATFORM_API_KEY: apiKey },
      reuseExistingServer,
      timeout: 600_000,
      gracefulShutdown,
    },
  ],
})
