import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const root = join(import.meta.dirname, "..")

// A few of the kills that `node --import tsx bench/chaos.mjs` does by the dozen, and without the dashboard, which would have to be built.
test("worker, environment and Postgres are killed again and again, and every rollout is there exactly once", {
  timeout: 600_000,
}, async () => {
  const { TEST_DATABASE_URL: _, ...env } = process.env
  const args = ["--import", "tsx", "bench/chaos.mjs", "--kills", "8", "--rollouts", "400", "--without-web"]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env }).catch((error) => {
    throw new Error(`${error.stdout}\n${error.stderr}`)
  })
  expect(stdout).toContain("each exactly once, all sums equal")
})
