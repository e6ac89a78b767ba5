import { expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { hasEnded, logOf, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

const examples = 200

// The first half of the data set is solved, the other half is not: in the order of the data set every early look would be wrong.
const { platform, model, launch } = await testEngine(
  (request) => {
    const number = Number(String(request.messages.at(-1)?.content).split(" ").at(-1))
    // The warm ones solve half of the others, too.
    const isSolved = request.model !== "weak" && (number < examples / 2 || (request.temperature === 1 && number % 2 === 0))
    return isSolved ? `it is ${number}` : "no idea"
  },
  {},
  { config: { num_examples: -1, rollouts_per_example: 1, max_concurrent: 4 }, models: ["scripted", "twin", "weak"] },
)

const ended = (id: string) => untilRun(platform(), id, hasEnded)
const statisticsOf = async (id: string) => (await platform().call("GET", `/evaluations/${id}/statistics`)).body
const zeroOrOne = { examples, reward: "1.0 if answer in str(completion[-1].content) else 0.0", setup: "await asyncio.sleep(0.05)" }

test("a run stops as soon as its answer is settled, says what it saved, and goes on when it is asked to", async () => {
  const environment = await publishEnvironment(platform(), "echo-halves", echoEnvironment(zeroOrOne))
  const id = await launch(environment, { stop_threshold: 0.8 })
  const run = await ended(id)
  expect(run).toMatchObject({
    status: "COMPLETED",
    failure: null,
    settling: { kind: "settled", verdict: "below", of: examples },
  })
  const { settling } = run
  expect(settling.examples).toBeGreaterThan(5)
  expect(settling.examples).toBeLessThan(examples / 2)
  expect(settling.high).toBeLessThan(0.8)
  expect(settling.low).toBeLessThanOrEqual(0.5)
  expect(settling.high).toBeGreaterThanOrEqual(0.5)
  expect(run.eval_config.shuffle_seed).toEqual(expect.any(Number))
  // Examples of which it only knows because they were quick are left out; nothing is missing or to be resumed.
  expect(run).toMatchObject({
    total_samples: settling.examples,
    progress: { total: settling.examples, started: settling.examples, done: settling.examples },
  })
  expect(run.avg_score).toBeCloseTo(settling.mean, 12)
  expect(model.requests.length).toBeLessThan(examples)
  expect(settling.saved.rollouts).toBeGreaterThanOrEqual(examples - model.requests.length - 4)
  expect(settling.saved.rollouts).toBeLessThanOrEqual(examples - settling.examples)
  expect(settling.saved.cost_usd).toBeGreaterThan(0)
  expect(settling.saved.seconds).toBeGreaterThan(0)
  expect(await logOf(platform(), id)).toContain(`Settled after ${settling.examples} of ${examples} examples`)
  const interval95 = { low: settling.low, high: settling.high, approximate: false, of_all_examples: true }
  expect((await statisticsOf(id)).reward).toMatchObject({ count: settling.examples, interval95 })
  const { body: list } = await platform().call("GET", "/evaluations?limit=1")
  expect(list.evaluations[0]).toMatchObject({ evaluation_id: id, interval95, avg_score: run.avg_score })

  const { metrics, error_rate } = await statisticsOf(id)
  const inRange = metrics.filter(({ min, max }: any) => min >= 0 && max <= 1)
  expect(inRange.length).toBeGreaterThan(0)
  for (const mean of [...inRange, error_rate]) expect(mean.interval95).toMatchObject({ of_all_examples: true })

  // Beside a run that asked all, too: it was drawn from the same examples, in another order.
  const other = await ended(await launch(environment, {}))
  const { body: compared } = await platform().call("GET", `/evaluations/compare?runs=${other.evaluation_id},${id}`)
  expect(compared.runs[1].against_baseline).toMatchObject({
    examples: settling.examples,
    difference: 0,
    verdict: "cannot_tell",
    test: "betting",
    p_value: 1,
    wilcoxon_p: null,
    same_configuration: null,
    interval95: { approximate: false, of_all_examples: true },
  })
  expect(compared.warnings.map(({ kind }: any) => kind)).toContain("settled")
  expect(compared.warnings.map(({ kind }: any) => kind)).not.toContain("one_look")

  const before = model.requests.length
  expect((await platform().call("POST", `/hosted-evaluations/${id}/resume`, { mode: "missing" })).status).toBe(200)
  const whole = await ended(id)
  expect(whole).toMatchObject({ status: "COMPLETED", total_samples: examples, progress: { total: examples }, settling: { kind: "off" } })
  expect(whole.avg_score).toBe(0.5)
  expect(model.requests.length - before).toBe(examples - settling.examples)
  expect((await statisticsOf(id)).reward.interval95).not.toHaveProperty("of_all_examples")
}, 240_000)

test("an answer that does not settle asks every example, and so do rewards of which the range is not known", async () => {
  const close = await launch(await publishEnvironment(platform(), "echo-close", echoEnvironment({ ...zeroOrOne, examples: 12 })), {
    stop_margin: 0.02,
  })
  const far = await launch(
    await publishEnvironment(platform(), "echo-far", echoEnvironment({ ...zeroOrOne, examples: 12, reward: "7.0" })),
    { stop_margin: 0.5 },
  )
  expect(await ended(close)).toMatchObject({ status: "COMPLETED", total_samples: 12, settling: null })
  const unknown = await ended(far)
  expect(unknown).toMatchObject({ status: "COMPLETED", total_samples: 12, settling: { kind: "off" } })
  expect(unknown.settling.why).toContain("a reward of 7 is outside of 0 to 1")
  expect(await logOf(platform(), far)).toContain("The run asks every example: a reward of 7")
}, 240_000)

test("a run stops as soon as it is surely better than another one, as the comparison of both says, and by its difference alone", async () => {
  const environment = await publishEnvironment(platform(), "echo-beside", echoEnvironment(zeroOrOne))
  const before = await ended(await launch(environment))
  const pinned = { evaluation_id: before.evaluation_id }
  expect(await platform().call("PUT", "/environmentshub/local/echo-beside/baseline", pinned)).toMatchObject({ status: 200 })
  const id = await launch(environment, { stop_against: "baseline", shuffle_seed: 1, sampling_args: { temperature: 1 } })
  const run = await ended(id)
  const { settling } = run
  expect(run).toMatchObject({
    status: "COMPLETED",
    total_samples: settling.examples,
    eval_config: { stop_against: before.evaluation_id, shuffle_seed: expect.any(Number) },
    settling: { kind: "settled", verdict: "above", of: examples, against: { evaluation_id: before.evaluation_id } },
  })
  expect(settling.examples).toBeLessThan(examples)
  expect(settling.against.low).toBeGreaterThan(0)
  expect(settling.against.low).toBeLessThanOrEqual(0.25)
  expect(settling.against.high).toBeGreaterThanOrEqual(0.25)
  expect(settling.low).toBeLessThanOrEqual(0.75)
  expect(settling.high).toBeGreaterThanOrEqual(0.75)
  expect(await logOf(platform(), id)).toContain("its difference from the run beside it")
  const { body: compared } = await platform().call("GET", `/evaluations/compare?runs=${before.evaluation_id},${id}`)
  const { low, high, difference } = settling.against
  expect(compared.runs[1].against_baseline).toMatchObject({
    verdict: "better",
    difference,
    interval95: { low, high, of_all_examples: true },
  })
  expect(compared.runs[1].against_baseline.p_value).toBeLessThanOrEqual(0.05)

  // One that is no different asks everything, though its mean was known long before.
  const same = await ended(await launch(environment, { stop_against: before.evaluation_id, num_examples: 40 }))
  expect(same).toMatchObject({ status: "COMPLETED", total_samples: 40, settling: null })
}, 240_000)

test("a run of a suite stops once it is surely better or worse than every other, and those that are alike ask everything", async () => {
  const environment = await publishEnvironment(platform(), "echo-suite", echoEnvironment(zeroOrOne))
  const suiteOf = async (...models: string[]) => {
    const { status, body } = await platform().call("POST", "/hosted-evaluations/suites", {
      environment_id: environment,
      inference_models: models.map((name) => `test/${name}`),
      eval_config: { num_examples: -1, rollouts_per_example: 1, max_concurrent: 4, stop_against: "suite" },
    })
    expect(status, JSON.stringify(body)).toBe(201)
    return Promise.all(body.evaluation_ids.map(ended)) as Promise<any[]>
  }
  const [strong, twin, weak] = await suiteOf("scripted", "twin", "weak")
  expect(weak).toMatchObject({
    status: "COMPLETED",
    total_samples: weak.settling.examples,
    settling: { kind: "settled", verdict: "suite", of: examples },
  })
  expect(weak.settling.examples).toBeLessThan(examples)
  expect(weak.settling.saved.rollouts).toBeGreaterThan(0)
  const beside = new Map(weak.settling.suite.map((one: any) => [one.evaluation_id, one]))
  expect([...beside.keys()].toSorted()).toEqual([strong.evaluation_id, twin.evaluation_id].toSorted())
  for (const { verdict, low, high } of weak.settling.suite) {
    expect(verdict).toBe("below")
    expect(low).toBeLessThanOrEqual(-0.5)
    expect(high).toBeGreaterThanOrEqual(-0.5)
    expect(high).toBeLessThan(0)
  }
  expect(await logOf(platform(), weak.evaluation_id)).toContain("for all pairs of the suite together")
  // They answer alike, and are not waited for: nothing settles which of both is better.
  for (const run of [strong, twin]) expect(run).toMatchObject({ status: "COMPLETED", total_samples: examples, settling: null })

  const ids = [strong, twin, weak].map((run) => run.evaluation_id)
  const { body: compared } = await platform().call("GET", `/evaluations/compare?runs=${ids}`)
  expect(compared.runs.map(({ rank }: any) => rank)).toEqual([
    { from: 1, to: 2 },
    { from: 1, to: 2 },
    { from: 3, to: 3 },
  ])
  const difference = compared.runs[2].against_baseline
  const wide: any = beside.get(strong.evaluation_id)
  expect(difference).toMatchObject({ verdict: "worse", test: "betting" })
  expect(difference.interval95.low).toBeGreaterThanOrEqual(wide.low)
  expect(difference.interval95.high).toBeLessThanOrEqual(wide.high)
}, 240_000)
