import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import type { Server } from "node:http"
import { tmpdir } from "node:os"
import path from "node:path"
import { serve } from "@hono/node-server"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { freePort } from "../../../../scripts/lib/free-port.mjs"
import { withClient } from "../../../store/db.ts"
import { readLogLines } from "../../../store/logs/read-logs.ts"
import { echoEnvironment, publishEnvironment } from "../../../testing/environments.ts"
import { type Ray, rayAddress, startRay } from "../../../testing/ray.ts"
import { programOf, rolloutsFrom } from "../../../testing/remote-program.ts"
import { beSilent, superviseElsewhere } from "../../../testing/remote-run.ts"
import { logOf, untilRun } from "../../../testing/runs.ts"
import { sandboxPrograms, sandboxPython } from "../../../testing/sandbox.ts"
import { testEngine } from "../../../testing/test-engine.ts"
import { until } from "../../../testing/until.ts"
import { newWaitingRun } from "../../../testing/waiting-run.ts"
import { JobRefused, type RemoteEngine } from "../remote-engine.ts"
import { RayApi } from "./api.ts"
import { type RayOptions, rayEngine } from "./ray.ts"

/* A real Ray of a head without cores and two nodes of one core and two GPUs each, whose devices are not real. The last test kills one of them. */

const folder = await mkdtemp(path.join(tmpdir(), "he-on-ray-"))
const attempts = path.join(folder, "attempts")
const file = path.join(folder, "engines.json")
let ray: Ray
let server: Server
let options: RayOptions
let engine: RemoteEngine

// Before the platform reads the file.
beforeAll(async () => {
  ray = await startRay()
  const { server: address, tokenFile } = ray.access
  const entry = {
    kind: "ray",
    name: "cluster",
    folder: path.join(folder, "of-runs"),
    platform_url: `http://${rayAddress}:${port}`,
    server: address,
    token_file: tokenFile,
    max: { cpu_cores: 1, memory_gb: 1.5, gpu_count: 1 },
  }
  await writeFile(file, JSON.stringify([entry]))
  // While no worker runs, which would claim the runs of the tests, the platform answers here.
  const ownPort = await freePort()
  server = serve({ fetch: (request) => platform().fetch(request, null, "192.0.2.1"), hostname: rayAddress, port: ownPort }) as Server
  options = {
    access: ray.access,
    folder: attempts,
    platformUrl: `http://${rayAddress}:${ownPort}`,
    silenceSeconds: 600,
    python: sandboxPython(),
    programs: sandboxPrograms,
    cpus: 1,
  }
  engine = rayEngine(options)
}, 600_000)
afterAll(async () => {
  server?.closeAllConnections()
  server?.close()
  await ray?.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)
const settings = { ENGINES_FILE: file, HOST: rayAddress }
const { platform, launch, startWorker, stopWorker, port } = await testEngine(() => "it is 0", settings, { starts: false })

const begin = async (slug: string, total: number, seconds: number, on = engine) => {
  const id = await newWaitingRun(platform(), slug, total)
  const one = await superviseElsewhere(platform(), slug, on)
  return { id, ...one, start: (first: number) => one.start(rolloutsFrom(first, total, seconds)) }
}
const noShip = { ATTEMPT_URL: "http://nowhere", ATTEMPT_TOKEN: "none" }
const needs = rolloutsFrom(0, 1, 0).specOf("/attempts/a", "a")
const printed = async (id: string): Promise<string[]> =>
  (await readLogLines(platform().services.db, id, 0, 10_000)).flatMap(({ text }) => /^row (\d+)/.exec(text)?.[1] ?? [])
const all = (total: number) => [...Array(total)].map((_, number) => String(number))
const nothingLeft = () => until("nothing is left", async () => (await readdir(attempts)).length === 0)
/** Runs a program on a node to its end; what it printed, and how it ended. */
const runs = async (slug: string, ...program: Parameters<typeof programOf>) => {
  const id = await newWaitingRun(platform(), slug, 1)
  const { start, follow, record } = await superviseElsewhere(platform(), slug, engine)
  const end = await follow(await start(programOf(...program)))
  const lines = (await readLogLines(platform().services.db, id, 0, 10_000)).map(({ text }) => text)
  await record.end("CANCELLED", null)
  return { end, lines, text: lines.join("\n") }
}

test("a run on Ray: its rollouts are stored once, and nothing is left on the node", async () => {
  const { id, record, start, follow } = await begin("ray-run", 300, 0.005)
  const handle = await start(0)
  // As after an answer that was lost: there is one job of that name.
  await engine.submit(handle.id, noShip, needs)
  expect(await follow(handle)).toMatchObject({ phase: "exited", code: 0, signal: null, limit: null })
  expect(record.row.samplesDone).toBe(300)
  expect(await printed(id)).toEqual(all(300))
  await record.end("COMPLETED", null)
  await until("Ray says so, too", async () => (await engine.inspect(handle.id)).phase === "gone")
  await nothingLeft()
})

test("what has ended is forgotten after ten minutes, and jobs of others stay", { timeout: 60_000 }, async () => {
  const api = new RayApi(ray.access)
  await api.ask("POST", "/api/jobs/", { submission_id: "ray-foreign", entrypoint: "true", entrypoint_num_cpus: 1 })
  const elsewhere = rayEngine({ ...options, python: "/usr/bin/nothing" })
  await elsewhere.submit("ray-own", noShip, needs)
  for (const name of ["ray-foreign", "ray-own"])
    await until("it has ended", async () => (await engine.inspect(name)).phase === "gone", { seconds: 30 })
  // Why, Ray says too.
  expect(await engine.inspect("ray-own")).toMatchObject({ reason: expect.stringMatching(/^FAILED: .*exit code 127.*\/usr\/bin\/nothing/) })
  await engine.report?.()
  expect(await api.job("ray-own")).toMatchObject({ status: "FAILED" })
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 601_000 })
  try {
    await engine.report?.()
  } finally {
    vi.useRealTimers()
  }
  expect(await api.job("ray-own")).toBeNull()
  expect(await api.job("ray-foreign")).toMatchObject({ status: "SUCCEEDED" })
})

