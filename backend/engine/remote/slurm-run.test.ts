import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { logOf, untilRun } from "../../testing/runs.ts"
import { startSlurm } from "../../testing/slurm.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { until } from "../../testing/until.ts"

/* A run on a real Slurm as a person has it: set up by the operator's file, launched and followed through the API. */

const slurm = await startSlurm()
afterAll(() => slurm.stop())
const folder = await mkdtemp(path.join(tmpdir(), "he-cluster-"))
afterAll(() => rm(folder, { recursive: true, force: true }))
const attempts = path.join(folder, "attempts")
const file = path.join(folder, "engines.json")
const { platform, launch, port } = await testEngine(() => "it is 0", { ENGINES_FILE: file, HOST: slurm.address }, { starts: true })
await writeFile(
  file,
  JSON.stringify([
    {
      kind: "slurm",
      name: "cluster",
      folder: attempts,
      platform_url: `http://${slurm.address}:${port}`,
      partition: "eval",
      commands: slurm.commands,
      conf: slurm.conf,
      max: { cpu_cores: 1, memory_gb: 1.5 },
    },
  ]),
)
const small = { num_examples: 3, rollouts_per_example: 2 }
const onCluster = { executor: "cluster", memory_gb: 1, cpu_cores: 1 }
const samplesOf = async (id: string) =>
  (await platform().call("GET", `/evaluations/${id}/samples?limit=100`)).body.samples.map(
    ({ example_id, rollout_number, reward, completion }: Record<string, unknown>) => ({ example_id, rollout_number, reward, completion }),
  )

test("a run on Slurm has the results of one on this machine", { timeout: 240_000 }, async () => {
  const setup = 'import socket; print("the machine is", socket.gethostname(), flush=True)'
  const environment = await publishEnvironment(platform(), "slurm-echo", echoEnvironment({ setup }))
  const here = await launch(environment, small)
  const there = await launch(environment, { ...small, ...onCluster })
  expect(await untilRun(platform(), here)).toMatchObject({ status: "COMPLETED", total_samples: 6 })
  const run = await untilRun(platform(), there)
  expect(run, await logOf(platform(), there)).toMatchObject({ status: "COMPLETED", total_samples: 6, executor: "cluster" })
  const byPlace = (one: { example_id: string; rollout_number: number }, two: typeof one) =>
    `${one.example_id}-${one.rollout_number}`.localeCompare(`${two.example_id}-${two.rollout_number}`)
  expect((await samplesOf(there)).sort(byPlace)).toEqual((await samplesOf(here)).sort(byPlace))
  const log = await logOf(platform(), there)
  expect(log).toContain("The environment runs on cluster, in a sandbox of its own (bubblewrap)")
  // In a sandbox of the node, whose own name it does not see.
  expect(log).toContain("the machine is sandbox")
  expect(await readdir(attempts)).toEqual([])

  // The page of where runs run has it.
  const cluster = async () =>
    (await platform().call("GET", "/compute")).body.data.executors.find(({ name }: { name: string }) => name === "cluster")
  await until("the cluster was asked", async () => (await cluster()).reachable === true)
  expect(await cluster()).toMatchObject({
    kind: "slurm",
    report: { nodes: { total: 2, up: 2 }, cpu_cores: { total: 2 }, jobs: { waiting: 0 }, notes: [] },
    max: { cpu_cores: 1, memory_gb: 1.5 },
  })

  // What its environment says holds for runs that do not say.
  const owned = (await platform().call("GET", "/environmentshub/?limit=100")).body.data.find(
    (one: { id: string }) => one.id === environment,
  )
  const at = `/environmentshub/${owned.owner.name}/${owned.name}`
  expect((await platform().call("PATCH", at, { executor: "nowhere" })).body).toMatchObject({ detail: expect.anything() })
  expect((await platform().call("PATCH", at, { executor: "cluster" })).status).toBe(200)
  const usual = await launch(environment, { ...small, memory_gb: 1 })
  expect(await untilRun(platform(), usual)).toMatchObject({ status: "COMPLETED", executor: "cluster" })
  const mayTunnel = await launch(environment, { ...small, allow_tunnel_access: true })
  expect((await untilRun(platform(), mayTunnel)).executor).not.toBe("cluster")

  // A node that cannot keep it apart starts nothing.
  for (const node of ["n1", "n2"] as const) await slurm.on(node, "mount --bind /bin/false /usr/bin/bwrap")
  const refused = await untilRun(platform(), await launch(environment, { ...small, ...onCluster }))
  expect(refused).toMatchObject({ status: "FAILED", failure: { class: "no_place" } })
  expect(refused.failure.message).toMatch(/^n[12] could not make the sandbox/)
  expect((await cluster()).errors[0]).toMatchObject({ evaluation_id: refused.evaluation_id, message: refused.failure.message })
})
