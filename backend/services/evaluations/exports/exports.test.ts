import { expect, test } from "vitest"
import { exportFormats, exportIds } from "../../../../contract/index.ts"
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

test("an evaluation without samples has a header, no results and its metadata", async () => {
  const id = await evaluationWith([])
  expect(await (await download(id, "results.jsonl")).text()).toBe("")
  expect((await (await download(id, "samples.csv")).text()).split("\r\n")).toHaveLength(2)
  expect(JSON.parse(await (await download(id, "metadata.json")).text())).toMatchObject({ model: "m", evaluation_id: id, avg_error: null })
})