test("a run that people launch has the same results as on this machine", { timeout: 240_000 }, async () => {
  const setup = 'import socket; print("the machine is", socket.gethostname(), flush=True)'
  const environment = await publishEnvironment(platform(), "ray-echo", echoEnvironment({ setup }))
  await startWorker()
  const small = { num_examples: 3, rollouts_per_example: 2 }
  const onRay = { ...small, executor: "cluster", cpu_cores: 1, memory_gb: 1 }
  const here = await launch(environment, small)
  const there = await launch(environment, onRay)
  expect(await untilRun(platform(), here)).toMatchObject({ status: "COMPLETED", total_samples: 6 })
  const run = await untilRun(platform(), there)
  expect(run, await logOf(platform(), there)).toMatchObject({ status: "COMPLETED", total_samples: 6, executor: "cluster" })
  const samplesOf = async (id: string) =>
    (await platform().call("GET", `/evaluations/${id}/samples?limit=100`)).body.samples
      .map(({ example_id, rollout_number, reward, completion }: Record<string, unknown>) =>
        JSON.stringify({ example_id, rollout_number, reward, completion }),
      )
      .sort()
  expect(await samplesOf(there)).toEqual(await samplesOf(here))
  const log = await logOf(platform(), there)
  expect(log).toContain("The environment runs on cluster, in a sandbox of its own (bubblewrap)")
  // In a sandbox of the node, whose own name it does not see.
  expect(log).toContain("the machine is sandbox")

  // In two processes, which share the rollouts out, each on a node.
  const sharded = await untilRun(platform(), await launch(environment, { ...onRay, shards: 2 }))
  expect(sharded).toMatchObject({ status: "COMPLETED", total_samples: 6, executor: "cluster" })
  expect(await samplesOf(sharded.evaluation_id)).toEqual(await samplesOf(here))

  // The page of where runs run has it.
  const cluster = async () =>
    (await platform().call("GET", "/compute")).body.data.executors.find(({ name }: { name: string }) => name === "cluster")
  await until("Ray was asked", async () => (await cluster()).reachable === true)
  expect(await cluster()).toMatchObject({
    kind: "ray",
    report: { nodes: { total: 3, up: 3 }, cpu_cores: { total: 2 }, gpus: { total: 4 }, jobs: { waiting: 0 }, notes: [] },
    max: { cpu_cores: 1, memory_gb: 1.5, gpu_count: 1 },
  })
  // What it cannot give is refused before anything starts.
  const asked = { environment_ids: [environment], inference_model: "test/scripted" }
  const refused = await platform().call("POST", "/hosted-evaluations", { ...asked, eval_config: { ...onRay, gpu_count: 2 } })
  expect(refused.status).toBe(422)
  expect(JSON.stringify(refused.body)).toContain("is 2, and on cluster a run gets at most 1")
  await stopWorker()
})

