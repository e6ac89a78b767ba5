import { expect, test } from "vitest"
import { limits } from "../../contract/index.ts"
import { secondUser } from "../testing/second-user.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()

test("reviews are put, listed, summed up and deleted; what does not fit is refused with the field and the limit", async () => {
  const { call } = platform()
  const { body: run } = await call("POST", "/evaluations/", { name: "reviewed", run_id: "r" })
  await call("POST", `/evaluations/${run.evaluation_id}/samples`, { samples: [1, 0, 1].map((reward, i) => ({ example_id: i, reward })) })
  const { body: page } = await call("GET", `/evaluations/${run.evaluation_id}/sample-summaries?sort_by=draw`)
  const [first, second] = page.samples.map(
    ({ sample_id }: { sample_id: string }) => `/evaluations/${run.evaluation_id}/samples/${sample_id}/reviews`,
  )
  const summary = `/evaluations/${run.evaluation_id}/reviews/summary`

  expect(await call("PUT", first, { rating: 1, labels: ["good"], drawn: true })).toMatchObject({
    status: 200,
    body: { turn: null, rating: 1, labels: ["good"], note: null, drawn: true, is_mine: true },
  })
  expect((await call("PUT", second, { rating: 0, drawn: true })).status).toBe(200)
  expect((await call("PUT", first, { turn: "2", note: "here" })).status).toBe(200)
  expect(await call("GET", `${first}?limit=1`)).toMatchObject({ status: 200, body: { reviews: [{ rating: 1 }], total: 2 } })
  expect(await call("GET", `${summary}?pass_threshold=2`)).toMatchObject({
    status: 200,
    body: { rated: 2, drawn: 2, labels: [{ label: "good", samples: 1 }], agreement: { pass_threshold: 2 }, corrected: { ratings: 2 } },
  })
  expect((await call("GET", `/evaluations/${run.evaluation_id}/sample-summaries?label=good`)).body.total).toBe(1)

  const refused = await call("PUT", first, { rating: 1, labels: ["x".repeat(limits.tagCharactersMax + 1)] })
  expect(refused.status).toBe(422)
  expect(JSON.stringify(refused.body)).toMatch(/labels.*60/)
  expect((await call("GET", `${summary}?pass_threshold=much`)).status).toBe(422)

  const other = await secondUser(platform(), "stranger")
  for (const [method, address, body] of [
    ["GET", first],
    ["PUT", first, { rating: 1 }],
    ["DELETE", first],
    ["GET", summary],
  ] as const)
    expect((await other.call(method, address, body)).status, `${method} ${address}`).toBe(404)

  expect(await call("DELETE", `${first}?turn=2`)).toMatchObject({ status: 200, body: { deleted: true } })
  expect(await call("DELETE", `${first}?turn=2`)).toMatchObject({ status: 200, body: { deleted: false } })
  expect((await call("GET", first)).body.total).toBe(1)
})
