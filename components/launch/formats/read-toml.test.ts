import { expect, test } from "vitest"
import { parseExact } from "@/contract/index.ts"
import type { WritableRun } from "@/lib/run-config/writable-run.ts"
import { writeToml } from "@/lib/run-config/write-toml.ts"
import { readText } from "./read-text.ts"

const swept = `
model = "m/shared"
endpoint_id = "small"
[sampling]
top_p = 0.9
reasoning_effort = "low"

[[eval]]
model = "m/own"
[eval.sampling_args]
temperature = 0.5
[eval.env_args]
size = 2
[eval.env_args.config.agent]
max_turns = 4
[eval.taskset]
id = "a/tasks"
rows = 3
[eval.harness]
id = "bash"

[[ablation]]
env_id = "a/b"
max_retries = 1
[ablation.args]
level = "hard"
[ablation.sweep]
endpoint_id = ["small", "big"]
sampling = [{ temperature = 0.0 }, { enable_thinking = true }]
[ablation.sweep.env_args]
seed = [1, 2]
`
const registry = `
[[endpoint]]
endpoint_id = "small"
model = "m/small"
url = "https://models.example/v1"
[[endpoint]]
endpoint_id = "big"
model = "m/big"
[[endpoint]]
endpoint_id = "big"
model = "m/other"
`

// What prime 0.18 itself reads in this file, and sends.
test("sweeps, sampling parameters, tasksets and names of endpoints are read as the CLI reads them", () => {
  const reading = readText(swept + registry)
  if (!reading.ok) throw new Error(reading.message)
  const [own, ...sweep] = reading.runs
  expect(own).toMatchObject({
    environment: "a/tasks",
    model: "m/own",
    notes: [],
    config: {
      env_args: { size: 2, config: { agent: { max_turns: 4 }, taskset: { id: "a/tasks", rows: 3 }, harness: { id: "bash" } } },
      sampling_args: { temperature: 0.5 },
    },
  })
  expect(own?.config.sampling_args).not.toHaveProperty("top_p")
  const low = { top_p: 0.9, reasoning_effort: "low", extra_body: { chat_template_kwargs: { reasoning_effort: "low" } } }
  const thinking = {
    ...low,
    enable_thinking: true,
    extra_body: { chat_template_kwargs: { reasoning_effort: "low", enable_thinking: true } },
  }
  expect(sweep.map(({ model, config: { env_args, sampling_args, max_retries } }) => [model, env_args, sampling_args, max_retries])).toEqual(
    ["m/small", null].flatMap((model) =>
      [{ ...low, temperature: parseExact("0.0", "written") }, thinking].flatMap((sampling) =>
        [1, 2].map((seed) => [model, { level: "hard", seed }, sampling, 1]),
      ),
    ),
  )
  expect(sweep.map(({ notes }) => notes.length)).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
  expect(sweep.at(-1)?.notes[0]).toContain('endpoint_id "big" stands for a model in endpoints.toml')
})

const written = (config: object): string =>
  writeToml({ environment: "a/b", request: { inference_model: "m", eval_config: config } } as unknown as WritableRun)

test("what a file cannot send as it is, is said in the file", () => {
  const sampling = written({ sampling_args: { reasoning_effort: "low" } })
  expect(sampling).toContain("# The CLI sends these of a file in extra_body.chat_template_kwargs too: reasoning_effort")
  expect(sampling).toMatch(/^\[eval\.sampling\]$/m)
})

test("a taskset and its harness have tables of their own", () => {
  const toml = written({ env_args: { config: { taskset: { rows: 2 }, harness: { id: "bash" } } } })
  expect(toml).toMatch(/\[eval\.taskset\]\nrows = 2\n\n\[eval\.harness\]\nid = "bash"/)
  expect(toml).not.toContain("env_args")
})
