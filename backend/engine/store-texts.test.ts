import { expect, test } from "vitest"
import { testPlatform } from "../testing/test-platform.ts"
import { storeSomeTexts } from "./store-texts.ts"

const platform = testPlatform()

test("the worker makes what was stored searchable, some of it at a time, until nothing is left", async () => {
  const { call, database } = platform()
  for (const count of [250, 1]) {
    const { body } = await call("POST", "/evaluations/", { name: "e", run_id: "r" })
    const samples = Array.from({ length: count }, (_, i) => ({ example_id: i, prompt: "q", completion: `answer ${i}` }))
    expect(await call("POST", `/evaluations/${body.evaluation_id}/samples`, { samples })).toMatchObject({ status: 200 })
  }
  const stored = async () => (await database.pool.query("select count(distinct sample_id)::int as n from sample_texts")).rows[0].n
  expect(await stored()).toBe(0)
  const counts: number[] = []
  while (await storeSomeTexts(database.db)) counts.push(await stored())
  expect(counts).toHaveLength(4)
  expect(counts.every((count, i) => count > (counts[i - 1] ?? 0))).toBe(true)
  expect(counts.at(-1)).toBe(251)
})
