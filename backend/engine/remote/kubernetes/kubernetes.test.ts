import { mkdtemp, rm, writeFile } from "node:fs/promises"
import type { Server } from "node:http"
import { tmpdir } from "node:os"
import path from "node:path"
import { serve } from "@hono/node-server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../../../scripts/lib/free-port.mjs"
import { pythonMounts } from "../../../sandbox/python-mounts.ts"
import { readLogLines } from "../../../store/logs/read-logs.ts"
import { echoEnvironment, publishEnvironment } from "../../../testing/environments.ts"
import { type Cluster, clusterAddress, startCluster } from "../../../testing/kubernetes/cluster.ts"
import { claimName, setUp } from "../../../testing/kubernetes/namespace.ts"
import { enforcePolicies } from "../../../testing/kubernetes/policies.ts"
import { rolloutsFrom } from "../../../testing/remote-program.ts"
import { beSilent, superviseElsewhere } from "../../../testing/remote-run.ts"
import { logOf, untilRun } from "../../../testing/runs.ts"
import { sandboxPrograms, sandboxPython } from "../../../testing/sandbox.ts"
import { testEngine } from "../../../testing/test-engine.ts"
import { until } from "../../../testing/until.ts"
import { newWaitingRun } from "../../../testing/waiting-run.ts"
import type { RemoteStart } from "../remote-attempts.ts"
import { JobRefused, type ShipVariables } from "../remote-engine.ts"
import { type KubernetesAccess, KubernetesApi } from "./api.ts"
import { type KubernetesEngine, kubernetesEngine } from "./kubernetes.ts"
import type { List, Pod } from "./objects.ts"
import type { KubernetesOptions } from "./options.ts"

const folder = await mkdtemp(path.join(tmpdir(), "he-kube-test-"))
const file = path.join(folder, "engines.json")
let cluster: Cluster
let access: KubernetesAccess
let server: Server
let options: KubernetesOptions
let engine: KubernetesEngine

