import { describe, expect, test } from "vitest"
import { CreateHostedEvaluationRequest, type EnvironmentArgument, type RunFieldKey, runFields, secretRules } from "@/contract/index.ts"
import { withArgument } from "./arguments/launch-arguments.ts"
import { parseText, textOf } from "./field-text.ts"
import { differencesOf, outlineOf, timeoutText } from "./launch-outline.ts"
import { placeProblems } from "./launch-problems.ts"
import { checkValues, type LaunchValues, launchFields } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { emptyValues, restoreValues, startFrom, toRequest, valuesFrom, withoutSecretValues } from "./launch-values.ts"
import { sampleValue } from "./sample-value.ts"

const level: EnvironmentArgument = {
  name: "level",
  type: "string",
  annotation: null,
  required: false,
  default: "easy",
  choices: null,
  description: null,
}

const target: LaunchTarget = {
  id: "env1",
  name: "word-arithmetic",
  owner: { name: "local", type: "user" },
  arguments: [level],
  dataset_size: 240,
  eval_defaults: null,
}

const values = (more: Partial<LaunchValues> = {}): LaunchValues => ({ ...emptyValues(target), ...more })
/** A field with the value that its control makes of a typed text. */
const typed = (key: RunFieldKey, text: string): Partial<LaunchValues> => ({ [key]: parseText(runFields[key].kind, text) })

interface Filled {
  set: Partial<LaunchValues>
  path: string
  sent: unknown
}

/** Fields as people fill them in, and where the request must have them. */
const asTyped: { [Field in keyof LaunchValues]?: Filled } = {
  name: { set: typed("name", "  my run "), path: "name", sent: "my run" },
  num_examples: { set: typed("num_examples", "50"), path: "eval_config.num_examples", sent: 50 },
  env_args: {
    set: { env_args: withArgument([level], emptyValues(target).env_args, "level", "hard") },
    path: "eval_config.env_args",
    sent: { level: "hard" },
  },
  temperature: { set: typed("temperature", "0.7"), path: "eval_config.sampling_args.temperature", sent: 0.7 },
  max_tokens: { set: typed("max_tokens", "512"), path: "eval_config.sampling_args.max_tokens", sent: 512 },
  sampling_args: { set: typed("sampling_args", '{"top_p": 0.9}'), path: "eval_config.sampling_args.top_p", sent: 0.9 },
  max_retries: { set: typed("max_retries", "0"), path: "eval_config.max_retries", sent: 0 },
  max_cost_usd: { set: typed("max_cost_usd", "2.5"), path: "eval_config.max_cost_usd", sent: 2.5 },
  max_total_tokens: { set: typed("max_total_tokens", "100000"), path: "eval_config.max_total_tokens", sent: 100_000 },
  state_columns: {
    set: typed("state_columns", "turns, tool_calls\nnotes"),
    path: "eval_config.state_columns",
    sent: ["turns", "tool_calls", "notes"],
  },
  extra_env_kwargs: { set: typed("extra_env_kwargs", '{"max_turns": 3}'), path: "eval_config.extra_env_kwargs", sent: { max_turns: 3 } },
  api_base_url: {
    set: typed("api_base_url", " https://models.example/v1"),
    path: "eval_config.api_base_url",
    sent: "https://models.example/v1",
  },
  api_key_var: { set: typed("api_key_var", "MY_KEY"), path: "eval_config.api_key_var", sent: "MY_KEY" },
  headers: { set: typed("headers", "X-Team: a\nX-Run: b:c\n"), path: "eval_config.headers", sent: ["X-Team: a", "X-Run: b:c"] },
  on_rollout_exception: { set: typed("on_rollout_exception", "abort"), path: "eval_config.on_rollout_exception", sent: "abort" },
  custom_secrets: {
    set: { custom_secrets: [{ name: "MY_KEY", value: "s3 cret" }] },
    path: "eval_config.custom_secrets",
    sent: { MY_KEY: "s3 cret" },
  },
}

/** Every field of the form, set to something that is not its default. */
const filled: Record<string, Filled> = Object.fromEntries(
  launchFields.map((field) => {
    const path = field.in === "request" ? field.key : `eval_config.${field.in ? `${field.in}.` : ""}${field.key}`
    return [field.key, asTyped[field.key] ?? { set: { [field.key]: sampleValue(field) }, path, sent: sampleValue(field) }]
  }),
)

const allFilled: LaunchValues = Object.assign(values(), ...Object.values(filled).map(({ set }) => set))
const at = (value: unknown, path: string) =>
  path.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value)

