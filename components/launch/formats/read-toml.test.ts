import { expect, test } from "vitest"
import { parseExact, stringifyExact } from "@/contract/index.ts"
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

test("names stay in the order in which they were written, those that are whole numbers too", () => {
  const options =
    '{"properties":{"reasoning":{"type":"string"},"10":true,"2":{"a":{"x":1},"b":[1.0,"}"]}},"required":["2"],"later":{"9":{},"8":{}}}'
  const config = `{"env_args":{"list":[{"1":{},"0":1},{"z":1}],"options":${options}},"sampling_args":{"logit_bias":{"50256":-100,"11":5}}}`
  const text = written(parseExact(config, "written") as object)
  const reading = readText(text)
  if (!reading.ok) throw new Error(reading.message)
  const { env_args, sampling_args } = reading.runs[0]?.config ?? {}
  expect(stringifyExact({ env_args, sampling_args })).toBe(config)
  expect(text).not.toContain("\uE000")
})

test("the order of names in TOML is read however they are written", () => {
  const argsOf = (toml: string) => {
    const reading = readText(`[[eval]]\nenv_id = "a/b"\n${toml}`)
    if (!reading.ok) throw new Error(reading.message)
    return stringifyExact(reading.runs[0]?.config.env_args)
  }
  expect(argsOf('env_args = { 10 = { "7" = 1, \'3\' = "4 = 5" }, 2 = [{ 1 = 2, 0 = 1 }] } # 1 = 0')).toBe(
    '{"10":{"7":1,"3":"4 = 5"},"2":[{"1":2,"0":1}]}',
  )
  expect(argsOf("[eval.env_args.a.10]\nx = 3.14\n[eval.env_args.a.2] # 5\ny = 1")).toBe('{"a":{"10":{"x":3.14},"2":{"y":1}}}')
  expect(argsOf("[eval.env_args]\na.10 = 1\na.2 = 2\nb = [\n  [1, 2],\n  [3, 4]\n]\nc = '''\n9 = 1\n'''")).toBe(
    '{"a":{"10":1,"2":2},"b":[[1,2],[3,4]],"c":"9 = 1\\n"}',
  )
  // The lone list on its line looks like the name of a table.
  expect(argsOf("[eval.env_args]\nb = [\n[3]\n]\na.10 = 1\na.2 = 2")).toBe('{"b":[[3]],"a":{"2":2,"10":1}}')
})
