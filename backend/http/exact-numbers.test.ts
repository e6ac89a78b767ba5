import { expect, test } from "vitest"
import { endpoints } from "../../contract/index.ts"
import { parseMessage } from "../../contract/text/exact-json.ts"
import { newEnvironment, newUser } from "../testing/service-context.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()

/** A request whose body and answer are text: JSON.parse would hide what is tested here. */
async function send(method: string, address: string, body?: string): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${testApiKey}`, "content-type": "application/json" }
  const request = new Request(`http://platform.test/api/v1${address}`, { method, headers, body: body ?? null })
  const response = await platform().fetch(request, null)
  return { status: response.status, text: await response.text() }
}

async function upload(...batches: string[]): Promise<string> {
  const created = await send("POST", "/evaluations/", '{"name":"numbers","run_id":"r"}')
  const id = JSON.parse(created.text).evaluation_id as string
  for (const rows of batches) {
    const { status, text } = await send("POST", `/evaluations/${id}/samples`, `{"samples":[${rows}]}`)
    expect(status, text).toBe(200)
  }
  return id
}

const summaries = async (id: string, query = "") =>
  JSON.parse((await send("GET", `/evaluations/${id}/sample-summaries?${query}`)).text).samples as Record<string, unknown>[]

const launchText = (environment: string, config: string) =>
  `{"environment_ids":["${environment}"],"inference_model":"some/model","eval_config":{"num_examples":2.0,"rollouts_per_example":1,"api_base_url":"http://127.0.0.1:9/v1",${config}}}`

test("arguments are stored and answered as they were written, names in their order", async () => {
  const { id } = await newEnvironment(platform(), { userId: await platform().ownerId() })
  const args =
    '{"seed":9223372036854775807,"rate":1.0,"big":1e5,"lr":1e-7,"negative":-18446744073709551616,"z":1,"a":[2.0,{"y":3,"b":4}],"10":{"7":1,"2":2.0},"9":3,"__proto__":{"__proto__":1.0}}'
  const sampling =
    '{"response_format":{"reasoning":1,"answer":2},"seed":12345678901234567890,"temperature":1.0,"logit_bias":{"50256":-100,"11":5}}'
  const launched = await send("POST", "/hosted-evaluations", launchText(id, `"env_args":${args},"sampling_args":${sampling}`))
  expect(launched.status, launched.text).toBe(201)
  const run = await send("GET", `/evaluations/${JSON.parse(launched.text).evaluation_id}`)
  expect(run.text).toContain(`"env_args":${args}`)
  expect(run.text).toContain(`"sampling_args":${sampling}`)
  expect((await send("GET", `/evaluations/${JSON.parse(launched.text).evaluation_id}/export/metadata.json`)).text).toContain(args)
  // A field that is a number is one, however it is spelled.
  expect(run.text).toContain('"num_examples":2,')
})

test("a number that a field cannot hold is refused with the field and the limit", async () => {
  const owner = await newUser(platform(), "limits")
  const { id } = await newEnvironment(platform(), owner)
  const refused = await send("POST", "/hosted-evaluations", launchText(id, '"max_retries":9223372036854775807'))
  expect(refused.status).toBe(422)
  expect(refused.text).toMatch(/max_retries.*(too big|<=|at most)/i)
  expect((await send("POST", "/hosted-evaluations", launchText(id, '"env_args":{"x":NaN}'))).status).toBe(422)
})

test("samples keep every digit, and neighbours stay apart", async () => {
  const row = (id: string) =>
    `{"example_id":${id},"reward":0.1,"info":{"hash":-9007199254740993,"probability":1e-7,"by_token":{"31":0.5,"4":[{"1":0,"0":1}]}},"prompt":"p","completion":"c"}`
  const id = await upload([row("1234567890123456789"), row("1234567890123456788")].join())
  expect((await summaries(id)).map((sample) => sample.example_id).sort()).toEqual(["1234567890123456788", "1234567890123456789"])
  const { text } = await send("GET", `/evaluations/${id}/samples`)
  expect(text).toContain(row("1234567890123456789"))
  expect(text).toContain(row("1234567890123456788"))
  expect((await send("GET", `/evaluations/${id}/export/results.jsonl`)).text).toBe(
    `${row("1234567890123456789")}\n${row("1234567890123456788")}\n`,
  )
})

