import { expect, test } from "vitest"
import type { HostedEvalConfig } from "../../../../contract/index.ts"
import type { Config } from "../../../base/config.ts"
import { EngineConfig } from "../../../base/engines/engine-config.ts"
import { placeRun } from "./place-run.ts"

const cluster = EngineConfig.parse({
  kind: "slurm",
  name: "cluster",
  folder: "/shared/attempts",
  platform_url: "https://evals.example.org",
  max: { memory_gb: 64 },
})
const gigabyte = 1024 ** 3
const config = {
  engines: [cluster],
  defaultExecutor: "local",
  sandbox: { memoryBytes: 4 * gigabyte, diskBytes: 10 * gigabyte },
} as unknown as Config
const place = (asked: Partial<HostedEvalConfig>, executor: string | null = null, settings: Partial<Config> = {}) =>
  placeRun({ config: { ...config, ...settings } }, { num_examples: 1, rollouts_per_example: 1, ...asked }, { executor })

test("a run runs where it says, else where its environment says, else where the platform says", () => {
  expect(place({})).toEqual({})
  expect(place({}, "cluster")).toEqual({ executor: "cluster" })
  expect(place({}, null, { defaultExecutor: "cluster" })).toEqual({ executor: "cluster" })
  expect(place({}, "local", { defaultExecutor: "cluster" })).toEqual({})
  expect(place({ executor: "local" }, "cluster")).toEqual({ executor: "local" })
  // An engine that is not set up any more.
  expect(place({}, "gone")).toEqual({})
})

test("a run that may open tunnels stays on this machine, and is refused elsewhere when it asks for that", () => {
  expect(place({ allow_tunnel_access: true }, "cluster")).toEqual({})
  expect(() => place({ allow_tunnel_access: true, executor: "cluster" })).toThrow(/tunnels/)
})

test.each([
  [{ executor: "nowhere" }, "executor", /no executor "nowhere" here: choose local or cluster/],
  [{ cpu_cores: 2 }, "cpu_cores", /runs share its processors/],
  [{ memory_gb: 5 }, "memory_gb", /on local a run gets at most 4/],
  [{ disk_size_gb: 11 }, "disk_size_gb", /at most 10/],
  [{ gpu_count: 1 }, "gpu_count", /local has none/],
  [{ executor: "cluster", gpu_count: 1 }, "gpu_count", /cluster has none/],
  [{ executor: "cluster", memory_gb: 65 }, "memory_gb", /at most 64/],
] as const)("what cannot be given is refused before the launch: %o", (asked, field, message) => {
  let problem: unknown
  try {
    place(asked)
  } catch (error) {
    problem = error
  }
  expect(problem).toMatchObject({ code: "invalid", problems: [{ path: ["eval_config", field], message: expect.stringMatching(message) }] })
})

test("what can be given is", () => {
  expect(place({ memory_gb: 4, disk_size_gb: 10, gpu_count: 0 })).toEqual({})
  expect(place({ executor: "cluster", cpu_cores: 128, memory_gb: 64, disk_size_gb: 5000 })).toEqual({ executor: "cluster" })
})
