import { beforeAll, expect, test } from "vitest"
import type { FailureClass, SampleProblem } from "../../../contract/index.ts"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { brokenEnvironments } from "../../testing/broken-environments.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

// One run in which each rollout goes wrong in a way of its own. What ends a whole run is in failure-gallery.test.ts.

const refusal = (status: number, error: object) => Response.json({ error }, { status, headers: { "x-should-retry": "false" } })
const answers: Record<string, () => Response> = {
  "[401]": () => refusal(401, { message: "Incorrect API key provided", code: "invalid_api_key" }),
  "[429]": () => refusal(429, { message: "Too many requests" }),
  "[500]": () => refusal(500, { message: "The server had an error" }),
  "[404]": () => refusal(404, { message: "The model `scripted` does not exist", code: "model_not_found" }),
  "[400]": () => refusal(400, { message: "Unsupported parameter: 'top_q'" }),
  "[context]": () => refusal(400, { message: "This model's maximum context length is 8192 tokens.", code: "context_length_exceeded" }),
  "[empty]": () =>
    Response.json({ id: "r", object: "chat.completion", created: 1, model: "scripted", choices: [], usage: null }, { status: 200 }),
}
const { platform, launch } = await testEngine((request) => answers[String(request.messages.at(-1)?.content)]?.() ?? "fine")
let id = ""

beforeAll(async () => {
  const environment = await publishEnvironment(platform(), "broken-rollouts", brokenEnvironments.rollouts)
  id = await launch(environment, {
    num_examples: -1,
    max_retries: 0,
    sampling_args: { top_q: 1 },
    state_columns: ["note"],
    extra_env_kwargs: { timeout_seconds: 8 },
  })
})

const read = async (address: string) => (await platform().call("GET", address)).body

