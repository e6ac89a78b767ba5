import { expect, test } from "vitest"
import { testPlatform } from "../testing/test-platform.ts"
import { findSomeFindings } from "./find-findings.ts"

const platform = testPlatform()
const call = (...request: Parameters<ReturnType<typeof platform>["call"]>) => platform().call(...request)
const findSome = (signal = new AbortController().signal) => findSomeFindings(platform().services.db, signal)

/** A row as verifiers writes it. */
const row = (i: number, reward: number, content: string) => ({
  example_id: i,
  prompt: [{ role: "user", content: `What is question ${i}?` }],
  completion: [{ role: "assistant", content }],
  reward,
  stop_condition: "completed",
})

async function upload(samples: object[]): Promise<string> {
  const { evaluation_id: id } = (await call("POST", "/evaluations/", { name: "f", run_id: "long", inference_model: "m" })).body
  for (let from = 0; from < samples.length; from += 500)
    expect((await call("POST", `/evaluations/${id}/samples`, { samples: samples.slice(from, from + 500) })).status).toBe(200)
  await call("POST", `/evaluations/${id}/finalize`, {})
  return id
}
const findingsOf = async (id: string) => (await call("GET", `/evaluations/${id}/findings`)).body

test("every sample of a long run is looked at by the worker; until then the first ones are, and later what it found is kept", async () => {
  const [all, late] = [2600, 2400]
  const samples = Array.from({ length: all }, (_, i) =>
    i < late
      ? row(i, Number(i % 5 > 0), `It is ${i}, as far as I see`)
      : row(i, 0, `The catalogue of number ${i} cannot be opened at this time, so nobody can answer.`),
  )
  const id = await upload(samples)
  const first = await findingsOf(id)
  expect(first).toMatchObject({ looked_at: 2000, samples: all, failures: 400 })
  expect(first.clusters).toHaveLength(1)

  expect(await findSome()).toBe(true)
  expect(await findSome()).toBe(false)
  const found = await findingsOf(id)
  expect(found).toMatchObject({ looked_at: all, samples: all, failures: all - late + late / 5 })
  expect(found.clusters.map(({ name, samples: many }: any) => [name, many])).toEqual([
    [expect.stringMatching(/^say “it is # as far as i see/), late / 5],
    [expect.stringMatching(/^say “the catalogue of number # cannot be opened/), all - late],
  ])
  expect(await findSome()).toBe(false)

  await call("POST", `/evaluations/${id}/samples`, { samples: [row(all, 0, "more")] })
  expect(await findingsOf(id)).toMatchObject({ looked_at: 2000, samples: all + 1 })
  expect(await findSome()).toBe(true)
  expect(await findingsOf(id)).toMatchObject({ looked_at: all + 1, failures: found.failures + 1 })
}, 60_000)

test("an upload is looked through when it ends, by one worker, and again when that one has left", async () => {
  const id = await upload(Array.from({ length: 1200 }, (_, i) => row(i, i % 2, `answer ${i}`)))
  const { database } = platform()
  const gone = new AbortController()
  gone.abort()
  await expect(findSome(gone.signal)).rejects.toThrow(/abort/i)
  expect(await findSome()).toBe(false)
  await database.pool.query("update run_findings set due_at = now() where evaluation_id = $1", [id])
  expect((await Promise.all([findSome(), findSome()])).toSorted()).toEqual([false, true])
  const { rows } = await database.pool.query("select due_at from run_findings where evaluation_id = $1", [id])
  expect(rows).toEqual([{ due_at: null }])
  expect(await findingsOf(id)).toMatchObject({ looked_at: 1200, failures: 600 })

  await database.pool.query("update run_findings set due_at = now() where evaluation_id = $1", [id])
  expect((await call("DELETE", `/evaluations/${id}`)).status).toBe(200)
  expect(await findSome()).toBe(false)
}, 60_000)
