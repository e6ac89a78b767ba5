import { beforeAll, expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { hasEnded, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

// The stand-in model knows every even number, and fails on 3.
const { platform, model, launch } = await testEngine(
  (request) => {
    const number = Number(String(request.messages.at(-1)?.content).split(" ").at(-1))
    if (number === 3) return Response.json({ error: { message: "no such number" } }, { status: 400 })
    return number % 2 === 0 ? `it is ${number}` : "no idea"
  },
  {},
  { config: { max_retries: 0 } },
)
let environment = ""
let made = ""

const read = async (address: string) => (await platform().call("GET", address)).body
const score = (id: string, body: object = {}) => platform().call("POST", `/hosted-evaluations/${id}/score-again`, body)
const until = (id: string) => untilRun(platform(), id, hasEnded)
const samplesOf = async (id: string) => (await read(`/evaluations/${id}/samples?limit=1000`)).samples as any[]

beforeAll(async () => {
  environment = await publishEnvironment(platform(), "score-again", echoEnvironment({ examples: 4 }))
  made = await launch(environment, { num_examples: 4, rollouts_per_example: 2 })
  expect(await until(made)).toMatchObject({ status: "COMPLETED", total_samples: 8, progress: { errored: 2 } })
})

test("the rubric of a newer version scores what is stored, the model is not asked, and both runs stay", async () => {
  await publishEnvironment(platform(), "score-again", echoEnvironment({ examples: 4, reward: "0.125" }), { version: "0.2.0" })
  const before = await samplesOf(made)
  const requests = model.requests.length
  const { status, body } = await score(made)
  expect(status, JSON.stringify(body)).toBe(201)
  const run = await until(body.evaluation_id)
  expect(run).toMatchObject({
    status: "COMPLETED",
    total_samples: 8,
    progress: { total: 8, errored: 2 },
    environment: { version: "0.2.0" },
    scores_of: { evaluation_id: made, reward_weights: {} },
  })
  expect(model.requests.length).toBe(requests)
  const after = await samplesOf(body.evaluation_id)
  expect(after.filter(({ error }) => !error).map(({ reward }) => reward)).toEqual(Array(6).fill(0.125))
  const answers = (samples: any[]) =>
    samples.filter(({ error }) => !error).map(({ example_id, completion }) => `${example_id} ${JSON.stringify(completion)}`)
  expect(answers(after).sort()).toEqual(answers(before).sort())
  expect(await samplesOf(made)).toEqual(before)
})

test("the version that made the rollouts scores them as it did, and other weights otherwise", async () => {
  const again = await until((await score(made, { version: "0.1.0", name: "as before" })).body.evaluation_id)
  expect(again).toMatchObject({ name: "as before", avg_score: (await read(`/evaluations/${made}`)).avg_score })
  const weighed = await until((await score(made, { version: "0.1.0", reward_weights: { correct: 0, length: 2 } })).body.evaluation_id)
  for (const { reward, metrics, error } of await samplesOf(weighed.evaluation_id)) if (!error) expect(reward).toBe(2 * metrics.length)
})

test("what cannot be scored is refused with the reason", async () => {
  const refusal = async (body: object) => JSON.stringify((await score(made, body)).body)
  expect(await refusal({ version: "9.9.9" })).toContain("has no published version")
  expect(await refusal({ reward_weights: { correct: "much" } })).toContain("reward_weights")
  expect((await score("nothing")).status).toBe(404)
  const waiting = await launch(environment, { num_examples: 1 })
  expect((await score(waiting)).status).toBe(409)
  await until(waiting)
  const unweighed = await until((await score(made, { version: "0.1.0", reward_weights: { gone: 1 } })).body.evaluation_id)
  expect(unweighed.status).toBe("FAILED")
  expect(JSON.stringify(unweighed.failure)).toContain("The rubric has no reward function gone")
})

test("a version without the examples of the rollouts fails and says which", async () => {
  await publishEnvironment(platform(), "score-again", echoEnvironment({ examples: 2 }), { version: "0.3.0" })
  const run = await until((await score(made)).body.evaluation_id)
  expect(run.status).toBe("FAILED")
  expect(JSON.stringify(run.failure)).toContain("4 of 8 stored rollouts are of examples")
})