describe("the request", () => {
  test("a field is never dropped: each one, set on its own, appears in the request", () => {
    expect(Object.keys(filled).sort()).toEqual(Object.keys(emptyValues(target)).sort())
    for (const [field, { set, path, sent }] of Object.entries(filled)) {
      expect(at(toRequest(values(set), target, "m"), path), field).toEqual(sent)
    }
  })

  test("a filled form has no problems and makes a request that the contract accepts", () => {
    expect(checkValues(allFilled, target)).toEqual([])
    const request = JSON.parse(JSON.stringify(toRequest(allFilled, target, "demo/scholar")))
    expect(CreateHostedEvaluationRequest.parse(request)).toEqual(request)
    expect(request.inference_model).toBe("demo/scholar")
    expect(request.environment_ids).toEqual(["env1"])
  })

  test("an untouched form has no problems, and asks for no permission", () => {
    expect(checkValues(values(), target)).toEqual([])
    const config = JSON.parse(JSON.stringify(toRequest(values(), target, "m"))).eval_config
    expect(config).toEqual({
      num_examples: 5,
      rollouts_per_example: 3,
      allow_sandbox_access: false,
      allow_instances_access: false,
      allow_tunnel_access: false,
      max_concurrent: 32,
      max_retries: 3,
      independent_scoring: false,
      verbose: false,
    })
  })

  test("an emptied number is its default, and a timeout is left to the platform", () => {
    const emptied = { timeout_minutes: null, max_concurrent: null, max_retries: null }
    const config = toRequest(values(emptied), target, "m").eval_config
    expect(config).toMatchObject({ max_concurrent: 32, max_retries: 3 })
    expect(config).not.toHaveProperty("timeout_minutes")
  })

  test("explicit sampling fields win over the JSON", () => {
    const both = { ...typed("temperature", "0"), ...typed("sampling_args", '{"temperature": 1, "seed": 7}') }
    expect(toRequest(values(both), target, "m").eval_config.sampling_args).toEqual({ temperature: 0, seed: 7 })
  })

  test("the environment's own defaults prefill the numbers", () => {
    const own = emptyValues({ ...target, eval_defaults: { num_examples: -1, rollouts_per_example: 8 } })
    expect([own.num_examples, own.rollouts_per_example]).toEqual([-1, 8])
  })

  test("a run's configuration comes back as the values that made it, without the values of secrets", () => {
    const request = JSON.parse(JSON.stringify(toRequest(allFilled, target, "m")))
    const again = valuesFrom({ name: request.name, eval_config: request.eval_config }, target)
    expect(again).toEqual({ ...allFilled, custom_secrets: [{ name: "MY_KEY", value: "" }] })
    expect(toRequest({ ...again, custom_secrets: allFilled.custom_secrets }, target, "m")).toEqual(toRequest(allFilled, target, "m"))
    expect(valuesFrom({ eval_config: null }, target)).toEqual(emptyValues(target))
  })

  test("0 examples of an earlier run are all examples, and sampling parameters that no control takes stay in the JSON", () => {
    const config = { num_examples: 0, sampling_args: { temperature: "auto", max_tokens: 5, top_p: 1 } }
    expect(valuesFrom({ eval_config: config }, target)).toMatchObject({
      num_examples: -1,
      temperature: null,
      max_tokens: 5,
      sampling_args: { temperature: "auto", top_p: 1 },
    })
  })
})

