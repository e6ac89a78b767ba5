import { describe, expect, test } from "vitest"
import { failureClasses, failureWordings } from "./classes.ts"
import { classifyErrors } from "./classify-errors.ts"
import { fixFor } from "./fixes.ts"
import { problemsInRow } from "./sample-problems.ts"
import { FailureFix } from "./shapes.ts"

test("every class says what happened and what to do, in sentences", () => {
  for (const kind of failureClasses) {
    const { label, title, explanation, advice } = failureWordings[kind]
    expect(label.length, kind).toBeLessThan(24)
    expect(title, kind).not.toMatch(/\.$/)
    for (const sentence of [explanation, advice]) expect(sentence, kind).toMatch(/^[A-Z].*[.)]$/)
  }
})

test("a fix of any class fits its shape, whatever the run was started with", () => {
  for (const kind of failureClasses)
    for (const config of [{}, { max_concurrent: 1, sampling_args: null, timeout_minutes: 1440, api_base_url: "http://x", verbose: true }]) {
      const fix = fixFor({ class: kind, exception: null, message: null }, config)
      if (fix) expect(FailureFix.parse(fix).focus, kind).not.toBe("")
    }
  expect(fixFor({ class: "inference_rate_limit", exception: null, message: null }, { max_concurrent: 1 })).toBeNull()
  expect(fixFor({ class: "timeout", exception: null, message: null }, { timeout_minutes: 1440, max_concurrent: 8 })?.set).toEqual({
    max_concurrent: 16,
  })
})

test("an exception without words is reported by its name, not by what the library put around it", () => {
  const memory = { type: "builtins.MemoryError", message: "MemoryError()" }
  const around = { type: "builtins.RuntimeError", message: "Failed to load environment 'tables': MemoryError()" }
  expect(classifyErrors([around, memory], "load")).toMatchObject({ class: "out_of_memory", exception: "MemoryError" })
})

describe("rows that were not written here are classed by what their error says", () => {
  const v0 = (...links: [string, string][]) => ({
    error: {
      error: links[0]?.[0],
      message: links[0]?.[1],
      error_chain_str: links.map(([name]) => name).join(" -> "),
      error_chain_repr: links.map(([name, message]) => `${name}(${JSON.stringify(message)})`).join(" -> "),
    },
  })
  test.each<[string, object, string | null]>([
    ["nothing", {}, null],
    ["a rate limit", v0(["ModelError", ""], ["RateLimitError", "Error code: 429 - {'error': 'slow (down)'}"]), "inference_rate_limit"],
    ["an unknown model", v0(["ModelError", ""], ["NotFoundError", "Error code: 404 - The model does not exist"]), "inference_model"],
    ["a bad request", v0(["ModelError", ""], ["BadRequestError", "Error code: 400 - top_q"]), "inference_rejected"],
    [
      "no connection",
      v0(["ModelError", ""], ["APIConnectionError", "Connection error."], ["ConnectError", "refused"]),
      "inference_unavailable",
    ],
    ["an empty answer", v0(["EmptyModelResponseError", "no choices"]), "inference_response"],
    ["a refused key", v0(["AuthenticationError", "Error code: 401 - no"]), "inference_auth"],
    ["no credit", v0(["ModelError", ""], ["RateLimitError", "Error code: 429 - insufficient_quota"]), "inference_quota"],
    ["a tool", v0(["ToolCallError", "no"], ["ZeroDivisionError", "division by zero"]), "environment_rollout"],
    ["a sandbox", v0(["SandboxCreationError", "no"]), "sandbox_failed"],
    ["a refused sandbox", v0(["SandboxError", "no"], ["APIError", "HTTP 403: This run may not use sandboxes: …"]), "missing_permission"],
    [
      "a refused sandbox, by its address",
      v0(["SandboxError", "no"], ["ClientResponseError", "403, message='Forbidden', url='http://127.0.0.1:1/api/v1/sandbox'"]),
      "missing_permission",
    ],
    ["a key", v0(["KeyError", "'SOME_KEY'"]), "missing_secret"],
    ["a dictionary", v0(["KeyError", "'colour'"]), "environment_rollout"],
    ["a text", { error: "ValueError: no" }, "environment_rollout"],
    ["v1: an endpoint", { error: { type: "ProviderError", message: "upstream 503: x", status_code: 503 } }, "inference_unavailable"],
    ["v1: a task", { error: { type: "TaskError", message: "task T scoring: KeyError: 'x'" } }, "environment_scoring"],
    ["v1: too late", { error: { type: "HarnessError", message: "agent timeout: rollout exceeded its 5s budget" } }, "rollout_timeout"],
    ["a rollout's limit", { error: null, stop_condition: "timeout_reached" }, "rollout_timeout"],
    ["a long prompt", { error: null, stop_condition: "prompt_too_long", is_truncated: true }, "inference_overlong"],
    ["a shape of its own", { error: { code: 7 } }, "environment_rollout"],
  ])("%s", (_, row, kind) => {
    expect(problemsInRow(row as Record<string, unknown>)[0]?.class ?? null).toBe(kind)
  })

  test("the message is the one of the exception that decided", () => {
    const [problem] = problemsInRow(v0(["ModelError", "ModelError"], ["RateLimitError", "Error code: 429 - slow down"]))
    expect(problem).toMatchObject({ exception: "RateLimitError", message: "Error code: 429 - slow down" })
  })
})