test("metrics keep every digit in lists and tables, and are counted with as doubles", async () => {
  const id = await upload(
    '{"example_id":1,"reward":0,"metrics":{"hash":9223372036854775807,"rate":1e-7}}',
    '{"example_id":2,"reward":1,"metrics":{"hash":-9007199254740993,"rate":0.1}}',
  )
  const found = await summaries(id, "sort_by=metric:hash")
  expect(found.map(({ metrics, text_metrics }) => ({ metrics, text_metrics }))).toEqual([
    { metrics: { hash: -9007199254740992, rate: 0.1 }, text_metrics: { hash: "-9007199254740993" } },
    { metrics: { hash: 2 ** 63, rate: 1e-7 }, text_metrics: { hash: "9223372036854775807" } },
  ])
  const csv = (await send("GET", `/evaluations/${id}/export/samples.csv`)).text
  for (const digits of [",9223372036854775807,", ",-9007199254740993,", ",1e-7,"]) expect(csv).toContain(digits)
  expect((await send("GET", `/evaluations/${id}/export/samples.parquet`)).status).toBe(200)
  const { metrics, text_metrics } = JSON.parse((await send("GET", `/evaluations/${id}/statistics`)).text)
  expect(metrics).toContainEqual(expect.objectContaining({ name: "hash", mean: (2 ** 63 - 2 ** 53) / 2 }))
  expect(text_metrics ?? []).toEqual([])
})

test("a value that is no number costs that value, not the batch", async () => {
  const odd = [
    '{"example_id":1,"reward":NaN,"token_usage":{"input_tokens":12.5,"output_tokens":-3}}',
    '{"example_id":2,"reward":true,"token_usage":{"input_tokens":5000000000,"output_tokens":1e300},"metrics":{"a":Infinity,"b":false}}',
    '{"example_id":3,"reward":1e308,"metrics":{"a":"B","b":-1e308}}',
    '{"example_id":4,"reward":123456789012345678901234567890,"metrics":{"a":1e400}}',
  ]
  const id = await upload(odd.join())
  const { metadata } = JSON.parse((await send("GET", `/evaluations/${id}`)).text)
  expect(metadata.lost_values.count).toBe(4)
  const found = await summaries(id, "sort_by=seq")
  expect(found.map((sample) => sample.reward)).toEqual([null, 1, 1e308, Number("123456789012345678901234567890")])
  expect(found.map((sample) => [sample.input_tokens, sample.output_tokens])).toEqual([
    [13, null],
    [5_000_000_000, null],
    [null, null],
    [null, null],
  ])
  expect(found.map((sample) => sample.metrics)).toEqual([{}, { b: 0 }, { b: -1e308 }, {}])
  for (const address of ["", "/statistics", "/statistics", "/error-groups", "/export/samples.csv", "/export/metadata.json"])
    expect((await send("GET", `/evaluations/${id}${address}`)).status, address).toBe(200)
})

