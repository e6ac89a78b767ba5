import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, expect, test } from "vitest"
import { readDefaultExecutor, readEngines } from "./engine-config.ts"

const folder = await mkdtemp(path.join(tmpdir(), "he-engines-"))
afterAll(() => rm(folder, { recursive: true, force: true }))
const read = async (engines: object[]) => {
  await writeFile(path.join(folder, "engines.json"), JSON.stringify(engines))
  return readEngines("engines.json", folder)
}
const cluster = { kind: "slurm", name: "cluster", folder: "/shared/attempts", platform_url: "https://evals.example.org" }

test("engines have their defaults, and without a file there are none", async () => {
  expect(readEngines(undefined, folder)).toEqual([])
  expect(await read([cluster])).toEqual([{ ...cluster, silence_hours: 1, max: { gpu_count: 0 } }])
})

const pods = { kind: "kubernetes", name: "pods", platform_url: "http://10.0.0.1:3001", namespace: "evaluations", image: "debian:12" }

test("a cluster of Kubernetes is asked by the platform's own account, unless the file says otherwise", async () => {
  expect(await read([pods])).toMatchObject([{ folder: "/attempts", server: "https://kubernetes.default.svc", cpus: 1 }])
  const named = { ...pods, platform_url: "https://evals.example.org" }
  await expect(read([named])).rejects.toThrow("platform_peers: platform_url is a name")
  const peers = [{ podSelector: { matchLabels: { app: "hosted-evals" } } }]
  expect(await read([{ ...named, platform_peers: peers }])).toMatchObject([{ platform_peers: peers }])
})

const ray = { ...cluster, kind: "ray", name: "ray", server: "http://10.0.0.2:8265", token_file: "/run/ray-token" }

test("a Ray is asked with a token, for a core unless a run says otherwise", async () => {
  expect(await read([ray])).toEqual([{ ...ray, silence_hours: 1, cpus: 1, max: { gpu_count: 0 } }])
})

test.each([
  [[{ ...ray, token_file: undefined }], /0\.token_file/],
  [[{ ...ray, server: "ray://10.0.0.2:10001" }], /0\.server/],
  [[{ ...ray, resources: { evals: 0 } }], /0\.resources\.evals/],
  [[{ ...ray, partition: "cpu" }], /Unrecognized key.*partition/],
  [[{ ...cluster, name: "Cluster" }], /0\.name: lower-case/],
  [[{ ...cluster, name: "local" }], /0\.name: local is this machine/],
  [[{ ...cluster, folder: "attempts" }], /0\.folder: a folder by its whole path/],
  [[{ ...cluster, partition: "a b" }], /0\.partition: a name, without spaces/],
  [[{ ...cluster, partitions: "a" }], /Unrecognized key.*partitions/],
  [[{ ...cluster, kind: "nomad" }], /0\.kind/],
  [[cluster, cluster], /cluster is there twice/],
])("what is wrong with the file is named: %#", async (engines, message) => {
  await expect(read(engines)).rejects.toThrow(message)
})

test("the default is one of them, or this machine", async () => {
  const engines = await read([cluster])
  expect(readDefaultExecutor("cluster", engines)).toBe("cluster")
  expect(() => readDefaultExecutor("other", engines)).toThrow("DEFAULT_EXECUTOR: other is none of local, cluster")
})