// Before the platform reads the file.
beforeAll(async () => {
  cluster = await startCluster()
  access = await setUp(cluster, folder)
  const claims = [{ name: claimName, folder: "/" }]
  const entry = {
    kind: "kubernetes",
    name: "pods",
    platform_url: `http://${clusterAddress}:${port}`,
    server: access.server,
    ca_file: access.caFile,
    token_file: access.tokenFile,
    namespace: access.namespace,
    image: "localhost/debian:1",
    image_pull_policy: "Never",
    claims,
  }
  await writeFile(file, JSON.stringify([entry]))
  // While no worker runs, which would claim the runs of the tests, the platform answers here.
  const ownPort = await freePort()
  server = serve({ fetch: (request) => platform().fetch(request, null, "192.0.2.1"), hostname: clusterAddress, port: ownPort }) as Server
  options = {
    access,
    folder: "/attempts",
    platformUrl: `http://${clusterAddress}:${ownPort}`,
    silenceSeconds: 600,
    image: "localhost/debian:1",
    imagePullPolicy: "Never",
    python: "/usr/bin/python3",
    programs: sandboxPrograms,
    claims,
    cpus: 0.1,
  }
  engine = kubernetesEngine(options)
}, 180_000)
afterAll(async () => {
  server?.closeAllConnections()
  server?.close()
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)
const settings = { ENGINES_FILE: file, HOST: clusterAddress }
const { platform, launch, startWorker, stopWorker, port } = await testEngine(() => "it is 0", settings, { starts: false })

/** A run whose attempts have the internet, which this cluster's network gives to everybody. */
const begin = async (slug: string, total: number, seconds: number, on = engine) => {
  const id = await newWaitingRun(platform(), slug, total)
  const one = await superviseElsewhere(platform(), slug, on)
  const mounts = await pythonMounts(sandboxPython())
  return {
    id,
    ...one,
    start: (first: number) => {
      const { files, specOf } = rolloutsFrom(first, total, seconds)
      return one.start({ files, specOf: (workDir, name) => ({ ...specOf(workDir, name), mounts, network: "internet" }) })
    },
  }
}
const noShip = { ATTEMPT_URL: "http://nowhere", ATTEMPT_TOKEN: "none" }
/** Says what it may do that it should not. */
const hostile = `
import os
print("user", os.getuid())
for folder in (".", "/tmp", "/", "/usr", "/attempts", "${sandboxPrograms}"):
    try:
        open(f"{folder}/x", "w").close()
        print("wrote", folder)
    except OSError:
        pass
try:
    print("token" if b"ATTEMPT_TOKEN" in open("/proc/1/environ", "rb").read() else "other variables")
except OSError:
    print("no token")
print("account" if os.path.exists("/var/run/secrets/kubernetes.io") else "no account")
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print("rights", status["CapEff"].strip())
print("seccomp", status["Seccomp"].strip())
`
/** Says which addresses it reaches. */
const reaches = (...urls: string[]) => `
import socket
from urllib.parse import urlsplit
for url in ${JSON.stringify(urls)}:
    at = urlsplit(url)
    try:
        socket.create_connection((at.hostname, at.port), 3).close()
        print("reached", url)
    except OSError:
        print("missed", url)
`
const printed = async (id: string): Promise<string[]> =>
  (await readLogLines(platform().services.db, id, 0, 10_000)).flatMap(({ text }) => /^row (\d+)/.exec(text)?.[1] ?? [])
const all = (total: number) => [...Array(total)].map((_, number) => String(number))
const podsOf = async (name: string): Promise<Pod[]> => {
  const api = new KubernetesApi(access)
  return (await api.ask<List<Pod>>("GET", `${api.path("pods")}?labelSelector=${encodeURIComponent(`hosted-evals/job=${name}`)}`)).items
}

test("a run on Kubernetes: its rollouts are stored once", { timeout: 60_000 }, async () => {
  const { id, record, start, follow } = await begin("kubernetes-run", 300, 0.005)
  const handle = await start(0)
  // As after an answer that was lost: there is one job of that name.
  await engine.submit(handle.id, noShip, { ...rolloutsFrom(0, 1, 0).specOf(handle.workDir, handle.id), network: "internet" })
  expect(await follow(handle)).toMatchObject({ phase: "exited", code: 0, signal: null, limit: null })
  expect(record.row.samplesDone).toBe(300)
  expect(await printed(id)).toEqual(all(300))
  await record.end("COMPLETED", null)
  await until("Kubernetes says so, too", async () => (await engine.inspect(handle.id)).phase === "gone")
})

test("a run that people launch has the same results as on this machine", { timeout: 180_000 }, async () => {
  const setup = 'import socket; print("the machine is", socket.gethostname(), flush=True)'
  const environment = await publishEnvironment(platform(), "kubernetes-echo", echoEnvironment({ setup }))
  await startWorker()
  const small = { num_examples: 3, rollouts_per_example: 2 }
  const here = await launch(environment, small)
  const there = await launch(environment, { ...small, executor: "pods", cpu_cores: 1, memory_gb: 1 })
  expect(await untilRun(platform(), here)).toMatchObject({ status: "COMPLETED", total_samples: 6 })
  const run = await untilRun(platform(), there)
  await stopWorker()
  expect(run, JSON.stringify(run.failure)).toMatchObject({ status: "COMPLETED", total_samples: 6, executor: "pods" })
  const samplesOf = async (id: string) =>
    (await platform().call("GET", `/evaluations/${id}/samples?limit=100`)).body.samples
      .map(({ example_id, reward, completion }: Record<string, unknown>) => JSON.stringify({ example_id, reward, completion }))
      .sort()
  expect(await samplesOf(there)).toEqual(await samplesOf(here))
  const log = await logOf(platform(), there)
  expect(log).toContain("The environment runs on pods, in a container")
  expect(log).toMatch(new RegExp(`the machine is ${there}-1-`))
})

test("what is stopped is gone, and says how it ended", { timeout: 60_000 }, async () => {
  const { record, remote, start } = await begin("kubernetes-stop", 100_000, 0.05)
  const handle = await start(0)
  await until("it runs", async () => (await record.takeNext(handle)) && record.row.samplesDone > 0)
  await remote.stop(handle, 1000)
  expect(await remote.inspect(handle)).toMatchObject({ phase: "exited" })
  await until("nothing is left", async () => (await podsOf(handle.id)).length === 0 && (await engine.inspect(handle.id)).phase === "gone")
  await record.end("CANCELLED", null)
})

test("what cannot start says why: no room, no image, no runtime, no volume", { timeout: 90_000 }, async () => {
  const needs = rolloutsFrom(0, 1, 0).specOf("/attempts/a", "a")
  const cases: [string, Partial<KubernetesOptions>, object, RegExp][] = [
    ["no-room", {}, { limits: { ...needs.limits, memoryBytes: 900 * 1024 ** 3 } }, /^Unschedulable: .*Insufficient memory/],
    ["no-image", { image: "localhost/nothing:1" }, {}, /^ErrImageNeverPull: .*localhost\/nothing:1/],
    ["no-runtime", { runtimeClass: "gvisor" }, {}, /^FailedCreate: .*RuntimeClass "gvisor" not found/],
    ["no-claim", { claims: [{ name: "nothing", folder: "/" }] }, {}, /^Unschedulable: .*persistentvolumeclaim "nothing" not found/],
  ]
  for (const [name, given, wanted] of cases)
    await kubernetesEngine({ ...options, ...given }).submit(name, noShip, { ...needs, network: "internet", ...wanted })
  for (const [name, , , reason] of cases) {
    await until(
      async () => `${name} says why: ${JSON.stringify(await engine.inspect(name))}`,
      async () => {
        const word = await engine.inspect(name)
        return word.phase === "pending" && reason.test(word.reason)
      },
      { everyMs: 300 },
    )
    await engine.cancel(name)
    await until("it is gone", async () => (await engine.inspect(name)).phase === "gone")
  }
})

test("folders that pods would not find are named before anything starts", async () => {
  const needs = { ...rolloutsFrom(0, 1, 0).specOf("/attempts/a", "a"), network: "internet" as const }
  const narrow = kubernetesEngine({ ...options, claims: [{ name: claimName, folder: "/nowhere" }] })
  const submitted = narrow.submit("no-folder", noShip, needs)
  await expect(submitted).rejects.toThrow(`${path.dirname(sandboxPrograms)} is in no volume`)
  expect(await engine.inspect("no-folder")).toEqual({ phase: "gone" })
  // What the account may not do is no trouble that passes.
  const elsewhere = kubernetesEngine({ ...options, access: { ...access, namespace: "nowhere" } })
  const refused = await elsewhere.submit("no-rights", noShip, needs).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(JobRefused)
  expect((refused as Error).message).toMatch(/cannot create resource "jobs".* in the namespace "nowhere"/)
})

/** An attempt of a program of one's own. @returns how it ended, and what it printed */
const runs = async (slug: string, text: string, given: Partial<RemoteStart["spec"]>, on = engine) => {
  const id = await newWaitingRun(platform(), slug, 1)
  const { start, follow, record } = await superviseElsewhere(platform(), slug, on)
  const mounts = await pythonMounts(sandboxPython())
  try {
    const handle = await start({
      files: {},
      specOf: (workDir, name) => ({
        ...rolloutsFrom(0, 1, 0).specOf(workDir, name),
        argv: [sandboxPython(), "-I", "-S", "-c", text],
        mounts,
        network: "internet",
        ...given,
      }),
    })
    const end = await follow(handle)
    return { end, lines: (await readLogLines(platform().services.db, id, 0, 1000)).map(({ text: line }) => line) }
  } finally {
    // Whoever claims a run next would get this one.
    await record.end("CANCELLED", null)
  }
}

test("a pod is a sandbox: nothing can be written but its own folder, and it has no rights", async () => {
  const { end, lines } = await runs("kubernetes-sandbox", hostile, {})
  expect(end).toMatchObject({ phase: "exited", code: 0 })
  expect(lines).toEqual([
    ...["user 65532", "wrote .", "wrote /tmp", "wrote /attempts"],
    ...["no token", "no account", "rights 0000000000000000", "seccomp 2"],
  ])
})

test("what takes more memory or disk than it may is said to have", { timeout: 60_000 }, async () => {
  const { end } = await runs("kubernetes-memory", "import os; hold = [os.urandom(1 << 20) * 32 for _ in range(64)]", {})
  expect(end).toMatchObject({ phase: "exited", limit: "memory" })
  const fill = "for number in range(12): open(str(number), 'wb').write(bytes(10_000_000))\nimport time; time.sleep(20)"
  expect((await runs("kubernetes-disk", fill, {})).end).toMatchObject({ phase: "exited", limit: "disk" })
})

test("a network that ignores policies is found out, and gets no run without internet", { timeout: 120_000 }, async () => {
  expect(await engine.probe()).toEqual({
    enforced: false,
    reason: "the cluster's network takes NetworkPolicies and does not keep pods to them",
  })
  expect(await engine.describe()).toMatchObject({
    nodes: { total: 2, up: 2 },
    cpu_cores: { used: null },
    gpus: null,
    notes: [expect.stringMatching(/^Runs without internet are refused here/)],
  })
  await expect(runs("kubernetes-open", "", { network: "none" })).rejects.toThrow("Runs without internet are not started on this cluster")
  const kept = await podsOf("kubernetes-open")
  expect(kept).toEqual([])
})

test("where the network keeps to policies, a run without internet reaches the platform alone", { timeout: 120_000 }, async () => {
  const stop = enforcePolicies(cluster, cluster.admin(access.namespace), folder)
  try {
    const closed = kubernetesEngine(options)
    expect(await closed.probe()).toEqual({ enforced: true })
    const { lines } = await runs("kubernetes-closed", reaches(options.platformUrl, cluster.server), { network: "none" }, closed)
    expect(lines).toEqual([`reached ${options.platformUrl}`, `missed ${cluster.server}`])
  } finally {
    await stop()
  }
})

test("a second pod with the token of an attempt is told that it belongs to another", { timeout: 60_000 }, async () => {
  let given: ShipVariables = noShip
  const watched: KubernetesEngine = {
    ...engine,
    submit(name, variables, needs) {
      given = variables
      return engine.submit(name, variables, needs)
    },
  }
  const { record, remote, start } = await begin("kubernetes-twice", 100_000, 0.02, watched)
  const handle = await start(0)
  await until("it runs", async () => (await record.takeNext(handle)) && record.row.samplesDone > 0)
  const twin = `${handle.id}-again`
  await engine.submit(twin, given, { ...rolloutsFrom(0, 1, 0).specOf("/attempts/a", "a"), network: "internet" })
  await until(
    async () => `it has ended: ${JSON.stringify(await engine.inspect(twin))}`,
    async () => {
      const word = await engine.inspect(twin)
      return word.phase === "gone" && word.reason === "Error, exit code 75"
    },
  )
  const seen = record.row.samplesDone
  await until("the first goes on", async () => (await record.takeNext(handle)) && record.row.samplesDone > seen + 50)
  await remote.stop(handle, 1000)
  await record.end("CANCELLED", null)
})

test("a run goes on while the API server is away", { timeout: 120_000 }, async () => {
  const { id, record, start, follow } = await begin("kubernetes-api", 300, 0.02)
  const handle = await start(0)
  expect(await follow(handle, () => record.row.samplesDone >= 50)).toBeNull()
  await cluster.api.kill()
  expect(await engine.inspect(handle.id)).toEqual({ phase: "unknown" })
  expect(await follow(handle, () => record.row.samplesDone >= 150)).toBeNull()
  await cluster.api.start()
  expect(await follow(handle)).toMatchObject({ phase: "exited", code: 0 })
  expect(record.row.samplesDone).toBe(300)
  expect(await printed(id)).toEqual(all(300))
  await record.end("COMPLETED", null)
})

test("a node that is cut off: another goes on, and what comes back is told that it is over", { timeout: 240_000 }, async () => {
  const { id, record, start, follow, remote } = await begin("kubernetes-cut-off", 3000, 0.02)
  const lost = await start(0)
  expect(await follow(lost, () => record.row.samplesDone >= 100)).toBeNull()
  const node = (await podsOf(lost.id))[0]?.spec.nodeName as "n1" | "n2"
  await cluster.nodes[node].connect(false)
  try {
    await until("Kubernetes has lost it", async () => (await engine.inspect(lost.id)).phase === "gone", { seconds: 120, everyMs: 500 })
    await record.takeAll(lost)
    await beSilent(platform(), lost.id)
    expect(await follow(lost)).toEqual({ phase: "lost" })
    await remote.stop(lost, 0)
    const kept = record.row.samplesDone
    const next = await start(kept)
    expect(await follow(next, () => record.row.samplesDone >= kept + 50)).toBeNull()
    expect((await podsOf(next.id))[0]?.spec.nodeName).not.toBe(node)
    // It has gone on all the time, and has hundreds of rollouts to tell.
    await cluster.nodes[node].connect(true)
    await until("it has ended", async () => (await podsOf(lost.id)).length === 0, { seconds: 90, everyMs: 500 })
    expect(await follow(next)).toMatchObject({ phase: "exited", code: 0 })
    expect(record.row.samplesDone).toBe(3000)
    const lines = await printed(id)
    expect(new Set(lines).size).toBe(lines.length)
    expect(lines.filter((number) => Number(number) >= kept)).toEqual(all(3000).slice(kept))
  } finally {
    await cluster.nodes[node].connect(true)
  }
  await record.end("COMPLETED", null)
})

test("a node that is killed: the rest is done on the other one, and all of it counts once", { timeout: 180_000 }, async () => {
  const { id, record, start, follow, remote } = await begin("kubernetes-killed", 300, 0.02)
  const lost = await start(0)
  expect(await follow(lost, () => record.row.samplesDone >= 100)).toBeNull()
  const node = (await podsOf(lost.id))[0]?.spec.nodeName as "n1" | "n2"
  cluster.nodes[node].kill()
  await until("Kubernetes has lost it", async () => (await engine.inspect(lost.id)).phase === "gone", { seconds: 120, everyMs: 500 })
  await record.takeAll(lost)
  await beSilent(platform(), lost.id)
  expect(await follow(lost)).toEqual({ phase: "lost" })
  const kept = record.row.samplesDone
  expect(kept).toBeGreaterThanOrEqual(100)
  expect(kept).toBeLessThan(300)
  await remote.stop(lost, 0)
  expect(await follow(await start(kept))).toMatchObject({ phase: "exited", code: 0 })
  expect(record.row.samplesDone).toBe(300)
  // What it had printed last went with the node; nothing came twice.
  const lines = await printed(id)
  expect(new Set(lines).size).toBe(lines.length)
  expect(lines.filter((number) => Number(number) >= kept)).toEqual(all(300).slice(kept))
})