test.each<[string, Record<string, unknown>, object]>([
  ["state_columns cannot be used: this is a verifiers v1 taskset.", { state_columns: ["a"] }, { set: { state_columns: null } }],
  ["api_client_type cannot be 'anthropic_messages': with v1 …", {}, { set: { api_client_type: null } }],
  ["env_args.sise: Extra inputs are not permitted", { env_args: { sise: 3 } }, { set: { env_args: { sise: null } } }],
  ["env_args.size: Input should be a valid integer", {}, { focus: "env_args", set: {} }],
  ["num_examples must be given: this taskset has no end", {}, { focus: "num_examples" }],
])("what a v1 taskset refuses can be changed: %s", (message, config, expected) => {
  const found = classifyErrors([{ type: "hosted_runner.load.SettingsRefused", message }], "load")
  expect(found.class).toBe("environment_arguments")
  expect(fixFor(found, config)).toMatchObject(expected)
})

test("a client of the environment's own is not the run's model", () => {
  const place = { file: "env.py", line: 3, function: "ask", code: "await judge.chat()" }
  const limited = { type: "openai.RateLimitError", message: "Error code: 429", status: 429, place }
  expect(classifyErrors([limited], "rollout")).toMatchObject({ class: "environment_rollout", place })
  expect(classifyErrors([{ type: "verifiers.legacy.errors.ModelError", message: "" }, limited], "rollout").class).toBe(
    "inference_rate_limit",
  )
  expect(classifyErrors([limited], "scoring").class).toBe("environment_scoring")
})

test.each([
  ["This run may not use sandboxes: it was started without Allow sandbox access.", "Allow sandbox access", "allow_sandbox_access"],
  ["Client error '403 Forbidden' for url 'http://127.0.0.1:8787/api/v1/tunnel'", "Allow tunnel access", "allow_tunnel_access"],
  ["403, message='Forbidden', url='http://127.0.0.1:8787/api/v1/pods'", "Allow instances access", "allow_instances_access"],
])("a missing permission names its switch however the environment asked: %s", (message, label, field) => {
  const found = classifyErrors(
    [
      { type: "Wrapped", message: "no" },
      { type: "HTTPError", message },
    ],
    "rollout",
  )
  expect(found).toMatchObject({ class: "missing_permission", advice: expect.stringContaining(`“${label}”`) })
  expect(fixFor(found, {})?.set).toEqual({ [field]: true })
})
