import { writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { kubernetesEngine } from "../backend/engine/remote/kubernetes/kubernetes.ts"
import { Cluster } from "./lib/fleet/cluster.mjs"
import { bendOf } from "./lib/fleet/report.mjs"
import { Tally } from "./lib/load/tally.mjs"

test("the engine of real clusters starts, looks after and ends jobs of the simulated one, as many at a time as there are nodes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "he-cluster-"))
  writeFileSync(join(folder, "token"), "t")
  /** @type {Map<string, { token: string, end: () => void }>} */
  const playing = new Map()
  /** @type {string[]} */
  const stopped = []
  const cluster = new Cluster(
    ({ name, token }) => new Promise((done) => playing.set(name, { token, end: () => done(undefined) })),
    (name) => stopped.push(name),
  )
  cluster.nodes = 1
  const server = await cluster.listen()
  try {
    const engine = kubernetesEngine({
      folder: "/attempts",
      platformUrl: "http://127.0.0.1:1",
      silenceSeconds: 60,
      access: { server, tokenFile: join(folder, "token"), namespace: "fleet" },
      image: "none",
      python: "/usr/bin/python3",
      programs: "/programs/sandbox",
      claims: [],
      imageFolders: ["/"],
    })
    const limits = { memoryBytes: 1e9, processes: 10, openFiles: 10, diskBytes: 1e9 }
    const needs = { mounts: [], limits, network: /** @type {const} */ ("internet"), reach: [], outputBytesMax: 1000 }
    const submit = (/** @type {string} */ name) =>
      engine.submit(name, { ATTEMPT_URL: "http://127.0.0.1:1", ATTEMPT_TOKEN: `token-${name}` }, needs)
    await submit("a")
    await submit("b")
    // What is there already is not made again.
    await submit("a")
    expect([...playing].map(([name, { token }]) => [name, token])).toEqual([["a", "token-a"]])
    expect(cluster.state).toEqual({ waiting: 1, running: 1 })
    expect(await engine.inspect("a")).toEqual({ phase: "running" })
    expect((await engine.inspect("b")).phase).toBe("pending")
    playing.get("a")?.end()
    await expect.poll(() => playing.has("b")).toBe(true)
    expect((await engine.inspect("a")).phase).toBe("gone")
    await engine.cancel("b")
    expect(stopped).toEqual(["b"])
    expect(await engine.inspect("b")).toEqual({ phase: "gone" })
  } finally {
    cluster.close()
    await rm(folder, { recursive: true })
  }
})

/** @param {number} nodes @param {number} rate @param {number} [ms] of events @returns {any} */
const step = (nodes, rate, ms = 5) => ({
  nodes,
  rate,
  asked: [{ kind: "events", ms }],
  reads: new Tally(),
  seen: {
    machine: 0.5,
    processes: [
      { name: "worker", cores: 0.2 },
      { name: "Postgres", cores: 0.7 },
    ],
  },
})

test("a platform bends where answers take too long, or more nodes bring no more", () => {
  expect(bendOf([step(10, 5), step(50, 24)])).toBe("It does not bend up to here.")
  expect(bendOf([step(10, 5), step(50, 24, 1200)])).toBe(
    "It bends at 50 nodes: p99 of events is 1200 ms. The busiest part is Postgres with 0.70 cores.",
  )
  expect(bendOf([step(10, 5), step(50, 8)])).toContain("at 50 nodes: 5 → 8 rollouts a second")
})