test("a run that asks for a GPU has its devices, and knows which is its own; another has none", { timeout: 180_000 }, async () => {
  const setup = [
    "import glob, os",
    'print("devices", sorted(glob.glob("/dev/nvidia*")), "own", os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)',
    '[print("wrote", os.write(os.open(device, os.O_WRONLY), b"x"), flush=True) for device in glob.glob("/dev/nvidia?")]',
  ].join("; ")
  const environment = await publishEnvironment(platform(), "ray-gpus", echoEnvironment({ setup }))
  await startWorker()
  const small = { num_examples: 1, rollouts_per_example: 1, executor: "cluster", cpu_cores: 1, memory_gb: 1 }
  const logs = []
  for (const gpu_count of [1, 0]) {
    const id = await launch(environment, { ...small, gpu_count })
    expect(await untilRun(platform(), id), await logOf(platform(), id)).toMatchObject({ status: "COMPLETED", total_samples: 1 })
    logs.push(await logOf(platform(), id))
  }
  expect(logs[0]).toMatch(/devices \['\/dev\/nvidia0', '\/dev\/nvidia1', '\/dev\/nvidiactl'\] own [01]\n/)
  expect(logs[0]?.match(/wrote 1/g)).toHaveLength(2)
  expect(logs[1]).toMatch(/devices \[\] own (None|)\n/)
  await stopWorker()
})

test("what finds no room waits, with Ray's reason; what is stopped is gone, and makes room", { timeout: 180_000 }, async () => {
  const started = []
  for (const slug of ["ray-a", "ray-b", "ray-c"]) {
    const run = await begin(slug, 100_000, 0.05)
    started.push({ ...run, handle: await run.start(0) })
  }
  const [a, b, c] = started as [(typeof started)[0], (typeof started)[0], (typeof started)[0]]
  for (const { record, handle } of [a, b])
    await until("it runs", async () => (await record.takeNext(handle)) && record.row.samplesDone > 0, { seconds: 60 })
  await until("it waits", async () => {
    const seen = await c.remote.inspect(c.handle)
    return seen.phase === "pending" && seen.detail.startsWith("waiting for ray: Job has not started yet. It may be waiting for resources")
  })
  const before = a.record.row.samplesDone
  await a.remote.stop(a.handle, 1000)
  expect(await a.remote.inspect(a.handle)).toMatchObject({ phase: "exited" })
  await a.record.takeAll(a.handle)
  expect(a.record.row.samplesDone).toBeGreaterThanOrEqual(before)
  await until("the next one runs", async () => (await c.record.takeNext(c.handle)) && c.record.row.samplesDone > 0, { seconds: 60 })
  await b.remote.stop(b.handle, 1000)
  await c.remote.stop(c.handle, 1000)
  for (const { record } of started) await record.end("CANCELLED", null)
  await nothingLeft()
})

test("a token that is not the cluster's is refused with a sentence, and says nothing of jobs", async () => {
  const tokenFile = path.join(folder, "wrong-token")
  await writeFile(tokenFile, "a-token-that-is-not-the-one-of-the-cluster-00000")
  const stranger = rayEngine({ ...options, access: { ...ray.access, tokenFile } })
  await expect(stranger.submit("ray-wrong", noShip, needs)).rejects.toThrow(/^Ray refuses the token of /)
  await expect(stranger.report?.()).rejects.toThrow(/^Ray refuses the token of /)
  expect(await stranger.inspect("ray-wrong")).toEqual({ phase: "unknown" })
  expect(await engine.inspect("ray-wrong")).toEqual({ phase: "gone" })
})

test("jobs go to the nodes that the engine names, and what Ray does not take is a reason for the run", { timeout: 180_000 }, async () => {
  const onTwo = rayEngine({ ...options, labelSelector: { room: "r2" }, resources: { desk: 1 } })
  await onTwo.submit("ray-labels", noShip, needs)
  await until("it runs there", async () => (await ray.on("n2", "ps -ef")).includes("sandbox ship"), { seconds: 60, everyMs: 300 })
  await engine.cancel("ray-labels")
  // It looks for a platform that is nowhere, and is killed when its time to say so is over.
  await until("it is gone", async () => (await engine.inspect("ray-labels")).phase === "gone", { seconds: 90, everyMs: 300 })
  const wrong = rayEngine({ ...options, labelSelector: { room: "r1,r2" } })
  await expect(wrong.submit("ray-wrong-label", noShip, needs)).rejects.toThrow(JobRefused)
})

