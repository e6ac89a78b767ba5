import { execFileSync } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { parquetMetadata, parquetReadObjects } from "hyparquet"
import { expect, test } from "vitest"
import { sandboxPython } from "../../../testing/sandbox.ts"
import { testPlatform } from "../../../testing/test-platform.ts"

const platform = testPlatform()

async function evaluationWith(samples: object[]): Promise<string> {
  const { body } = await platform().call("POST", "/evaluations/", { name: "e", run_id: "r", model_name: "m" })
  await platform().call("POST", `/evaluations/${body.evaluation_id}/samples`, { samples })
  return body.evaluation_id
}

async function download(id: string): Promise<ArrayBuffer> {
  const request = new Request(`http://platform.test/api/v1/evaluations/${id}/export/samples.parquet`)
  return (await platform().fetch(request, { userId: await platform().ownerId() })).arrayBuffer()
}

const messages = [{ role: "assistant", content: "zwei ü" }]

test("facts and metrics have types of their own, and bodies are whole", async () => {
  const rows = [
    { example_id: "a", reward: 0.5, prompt: "p", completion: messages, metrics: { length: 2, mode: "fast" }, answer: "2" },
    { example_id: 7, error: "broke", info: { big: 1 }, token_usage: { input_tokens: 3, output_tokens: 4 }, metrics: { mode: 1 } },
  ]
  const file = await download(await evaluationWith(rows))
  const [first, second] = await parquetReadObjects({ file })
  expect(first).toMatchObject({
    example_id: "a",
    rollout_index: 0n,
    reward: 0.5,
    outcome: "ok",
    input_tokens: null,
    "metric: length": 2,
    "metric: mode": "fast",
    error: null,
    prompt: '"p"',
    info: null,
  })
  expect(JSON.parse(first?.completion)).toEqual(messages)
  expect(JSON.parse(first?.rest)).toEqual({ example_id: "a", reward: 0.5, metrics: rows[0]?.metrics, answer: "2" })
  expect(second).toMatchObject({
    example_id: "7",
    reward: null,
    outcome: "error",
    input_tokens: 3n,
    "metric: length": null,
    "metric: mode": "1",
    error: "broke",
    prompt: null,
    info: '{"big":1}',
  })
})

test("long bodies are written in several row groups, which pandas reads", async () => {
  const rows = Array.from({ length: 5 }, (_, n) => ({ example_id: n, reward: n / 4, completion: `${n}`.repeat(3 * 1024 ** 2) }))
  const file = await download(await evaluationWith(rows))
  expect(parquetMetadata(file).row_groups.map(({ num_rows }) => num_rows)).toEqual([3n, 2n])
  const folder = await mkdtemp(path.join(tmpdir(), "he-parquet-"))
  await writeFile(path.join(folder, "a.parquet"), Buffer.from(file))
  const script = `import sys, pandas
table = pandas.read_parquet(sys.argv[1])
print(list(table.example_id), table.reward.sum(), table.rollout_index.dtype, set(table.completion.str.len()))`
  const said = execFileSync(sandboxPython(), ["-c", script, path.join(folder, "a.parquet")], { encoding: "utf8" })
  await rm(folder, { recursive: true })
  expect(said.trim()).toBe(`['0', '1', '2', '3', '4'] 2.5 int64 {${3 * 1024 ** 2 + 2}}`)
})

test("a run without samples is a table without rows", async () => {
  const file = await download(await evaluationWith([]))
  expect(await parquetReadObjects({ file })).toEqual([])
  expect(parquetMetadata(file).schema.map(({ name }) => name)).toContain("completion")
})
