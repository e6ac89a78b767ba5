import { describe, expect, test } from "vitest"
import { CreateHostedEvaluationRequest, type EnvironmentArgument } from "@/contract/index.ts"
import { withArgument } from "./launch-arguments.ts"
import {
  checkDraft,
  differences,
  draftFromRun,
  emptyDraft,
  type LaunchDraft,
  type LaunchTarget,
  placeProblems,
  restoreDraft,
  rules,
  summarize,
  timeoutInWords,
  toRequest,
  withoutSecretValues,
} from "./launch-config.ts"

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

const draft = (more: Partial<LaunchDraft> = {}): LaunchDraft => ({ ...emptyDraft(target), ...more })

/** Every field of the draft, set to something that is not its default, and where the request must have it. */
const filled: { [Field in keyof LaunchDraft]: { value: LaunchDraft[Field]; path: string; sent: unknown } } = {
  name: { value: "  my run ", path: "name", sent: "my run" },
  numExamples: { value: "50", path: "eval_config.num_examples", sent: 50 },
  rolloutsPerExample: { value: "4", path: "eval_config.rollouts_per_example", sent: 4 },
  args: { value: withArgument([level], emptyDraft(target).args, "level", "hard"), path: "eval_config.env_args", sent: { level: "hard" } },
  temperature: { value: "0.7", path: "eval_config.sampling_args.temperature", sent: 0.7 },
  maxTokens: { value: "512", path: "eval_config.sampling_args.max_tokens", sent: 512 },
  samplingJson: { value: '{"top_p": 0.9}', path: "eval_config.sampling_args.top_p", sent: 0.9 },
  allowSandboxAccess: { value: true, path: "eval_config.allow_sandbox_access", sent: true },
  allowInstancesAccess: { value: true, path: "eval_config.allow_instances_access", sent: true },
  allowTunnelAccess: { value: true, path: "eval_config.allow_tunnel_access", sent: true },
  timeoutMinutes: { value: "150", path: "eval_config.timeout_minutes", sent: 150 },
  maxConcurrent: { value: "8", path: "eval_config.max_concurrent", sent: 8 },
  maxRetries: { value: "0", path: "eval_config.max_retries", sent: 0 },
  maxCostUsd: { value: "2.5", path: "eval_config.max_cost_usd", sent: 2.5 },
  maxTotalTokens: { value: "100000", path: "eval_config.max_total_tokens", sent: 100_000 },
  independentScoring: { value: true, path: "eval_config.independent_scoring", sent: true },
  verbose: { value: true, path: "eval_config.verbose", sent: true },
  stateColumns: { value: "turns, tool_calls\nnotes", path: "eval_config.state_columns", sent: ["turns", "tool_calls", "notes"] },
  extraEnvKwargs: { value: '{"max_turns": 3}', path: "eval_config.extra_env_kwargs", sent: { max_turns: 3 } },
  apiBaseUrl: { value: "https://models.example/v1", path: "eval_config.api_base_url", sent: "https://models.example/v1" },
  apiKeyVar: { value: "MY_KEY", path: "eval_config.api_key_var", sent: "MY_KEY" },
  apiClientType: { value: "openai_completions", path: "eval_config.api_client_type", sent: "openai_completions" },
  headers: { value: "X-Team: a\nX-Run: b:c\n", path: "eval_config.headers", sent: ["X-Team: a", "X-Run: b:c"] },
  onRolloutException: { value: "abort", path: "eval_config.on_rollout_exception", sent: "abort" },
  secrets: { value: [{ id: 0, name: "MY_KEY", value: "s3 cret" }], path: "eval_config.custom_secrets", sent: { MY_KEY: "s3 cret" } },
}

const allFilled = Object.fromEntries(Object.entries(filled).map(([field, { value }]) => [field, value])) as unknown as LaunchDraft
const at = (value: unknown, path: string) =>
  path.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value)

