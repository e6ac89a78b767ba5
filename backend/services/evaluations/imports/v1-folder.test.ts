import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import { expect, test } from "vitest"
import { folderFiles, runFilesKey } from "../../../base/files.ts"
import { runArchives, unzipped, zipped } from "../../../testing/archives.ts"
import { testPlatform } from "../../../testing/test-platform.ts"
import { episodeRecord, jsonLines, traceRecord } from "../../../testing/traces.ts"

const platform = testPlatform()

const { send, exported } = runArchives(platform)
const get = async (address: string) => (await platform().call("GET", address)).body

test("a folder of verifiers 0.4 comes back byte for byte, as often as it is sent", async () => {
  // Of six rollouts, two of which failed; packed under its own name, and with the link to the latest log.
  const packed = await readFile(path.join(import.meta.dirname, "fixtures/v1-run.zip"))
  const { "v1-run/logs/latest": _, ...named } = await unzipped(packed)
  const files = Object.fromEntries(Object.entries(named).map(([name, text]) => [name.slice("v1-run/".length), text]))
  expect(Object.keys(files)).toEqual(["traces.jsonl", "configs/resolved/eval.json", "logs/attempt_1/eval.log"])

  const sent = [await send(packed), await send(packed)]
  for (const { status, body } of sent) {
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body).toMatchObject({ name: "v1-echo--test--scripted--v1-echo--1619240e", total_samples: 6 })
    expect(await unzipped(await exported(body.evaluation_id, "run.zip"))).toEqual(files)
  }
  const id = sent[0]?.body.evaluation_id
  expect(await get(`/evaluations/${id}`)).toMatchObject({
    status: "COMPLETED",
    model_name: "test/scripted",
    avg_score: 0.5,
    framework: "verifiers",
  })
  const { samples } = await get(`/evaluations/${id}/sample-summaries?sort_by=example`)
  expect(samples.map((one: any) => [one.example_id, one.rollout_index, one.outcome])).toEqual(
    [0, 1, 2].flatMap((example) => [0, 1].map((rollout) => [`${example}`, rollout, example === 2 ? "error" : "ok"])),
  )
  const [first = ""] = (files["traces.jsonl"] ?? "").split("\n")
  const [trace] = JSON.parse(first).traces
  expect((await get(`/traces/${trace.id}/nodes`)).items[0].message.content).toBe("say 0")

  // What came out goes in again, and a run that is deleted leaves nothing of another one behind.
  const again = await send(await exported(id, "run.zip"))
  const keptOf = () => folderFiles(path.join(platform().config.dataDir, "files")).size(runFilesKey(id))
  expect(await keptOf()).toBeGreaterThan(0)
  await platform().call("DELETE", `/evaluations/${id}`)
  expect(await keptOf()).toBeNull()
  expect(await unzipped(await exported(again.body.evaluation_id, "run.zip"))).toEqual(files)
})

test("traces without episodes are a run, too, of the environment and model that the sender names", async () => {
  const lines = jsonLines([traceRecord("t1"), traceRecord("t2", { run: { type: "eval", id: "elsewhere" } })])
  const { status, body } = await send(await zipped({ "traces.jsonl": lines }), "?environment=acme/echo&model=small&name=mine")
  expect(status, JSON.stringify(body)).toBe(201)
  expect(await get(`/evaluations/${body.evaluation_id}`)).toMatchObject({
    name: "mine",
    model_name: "small",
    suite_id: "acme/echo",
    total_samples: 2,
  })
  expect(await unzipped(await exported(body.evaluation_id, "run.zip"))).toEqual({ "traces.jsonl": lines })
})

test("an episode that cannot be read is named by its line, and nothing of the run stays", async () => {
  const good = episodeRecord("e1", [traceRecord("e1t1")])
  const broken: [RegExp, string][] = [
    [/traces.jsonl holds no episode/, ""],
    [/Line 1 of traces.jsonl is not JSON/, "{"],
    [/Line 3: is not valid JSON/, `${JSON.stringify(good)}\n\n{"traces": [}\n`],
    [/The episode .+ is in the upload twice/, jsonLines([good, { ...good, traces: [] }])],
    [/Line 2 is a trace/, jsonLines([good, traceRecord("alone")])],
  ]
  const before = (await get("/evaluations/")).total
  for (const [sentence, lines] of broken) {
    const { status, body } = await send(await zipped({ "traces.jsonl": lines }))
    expect(status).toBeGreaterThanOrEqual(400)
    expect(JSON.stringify(body)).toMatch(sentence)
  }
  // A connection that breaks while the file is sent.
  const cut = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from("PK")),
    pull: (controller) => controller.error(new Error("gone")),
  })
  const request = new Request("http://platform.test/api/v1/evaluations/import", {
    method: "POST",
    body: cut,
    duplex: "half",
  } as RequestInit)
  expect((await platform().fetch(request, { userId: await platform().ownerId() })).ok).toBe(false)
  expect((await get("/evaluations/")).total).toBe(before)
  expect(await readdir(path.join(platform().config.dataDir, "imports"))).toEqual([])
})
