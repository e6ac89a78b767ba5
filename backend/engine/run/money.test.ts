import { setTimeout as sleep } from "node:timers/promises"
import { beforeAll, expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

// Each answer counts 10 prompt and 5 completion tokens, at 1 and 10 dollars per million: 60 millionths of a dollar.
const requestUsd = 60e-6
let wait = 0
const { platform, model } = await testEngine(
  async () => {
    if (wait > 0) await sleep(wait)
    return "no idea"
  },
  { SANDBOX_USD_PER_HOUR: "3.6" },
)
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)
let environment: string

beforeAll(async () => {
  environment = await publishEnvironment(platform(), "echo-money", echoEnvironment({ examples: 400 }))
})

const launch = (config: object, also: object = {}) =>
  call("POST", "/hosted-evaluations", {
    environment_ids: [environment],
    inference_model: "test/scripted",
    eval_config: { num_examples: 4, rollouts_per_example: 2, ...config },
    ...also,
  })

async function ended(launched: { status: number; body: any }): Promise<any> {
  expect(launched.status, JSON.stringify(launched.body)).toBe(201)
  return untilRun(platform(), launched.body.evaluation_id)
}
const summariesOf = async (id: string) => (await call("GET", `/evaluations/${id}/sample-summaries?limit=1000`)).body.samples as any[]

test("each rollout knows what it used: the library sends its id with each request", async () => {
  const run = await ended(await launch({}))
  expect(run).toMatchObject({ status: "COMPLETED", usage: { requests: 8, prompt_tokens: 80, completion_tokens: 40 } })
  expect(run.usage.cost_usd).toBeCloseTo(8 * requestUsd, 12)
  expect(run.usage.sandbox_seconds).toBeGreaterThan(0)
  expect(run.usage.sandbox_cost_usd).toBe(null)
  const samples = await summariesOf(run.evaluation_id)
  expect(samples.map((sample) => sample.usage)).toEqual(
    Array.from({ length: 8 }, () => ({
      requests: 1,
      failed_requests: 0,
      prompt_tokens: 10,
      cached_tokens: 0,
      reasoning_tokens: 0,
      completion_tokens: 5,
      cost_usd: requestUsd,
    })),
  )
  const one = await call("GET", `/evaluations/${run.evaluation_id}/samples/${samples[0].sample_id}`)
  expect(one.body.summary.usage).toEqual(samples[0].usage)
}, 120_000)

