import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll } from "vitest"
import { type Config, readConfig } from "../base/config.ts"
import { createPlatform, type Platform } from "../platform.ts"
import { createMigratedDatabase, dropDatabase } from "./template-database.ts"

export const testApiKey = "he_test_key_of_the_local_user"

export interface TestPlatform extends Platform {
  config: Config
  /** A request as the CLI makes it, with the key of the local user. */
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<{ status: number; body: any }>
}

/** A platform on a database of its own, for one test file; everything it made is gone afterwards. */
export function testPlatform(settings: Record<string, string> = {}): () => TestPlatform {
  let platform: TestPlatform | null = null
  let database = { name: "", url: "" }
  let folder = ""

  beforeAll(async () => {
    database = await createMigratedDatabase()
    folder = await mkdtemp(path.join(tmpdir(), "he-test-"))
    const config = readConfig({
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      SECRET_KEY: "0f".repeat(32),
      API_KEY: testApiKey,
      LOG_LEVEL: "silent",
      DEMO_LATENCY: "0",
      // Each check and each process that waits imports the library, which takes seconds: only where a test is about them.
      MAX_CONCURRENT_CHECKS: "0",
      WARM_PROCESSES: "0",
      // Only where a test is about them: to find a tunnel server takes minutes.
      FRPS: "off",
      // Each worker would open a port for them: only where a test is about them.
      INSTANCES_PER_USER: "0",
      // The scripted model server is a custom endpoint of many tests.
      SANDBOX_ALLOW: "127.0.0.1:*",
      SANDBOX_AS_ROOT: "true",
      // Further bases are made beside the first one, for all tests.
      ...(process.env.PYTHON_BASE
        ? { PYTHON_BASE: process.env.PYTHON_BASE, PYTHON_BASES: path.join(path.dirname(process.env.PYTHON_BASE), "../..") }
        : {}),
      ...(process.env.UV ? { UV: process.env.UV } : {}),
      ...settings,
    } as unknown as NodeJS.ProcessEnv)
    const made = createPlatform(config, "test")
    await made.ownerId()
    platform = {
      ...made,
      config,
      async call(method, address, body, headers = {}) {
        const response = await made.fetch(
          new Request(`http://platform.test/api/v1${address}`, {
            method,
            headers: { authorization: `Bearer ${testApiKey}`, "content-type": "application/json", ...headers },
            body: body === undefined ? null : JSON.stringify(body),
          }),
          null,
        )
        const text = await response.text()
        return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text }
      },
    }
  })

  afterAll(async () => {
    await platform?.close()
    await dropDatabase(database.name)
    // Processes whose worker a test killed may still be writing down how they ended.
    await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
    // A Python environment is 17,000 files, and a test may have made many.
  }, 180_000)

  return () => {
    if (!platform) throw new Error("The platform is made before the first test")
    return platform
  }
}
