import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, expect, test } from "vitest"
import { putEngineReport } from "../../store/compute/engine-reports.ts"
import { withClient } from "../../store/db.ts"
import { endAttempt, insertAttempt } from "../../store/evaluations/attempts.ts"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { newHostedRun } from "../../testing/waiting-run.ts"
import { readCompute } from "./read-compute.ts"

const folder = await mkdtemp(path.join(tmpdir(), "he-compute-"))
afterAll(() => rm(folder, { recursive: true, force: true }))
const file = path.join(folder, "engines.json")
const engine = { kind: "slurm", folder: "/shared", platform_url: "http://platform.test" }
await writeFile(
  file,
  JSON.stringify([
    { ...engine, name: "cluster", max: { memory_gb: 64 } },
    { ...engine, name: "other" },
  ]),
)
const platform = testPlatform({ ENGINES_FILE: file, DEFAULT_EXECUTOR: "cluster" })
const report = {
  nodes: { total: 2, up: 2 },
  cpu_cores: { total: 2, used: 1 },
  memory_gb: { total: 4, used: null },
  gpus: null,
  jobs: { running: 1, waiting: 3 },
  notes: [],
}

test("each executor has what it said, what runs and waits there, and what it lost; a person sees their own runs", async () => {
  const { db } = platform().services
  const ada = await newUser(platform(), "ada-compute")
  const bob = await newUser(platform(), "bob-compute")
  const there = { evalConfig: { executor: "cluster" } }
  const started = { ...there, status: "RUNNING" as const, startedAt: new Date() }
  const pending = { ...started, phase: "starting", phaseDetail: "waiting for cluster: Resources" } as const
  const running = await newHostedRun(platform(), ada, "at-work", { ...started, phase: "running" })
  const waiting = await newHostedRun(platform(), ada, "for-cluster", pending)
  const queued = await newHostedRun(platform(), bob, "queued-there", there)
  const local = await newHostedRun(platform(), bob, "queued-here", {})
  // Rollouts are scored again on the platform's own machine, whatever the run of their origin said.
  const scored = await newHostedRun(platform(), bob, "scored", { ...there, scoresOf: { evaluation_id: running, reward_weights: {} } })
  await insertAttempt(db, { evaluationId: running, number: 1, reason: "launched", executor: "cluster", machine: "a" })
  await endAttempt(db, running, 1, "lost", "nothing was heard of it any more")
  await putEngineReport(db, { name: "cluster", report, trouble: null })
  await putEngineReport(db, { name: "other", report: null, trouble: "squeue failed: no route to host" })

  const seen = await readCompute(ada)
  expect(seen.scope).toBe("own")
  expect(seen.executors.map(({ name, is_default, running, waiting }) => [name, is_default, running, waiting])).toEqual([
    ["local", false, 0, 2],
    ["cluster", true, 1, 2],
    ["other", false, 0, 0],
  ])
  const [, cluster, other] = seen.executors
  expect(cluster).toMatchObject({
    reachable: true,
    report,
    max: { cpu_cores: null, memory_gb: 64, gpu_count: 0 },
    runs: [
      { evaluation_id: running, is_waiting: false },
      { evaluation_id: waiting, is_waiting: true, detail: "waiting for cluster: Resources" },
    ],
    errors: [{ evaluation_id: running, message: "nothing was heard of it any more" }],
  })
  expect(other).toMatchObject({ reachable: false, trouble: null, report: null })
  const ofBob = (await readCompute(bob)).executors
  expect(ofBob.map(({ runs }) => runs.map((run) => run.evaluation_id))).toEqual([[local, scored], [queued], []])
  expect(ofBob[1]?.errors).toEqual([])

  const { databaseUrl } = platform().config
  await withClient(databaseUrl, (client) => client.query("update users set role = 'ADMIN' where id = $1", [bob.userId]))
  const all = await readCompute(bob)
  expect(all.scope).toBe("all")
  expect(all.executors[1]?.runs.map((run) => run.evaluation_id)).toEqual([running, waiting, queued])
  expect(all.executors[2]?.trouble).toBe("squeue failed: no route to host")

  await withClient(databaseUrl, (client) => client.query("update engine_reports set reported_at = now() - interval '1 hour'"))
  expect((await readCompute(bob)).executors[1]).toMatchObject({
    reachable: false,
    report: null,
    trouble: expect.stringMatching(/No worker/),
  })
})
