import { execFile } from "node:child_process"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import type { Server } from "node:http"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { serve } from "@hono/node-server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { withClient } from "../../store/db.ts"
import { readLogLines } from "../../store/logs/read-logs.ts"
import { rolloutsFrom } from "../../testing/remote-program.ts"
import { beSilent, superviseElsewhere } from "../../testing/remote-run.ts"
import { sandboxPrograms, sandboxPython } from "../../testing/sandbox.ts"
import { type Slurm, startSlurm } from "../../testing/slurm.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"
import { newWaitingRun } from "../../testing/waiting-run.ts"
import { JobRefused, type RemoteEngine } from "./remote-engine.ts"
import { gpusOf, type SlurmOptions, slurmEngine } from "./slurm.ts"

const platform = testPlatform()
const folder = await mkdtemp(path.join(tmpdir(), "he-nodes-"))
let slurm: Slurm
let server: Server
let options: SlurmOptions
let engine: RemoteEngine

beforeAll(async () => {
  slurm = await startSlurm()
  const port = await freePort()
  server = serve({ fetch: (request) => platform().fetch(request, null, "192.0.2.1"), hostname: slurm.address, port }) as Server
  options = {
    folder,
    platformUrl: `http://${slurm.address}:${port}`,
    silenceSeconds: 600,
    partition: "eval",
    python: sandboxPython(),
    programs: sandboxPrograms,
    variables: slurm.variables,
  }
  engine = slurmEngine(options)
}, 60_000)
afterAll(async () => {
  server?.closeAllConnections()
  server?.close()
  await slurm?.stop()
  await rm(folder, { recursive: true, force: true })
})

const begin = async (slug: string, total: number, seconds: number) => {
  const id = await newWaitingRun(platform(), slug, total)
  const one = await superviseElsewhere(platform(), slug, engine)
  return { id, ...one, start: (first: number) => one.start(rolloutsFrom(first, total, seconds)) }
}
const printed = async (id: string): Promise<string[]> =>
  (await readLogLines(platform().services.db, id, 0, 10_000)).flatMap(({ text }) => /^row (\d+)/.exec(text)?.[1] ?? [])
const all = (total: number) => [...Array(total)].map((_, number) => String(number))

test("a run on Slurm: its rollouts are stored once, and nothing is left on the node", { timeout: 60_000 }, async () => {
  const { id, record, start, follow } = await begin("slurm-run", 300, 0.005)
  const handle = await start(0)
  // As after an answer that was lost: there is one job of that name.
  await engine.submit(
    handle.id,
    { ATTEMPT_URL: "http://nowhere", ATTEMPT_TOKEN: "none" },
    rolloutsFrom(0, 1, 0).specOf(handle.workDir, handle.id),
  )
  expect(await follow(handle)).toMatchObject({ phase: "exited", code: 0, signal: null, limit: null })
  expect(record.row.samplesDone).toBe(300)
  expect(await printed(id)).toEqual(all(300))
  await record.end("COMPLETED", null)
  await until("Slurm says so, too", async () => (await engine.inspect(handle.id)).phase === "gone")
  expect(await readdir(folder)).toEqual([])
})

test("a job that the cluster will never take is refused, with what Slurm said", async () => {
  const ship = { ATTEMPT_URL: "http://nowhere", ATTEMPT_TOKEN: "none" }
  const needs = rolloutsFrom(0, 1, 0).specOf("/attempts/a", "a")
  // Its nodes have one core and no GPUs.
  const refused = [
    [{}, { cpus: 2 }, "Requested node configuration is not available"],
    [{}, { gpus: 1 }, "Invalid generic resource (gres) specification"],
    [{ partition: "nowhere" }, {}, "Invalid partition"],
  ] as const
  for (const [at, [given, also, message]] of refused.entries()) {
    const submitted = slurmEngine({ ...options, ...given }).submit(`slurm-refused-${at}`, ship, { ...needs, ...also })
    await expect(submitted).rejects.toThrow(JobRefused)
    await expect(submitted).rejects.toThrow(message)
  }
})

test("GPUs of a node are counted as Slurm writes them", () => {
  const written = ["(null)", "gpu:2", "gpu:a100:4(S:0-1)", "gpu:a100:4(S:0-1),gpu:1g.5gb:2,nic:1", "shard:8,gpu:tesla:1"]
  expect(written.map(gpusOf)).toEqual([0, 2, 4, 6, 1])
})

test("what finds no room waits, with Slurm's reason; what is stopped is gone, and makes room", { timeout: 60_000 }, async () => {
  const runs = []
  for (const slug of ["slurm-a", "slurm-b", "slurm-c"]) runs.push(await begin(slug, 100_000, 0.05))
  const handles = []
  for (const { start } of runs) handles.push(await start(0))
  const [a, b, c] = runs as [(typeof runs)[0], (typeof runs)[0], (typeof runs)[0]]
  const [first, second, third] = handles as [(typeof handles)[0], (typeof handles)[0], (typeof handles)[0]]
  for (const [run, handle] of [
    [a, first],
    [b, second],
  ] as const)
    await until("it runs", async () => (await run.record.takeNext(handle)) && run.record.row.samplesDone > 0)
  await until("it waits", async () => {
    const seen = await c.remote.inspect(third)
    return seen.phase === "pending" && seen.detail === "waiting for slurm: Resources"
  })
  await a.remote.stop(first, 1000)
  expect(await a.remote.inspect(first)).toMatchObject({ phase: "exited" })
  await until("the next one runs", async () => (await c.record.takeNext(third)) && c.record.row.samplesDone > 0)
  await b.remote.stop(second, 1000)
  await c.remote.stop(third, 1000)
  for (const { record } of runs) await record.end("CANCELLED", null)
  await until("nothing is left", async () => (await readdir(folder)).length === 0)
})

test("a node that is killed: the rest is done on the other one, and all of it counts once", { timeout: 120_000 }, async () => {
  const { id, record, start, follow, remote } = await begin("slurm-killed", 300, 0.02)
  const lost = await start(0)
  expect(await follow(lost, () => record.row.samplesDone >= 100)).toBeNull()
  const asked = ["--noheader", `--name=${lost.id}`, "--format=%B"]
  const { stdout } = await promisify(execFile)("squeue", asked, { env: slurm.variables as unknown as NodeJS.ProcessEnv })
  slurm.kill(stdout.trim() as "n1" | "n2")
  await until("Slurm has lost it", async () => (await engine.inspect(lost.id)).phase === "gone", { seconds: 60 })
  expect(await engine.inspect(lost.id)).toEqual({ phase: "gone", reason: "NODE_FAIL: NodeDown" })
  await record.takeAll(lost)
  await beSilent(platform(), lost.id)
  expect(await follow(lost)).toEqual({ phase: "lost" })
  const kept = record.row.samplesDone
  expect(kept).toBeGreaterThanOrEqual(100)
  expect(kept).toBeLessThan(300)
  await remote.stop(lost, 0)
  expect(await follow(await start(kept))).toMatchObject({ phase: "exited", code: 0 })
  expect(record.row.samplesDone).toBe(300)
  const { rows } = await withClient(platform().config.databaseUrl, (client) =>
    client.query("select count(*)::int as stored, count(distinct example_id)::int as examples from samples where evaluation_id = $1", [id]),
  )
  expect(rows).toEqual([{ stored: 300, examples: 300 }])
  // What it had printed last went with the node, and of what it did not report, something may have been printed.
  expect(await printed(id)).toEqual(expect.arrayContaining(all(300).slice(kept)))
})
