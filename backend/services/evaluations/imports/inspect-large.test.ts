import { readFile } from "node:fs/promises"
import path from "node:path"
import { expect, test } from "vitest"
import { limits } from "../../../../contract/index.ts"
import { runArchives, unzipped, zipped } from "../../../testing/archives.ts"
import { testPlatform } from "../../../testing/test-platform.ts"

const platform = testPlatform()

const { send, exported, filesOf } = runArchives(platform)
const get = async (address: string) => (await platform().call("GET", address)).body

test("a log whose samples are in chunks, as Inspect wrote it, comes back with every chunk", async () => {
  const log = await readFile(path.join(import.meta.dirname, "fixtures/sums-chunked.eval"))
  const { status, body } = await send(log)
  expect(status, JSON.stringify(body)).toBe(201)
  const id = body.evaluation_id
  const { samples } = await get(`/evaluations/${id}/sample-summaries?sort_by=example`)
  expect(samples).toHaveLength(4)
  expect(samples[0]).toMatchObject({
    example_id: "s0",
    rollout_index: 0,
    reward: 1,
    completion_preview: "It is 1 or 2, surely.",
    input_tokens: 185,
    output_tokens: 43,
  })
  const { sample } = await get(`/evaluations/${id}/samples/${samples[0].sample_id}`)
  expect([...sample.prompt, ...sample.completion].map((message: any) => message.role)).toEqual([
    "system",
    "user",
    "assistant",
    "tool",
    "assistant",
  ])
  const events = await get(`/evaluations/${id}/samples/${samples[0].sample_id}/nodes?list=events`)
  expect(events.total).toBeGreaterThan(0)
  expect(events.nodes).toHaveLength(events.total)
  expect(events.nodes.map((node: any) => node.label)).toContain("model")
  const [before, back] = [await filesOf(log), await unzipped(await exported(id, "run.eval"))]
  const given = Object.keys(before).filter((name) => /^(samples|header|reductions)/.test(name))
  expect(given).toHaveLength(2 + 4 * 14)
  for (const name of given.filter((one) => one.startsWith("samples/"))) expect(back[name], name).toBe(before[name])
  expect(Object.keys(back).filter((name) => name.startsWith("samples/"))).toHaveLength(4 * 14)
  expect(JSON.parse(back["header.json"] ?? "")).toEqual(JSON.parse(before["header.json"] ?? ""))
})

test("long texts that chunks name as attachments are read from where they are", async () => {
  const at = "samples/1_epoch_1"
  const shell = {
    id: 1,
    epoch: 1,
    input: "i",
    target: "t",
    scores: { s: { value: 0.5 } },
    message_refs: [
      [1, 3],
      [4, 5],
      [0, 1],
    ],
  }
  const message = (content: string) => ({ role: content.startsWith("q") ? "user" : "assistant", content })
  const { status, body } = await send(
    await zipped({
      [`${at}/sample.json`]: JSON.stringify(shell),
      [`${at}/messages/0.json`]: JSON.stringify([message("no"), message("q1")]),
      [`${at}/messages/2.json`]: JSON.stringify([message("attachment://2"), message("no"), message("last")]),
      [`${at}/attachments/0.json`]: JSON.stringify(["a", "b"]),
      [`${at}/attachments/2.json`]: JSON.stringify(["the long text"]),
      "header.json": JSON.stringify({ version: 2, status: "success", eval: { task: "t", model: "m" } }),
    }),
  )
  expect(status, JSON.stringify(body)).toBe(201)
  const { samples } = await get(`/evaluations/${body.evaluation_id}/sample-summaries`)
  const { sample } = await get(`/evaluations/${body.evaluation_id}/samples/${samples[0].sample_id}`)
  expect([...sample.prompt, ...sample.completion].map((one: any) => one.content)).toEqual(["q1", "the long text", "last", "no"])
})