test("rewards whose sum is beyond any double still have a mean", async () => {
  const id = await upload('{"example_id":1,"reward":1.7e308},{"example_id":2,"reward":1.7e308}', '{"example_id":3,"reward":1.7e308}')
  const finished = await send("POST", `/evaluations/${id}/finalize`, "{}")
  expect(JSON.parse(finished.text).avg_score / 1.7e308).toBeCloseTo(1, 12)
  const run = JSON.parse((await send("GET", `/evaluations/${id}`)).text)
  expect(run.avg_score / 1.7e308).toBeCloseTo(1, 12)
  const smaller = await upload('{"example_id":1,"reward":1.6e308},{"example_id":2,"reward":1.6e308}')
  const least = await upload('{"example_id":1,"reward":-1.6e308},{"example_id":2,"reward":-1.79e308}')
  for (const [order, expected] of [
    ["desc", [id, smaller]],
    ["asc", [least]],
  ] as const) {
    const { evaluations } = JSON.parse(
      (await send("GET", `/evaluations/?sort_by=avg_score&sort_order=${order}&limit=${expected.length}`)).text,
    )
    expect(evaluations.map((one: { evaluation_id: string }) => one.evaluation_id)).toEqual(expected)
  }
  expect(JSON.parse((await send("GET", `/evaluations/${smaller}/export/metadata.json`)).text).avg_reward).toBe(1.6e308)
  expect(JSON.parse((await send("GET", `/evaluations/${id}/statistics`)).text).reward.mean).toBeCloseTo(1.7e308, -300)
})

test("metrics may have any name", async () => {
  const names = ["constructor", "__proto__", "", "toString", "n".repeat(300), "line\nbreak", "a:b"]
  const id = await upload(
    `{"example_id":1,"reward":1,"metrics":{${names.map((name, i) => `${JSON.stringify(name)}:${i}`).join()}}}`,
    '{"example_id":2,"reward":1,"metrics":{"plain":7}}',
  )
  const { text } = await send("GET", `/evaluations/${id}/sample-summaries?sort_by=seq`)
  for (const [i, name] of names.entries()) expect(text).toContain(`${JSON.stringify(name)}:${i}`)
  // And whoever reads the answer by its schema, as the dashboard of a remote platform does, has them all.
  const [summary] = endpoints.listSampleSummaries.response.parse(parseMessage(text)).samples
  expect(Object.keys(summary?.metrics ?? {}).sort()).toEqual([...names].sort())
  for (const name of names)
    expect((await send("GET", `/evaluations/${id}/sample-summaries?sort_by=${encodeURIComponent(`metric:${name}`)}`)).status, name).toBe(
      200,
    )
  const csv = (await send("GET", `/evaluations/${id}/export/samples.csv`)).text
  expect(csv).not.toContain("function")
  expect(csv).toContain("metric: __proto__")
})

test("numbers that are none, in what a run says of itself, become null and are counted", async () => {
  const created = await send(
    "POST",
    "/evaluations/",
    '{"name":"nan","run_id":"n","metrics":{"a":NaN,"b":1},"metadata":{"limit":-Infinity,"seed":9223372036854775807}}',
  )
  expect(created.status).toBe(201)
  const id = JSON.parse(created.text).evaluation_id
  expect((await send("PUT", `/evaluations/${id}`, '{"metrics":{"a":Infinity,"b":2}}')).status).toBe(200)
  expect((await send("POST", `/evaluations/${id}/finalize`, '{"metrics":{"a":NaN,"b":3}}')).status).toBe(200)
  const { text } = await send("GET", `/evaluations/${id}`)
  expect(JSON.parse(text)).toMatchObject({
    status: "COMPLETED",
    metrics: { a: null, b: 3 },
    metadata: { limit: null, lost_values: { count: 4 } },
  })
  expect((await send("POST", "/evaluations/", '{"name":NaN,')).status).toBe(422)
  expect((await send("PATCH", "/user/account", '{"email":NaN}')).status).toBe(422)
})

test("what is nested too deeply is refused, not failed at", async () => {
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
  const created = await send("POST", "/evaluations/", '{"name":"deep","run_id":"r"}')
  const { status } = await send(
    "POST",
    `/evaluations/${JSON.parse(created.text).evaluation_id}/samples`,
    `{"samples":[{"example_id":1,"x":${deep}}]}`,
  )
  expect(status).toBe(422)
})