describe("rules", () => {
  test.each<[Exclude<keyof LaunchValues, "env_args" | "custom_secrets">, string[], string[]]>([
    ["num_examples", ["-1", "−1", "1", "9007199254740991"], ["0", "-2", "1.5", "", "ten", "9007199254740992"]],
    ["rollouts_per_example", ["1", "2048"], ["0", "2049", "", "1e2"]],
    ["timeout_minutes", ["1", "1440", ""], ["0", "525601", "2h"]],
    ["max_concurrent", ["1", "100000", ""], ["0", "-1"]],
    ["max_retries", ["0", ""], ["-1", "1.5"]],
    ["temperature", ["", "0", "0.7", "2."], ["-1", "hot", "1e400", "NaN"]],
    ["max_tokens", ["", "1"], ["0", "1.5"]],
    ["max_cost_usd", ["", "0.01", "$5", "1000000"], ["0", "-1", "1000001", "five"]],
    ["max_total_tokens", ["", "1", "1,000,000"], ["0", "1.5", "many"]],
    ["api_base_url", ["", "http://localhost:8000/v1"], ["localhost:8000", "ftp://x", "https://"]],
    ["headers", ["", "A: b"], ["no colon", "A: b\nbad header: x"]],
    ["name", ["", "x".repeat(500)], ["x".repeat(501)]],
  ])("%s", (key, right, wrong) => {
    const { rule } = runFields[key] as { rule: string }
    for (const text of right) expect(checkValues(values(typed(key, text)), target), text).toEqual([])
    for (const text of wrong) {
      const found = checkValues(values(typed(key, text)), target)
      expect(new Set(found.map(({ field, message }) => `${field.replace(/\.\d+$/, "")}: ${message}`)), text).toEqual(
        new Set([`${key}: ${rule}`]),
      )
    }
  })

  test("JSON fields say where they are wrong", () => {
    expect(checkValues(values(typed("sampling_args", '{"a": 1,}')), target)).toEqual([
      { field: "sampling_args", message: "Line 1, column 9: The comma before “}” is one too many." },
    ])
    expect(checkValues(values(typed("extra_env_kwargs", "[]")), target)[0]?.field).toBe("extra_env_kwargs")
  })

  test("secrets need a proper name, once, and a value; empty rows do not count", () => {
    const custom_secrets = [
      { name: "", value: "" },
      { name: "lower", value: "x" },
      { name: "A", value: "" },
      { name: "A", value: "é".repeat(40_000) },
    ]
    expect(checkValues(values({ custom_secrets }), target)).toEqual([
      { field: "custom_secrets.1.name", message: secretRules.name },
      { field: "custom_secrets.2.value", message: secretRules.value },
      { field: "custom_secrets.3.name", message: "There are two secrets named A." },
      { field: "custom_secrets.3.value", message: secretRules.value },
    ])
    const many = Array.from({ length: 101 }, (_, i) => ({ name: `S_${i}`, value: "x" }))
    expect(checkValues(values({ custom_secrets: many }), target)).toEqual([{ field: "custom_secrets", message: secretRules.count }])
  })

  test("the key of a custom endpoint must be one of the run's secrets, whatever else is wrong", () => {
    const endpoint = { api_base_url: "https://x.example", api_key_var: "K" }
    const problem = { field: "api_key_var", message: runFields.api_key_var.rule }
    expect(checkValues(values(endpoint), target)).toEqual([problem])
    expect(checkValues(values({ ...endpoint, num_examples: 0 }), target).map(({ field }) => field)).toEqual(["num_examples", "api_key_var"])
  })
})

test("a run for a team says so, and one for oneself says nothing", () => {
  expect(toRequest(values(), { ...target, teamId: "team1" }, "m/x").team_id).toBe("team1")
  expect(toRequest(values(), { ...target, teamId: null }, "m/x")).not.toHaveProperty("team_id")
})

test("a control shows the text of its value, and the value of that text is the same", () => {
  for (const { key, kind } of launchFields) {
    if (kind === "arguments" || kind === "secrets" || kind === "switch") continue
    expect(parseText(kind, textOf(kind, allFilled[key])), key).toEqual(allFilled[key])
  }
})

test("problems of the platform land at the value they are about", () => {
  const current = values({
    custom_secrets: [
      { name: "OTHER", value: "y" },
      { name: "TOKEN", value: "x" },
    ],
  })
  const place = (field: string, message = "is wrong") => placeProblems([{ field, message }], current, target)[0]
  expect(place("eval_config.timeout_minutes")).toEqual({ field: "timeout_minutes", message: "is wrong" })
  expect(place("eval_config.headers.0")).toEqual({ field: "headers", message: "0: is wrong" })
  expect(place("eval_config.env_args.level")).toEqual({ field: "env_args.fields.level", message: "is wrong" })
  expect(place("eval_config.custom_secrets.TOKEN")).toEqual({ field: "custom_secrets.1.name", message: "is wrong" })
  expect(place("inference_model")).toEqual({ field: "inference_model", message: "is wrong" })
  expect(place("inference_models.1")).toEqual({ field: "inference_model", message: "is wrong" })
  expect(place("environment_ids.0")).toEqual({ field: "", message: "environment_ids.0: is wrong" })
  expect(place("")).toEqual({ field: "", message: "is wrong" })
})

