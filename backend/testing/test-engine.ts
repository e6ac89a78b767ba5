import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, expect } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import type { RemoteEngine } from "../engine/remote/remote-engine.ts"
import { startWorker } from "../start-worker.ts"
import { clusters } from "./clusters.ts"
import { startModelServer } from "./model-server.ts"
import { type TestPlatform, testPlatform } from "./test-platform.ts"

export interface TestEngine {
  platform: () => TestPlatform
  /** The scripted model, known to the platform as test/scripted. */
  model: Awaited<ReturnType<typeof startModelServer>>
  /** Where the worker answers. */
  port: number
  /** A folder that is deleted after the tests. */
  scratch: string
  startWorker: () => Promise<void>
  stopWorker: () => Promise<void>
  /** Launches a run of the scripted model: two examples, one rollout each. @returns its id */
  launch: (environmentId: string | undefined, config?: object, also?: object) => Promise<string>
}

/**
 * A platform with a scripted model and a worker in this process, for one test file. With ENGINE=slurm or kubernetes its runs are on a real cluster
 * of that kind, unless they say otherwise: what a file says of runs can be seen on each.
 * @param settings in addition to those of a test platform
 * @param options starts: false where a test starts the worker itself; config: settings of every run that a launch does not change;
 *   elsewhere: makes the engine of other machines, which is called `process`, from where these find the platform;
 *   models: what the model is called, where that is not `scripted` alone
 */
export async function testEngine(
  answer: Parameters<typeof startModelServer>[0],
  settings: Record<string, string> = {},
  {
    starts = true,
    config: defaults = {},
    elsewhere,
    models,
  }: { starts?: boolean; config?: object; elsewhere?: (platformUrl: string) => RemoteEngine; models?: readonly string[] } = {},
): Promise<TestEngine> {
  const port = await freePort()
  const scratch = await mkdtemp(path.join(tmpdir(), "he-engine-"))
  const providers = path.join(scratch, "providers.json")
  const model = await startModelServer(answer, models)
  await writeFile(providers, JSON.stringify([{ id: "test", name: "Test", base_url: model.url }]))
  const engines = path.join(scratch, "engines.json")
  // Who it really is, the worker is told: what is written here lets runs ask for it, and those do that ask for nothing.
  const entry = { kind: "slurm", name: "process", folder: scratch, platform_url: `http://127.0.0.1:${port}` }
  if (elsewhere) await writeFile(engines, JSON.stringify([entry]))
  const onCluster = elsewhere ? undefined : process.env.ENGINE
  const cluster = onCluster ? await clusters[onCluster]?.() : undefined
  if (onCluster && !cluster) throw new Error(`ENGINE is ${onCluster}: ${Object.keys(clusters).join(" or ")}`)
  if (cluster) await writeFile(engines, JSON.stringify([{ ...cluster.engine, platform_url: `http://${cluster.address}:${port}` }]))
  const named: Record<string, string> = {
    ...(elsewhere && { ENGINES_FILE: engines, DEFAULT_EXECUTOR: "process" }),
    // Nodes have 2 GB.
    ...(cluster && { ENGINES_FILE: engines, DEFAULT_EXECUTOR: "cluster", HOST: cluster.address, SANDBOX_MEMORY_MB: "1500" }),
  }
  const platform = testPlatform({ WORKER_PORT: String(port), PROVIDERS_FILE: providers, ...named, ...settings })
  let worker: { stop: () => Promise<void> } | undefined

  const engine: TestEngine = {
    platform,
    model,
    port,
    scratch,
    async startWorker() {
      const given = elsewhere?.(`http://127.0.0.1:${port}`)
      worker = await startWorker(platform(), { stopRuns: true, ...(given ? { engines: [given] } : {}) })
    },
    async stopWorker() {
      await worker?.stop()
      worker = undefined
    },
    async launch(environmentId, config = {}, also = {}) {
      const { status, body } = await platform().call("POST", "/hosted-evaluations", {
        environment_ids: [environmentId],
        inference_model: "test/scripted",
        eval_config: { num_examples: 2, rollouts_per_example: 1, ...defaults, ...config },
        ...also,
      })
      expect(status, JSON.stringify(body)).toBe(201)
      return body.evaluation_id
    },
  }
  if (starts) beforeAll(engine.startWorker)
  afterAll(async () => {
    await engine.stopWorker()
    model.close()
    await cluster?.stop()
    // Processes that waited at a worker that a test killed may still be writing down how they ended.
    await rm(scratch, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
  }, 60_000)
  return engine
}
