import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { until } from "../backend/testing/until.ts"
import { makeCheckout } from "./lib/stand-ins.mjs"

const SHARED = { DATABASE_URL: "postgres://db/evals", SECRET_KEY: "0".repeat(64) }

/** @param {(checkout: Awaited<ReturnType<typeof makeCheckout>>) => Promise<void>} work */
async function inImage(work) {
  const checkout = await makeCheckout()
  try {
    execFileSync(join(checkout.folder, "node_modules/.bin/esbuild"), { cwd: checkout.folder })
    await work(checkout)
  } finally {
    await checkout.remove()
  }
}

test(
  "a container becomes the part that its command names, with the launcher's environment, and ends when it is told to",
  { timeout: 60_000 },
  () =>
    inImage(async (checkout) => {
      const parts = { web: checkout.start(SHARED, "container", ["web"]), worker: checkout.start(SHARED, "container", ["worker"]) }
      for (const [name, part] of Object.entries(parts)) {
        await part.says(`${name} banner`)
        // No process between the engine and the program: signals reach it.
        expect(checkout.pid(name)).toBe(part.pid)
        expect(checkout.env(name)).toMatchObject({
          ...SHARED,
          NODE_ENV: "production",
          PYTHON_BASE: "/python",
          UV: "/uv",
          RUNS_ON_STOP: "stop",
        })
      }
      const token = readFileSync(join(checkout.dataDir, "sign-in-token"), "utf8").trim()
      expect(parts.web.output).toContain(`http://localhost:${checkout.port}/login/link?token=${token}`)
      // A worker makes no API key: that of the platform is in its database.
      expect(checkout.env("web").API_KEY).toMatch(/^he_/)
      expect(checkout.env("worker").API_KEY).toBeUndefined()
      for (const name of Object.keys(parts))
        await until(`${name} is healthy`, async () => (await checkout.start(SHARED, "container", ["health", name]).ended) === 0)
      for (const part of Object.values(parts)) part.kill("SIGTERM")
      expect(await Promise.all([parts.web.ended, parts.worker.ended])).toEqual([0, 0])
      const health = checkout.start(SHARED, "container", ["health", "worker"])
      await health.says(`No good answer from http://127.0.0.1:${checkout.workerPort}/api/v1/health.`)
      expect(await health.ended).toBe(1)
    }),
)

test("a container that is not told what it is, or lacks what all parts share, says so and ends", { timeout: 60_000 }, () =>
  inImage(async (checkout) => {
    const cases = /** @type {const} */ ([
      [[], SHARED, "Say what this container is: web, worker, or a command for operators (backup, restore, audit)."],
      [["wrker"], SHARED, 'There is no part "wrker".'],
      [["web"], { ...SHARED, DATABASE_URL: undefined }, "DATABASE_URL is not set: web and all workers need the same."],
      [["worker"], { ...SHARED, SECRET_KEY: undefined }, "SECRET_KEY is not set: web and all workers need the same."],
    ])
    for (const [words, env, text] of cases) {
      const container = checkout.start(env, "container", [...words])
      await container.says(text)
      expect(await container.ended).toBe(1)
    }
  }),
)
