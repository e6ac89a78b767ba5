import { expect, test } from "vitest"
import { appendLogLines } from "../store/logs/write-logs.ts"
import { demandLogTexts, isDemand } from "../store/search/log-texts.ts"
import { line } from "../testing/log-line.ts"
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

test("lines of a log become searchable in steps, each once, as people see them; empty ones take no room", async () => {
  const { call, database } = platform()
  const { body } = await call("POST", "/evaluations/", { name: "e", run_id: "r" })
  const id = body.evaluation_id
  const lines = Array.from({ length: 9000 }, (_, n) => line(n % 100 === 99 ? "" : `\u001b[1mStep\u001b[0m ${n}`))
  await appendLogLines(database.db, id, 0, lines)
  const stored = async () =>
    (await database.pool.query("select spots, text, shown from log_texts where evaluation_id = $1 order by place", [id])).rows
  for (const due of [500, 9000]) {
    await demandLogTexts(database.db, id, due)
    while (await storeSomeTexts(database.db)) {}
    const rows = await stored()
    const numbers = rows.flatMap(({ spots }) => JSON.parse(spots) as number[])
    expect(numbers).toEqual(Array.from({ length: due }, (_, n) => n).filter((n) => n % 100 !== 99))
  }
  const [first] = await stored()
  expect([first.shown.split("\n")[0], first.text.split("\n")[0]]).toEqual(["Step 0", "step 0"])
  expect([isDemand(0, 499), isDemand(499, 500), isDemand(500, 999), isDemand(900, 1000)]).toEqual([false, true, false, true])
})
