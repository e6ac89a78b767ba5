import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { limits } from "../../contract/index.ts"
import { hashToken } from "../base/crypto.ts"
import { updateEvaluation } from "../store/evaluations/evaluations.ts"
import { insertRunToken } from "../store/evaluations/run-tokens.ts"
import { secondUser } from "../testing/second-user.ts"
import { testPlatform } from "../testing/test-platform.ts"
import { episodeRecord, jsonLines, sendForm, traceRecord, uploadLines } from "../testing/traces.ts"

const platform = testPlatform()

const get = async (address: string) => (await platform().call("GET", address)).body
const newRun = async (call = platform().call): Promise<string> =>
  (await call("POST", "/evaluations/", { name: "one", run_id: "r" })).body.evaluation_id
const ofRun = (id: string, name: string, more = {}) =>
  jsonLines([episodeRecord(name, [traceRecord(`trace of ${name}`, { run: { type: "eval", id } })], more)])
const refusal = ({ status, body }: { status: number; body: any }) => [status, body.error?.code]

test("a run of somebody else's takes no episode, nor shows what it has", async () => {
  const other = await secondUser(platform(), "eve")
  const [mine, theirs] = [await newRun(), await newRun(other.call)]
  expect(refusal(await uploadLines(platform(), ofRun(theirs, "intruder")))).toEqual([403, "forbidden"])
  // One that fits and one that does not: neither is stored.
  expect(refusal(await uploadLines(platform(), ofRun(mine, "first") + ofRun(theirs, "second")))).toEqual([403, "forbidden"])
  expect((await get(`/evaluations/${mine}`)).total_samples).toBe(0)
  expect((await other.call("GET", `/evaluations/${theirs}`)).body.total_samples).toBe(0)

  await uploadLines(platform(), ofRun(mine, "own"))
  for (const address of [
    "/traces/trace of own",
    "/traces/trace of own?raw=true",
    "/traces/trace of own/nodes",
    "/episodes/own",
    "/episodes/own?raw=true&whole=true",
    `/runs/${mine}`,
    `/runs/${mine}/search?query=say`,
  ])
    expect((await other.call("GET", address)).status, address).toBe(404)
  expect((await other.call("GET", `/traces?run_id=${mine}`)).body.items).toEqual([])
  expect((await other.call("GET", "/runs")).body.items).toEqual([])
  expect((await other.call("DELETE", "/traces/trace of own")).status).toBe(404)
  expect((await other.call("DELETE", `/traces?run_id=${mine}`)).status).toBe(404)
})

test("a run that has failed takes nothing more, and one that is complete does", async () => {
  const [failed, complete] = [await newRun(), await newRun()]
  await platform().call("PUT", `/evaluations/${failed}`, { status: "FAILED", error_message: "gone" })
  expect(refusal(await uploadLines(platform(), ofRun(failed, "late")))).toEqual([409, "run_closed"])
  await platform().call("POST", `/evaluations/${complete}/finalize`, { metrics: {} })
  expect((await uploadLines(platform(), ofRun(complete, "later"))).status).toBe(200)
  expect(await get(`/evaluations/${complete}`)).toMatchObject({ status: "COMPLETED", total_samples: 1 })
})

test("a run's own token uploads traces of that run only, and reads none", async () => {
  const [own, other] = [await newRun(), await newRun()]
  // The platform makes the samples of a hosted run itself.
  await updateEvaluation(platform().services.db, own, { isHosted: true })
  const token = "her_token_of_a_run"
  await insertRunToken(platform().services.db, {
    hash: hashToken(token),
    evaluationId: own,
    permissions: [],
    expiresAt: new Date(Date.now() + 60_000),
  })
  const headers = { authorization: `Bearer ${token}` }
  expect((await uploadLines(platform(), ofRun(own, "hosted"), { headers })).status).toBe(200)
  expect(await get("/traces/trace of hosted")).toMatchObject({ run_id: own })
  expect((await get(`/evaluations/${own}`)).total_samples).toBe(0)
  expect(refusal(await uploadLines(platform(), ofRun(other, "x"), { headers }))).toEqual([403, "forbidden"])
  expect(refusal(await uploadLines(platform(), jsonLines([episodeRecord("y", [traceRecord("z")])]), { headers }))).toEqual([
    403,
    "forbidden",
  ])
  // As prime-runs ends what it attached to.
  const finish = async (metrics: object) => (await platform().call("POST", `/evaluations/${own}/finalize`, { metrics }, headers)).body
  expect((await platform().call("PUT", `/evaluations/${own}`, { metrics: { avg_reward: 1 } }, headers)).status).toBe(200)
  expect(await finish({ avg_reward: 2 })).toMatchObject({ status: "RUNNING" })
  expect(await get(`/evaluations/${own}`)).toMatchObject({ status: "RUNNING", metrics: { avg_reward: 2 } })
  expect((await platform().call("PUT", `/evaluations/${own}`, { status: "FAILED" }, headers)).status).toBe(403)
  expect((await platform().call("PUT", `/evaluations/${other}`, { metrics: {} }, headers)).status).toBe(403)
  expect((await platform().call("POST", `/evaluations/${other}/finalize`, {}, headers)).status).toBe(403)
  for (const address of ["/traces", "/traces/trace of hosted", `/runs/${own}`])
    expect((await platform().call("GET", address, undefined, headers)).status).toBe(403)
})