describe("the request", () => {
  test("a field is never dropped: each one, set on its own, appears in the request", () => {
    expect(Object.keys(filled).sort()).toEqual(Object.keys(emptyDraft(target)).sort())
    for (const [field, { value, path, sent }] of Object.entries(filled)) {
      expect(at(toRequest(draft({ [field]: value }), target, "m"), path), field).toEqual(sent)
    }
  })

  test("a filled form has no problems and makes a request that the contract accepts", () => {
    expect(checkDraft(allFilled, target)).toEqual([])
    const request = JSON.parse(JSON.stringify(toRequest(allFilled, target, "demo/scholar", "key-12345678")))
    expect(CreateHostedEvaluationRequest.parse(request)).toEqual(request)
    expect(request.idempotency_key).toBe("key-12345678")
    expect(request.inference_model).toBe("demo/scholar")
    expect(request.environment_ids).toEqual(["env1"])
  })

  test("an untouched form has no problems, and asks for no permission", () => {
    expect(checkDraft(draft(), target)).toEqual([])
    const config = JSON.parse(JSON.stringify(toRequest(draft(), target, "m"))).eval_config
    expect(config).toEqual({
      num_examples: 5,
      rollouts_per_example: 3,
      allow_sandbox_access: false,
      allow_instances_access: false,
      allow_tunnel_access: false,
      timeout_minutes: 1440,
      max_concurrent: 32,
      max_retries: 3,
      independent_scoring: false,
      verbose: false,
    })
  })

  test("explicit sampling fields win over the JSON", () => {
    const request = toRequest(draft({ temperature: "0", samplingJson: '{"temperature": 1, "seed": 7}' }), target, "m")
    expect(request.eval_config.sampling_args).toEqual({ temperature: 0, seed: 7 })
  })

  test("the environment's own defaults prefill the numbers", () => {
    const own = emptyDraft({ ...target, eval_defaults: { num_examples: -1, rollouts_per_example: 8 } })
    expect([own.numExamples, own.rolloutsPerExample]).toEqual(["-1", "8"])
  })

  test("a run's configuration comes back as the draft that made it, without the values of secrets", () => {
    const request = JSON.parse(JSON.stringify(toRequest(allFilled, target, "m")))
    const again = draftFromRun({ name: request.name, eval_config: request.eval_config }, target)
    expect(again.secrets).toEqual([{ id: 0, name: "MY_KEY", value: "" }])
    expect(toRequest({ ...again, secrets: allFilled.secrets }, target, "m")).toEqual(toRequest(allFilled, target, "m"))
    expect(draftFromRun({ eval_config: null }, target)).toEqual(emptyDraft(target))
  })
})

describe("rules", () => {
  test.each<[keyof LaunchDraft, string[], string[]]>([
    ["numExamples", ["-1", "−1", "1", "9007199254740991"], ["0", "-2", "1.5", "", "ten", "9007199254740992"]],
    ["rolloutsPerExample", ["1", "2048"], ["0", "2049", "", "1e2"]],
    ["timeoutMinutes", ["120", "1440", ""], ["119", "1441", "2h"]],
    ["maxConcurrent", ["1", "100000", ""], ["0", "-1"]],
    ["maxRetries", ["0", ""], ["-1", "1.5"]],
    ["temperature", ["", "0", "0.7", "2."], ["-1", "hot", "1e400", "NaN"]],
    ["maxTokens", ["", "1"], ["0", "1.5"]],
    ["maxCostUsd", ["", "0.01", "$5", "1000000"], ["0", "-1", "1000001", "five"]],
    ["maxTotalTokens", ["", "1", "1,000,000"], ["0", "1.5", "many"]],
    ["apiBaseUrl", ["", "http://localhost:8000/v1"], ["localhost:8000", "ftp://x", "https://"]],
    ["headers", ["", "A: b"], ["no colon", "A: b\nbad header: x"]],
    ["name", ["", "x".repeat(200)], ["x".repeat(201)]],
  ])("%s", (field, right, wrong) => {
    for (const value of right) expect(checkDraft(draft({ [field]: value }), target), value).toEqual([])
    for (const value of wrong)
      expect(checkDraft(draft({ [field]: value }), target), value).toEqual([{ field, message: rules[field as keyof typeof rules] }])
  })

  test("JSON fields say where they are wrong", () => {
    expect(checkDraft(draft({ samplingJson: '{"a": 1,}' }), target)).toEqual([
      { field: "samplingJson", message: "Line 1, column 9: The comma before “}” is one too many." },
    ])
    expect(checkDraft(draft({ extraEnvKwargs: "[]" }), target)[0]?.field).toBe("extraEnvKwargs")
  })

  test("secrets need a proper name, once, and a value; empty rows do not count", () => {
    const secrets = [
      { id: 1, name: "", value: "" },
      { id: 2, name: "lower", value: "x" },
      { id: 3, name: "A", value: "" },
      { id: 4, name: "A", value: "é".repeat(40_000) },
    ]
    expect(checkDraft(draft({ secrets }), target)).toEqual([
      { field: "secrets.2.name", message: rules.secretName },
      { field: "secrets.3.value", message: rules.secretValue },
      { field: "secrets.4.name", message: "A stands twice." },
      { field: "secrets.4.value", message: rules.secretValue },
    ])
    const many = Array.from({ length: 101 }, (_, id) => ({ id, name: `S_${id}`, value: "x" }))
    expect(checkDraft(draft({ secrets: many }), target)).toEqual([{ field: "secrets", message: rules.secrets }])
  })

  test("the key of a custom endpoint must be one of the run's secrets", () => {
    expect(checkDraft(draft({ apiBaseUrl: "https://x.example", apiKeyVar: "K" }), target)).toEqual([
      { field: "apiKeyVar", message: rules.apiKeyVar },
    ])
  })
})

