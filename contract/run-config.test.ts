import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { HostedEvalConfig, jobSettings, permissions, RunnerJob, refusalOf, runFieldList, runFields } from "./index.ts"

test("the runner reads the fields of the job file that the platform writes, and no others", () => {
  const source = readFileSync(new URL("../runner/src/hosted_runner/job.py", import.meta.url), "utf8")
  const body = /class Job:\n([\s\S]*?)\n\n\n/.exec(source)?.[1] ?? ""
  const names = [...body.matchAll(/^ {4}(\w+): /gm)].map(([, name]) => name)
  expect(["v", ...names].sort()).toEqual(Object.keys(RunnerJob.shape).sort())
})

test("a job says everything, whatever the configuration leaves out", () => {
  expect(jobSettings({ num_examples: -1, rollouts_per_example: 2, verbose: null, api_base_url: "https://x.example" })).toMatchObject({
    num_examples: -1,
    rollouts_per_example: 2,
    env_args: {},
    extra_env_kwargs: {},
    sampling_args: {},
    state_columns: [],
    max_concurrent: 32,
    max_retries: 3,
    independent_scoring: false,
    verbose: false,
    on_rollout_exception: "record",
  })
})

test("a limit is refused in the words shown at the control", () => {
  const parsed = HostedEvalConfig.safeParse({ num_examples: 1.5, rollouts_per_example: 2049, timeout_minutes: 0, headers: ["x"] })
  expect(parsed.error?.issues.map(({ path, message }) => [path.join("."), message])).toEqual([
    ["num_examples", "A whole number of at least 1, or −1 for all examples."],
    ["rollouts_per_example", "A whole number from 1 to 2048."],
    ["timeout_minutes", "A whole number from 1 to 525,600."],
    ["headers.0", "One header per line, written Name: value."],
  ])
})

test("defaults keep to their limits, and no two fields share a flag or a key of TOML", () => {
  for (const field of runFieldList)
    if (field.default !== undefined) expect(field.shape.safeParse(field.default).success, field.key).toBe(true)
  const flags = runFieldList.flatMap(({ cli }) => (cli ? [cli.long, cli.short].filter(Boolean) : []))
  expect(new Set(flags).size).toBe(flags.length)
  const keys = runFieldList.map(({ key, toml }) => toml ?? key)
  expect(new Set(keys).size).toBe(keys.length)
})

test("each permission is a switch that links may turn on, and its refusal names that switch", () => {
  expect(permissions.map(({ name }) => name)).toEqual(expect.arrayContaining(["sandbox", "instances", "tunnel"]))
  for (const { name, field, label } of permissions) {
    expect(runFields[field]).toMatchObject({ kind: "switch", changeable: true })
    expect(refusalOf(name)).toContain(label)
  }
})
