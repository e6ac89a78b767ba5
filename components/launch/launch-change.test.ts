import { describe, expect, test } from "vitest"
import type { Evaluation, FailureFix } from "@/contract/index.ts"
import { fixFor } from "@/contract/index.ts"
import { fixHref } from "@/lib/launch-links.ts"
import { changedValues, readChange } from "./launch-change.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { toRequest } from "./launch-values.ts"

const target: LaunchTarget = {
  id: "env1",
  name: "sum",
  owner: { name: "acme", type: "user" },
  arguments: [{ name: "size", type: "integer", annotation: null, required: false, default: 1, choices: null, description: null }],
  dataset_size: 10,
  eval_defaults: null,
}
const config = {
  num_examples: 5,
  rollouts_per_example: 2,
  timeout_minutes: 180,
  max_concurrent: 9,
  max_cost_usd: 0.5,
  max_total_tokens: 6000,
  env_args: { size: 3, colour: "red" },
  sampling_args: { max_tokens: 512, top_p: 0.5 },
  extra_env_kwargs: { max_turns: 4 },
  custom_secrets: { KEPT: "$KEPT" },
  state_columns: ["note", "turns"],
}
const run = {
  evaluation_id: "abc",
  is_hosted: true,
  name: "my run",
  eval_config: config,
  environment: { id: "env1", owner: "acme", name: "sum", version: "1", content_hash: null },
} as unknown as Evaluation

/** The form that a fix leads to. */
function opened(fix: FailureFix | null) {
  const address = new URL(fixHref(run, fix) as string, "http://x")
  const read = (name: string) => address.searchParams.get(name) ?? undefined
  return { address, form: changedValues(run, readChange(read("set"), read("focus")), target) }
}
const failed = (kind: Parameters<typeof fixFor>[0]["class"], message = "", exception: string | null = null) =>
  fixFor({ class: kind, exception, message }, config)

describe("a fix leads to the launch form with its setting changed, and to nothing else changed", () => {
  const before = toRequest(changedValues(run, readChange(undefined, undefined), target).values, target, "m").eval_config
  test.each<[string, FailureFix | null, object, string]>([
    ["a run's time", failed("timeout"), { timeout_minutes: 360 }, "timeout_minutes"],
    ["the rate", failed("inference_rate_limit"), { max_concurrent: 4 }, "max_concurrent"],
    ["a budget", failed("budget_exceeded", "The run's budget of $0.50 is used up: …"), { max_cost_usd: 1 }, "max_cost_usd"],
    [
      "a token budget",
      failed("budget_exceeded", "The run's budget of 6,000 tokens is used up: …"),
      { max_total_tokens: 12_000 },
      "max_total_tokens",
    ],
    ["memory", failed("out_of_memory"), { max_concurrent: 4 }, "max_concurrent"],
    ["a rollout's time", failed("rollout_timeout"), { extra_env_kwargs: { max_turns: 4, timeout_seconds: 600 } }, "extra_env_kwargs"],
    ["max tokens", failed("inference_overlong"), { sampling_args: { max_tokens: 256, top_p: 0.5 } }, "max_tokens"],
    [
      "an argument",
      failed("environment_arguments", "load_environment() got an unexpected keyword argument 'colour'"),
      { env_args: { size: 3 } },
      "env_args.fields.size",
    ],
    ["a permission", failed("missing_permission", "This run may not use tunnels: …"), { allow_tunnel_access: true }, "allow_tunnel_access"],
    [
      "a state column",
      failed("environment_rollout", "state_columns value for 'note' is not JSON-serializable"),
      { state_columns: ["turns"] },
      "state_columns",
    ],
  ])("%s", (_, fix, change, focus) => {
    const { form } = opened(fix)
    expect(toRequest(form.values, target, "m").eval_config).toEqual({ ...before, ...change })
    expect(form.focus).toBe(focus)
    expect(form.changed).toEqual([focus.replace(/^env_args\..*/, "env_args")])
  })

  test("a secret gets a row with its name, and the cursor in its value", () => {
    const { form } = opened(failed("missing_secret", "Missing required environment variable(s): JUDGE_KEY", "MissingKeyError"))
    expect(form.values.custom_secrets.map(({ name, value }) => [name, value])).toEqual([
      ["KEPT", ""],
      ["JUDGE_KEY", ""],
    ])
    expect(form.focus).toBe("custom_secrets.1.value")
  })

  test("an argument that is missing has the cursor in its field", () => {
    const missing = "load_environment() missing 1 required positional argument: 'size'"
    expect(opened(failed("environment_arguments", missing)).form.focus).toBe("env_args.fields.size")
    const unchecked = changedValues(run, readChange(undefined, "env_args.size"), { ...target, arguments: null })
    expect(unchecked.focus).toBe("env_args.json")
  })

  test("another model is chosen first", () => {
    const { address, form } = opened(failed("inference_model"))
    expect(address.search).toBe("?from=abc&model=")
    expect(form.changed).toEqual([])
  })
})

test("a link cannot change where requests go, and nonsense changes nothing", () => {
  expect(readChange('{"api_base_url": "http://evil", "headers": ["X: y"], "max_concurrent": 2}', undefined).set).toEqual({
    max_concurrent: 2,
  })
  for (const text of ["", "[1]", "no json", "null"]) expect(readChange(text, undefined).set).toEqual({})
})

test("a run of another platform, or one that was pushed, has no form to open", () => {
  expect(fixHref({ ...run, is_hosted: false }, failed("timeout"))).toBeNull()
  expect(fixHref({ ...run, environment: null }, failed("timeout"))).toBeNull()
  expect(fixHref(run, null)).toBeNull()
})