test("a run that has used up its budget is stopped cleanly and keeps what is done, and no rollout ends with the refusal", async () => {
  wait = 60
  const budget = 20.5 * requestUsd
  const run = await ended(await launch({ num_examples: 400, rollouts_per_example: 1, max_concurrent: 2, max_cost_usd: budget }))
  wait = 0
  expect(run).toMatchObject({ status: "FAILED", failure: { class: "budget_exceeded" } })
  expect(run.failure.message).toMatch(/^The run's budget of \$0\.00123 is used up: \$0\.00\d+ spent\.$/)
  expect(run.usage.cost_usd).toBeGreaterThanOrEqual(budget)
  // What was spent is looked at twice a second; in that time the two active rollouts send more requests.
  expect(run.usage.requests).toBeLessThan(100)
  expect(run.total_samples).toBeGreaterThanOrEqual(15)
  expect(run.progress.errored).toBe(0)
  expect((await summariesOf(run.evaluation_id)).every((sample) => sample.outcome === "ok")).toBe(true)
  const { body } = await call("GET", `/evaluations/${run.evaluation_id}/log-lines?level=error`)
  expect(body.lines.at(-1).text).toContain("The budget is used up")

  // Resuming it grants the same again.
  wait = 60
  const resumed = await call("POST", `/hosted-evaluations/${run.evaluation_id}/resume`, { mode: "missing" })
  expect(resumed.status, JSON.stringify(resumed.body)).toBe(200)
  const again = await ended({ status: 201, body: { evaluation_id: run.evaluation_id } })
  wait = 0
  expect(again).toMatchObject({ status: "FAILED", failure: { class: "budget_exceeded" }, progress: { errored: 0 } })
  expect(again.usage.cost_usd).toBeGreaterThanOrEqual(run.usage.cost_usd + budget)
  expect(again.total_samples).toBeGreaterThan(run.total_samples)
}, 120_000)

test("a budget in tokens stops a run too", async () => {
  wait = 60
  const run = await ended(await launch({ num_examples: 400, rollouts_per_example: 1, max_concurrent: 2, max_total_tokens: 150 }))
  wait = 0
  expect(run).toMatchObject({ status: "FAILED", failure: { class: "budget_exceeded" } })
  expect(run.failure.message).toMatch(/^The run's budget of 150 tokens is used up: [\d,]+ used\.$/)
  expect(run.total_samples).toBeGreaterThanOrEqual(8)
}, 120_000)

test("a team's budget stops its runs, refuses new ones and its keys' requests; another account continues", async () => {
  const created = await call("POST", "/user/teams", { name: "Spenders", slug: "spenders" })
  expect(created.status, JSON.stringify(created.body)).toBe(201)
  const team = created.body.data
  expect((await call("PUT", "/billing/budget", { team_id: "spenders", monthly_usd: 10.5 * requestUsd })).body).toMatchObject({
    monthly_usd: 10.5 * requestUsd,
    spent_usd: 0,
    may_change: true,
  })
  wait = 60
  const run = await ended(await launch({ num_examples: 400, rollouts_per_example: 1, max_concurrent: 2 }, { team_id: team.teamId }))
  wait = 0
  expect(run).toMatchObject({ status: "FAILED", failure: { class: "budget_exceeded" } })
  expect(run.failure.message).toMatch(/^The team's budget of \$0\.00063 for \w+ \d{4} is used up/)

  const refused = await launch({}, { team_id: team.teamId })
  expect(refused.status).toBe(403)
  expect(refused.body.detail).toMatch(/^The team's budget of .* Raise it under Usage, or wait for the next month\.$/)
  const chat = { model: "test/scripted", messages: [{ role: "user", content: "x" }] }
  const answer = await call("POST", "/chat/completions", chat, { "x-prime-team-id": "spenders" })
  expect([answer.status, answer.body.error.code]).toEqual([402, "budget_exceeded"])
  expect((await call("POST", "/chat/completions", chat)).status).toBe(200)
  // A model that costs nothing is not a matter of money.
  expect((await call("PUT", "/billing/budget", { team_id: "spenders", monthly_usd: null })).body.monthly_usd).toBe(null)
  expect((await launch({}, { team_id: team.teamId })).status).toBe(201)
}, 120_000)

test("with an endpoint of its own a run costs the time of its sandbox, and such a budget is enforced", async () => {
  const own = { api_base_url: model.url, api_key_var: "OWN_KEY", custom_secrets: { OWN_KEY: "own-key" } }
  const run = await ended(await launch(own, { inference_model: "scripted" }))
  expect(run).toMatchObject({ status: "COMPLETED", usage: { requests: 0, prompt_tokens: 0 } })
  // 3.60 dollars an hour are a tenth of a cent per second.
  expect(run.usage.sandbox_cost_usd).toBeCloseTo(run.usage.sandbox_seconds * 0.001, 9)
  expect(run.usage.cost_usd).toBe(run.usage.sandbox_cost_usd)
  expect(run.usage.sandbox_seconds).toBeGreaterThan(0.5)
  const { body } = await call("GET", `/billing/runs/${run.evaluation_id}/usage`)
  expect(body.total_cost_usd).toBe(run.usage.cost_usd)
  const wallet = await call("GET", "/billing/wallet")
  expect(wallet.body.recent_billings.find((entry: any) => entry.id === run.evaluation_id).amount_usd).toBe(run.usage.cost_usd)

  wait = 200
  const cheap = await ended(
    await launch(
      { ...own, num_examples: 400, rollouts_per_example: 1, max_concurrent: 1, max_cost_usd: 0.002 },
      { inference_model: "scripted" },
    ),
  )
  wait = 0
  expect(cheap).toMatchObject({ status: "FAILED", failure: { class: "budget_exceeded" } })
  // Looked at with each heartbeat.
  expect(cheap.usage.cost_usd).toBeGreaterThanOrEqual(0.002)
  expect(cheap.total_samples).toBeLessThan(400)
}, 180_000)

test("what rollouts used is what the account used, by day, model, environment and person", async () => {
  await platform().services.meter.flush()
  const { body } = await call("GET", "/billing/usage")
  const { body: list } = await call("GET", "/evaluations/?limit=100")
  const own = list.evaluations.filter((run: any) => run.team_id === null)
  const requests = own.reduce((sum: number, run: any) => sum + run.usage.requests, 0)
  // And the one request with the caller's own key.
  expect(body.total.requests).toBe(requests + 1)
  const cost = own.reduce((sum: number, run: any) => sum + run.usage.cost_usd, 0)
  expect(body.total.cost_usd).toBeCloseTo(cost + requestUsd, 4)
  for (const by of ["by_day", "by_model", "by_environment", "by_user"])
    expect(
      body[by].reduce((sum: number, row: any) => sum + row.requests, 0),
      by,
    ).toBe(body.total.requests)
  expect(body.by_user).toMatchObject([{ name: "local" }])
  expect(body.by_environment.map((row: any) => row.name)).toContain("local/echo-money")
  expect(body.by_day).toHaveLength(1)
})

test("an estimate comes from earlier runs, with this model where there are any", async () => {
  const same = await call("GET", `/billing/estimate?environment_id=${environment}&model=test/scripted`)
  expect(same.body).toMatchObject({ same_model: true, prompt_tokens_per_rollout: expect.closeTo(10, 0) })
  // The two that completed: what stopped runs paid for rollouts that they did not finish would be in the way.
  expect(same.body.runs).toBeGreaterThanOrEqual(1)
  expect(same.body.cost_usd_per_rollout).toBeCloseTo(requestUsd, 4)
  const other = await call("GET", `/billing/estimate?environment_id=${environment}&model=test/other`)
  expect(other.body).toMatchObject({ same_model: false, cost_usd_per_rollout: null })
})