/** The problem of each question of the environment that does everything wrong; null for the one that is fine. */
const inRollouts: Record<string, [FailureClass, outcome: string, message: RegExp | null, place: string | null] | null> = {
  fine: null,
  "[401]": ["inference_auth", "error", /Incorrect API key/, null],
  "[429]": ["inference_rate_limit", "error", /Too many requests/, null],
  "[500]": ["inference_unavailable", "error", /The server had an error/, null],
  "[404]": ["inference_model", "error", /does not exist/, null],
  "[400]": ["inference_rejected", "error", /top_q/, null],
  "[context]": ["inference_overlong", "truncated", null, null],
  "[empty]": ["inference_response", "error", /./, null],
  "[raise]": ["environment_rollout", "error", /^no such page$/, 'raise LookupError("no such page")'],
  "[exit]": ["environment_rollout", "error", /^enough$/, 'sys.exit("enough")'],
  "[own timeout]": ["environment_rollout", "ok", /^the search engine is slow\. The environment's own code raised it/, "raise TimeoutError"],
  "[endless]": ["rollout_timeout", "ok", null, null],
  "[permission]": ["missing_permission", "error", /This run may not use sandboxes/, "raise APIError("],
  "[secret]": ["missing_secret", "error", /^'SEARCH_KEY'$/, 'os.environ["SEARCH_KEY"]'],
  "[sandbox]": ["sandbox_failed", "error", /^the sandbox went away$/, "raise vf.SandboxError("],
  "[tool]": ["environment_rollout", "error", /^the calculator is broken$/, "raise vf.ToolError("],
  "[column]": ["environment_rollout", "error", /^state_columns value for 'note'/, null],
  "[memory]": ["out_of_memory", "error", /./, "bytearray(1 << 62)"],
  "[reward]": ["environment_scoring", "ok", /^'excellent'$/, 'return {"good": 1.0}["excellent"]'],
  "[none]": ["environment_scoring", "ok", /NoneType/, "def counted(prompt) -> float:"],
  "[nan]": ["environment_scoring", "ok", /^returned nan/, "def averaged(prompt) -> float:"],
  "[huge]": null,
}

test("each thing that goes wrong in a rollout has its class, and the others go on", { timeout: 300_000 }, async () => {
  const run = await untilRun(platform(), id)
  expect(run.status, JSON.stringify(run.failure)).toBe("COMPLETED")
  const { samples } = await read(`/evaluations/${id}/sample-summaries?limit=100`)
  expect(samples).toHaveLength(Object.keys(inRollouts).length)
  for (const summary of samples) {
    const expected = inRollouts[summary.prompt_preview]
    const { sample, problems } = (await read(`/evaluations/${id}/samples/${summary.sample_id}`)) as {
      sample: any
      problems: SampleProblem[]
    }
    if (!expected) {
      expect([summary.prompt_preview, summary.error_class, problems]).toEqual([summary.prompt_preview, null, []])
      continue
    }
    const [kind, outcome, message, place] = expected
    expect([summary.prompt_preview, summary.error_class, summary.outcome]).toEqual([summary.prompt_preview, kind, outcome])
    expect(problems).toHaveLength(1)
    if (message) expect(problems[0]?.message).toMatch(message)
    if (place) expect(problems[0]?.place).toMatchObject({ file: "broken_rollouts.py", code: expect.stringContaining(place) })
    else expect([summary.prompt_preview, problems[0]?.place]).toEqual([summary.prompt_preview, null])
    // What the library counts as a result stays one, with the reward that it gave.
    if (outcome === "ok") expect(sample.error).toBeNull()
    if (summary.prompt_preview === "[reward]") expect([summary.reward, sample.metrics.judged]).toEqual([1, 0])
  }
  const huge = samples.find((sample: { prompt_preview: string }) => sample.prompt_preview === "[huge]")
  expect((await read(`/evaluations/${id}/samples/${huge.sample_id}`)).sample.truncated_by_platform).toBe(true)
})

test("rollouts are counted by cause, with a setting that helps and the samples to look at", { timeout: 300_000 }, async () => {
  await untilRun(platform(), id)
  const { groups } = await read(`/evaluations/${id}/error-groups`)
  const counts = new Map<string, number>()
  for (const expected of Object.values(inRollouts)) if (expected) counts.set(expected[0], (counts.get(expected[0]) ?? 0) + 1)
  const found = new Map<string, number>()
  for (const { class: kind, samples } of groups) found.set(kind, (found.get(kind) ?? 0) + samples)
  expect(found).toEqual(counts)
  const sets = Object.fromEntries(
    groups.map((group: any) => [group.class, group.fix && (group.fix.focus === "model" ? "model" : group.fix.set)]),
  )
  expect(sets).toMatchObject({
    environment_scoring: null,
    inference_auth: "model",
    inference_rate_limit: { max_concurrent: 16 },
    inference_overlong: "model",
    missing_permission: { allow_sandbox_access: true },
    missing_secret: { custom_secrets: { SEARCH_KEY: "" } },
    out_of_memory: { max_concurrent: 16 },
    rollout_timeout: { extra_env_kwargs: { timeout_seconds: 16 } },
  })
  for (const group of groups) {
    const { samples, total } = await read(`/evaluations/${id}/sample-summaries?error_class=${group.class}&error_group=${group.key}`)
    expect([group.class, total]).toEqual([group.class, group.samples])
    expect(samples.map((sample: any) => sample.sample_id)).toContain(group.sample_id)
  }
  expect((await platform().call("GET", `/evaluations/${id}/sample-summaries?error_class=bad_luck`)).status).toBe(422)
})

test("an endpoint without a server fails each rollout, and with them the run", { timeout: 300_000 }, async () => {
  const plain = await publishEnvironment(platform(), "broken-plain", brokenEnvironments.plain)
  const id = await launch(plain, { api_base_url: `http://127.0.0.1:${await freePort()}/v1` })
  const run = await untilRun(platform(), id)
  expect(run).toMatchObject({
    status: "FAILED",
    progress: { done: 2, errored: 2 },
    failure: {
      class: "inference_unavailable",
      explanation: expect.stringMatching(/^Each of the 2 rollouts of this run ended with an error\. /),
      fix: { focus: "api_base_url" },
    },
  })
  const { groups } = await read(`/evaluations/${id}/error-groups`)
  expect(groups).toMatchObject([
    { class: "inference_unavailable", samples: 2, fix: { label: "Run again with another endpoint", focus: "api_base_url" } },
  ])
})

test("a run whose rollouts all raise is failed with the cause of most of them, and may go on", { timeout: 300_000 }, async () => {
  const setup = `
        if number < 3:
            raise LookupError("no page " + str(number))
        raise vf.ToolError("the calculator is broken")`
  const environment = await publishEnvironment(platform(), "all-raise", echoEnvironment({ setup }))
  const run = await untilRun(platform(), await launch(environment, { num_examples: 4, max_concurrent: 1 }))
  expect(run).toMatchObject({
    status: "FAILED",
    total_samples: 4,
    failure: { class: "environment_rollout", exception: "LookupError", message: "no page 0", place: { file: "all_raise.py" } },
  })
  const single = await untilRun(platform(), await launch(environment, { num_examples: 1 }))
  expect(single.failure.explanation).toMatch(/^The only rollout of this run ended with an error\./)
  const resumed = await platform().call("POST", `/hosted-evaluations/${single.evaluation_id}/resume`, { mode: "errors_only" })
  expect(resumed.status).toBe(200)
  expect(await untilRun(platform(), single.evaluation_id)).toMatchObject({ status: "FAILED", attempt: 2 })
})

test("a run is failed when no reward could be computed, or no answer came in time, whatever the library counts", {
  timeout: 300_000,
}, async () => {
  const reward = '{"no": 1.0}["answer"]'
  const unscored = await publishEnvironment(platform(), "none-scored", echoEnvironment({ reward }))
  const late = await publishEnvironment(platform(), "none-in-time", echoEnvironment({ setup: "await asyncio.sleep(60)", reward: "1.0" }))
  const partly = await publishEnvironment(platform(), "some-scored", echoEnvironment({ reward: '{"0": 0.0}[answer]' }))
  const config = { num_examples: 2 }
  const ids = [
    await launch(unscored, config),
    await launch(late, { ...config, extra_env_kwargs: { timeout_seconds: 1 } }),
    await launch(partly, config),
  ]
  const runs = []
  for (const id of ids) runs.push(await untilRun(platform(), id))
  const explanation = expect.stringMatching(/^Each of the 2 rollouts of this run came to nothing\. /)
  expect(runs).toMatchObject([
    { status: "FAILED", total_samples: 2, failure: { class: "environment_scoring", exception: "KeyError", explanation } },
    { status: "FAILED", total_samples: 2, failure: { class: "rollout_timeout", explanation } },
    { status: "COMPLETED", total_samples: 2 },
  ])
})