describe("the summary", () => {
  const outline = (more: Partial<LaunchValues>, size: number | null = 240, known?: number) =>
    outlineOf(values(more), { ...target, dataset_size: size }, ["demo/scholar"], known)

  test("a summary with the number of rollouts", () => {
    expect(outline({ num_examples: 50, rollouts_per_example: 4 }).sentence).toBe(
      "50 examples × 4 rollouts = 200 rollouts with demo/scholar",
    )
    expect(outline({ num_examples: 1, rollouts_per_example: 1 }).sentence).toBe("1 example × 1 rollout = 1 rollout with demo/scholar")
    expect(outline({ num_examples: -1, rollouts_per_example: 4 }).sentence).toBe(
      "all 240 examples × 4 rollouts = 960 rollouts with demo/scholar",
    )
    expect(outline({ num_examples: -1, rollouts_per_example: 4 }, null).sentence).toBe("all examples × 4 rollouts each with demo/scholar")
    expect(outline(typed("num_examples", "x")).sentence).toBeNull()
    expect(outlineOf(values({ num_examples: 5, rollouts_per_example: 2 }), target, ["a", "b", "c"]).sentence).toBe(
      "5 examples × 2 rollouts = 10 rollouts with each of 3 models",
    )
  })

  test("more examples than there are become all of them, with a remark", () => {
    const summary = outline({ num_examples: 500, rollouts_per_example: 2 })
    expect(summary.sentence).toBe("all 240 examples × 2 rollouts = 480 rollouts with demo/scholar")
    expect(summary.note).toBe("240 of 500 examples exist.")
  })

  test("with arguments of its own, a run has as many examples as an earlier one with the same", () => {
    const more = { num_examples: 500, rollouts_per_example: 2, env_args: allFilled.env_args }
    expect(outline(more, 240, 20)).toMatchObject({
      sentence: "all 20 examples × 2 rollouts = 40 rollouts with demo/scholar",
      rollouts: 40,
      size: { examples: 20, rollouts: 2 },
      most: 20,
      note: "20 of 500 examples exist.",
    })
    expect(outline(more)).toMatchObject({
      sentence: "500 examples × 2 rollouts = 1,000 rollouts with demo/scholar",
      rollouts: 1000,
      size: { examples: 500, rollouts: 2 },
      most: null,
      note: "240 examples with the default arguments; yours may change that.",
    })
  })

  test("differences name everything that was changed, and no secret's value", () => {
    expect(differencesOf(values(), target)).toEqual([])
    const found = differencesOf(allFilled, target)
    expect(found.map(({ label }) => label)).toEqual(
      expect.arrayContaining([
        "level",
        "Temperature",
        "Max tokens",
        "May use",
        "Max concurrent",
        "Retries",
        "Budget",
        "Token budget",
        "Independent scoring",
        "Verbose log",
        "When a rollout raises an exception",
        "sampling: top_p",
        "Extra environment kwargs",
        "State columns",
        "Base URL",
        "Key variable",
        "Headers",
        "Client type",
        "One-off secrets",
      ]),
    )
    expect(JSON.stringify(found)).not.toContain("s3 cret")
  })

  test("the timeout is shown in hours", () => {
    expect(timeoutText(values())).toBe("the platform's limit")
    expect(timeoutText(values({ timeout_minutes: 1440 }))).toBe("24 hours")
    expect(timeoutText(values({ timeout_minutes: 150 }))).toBe("2 h 30 min")
    expect(timeoutText(values({ timeout_minutes: 0 }))).toBeNull()
  })
})

describe("a form that is filled in from a run", () => {
  const start = (name: string, tags: string[] = []) => {
    const run = { name, model: "lab/a", tags, eval_config: { num_examples: 7, rollouts_per_example: 2 } }
    return startFrom(run, valuesFrom(run, target), target)
  }

  test("takes the run's name only where it is no name that the platform made of the model", () => {
    expect(start("word-arithmetic--lab/a").name).toBeNull()
    expect(start("nightly--lab/a").name).toBe("nightly")
    expect(start("nightly").name).toBe("nightly")
  })

  test("takes the run's size, but not that of a pilot", () => {
    expect(start("x")).toMatchObject({ num_examples: 7, rollouts_per_example: 2 })
    const fresh = emptyValues(target)
    expect(start("x", ["pilot"])).toMatchObject({
      num_examples: fresh.num_examples,
      rollouts_per_example: fresh.rollouts_per_example,
    })
  })
})

describe("keeping the form in the browser", () => {
  test("it comes back as it was, but secrets have lost their values", () => {
    const kept = JSON.parse(JSON.stringify(withoutSecretValues({ ...allFilled, ...typed("max_retries", "two") })))
    expect(JSON.stringify(kept)).not.toContain("s3 cret")
    const restored = restoreValues(kept, target) as LaunchValues
    expect({ ...restored, custom_secrets: allFilled.custom_secrets }).toEqual({ ...allFilled, max_retries: "two" })
  })

  test("something else is not taken for it", () => {
    for (const kept of [null, 3, "x", [], {}, { ...allFilled, verbose: "yes" }, { ...allFilled, custom_secrets: {} }])
      expect(restoreValues(kept, target)).toBeNull()
  })
})
