import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createLog } from "../base/log.ts"
import { createFilledDatabase } from "../testing/filled-database.ts"
import { dropDatabase } from "../testing/template-database.ts"
import { type Database, openDatabase } from "./db.ts"
import { findLastCheck } from "./environments/checks.ts"
import { listEnvironments } from "./environments/list-environments.ts"
import { listVersions } from "./environments/versions.ts"
import { listAttempts } from "./evaluations/attempts.ts"
import { findEvaluation } from "./evaluations/evaluations.ts"
import { listEvaluations } from "./evaluations/list-evaluations.ts"
import { listApiKeys } from "./identity/api-keys.ts"
import { listMembers, listTeams } from "./identity/teams.ts"
import { readLogLines } from "./logs/read-logs.ts"
import { listSamples } from "./samples/list-samples.ts"
import { findSample } from "./samples/sample-bodies.ts"
import { listSandboxes } from "./sandboxes/sandboxes.ts"
import { findEnvironmentSettings } from "./secrets/environment-settings.ts"
import { sumUsage } from "./usage/usage-report.ts"

const migrations = path.join(import.meta.dirname, "migrations")
const viewer = { userId: "user_alice", teamIds: ["team_lab"], roles: { team_lab: "owner" } } as const
let name = ""
let database: Database

beforeAll(async () => {
  const made = await createFilledDatabase("he_upgrade")
  name = made.name
  database = openDatabase(made.url, createLog("test", "silent"), { max: 2 })
})

afterAll(async () => {
  await database?.close()
  await dropDatabase(name)
})

test("the first migration is never rewritten", async () => {
  const text = await readFile(path.join(migrations, "0000_start.sql"))
  expect(createHash("sha256").update(text).digest("hex")).toBe("f473b30a0a6e65521c80b5c2d2aac981cbb56ce38a12d2af3bc72bb2da2faa47")
})

test("runs of an upgraded database are listed and read, in whatever state they were", async () => {
  const { db } = database
  const { rows, total } = await listEvaluations(db, viewer, { sort_by: "created_at", sort_order: "desc", skip: 0, limit: 50 })
  expect(total).toBe(8)
  expect(rows.map(({ evaluation }) => evaluation.status).sort()).toEqual(
    ["CANCELLED", "COMPLETED", "COMPLETED", "FAILED", "PENDING", "PROCESSING", "RUNNING", "TIMEOUT"].sort(),
  )
  const found = await findEvaluation(db, viewer, "run_completed")
  expect(found).toMatchObject({ createdBy: "alice", usage: { requests: 2, costUsd: 0.5 }, evaluation: { samplesDone: 3, rewardSum: 1.5 } })
  expect(found?.sandbox.ms).toBe(60_000)
  expect(await listAttempts(db, "run_completed")).toMatchObject([{ attempt: { number: 1, ended: "completed" } }])
  const failed = await findEvaluation(db, viewer, "run_failed")
  expect(failed?.evaluation.failure?.class).toBe("inference_auth")
})

test("samples of an upgraded database come in every order, with their messages", async () => {
  const { db } = database
  for (const by of ["seq", "example", "reward", "duration", "tokens", "metric:exact"]) {
    const page = await listSamples(db, "run_completed", { sort_by: by, sort_order: "desc", limit: 10 })
    expect(page.rows).toHaveLength(3)
  }
  const sample = await findSample(db, "run_completed", "sample_4")
  expect(sample?.body).toMatchObject({ completion: [{ role: "assistant", content: "four" }] })
  expect(sample?.sameRollout.map((one) => one.id)).toEqual(["sample_1", "sample_4"])
})

test("samples of an upgraded database can be searched", async () => {
  const found = await listSamples(database.db, "run_completed", { sort_by: "seq", sort_order: "asc", limit: 10, search: "FOUR" })
  expect(found.scope).toEqual({ looked_through: null, cut_short: 0, waiting: 0, total_is_least: false })
  expect(found.rows.map(({ id }) => id)).toEqual(["sample_4"])
})

test("everything else of an upgraded database is read as well", async () => {
  const { db } = database
  const environments = await listEnvironments(db, viewer, { owner: "alice", sortBy: "name", descending: false, limit: 10, offset: 0 })
  expect(environments.rows).toMatchObject([{ environment: { name: "adder" }, version: "0.1.0", action: "SUCCESS", evaluationCount: 8 }])
  expect(await listVersions(db, "env_adder")).toMatchObject([{ version: { semanticVersion: "0.1.0", datasetSize: 100 } }])
  expect(await findLastCheck(db, "version_adder")).toMatchObject({ status: "SUCCESS" })
  expect(await listApiKeys(db, "user_alice")).toMatchObject([{ prefix: "he_abcd", scopes: ["read", "run", "write"], expiresAt: null }])
  expect((await listTeams(db, "user_alice", { offset: 0, limit: 10 })).rows).toMatchObject([
    { team: { slug: "lab" }, membership: { role: "owner" } },
  ])
  const members = await listMembers(db, "team_lab", { offset: 0, limit: 10 })
  expect(members.rows.map(({ user, membership }) => [user.id, membership.role]).sort()).toEqual([
    ["user_alice", "owner"],
    ["user_bob", "editor"],
  ])
  expect(await findEnvironmentSettings(db, "env_adder")).toMatchObject({
    variables: [{ name: "REGION", value: "eu" }],
    linked: [{ secret: { name: "SHARED" } }],
    own: [{ name: "OWN" }],
  })
  expect((await listSandboxes(db, { userId: "user_alice" }, { offset: 0, limit: 10 })).rows).toMatchObject([{ status: "TERMINATED" }])
  expect(await readLogLines(db, "run_completed", 0, 10)).toMatchObject([
    { n: 0, text: "loading" },
    { n: 1, text: "done" },
  ])
  const account = { userId: "user_alice", teamId: null }
  expect(await sumUsage(db, account, { from: "2026-11-01", to: "2026-11-30" })).toMatchObject({ requests: 2, sandboxMs: 60_000 })
})