test("a sample that is larger than one may be is read and stored piece by piece, can be read from any place, and comes back whole", {
  timeout: 120_000,
}, async () => {
  const messages = Array.from({ length: 3000 }, (_, n) => ({ role: n % 2 ? "assistant" : "user", content: `${n} `.repeat(400) }))
  const attachments = { abc123: "a long text", def456: "another" }
  const events = Array.from({ length: 300 }, (_, n) => ({
    event: "info",
    data: n === 7 ? "see attachment://abc123" : `${n}`.padEnd(90_000, "x"),
  }))
  const large = JSON.stringify({ id: "a", epoch: 1, input: "i", target: "t", events, messages, attachments, scores: { s: { value: "C" } } })
  expect(large.length).toBeGreaterThan(limits.sampleBatchBytesMax)
  const small = JSON.stringify({ id: "b", epoch: 1, input: "i", target: "t", messages: [], scores: { s: { value: "I" } } })
  const header = JSON.stringify({ version: 2, status: "success", eval: { task: "t", model: "m" } })
  const reductions = JSON.stringify([{ scorer: "s", samples: Array.from({ length: 10_000 }, (_, n) => ({ sample_id: n, value: 1 })) }])
  const { status, body } = await send(
    await zipped({
      "samples/a_epoch_1.json": large,
      "samples/b_epoch_1.json": small,
      "reductions.json": reductions,
      "header.json": header,
    }),
  )
  expect(status, JSON.stringify(body)).toBe(201)
  const { samples } = await get(`/evaluations/${body.evaluation_id}/sample-summaries?sort_by=example`)
  expect(samples.map((one: any) => one.reward)).toEqual([1, 0])
  const { sample } = await get(`/evaluations/${body.evaluation_id}/samples/${samples[0].sample_id}`)
  const shown = [...sample.prompt, ...sample.completion]
  expect(shown[0].content).toBe(messages[0]?.content)
  expect(shown.at(-1).content).toBe(messages.at(-1)?.content)
  expect(shown.some((one) => /messages are between these/.test(one.content))).toBe(true)
  expect(sample.info).toMatchObject({ inspect_messages: 3000, inspect_events: 300 })

  const nodes = `/evaluations/${body.evaluation_id}/samples/${samples[0].sample_id}/nodes`
  const middle = await get(`${nodes}?from=1500&limit=2`)
  expect(middle).toMatchObject({ list: "messages", total: 3000, next: 1502 })
  expect(middle.nodes).toEqual([
    { place: 1500, label: "user", value: messages[1500] },
    { place: 1501, label: "assistant", value: messages[1501] },
  ])
  // 4 MiB an answer: fewer than were asked for, and where to go on.
  const many = await get(`${nodes}?list=events&limit=100`)
  expect(many.nodes.length).toBeLessThan(60)
  expect(many).toMatchObject({ total: 300, next: many.nodes.length })
  const [seventh] = (await get(`${nodes}?list=events&from=7&limit=1`)).nodes
  expect(seventh.value).toEqual({ event: "info", data: "see a long text" })
  const last = await get(`${nodes}?list=events&from=299`)
  expect(last).toMatchObject({ nodes: [{ place: 299, label: "info", value: events[299] }], next: null })
  expect(await get(`${nodes}?from=5000`)).toMatchObject({ nodes: [], total: 3000, next: null })
  expect(await get(`/evaluations/${body.evaluation_id}/samples/${samples[1].sample_id}/nodes`)).toMatchObject({ nodes: [], total: 0 })
  expect((await platform().call("GET", `/evaluations/${body.evaluation_id}/samples/nothing/nodes`)).status).toBe(404)
  expect((await platform().call("GET", `${nodes}?list=calls`)).body.errors[0].param).toBe("list")
  const back = await unzipped(await exported(body.evaluation_id, "run.eval"))
  expect(back["samples/a_epoch_1.json"] === large).toBe(true)
  expect(back["reductions.json"] === reductions).toBe(true)
  expect(JSON.parse(back["samples/b_epoch_1.json"] ?? "")).toEqual(JSON.parse(small))
  expect(JSON.parse(back["_journal/summaries/1.json"] ?? "").map((one: any) => one.message_count)).toEqual([3000, 0])
})