test("without a key nothing is read of an upload", async () => {
  expect((await uploadLines(platform(), ofRun("r", "x"), { headers: { authorization: "" } })).status).toBe(401)
})

test("lines and uploads beyond their limits are refused while they arrive, also when they come small", { timeout: 60_000 }, async () => {
  const line = Buffer.alloc(limits.traceLineBytesMax + 1, 0x20)
  line.write('{"id": "x", "traces": []')
  line.write("}", line.length - 1)
  expect(refusal(await uploadLines(platform(), line))).toEqual([400, "trace_too_large"])
  // 300 MiB that are 300 KiB on their way.
  const block = Buffer.alloc(1024 * 1024, "{}         \n".repeat(8).padEnd(128, " "))
  const bomb = Buffer.concat(Array.from({ length: 300 }, () => gzipSync(block)))
  const boundary = "b"
  const body = Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"schema_version": 1}\r\n`),
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="traces"\r\nContent-Encoding: gzip\r\n\r\n`),
    bomb,
    Buffer.from("\r\n--b--\r\n"),
  ])
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}`, "idempotency-key": `sha256:${"0".repeat(64)}` }
  const refused = await sendForm(platform(), body, headers)
  expect(refused.status).toBe(400)
  expect(["upload_too_large", "too_many_traces_in_upload"]).toContain(refused.body.error.code)
})

test("an upload whose client goes away in the middle leaves nothing, and the whole one is taken afterwards", async () => {
  const lines = ofRun("some-run", "half")
  const form = (text: string) =>
    `--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"schema_version": 1}\r\n--b\r\nContent-Disposition: form-data; name="traces"\r\n\r\n${text}`
  const headers = { "content-type": "multipart/form-data; boundary=b", "idempotency-key": `sha256:${"0".repeat(64)}` }
  for (const sent of [20, form("").length, form("").length + 30]) {
    let isSent = false
    const body = new ReadableStream({
      pull(controller) {
        if (isSent) controller.error(new Error("the connection was reset"))
        else controller.enqueue(new TextEncoder().encode(form(lines).slice(0, sent)))
        isSent = true
      },
    })
    expect(refusal(await sendForm(platform(), body, headers)), `${sent}`).toEqual([400, "invalid_metadata"])
  }
  expect((await platform().call("GET", "/episodes/half")).status).toBe(404)
  expect((await uploadLines(platform(), lines)).status).toBe(200)
})

test("deleted traces leave the lists, the search and the page of their run, and can come again", async () => {
  const id = await newRun()
  const lines = ["keep", "drop"].map((name) => ofRun(id, name)).join("")
  const two = jsonLines([
    episodeRecord(
      "both",
      ["one", "two"].map((name) => traceRecord(name, { run: { type: "eval", id } })),
    ),
  ])
  await uploadLines(platform(), lines)
  await uploadLines(platform(), two)
  const find = async (text: string) => (await get(`/evaluations/${id}/sample-summaries?search=${encodeURIComponent(text)}`)).samples.length
  expect(await find("it is trace of drop")).toBe(1)
  expect((await platform().call("DELETE", "/traces/trace of drop?created_at=2020-01-01T00:00:00Z")).status).toBe(404)
  expect((await platform().call("DELETE", "/traces/trace of drop")).status).toBe(202)
  expect((await platform().call("DELETE", "/traces/one")).status).toBe(202)
  expect(await get(`/evaluations/${id}`)).toMatchObject({ total_samples: 2, avg_score: 0.5 })
  expect(await find("it is trace of drop")).toBe(0)
  expect((await get(`/runs/${id}/search?query=${encodeURIComponent("trace of drop")}`)).items).toEqual([])
  expect([await find("it is one"), await find("it is two")]).toEqual([0, 1])
  expect((await get(`/runs/${id}/search?query=${encodeURIComponent("it is two")}`)).items).toHaveLength(1)
  expect((await get("/episodes/both?raw=true")).traces).toEqual([null, "two"])
  expect(await get("/episodes/both?raw=true&whole=true")).toMatchObject({ error: { code: "trace_not_found" } })
  const { samples } = await get(`/evaluations/${id}/sample-summaries?sort_by=seq`)
  const left = await get(`/evaluations/${id}/samples/${samples[1].sample_id}`)
  expect(left.sample.info.native_wrapper.traces.map((trace: any) => trace.id)).toEqual(["two"])

  expect((await uploadLines(platform(), lines)).status).toBe(200)
  expect((await uploadLines(platform(), two)).status).toBe(200)
  expect(await get(`/evaluations/${id}`)).toMatchObject({ total_samples: 3 })
  expect(await get("/episodes/both?raw=true")).toMatchObject({ traces: ["one", "two"] })
  expect((await platform().call("DELETE", `/traces?run_id=${id}`)).status).toBe(202)
  expect(await get(`/evaluations/${id}`)).toMatchObject({ total_samples: 0 })

  const whole = await newRun()
  await uploadLines(platform(), ofRun(whole, "gone"))
  expect((await platform().call("DELETE", `/evaluations/${whole}`)).status).toBe(200)
  expect((await platform().call("GET", "/traces/trace of gone")).status).toBe(404)
})

test("a run is searched letter for letter, in what was said, thought and called, a page at a time", async () => {
  const id = await newRun()
  const call = { id: "c", type: "function", name: "read_file", arguments: '{"path": "/etc/hosts"}' }
  const nodes = [
    { message: { role: "user", content: [{ type: "text", text: "look at the Rabbit" }] } },
    {
      parent: 0,
      sampled: true,
      message: { role: "assistant", content: "é😀 a Rabbit\nhole", reasoning_content: "rabbits dig", tool_calls: [call] },
    },
    { parent: 1, message: { role: "tool", tool_call_id: "c", content: "Rabbit 127.0.0.1" } },
  ]
  const records = [0, 1, 2].map((i) =>
    traceRecord(`s-${i}`, { run: { type: "eval", id }, nodes, ok: i !== 2, rewards: { r: { score: i } } }),
  )
  await uploadLines(platform(), jsonLines(records), { lineFormat: "trace" })
  const search = (query: string) => get(`/runs/${id}/search?${query}`)
  const places = async (query: string) => (await search(query)).items.map((one: any) => [one.trace_id, one.node_idx])
  expect(await places("query=Rabbit&role=assistant")).toEqual([
    ["s-0", 1],
    ["s-1", 1],
    ["s-2", 1],
  ])
  expect(await places("query=rabbit")).toEqual([])
  expect(await places("query=rabbits&field=reasoning_content&has_error=true")).toEqual([["s-2", 1]])
  expect(await places(`query=${encodeURIComponent("/etc/hosts")}&field=tool_calls&reward_max=0`)).toEqual([["s-0", 1]])
  const [match] = (await search(`query=${encodeURIComponent("Rabbit\nhole")}`)).items
  expect(match).toMatchObject({
    representation: "text",
    match_start: 5,
    match_end: 16,
    excerpt: "é😀 a Rabbit\nhole",
    excerpt_start: 0,
    role: "assistant",
  })
  expect((await search("query=Rabbit&limit=1")).items[0]).toMatchObject({ node_idx: 0, representation: "json" })
  const pages: any[] = []
  for (let cursor = ""; pages.length === 0 || cursor; ) {
    const page = await search(`query=Rabbit&limit=4${cursor && `&cursor=${cursor}`}`)
    expect(page.coverage === null).toBe(cursor !== "")
    pages.push(...page.items)
    cursor = page.next_cursor ?? ""
  }
  expect(pages.map((one) => [one.trace_id, one.node_idx])).toEqual([0, 1, 2].flatMap((i) => [0, 1, 2].map((node) => [`s-${i}`, node])))
})
