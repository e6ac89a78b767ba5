import { expect, test } from "vitest"
import { exportFormats, exportIds } from "../../../../contract/index.ts"
import { unzipped } from "../../../testing/archives.ts"
import { testPlatform } from "../../../testing/test-platform.ts"

const platform = testPlatform()

async function evaluationWith(samples: object[]): Promise<string> {
  const { body } = await platform().call("POST", "/evaluations/", { name: "e", run_id: "r", model_name: "m" })
  await platform().call("POST", `/evaluations/${body.evaluation_id}/samples`, { samples })
  return body.evaluation_id
}

const download = async (id: string, file: string): Promise<Response> =>
  platform().fetch(new Request(`http://platform.test/api/v1/evaluations/${id}/export/${file}`), { userId: await platform().ownerId() })

test("every format of the contract is a download with its name and type", async () => {
  const id = await evaluationWith([{ example_id: 1, reward: 1 }])
  for (const format of exportIds) {
    const { file, contentType } = exportFormats[format]
    const response = await download(id, file)
    expect(response.status, file).toBe(200)
    expect(response.headers.get("content-type")).toContain(contentType)
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${file}"`)
    expect((await response.text()).length, file).toBeGreaterThan(0)
    expect((await download("cnotthere000000000000000", file)).status, file).toBe(404)
  }
})

test("text that a spreadsheet would compute is kept from it, numbers stay numbers, and every line break is quoted", async () => {
  const id = await evaluationWith(
    ["=1+1", "  @sum(a)", "-5", '-x, "quoted"', "two\nlines", "carriage\rreturn", "plain"].map((example_id, n) => ({
      example_id,
      reward: n,
    })),
  )
  const lines = (await (await download(id, "samples.csv")).text()).split("\r\n")
  expect(lines.pop()).toBe("")
  const firstCells = lines.slice(1).map((line) => line.slice(0, line.indexOf(",0,")))
  expect(new Set(firstCells)).toEqual(
    new Set(["'=1+1", "'  @sum(a)", "-5", `"'-x, ""quoted"""`, '"two\nlines"', '"carriage\rreturn"', "plain"]),
  )
})

test("what people said about samples is in the table, with columns of its own", async () => {
  const id = await evaluationWith([
    { example_id: 0, reward: 1 },
    { example_id: 1, reward: 0 },
  ])
  const table = async () => (await (await download(id, "samples.csv")).text()).split("\r\n").map((line) => line.split(","))
  expect((await table())[0]).not.toContain("rating")
  const { body } = await platform().call("GET", `/evaluations/${id}/sample-summaries`)
  const address = `/evaluations/${id}/samples/${body.samples[1].sample_id}/reviews`
  expect(await platform().call("PUT", address, { rating: 2 })).toMatchObject({ status: 422 })
  expect(await platform().call("PUT", address, { rating: 0.5, labels: ["=1+1"] })).toMatchObject({ status: 200, body: { rating: 0.5 } })
  const [head = [], ...rows] = await table()
  const columns = [head.indexOf("example_id"), head.indexOf("rating"), head.indexOf("review_labels")]
  expect(rows.slice(0, 2).map((row) => columns.map((at) => row[at]))).toEqual([
    ["0", "", ""],
    ["1", "0.5", "'=1+1"],
  ])
  expect(await platform().call("DELETE", address)).toMatchObject({ status: 200, body: { deleted: true } })
  expect(await platform().call("GET", address)).toMatchObject({ body: { reviews: [], total: 0 } })
})

test("an evaluation without samples has a header, no results and its metadata", async () => {
  const id = await evaluationWith([])
  expect(await (await download(id, "results.jsonl")).text()).toBe("")
  expect((await (await download(id, "samples.csv")).text()).split("\r\n")).toHaveLength(2)
  expect(JSON.parse(await (await download(id, "metadata.json")).text())).toMatchObject({ model: "m", evaluation_id: id, avg_error: null })
})

const unpacked = async (id: string, file: string) => unzipped(new Uint8Array(await (await download(id, file)).arrayBuffer()))
const jsonLines = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("")

test("a run's folder is that of the library's version which made it", async () => {
  const rows = [
    { example_id: 1, prompt: "p", completion: "c", reward: 0.5, sample_id: "a" },
    { example_id: 2, reward: 1, sample_id: "b" },
  ]
  const folder = await unpacked(await evaluationWith(rows), "run.zip")
  expect(Object.keys(folder)).toEqual(["metadata.json", "results.jsonl"])
  expect(folder["results.jsonl"]).toBe(jsonLines(rows))

  const episodes = ["x", "y"].map((id) => ({ id, task: { key: id }, traces: [{ id: `${id}1`, nodes: [], rewards: {} }] }))
  const id = await evaluationWith(
    episodes.map((episode) => ({ episode_id: episode.id, completion: [], info: { native_wrapper: episode } })),
  )
  const v1 = await unpacked(id, "run.zip")
  expect(Object.keys(v1)).toEqual(["traces.jsonl", "metadata.json"])
  expect(v1["traces.jsonl"]).toBe(jsonLines(episodes))
})

test("a log of Inspect has a sample for each rollout, with messages, calls and scores in its words", async () => {
  const call = { id: "c1", type: "function", function: { name: "add", arguments: '{"a": 1}' } }
  const id = await evaluationWith([
    {
      example_id: 7,
      prompt: [{ role: "user", content: "1 + 1" }],
      completion: [
        { role: "assistant", content: "", tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", content: "2" },
        { role: "assistant", content: "two", reasoning_content: "so" },
      ],
      answer: "2",
      reward: 0.5,
      metrics: { correct: 1 },
    },
    { example_id: 7, prompt: "p", reward: 1, error: "broke" },
  ])
  const log = await unpacked(id, "run.eval")
  expect(Object.keys(log)).toEqual([
    "_journal/start.json",
    "samples/7_epoch_1.json",
    "samples/7_epoch_2.json",
    "_journal/summaries/1.json",
    "header.json",
  ])
  expect(JSON.parse(log["samples/7_epoch_1.json"] ?? "")).toMatchObject({
    id: 7,
    epoch: 1,
    input: [{ role: "user", content: "1 + 1", source: "input" }],
    target: "2",
    messages: [
      { role: "user", content: "1 + 1" },
      { role: "assistant", content: "", tool_calls: [{ id: "c1", function: "add", arguments: { a: 1 }, type: "function" }] },
      { role: "tool", content: "2", tool_call_id: "c1", function: "add" },
      {
        role: "assistant",
        content: [
          { type: "reasoning", reasoning: "so" },
          { type: "text", text: "two" },
        ],
      },
    ],
    scores: { reward: { value: 0.5 }, correct: { value: 1 } },
  })
  expect(JSON.parse(log["samples/7_epoch_2.json"] ?? "")).toMatchObject({ input: "p", error: { message: "broke" } })
  expect(JSON.parse(log["header.json"] ?? "")).toMatchObject({
    status: "started",
    results: {
      total_samples: 2,
      completed_samples: 1,
      scores: [{ name: "reward", metrics: { mean: { value: 0.75 } } }, { name: "correct" }],
    },
  })
})