test("a program on a node finds no other attempt, nothing of Ray, and of the network the platform alone", { timeout: 90_000 }, async () => {
  const { head, n1, n2 } = ray.addresses
  const there = `bash -c 'exec 3<>/dev/tcp/${head}/6379 && exec 3<>/dev/tcp/${head}/8265 && echo there'`
  expect(await ray.on("n1", there)).toBe("there\n")
  const target = new URL(options.platformUrl)
  const text = `
import os, socket
print("attempts", sorted(os.listdir(${JSON.stringify(attempts)})) == [os.path.basename(os.path.dirname(os.getcwd()))])
for path in (${JSON.stringify(ray.access.tokenFile)}, ${JSON.stringify(path.dirname(ray.access.tokenFile))}, "/etc/shadow", "/tmp/ray"):
    try: print("READ", path, os.listdir(path) if os.path.isdir(path) else open(path).read(10))
    except OSError as error: print("no", path, error.strerror)
print("pids", len([name for name in os.listdir("/proc") if name.isdigit()]))
print("VARIABLES", sorted(os.environ))
for host, port in [("${target.hostname}", ${target.port}), ("${head}", 6379), ("${head}", 8265), ("${n1}", 52365), ("${n2}", 52365), ("127.0.0.1", 52365)]:
    try:
        with socket.create_connection((host, port), 3) as s:
            s.sendall(b"GET /api/v1/health HTTP/1.0\\r\\n\\r\\n")
            print("REACHED" if s.recv(10) else "closed", host, port)
    except OSError as error: print("no", host, port, error)
print(open("/proc/self/status").read())
`
  const seen = await runs("ray-hostile", text, { reach: [target.host], network: "internet" })
  expect(seen.end, seen.text).toMatchObject({ phase: "exited", code: 0 })
  expect(seen.lines).toContain("attempts True")
  expect(seen.lines.filter((line) => /^(READ|REACHED)/.test(line))).toEqual([`REACHED ${target.hostname} ${target.port}`])
  expect(Number(/^pids (\d+)$/m.exec(seen.text)?.[1])).toBeLessThanOrEqual(4)
  expect(seen.text).not.toMatch(/RAY_|ATTEMPT_/)
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) expect(seen.text).toMatch(new RegExp(`^${set}:\\s+0+$`, "m"))
  expect(seen.text).toMatch(/^Seccomp:\s+2$/m)
})

test("where a node cannot make the sandbox, nothing is started, and the attempt says so", { timeout: 90_000 }, async () => {
  for (const node of ["n1", "n2"] as const) await ray.on(node, "mount --bind /bin/false /usr/bin/bwrap")
  try {
    const { end, lines } = await runs("ray-without", 'print("it ran")')
    expect(end).toMatchObject({ phase: "exited", code: 1, refused: expect.stringMatching(/^n[12] could not make the sandbox/) })
    expect(lines).not.toContain("it ran")
  } finally {
    for (const node of ["n1", "n2"] as const) await ray.on(node, "umount /usr/bin/bwrap")
  }
})

test("a run goes on while the dashboard is away, and Ray knows of it afterwards", { timeout: 180_000 }, async () => {
  const { id, record, start, follow } = await begin("ray-away", 600, 0.02)
  const handle = await start(0)
  expect(await follow(handle, () => record.row.samplesDone >= 50)).toBeNull()
  await ray.dashboard.kill()
  expect(await engine.inspect(handle.id)).toEqual({ phase: "unknown" })
  await expect(engine.report?.()).rejects.toThrow()
  await expect(engine.submit("ray-nobody", noShip, needs)).rejects.toThrow("ECONNREFUSED")
  expect(await follow(handle, () => record.row.samplesDone >= 150)).toBeNull()
  await ray.dashboard.start()
  expect(await follow(handle)).toMatchObject({ phase: "exited", code: 0 })
  expect(record.row.samplesDone).toBe(600)
  expect(await printed(id)).toEqual(all(600))
  await record.end("COMPLETED", null)
  await until("it answers again", async () => (await engine.inspect(handle.id)).phase === "gone", { seconds: 90 })
})

test("a node that is killed: the rest is done on the other one, and all of it counts once", { timeout: 240_000 }, async () => {
  const { id, record, start, follow, remote } = await begin("ray-killed", 300, 0.02)
  const lost = await start(0)
  expect(await follow(lost, () => record.row.samplesDone >= 100)).toBeNull()
  const there = await ray.on("n1", "ps -ef")
  ray.kill(there.includes("sandbox ship") ? "n1" : "n2")
  await until("Ray has lost it", async () => (await engine.inspect(lost.id)).phase === "gone", { seconds: 120, everyMs: 500 })
  expect(await engine.inspect(lost.id)).toMatchObject({ reason: expect.stringContaining("Job supervisor actor died") })
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
  expect(await engine.report?.()).toMatchObject({ nodes: { total: 3, up: 2 } })
})
