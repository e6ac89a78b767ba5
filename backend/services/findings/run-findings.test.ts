import { expect, test } from "vitest"
import { newEnvironment, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"

const platform = testPlatform()
const call = (...request: Parameters<ReturnType<typeof platform>["call"]>) => platform().call(...request)

/** Rows as verifiers writes them. */
const row = (i: number, reward: number, completion: object[], more: object = {}) => ({
  example_id: Math.floor(i / 2),
  prompt: [{ role: "user", content: `What is question ${i}?` }],
  completion,
  reward,
  metrics: { correct: reward },
  stop_condition: "completed",
  ...more,
})
const says = (content: string) => [{ role: "assistant", content }]

test("kinds of failures and doubtful rewards of a run are found, and again when samples come", async () => {
  const { evaluation_id: id } = (await call("POST", "/evaluations/", { name: "f", run_id: "r", inference_model: "m" })).body
  const at = `/evaluations/${id}`
  const words = ["pear", "apple", "plum", "fig", "quince", "cherry"]
  const failed = words.map((word, i) => row(i, 0, says(`I am sorry, but I cannot help with any question about a ${word}.`)))
  const lookedUp = words.map((word, i) =>
    row(10 + i, 0, [
      { role: "assistant", content: "", tool_calls: [{ id: "a", name: "look_up", arguments: `{"item": "${word}"}` }] },
      { role: "tool", tool_call_id: "a", content: "Error: no such item" },
      ...says(`${i} then`),
    ]),
  )
  const passed = words.map((word, i) => row(20 + i, 1, says(`It is ${word}`)))
  await call("POST", `${at}/samples`, { samples: [...failed, ...lookedUp, ...passed] })
  const { body: found } = await call("GET", `${at}/findings`)
  expect(found).toMatchObject({ looked_at: 18, samples: 18, failures: 12, suspicions: [] })
  expect(found.clusters.map(({ name, samples }: any) => [name, samples])).toEqual([
    [expect.stringMatching(/^say “i am sorry but i cannot help with/), 6],
    [expect.stringContaining("end after a failed call of look_up"), 6],
  ])
  const { samples } = (await call("GET", `${at}/sample-summaries?sort_by=seq&sort_order=asc`)).body
  expect(found.clusters[0].sample_ids.toSorted()).toEqual(
    samples
      .slice(0, 6)
      .map((sample: any) => sample.sample_id)
      .toSorted(),
  )

  await call("POST", `${at}/samples`, { samples: [row(40, 1, says(""))] })
  await call("POST", `${at}/finalize`, {})
  expect((await call("GET", `${at}/findings`)).body.suspicions).toMatchObject([{ kind: "empty_answer", samples: 1, examples: 1 }])
  expect((await call("GET", "/evaluations/nothing/findings")).status).toBe(404)
})

test("metrics that went together in earlier runs of the environment, and part in this one, are found", async () => {
  const { id: environment } = await newEnvironment(platform(), await newUser(platform(), "ann"), { name: "judged" })
  const upload = async (isFooled: (i: number) => boolean, environments = [{ id: environment }]) => {
    const { evaluation_id: id } = (await call("POST", "/evaluations/", { name: "f", run_id: "r", environments, inference_model: "m" })).body
    const samples = Array.from({ length: 60 }, (_, i) => {
      const exact = Number(i % 3 > 0)
      return row(i, exact, says(`It is ${i}`), { metrics: { exact, judge: isFooled(i) ? 1 : exact } })
    })
    await call("POST", `/evaluations/${id}/samples`, { samples })
    await call("POST", `/evaluations/${id}/finalize`, {})
    return (await call("GET", `/evaluations/${id}/findings`)).body.suspicions
  }
  const isFooled = (i: number) => i % 6 === 0
  expect(await upload(isFooled)).toEqual([])
  // That was the first of them: now the two have never agreed.
  expect(await upload(isFooled)).toEqual([])
  const { id: other } = await newEnvironment(platform(), await newUser(platform(), "ben"), { name: "judged-well" })
  expect(await upload(() => false, [{ id: other }])).toEqual([])
  const [found, ...more] = await upload(isFooled, [{ id: other }])
  expect(more).toEqual([])
  expect(found).toMatchObject({
    kind: "metrics_parted",
    name: expect.stringMatching(/^have (exact and judge|judge and reward) part, which agreed in an earlier run \(r 1, now 0\.\d+\)$/),
    samples: 10,
  })
})