test("problems of the platform land at the field they are about", () => {
  const current = draft({ secrets: [{ id: 7, name: "TOKEN", value: "x" }] })
  const place = (field: string, message = "is wrong") => placeProblems([{ field, message }], current, target)[0]
  expect(place("eval_config.timeout_minutes")).toEqual({ field: "timeoutMinutes", message: "is wrong" })
  expect(place("eval_config.headers.0")).toEqual({ field: "headers", message: "0: is wrong" })
  expect(place("eval_config.env_args.level")).toEqual({ field: "args.level", message: "is wrong" })
  expect(place("eval_config.custom_secrets.TOKEN")).toEqual({ field: "secrets.7.name", message: "is wrong" })
  expect(place("inference_model")).toEqual({ field: "model", message: "is wrong" })
  expect(place("environment_ids.0")).toEqual({ field: "", message: "environment_ids.0: is wrong" })
  expect(place("")).toEqual({ field: "", message: "is wrong" })
})

describe("what is said before the start", () => {
  const sentence = (more: Partial<LaunchDraft>, size: number | null = 240) =>
    summarize(draft(more), { ...target, dataset_size: size }, "demo/scholar")

  test("one sentence with the number of rollouts", () => {
    expect(sentence({ numExamples: "50", rolloutsPerExample: "4" }).sentence).toBe(
      "50 examples × 4 rollouts = 200 rollouts with demo/scholar",
    )
    expect(sentence({ numExamples: "1", rolloutsPerExample: "1" }).sentence).toBe("1 example × 1 rollout = 1 rollout with demo/scholar")
    expect(sentence({ numExamples: "-1", rolloutsPerExample: "4" }).sentence).toBe(
      "all 240 examples × 4 rollouts = 960 rollouts with demo/scholar",
    )
    expect(sentence({ numExamples: "-1", rolloutsPerExample: "4" }, null).sentence).toBe("all examples × 4 rollouts each with demo/scholar")
    expect(sentence({ numExamples: "x" }).sentence).toBeNull()
  })

  test("more examples than there are become all of them, with a remark", () => {
    const summary = sentence({ numExamples: "500", rolloutsPerExample: "2" })
    expect(summary.sentence).toBe("all 240 examples × 2 rollouts = 480 rollouts with demo/scholar")
    expect(summary.note).toBe("The dataset has only 240 examples, so fewer than the 500 asked for will run.")
  })

  test("differences name everything that was changed, and no secret's value", () => {
    expect(differences(draft(), target)).toEqual([])
    const found = differences(allFilled, target)
    expect(found.map(({ label }) => label)).toEqual([
      "level",
      "sampling: top_p",
      "sampling: temperature",
      "sampling: max_tokens",
      "May use",
      "Max concurrent",
      "Retries",
      "Budget",
      "Token budget",
      "On an exception",
      "Scoring",
      "Log",
      "State columns",
      "Extra environment kwargs",
      "Endpoint",
      "Key variable",
      "Client",
      "Headers",
      "Secrets",
    ])
    expect(JSON.stringify(found)).not.toContain("s3 cret")
  })

  test("the timeout is told in hours", () => {
    expect(timeoutInWords(draft())).toBe("24 hours")
    expect(timeoutInWords(draft({ timeoutMinutes: "150" }))).toBe("2 h 30 min")
    expect(timeoutInWords(draft({ timeoutMinutes: "1" }))).toBeNull()
  })
})

describe("keeping a draft in the browser", () => {
  test("it comes back as it was, but secrets have lost their values", () => {
    const kept = JSON.parse(JSON.stringify(withoutSecretValues(allFilled)))
    expect(JSON.stringify(kept)).not.toContain("s3 cret")
    const restored = restoreDraft(kept, target) as LaunchDraft
    expect(toRequest({ ...restored, secrets: allFilled.secrets }, target, "m")).toEqual(toRequest(allFilled, target, "m"))
  })

  test("something else is not taken for a draft", () => {
    for (const kept of [null, 3, "x", [], {}, { ...allFilled, timeoutMinutes: 3 }, { ...allFilled, secrets: {} }])
      expect(restoreDraft(kept, target)).toBeNull()
  })
})
