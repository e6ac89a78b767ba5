import { expect, test } from "vitest"
import type { SearchHit } from "../../../contract/index.ts"
import { runArchives, zipped } from "../../testing/archives.ts"
import { testPlatform } from "../../testing/test-platform.ts"

const platform = testPlatform()
const { send } = runArchives(platform)
const get = async (address: string) => (await platform().call("GET", address)).body

const count = 650
const filling = "Nothing to see in this long message. ".repeat(60)
const said: Record<number, object> = {
  0: { role: "user", content: "The first question" },
  299: {
    role: "assistant",
    content: "Calling",
    tool_calls: [{ id: "c", function: "read_chart", arguments: { place: "Harbour of Skagen" } }],
  },
  300: { role: "tool", tool_call_id: "c", content: "Sounding: seven fathoms, zq" },
  432: {
    role: "assistant",
    content: [
      { type: "reasoning", reasoning: "Perhaps the lighthouse moved" },
      { type: "text", text: "No." },
    ],
  },
  555: { role: "user", content: "attachment://1" },
  [count - 1]: { role: "assistant", content: "The last answer" },
}

/** A log of Inspect with a sample whose messages are in chunks, and a small one behind it. */
async function imported(): Promise<string> {
  const at = "samples/1_epoch_1"
  const messages = Array.from({ length: count }, (_, n) => said[n] ?? { role: n % 2 ? "assistant" : "user", content: `${n}: ${filling}` })
  const small = { id: 2, epoch: 1, input: "i", target: "t", messages: [{ role: "user", content: "A small lighthouse" }], scores: {} }
  const { status, body } = await send(
    await zipped({
      [`${at}/sample.json`]: JSON.stringify({
        ...{ id: 1, epoch: 1, input: "i", target: "The wanted harbour", scores: { s: { value: 0.5 } } },
        message_refs: [[0, count]],
      }),
      [`${at}/messages/0.json`]: JSON.stringify(messages),
      [`${at}/attachments/0.json`]: JSON.stringify(["no", "A long text about Kattegat"]),
      "samples/2_epoch_1.json": JSON.stringify(small),
      "header.json": JSON.stringify({ version: 2, status: "success", eval: { task: "t", model: "m" } }),
    }),
  )
  expect(status, JSON.stringify(body)).toBe(201)
  return body.evaluation_id
}

/** The hits of all pages of a search. */
async function search(query: string): Promise<SearchHit[]> {
  const hits: SearchHit[] = []
  for (let cursor: string | null = null, pages = 0; pages < 50; pages++) {
    const page = await get(`/search?query=${encodeURIComponent(query)}${cursor ? `&cursor=${cursor}` : ""}`)
    if (page.waiting > 0) continue
    hits.push(...page.hits)
    cursor = page.next_cursor
    if (cursor === null) break
  }
  return hits
}

test("every message of a sample that is stored in parts is found, with its number on the page", async () => {
  const id = await imported()
  const found = async (query: string) => (await search(query)).map(({ sample, where, message }) => [sample?.example_id, where, message])
  expect(await found("first question")).toEqual([["1", "message", "1"]])
  expect(await found("Harbour of Skagen")).toEqual([["1", "call", "300"]])
  // Its page shows the answer of the tool in a part of its own.
  expect(await found("seven fathoms")).toEqual([["1", "result", "301"]])
  expect(await found("lighthouse")).toEqual([
    ["1", "reasoning", "433"],
    ["2", "message", "1"],
  ])
  expect(await found("about Kattegat")).toEqual([["1", "message", "556"]])
  expect(await found("last answer")).toEqual([["1", "message", String(count)]])
  expect(await found("wanted harbour")).toEqual([["1", "answer", null]])
  // No index knows two letters.
  expect(await found("zq")).toEqual([["1", "result", "301"]])
  expect(await found("messages are between these")).toEqual([])
  const every = await search("nothing to see")
  expect(every).toHaveLength(count - Object.keys(said).length)
  expect(new Set(every.map(({ message }) => message)).size).toBe(every.length)
  const list = async (text: string) => get(`/evaluations/${id}/sample-summaries?search=${encodeURIComponent(text)}`)
  const examples = async (text: string) => (await list(text)).samples.map((one: { example_id: string }) => one.example_id)
  expect(await examples("seven fathoms")).toEqual(["1"])
  expect((await examples("lighthouse")).sort()).toEqual(["1", "2"])
  expect(await examples("zq")).toEqual(["1"])
})

test("a sample that only claims to have its messages elsewhere is found by its own", async () => {
  const id = await imported()
  const claims = { example_id: "own", prompt: "q", completion: "The heron of Læsø", info: { inspect_files: "samples/none" } }
  expect((await platform().call("POST", `/evaluations/${id}/samples`, { samples: [claims] })).status).toBe(200)
  expect((await search("heron of")).map(({ sample, message }) => [sample?.example_id, message])).toEqual([["own", "2"]])
})

test("the texts of a large sample are stored in bounded steps, and a search says what is missing meanwhile", async () => {
  const id = await imported()
  const { pool } = platform().database
  const { rows } = await pool.query("select seq, node, due from sample_text_progress where evaluation_id = $1", [id])
  expect(rows).toEqual([{ seq: 0, node: 0, due: 2 }])
  // The search reads until its patience is over; whatever it left, it says.
  for (let asked = 0; ; asked++) {
    const { waiting, hits } = await get("/search?query=Kattegat&limit=1")
    const { rows: now } = await pool.query("select seq, node from sample_text_progress where evaluation_id = $1", [id])
    expect(now[0].node % 100 === 0 || now[0].node === count).toBe(true)
    expect(waiting > 0 || now[0].seq === 2).toBe(true)
    if (waiting === 0) {
      expect(hits).toHaveLength(1)
      break
    }
    expect(asked).toBeLessThan(100)
  }
})

test("of a sample with more texts than a step looks through, a search that no index answers says that it read the beginning", async () => {
  const id = await imported()
  expect((await search("lighthouse")).length).toBeGreaterThan(0)
  await platform().database.pool.query(
    `insert into sample_texts (sample_id, place, evaluation_id, owner, text, shown, spots)
     select sample_id, 10000 + n, evaluation_id, owner, 'the end: xq', 'The end: xq', spots
     from sample_texts, generate_series(1, 4500) n
     where place = 0 and sample_id = (select id from samples where evaluation_id = $1 and example_id = '1')`,
    [id],
  )
  await platform().database.pool.query("update sample_texts set text = 'vw', shown = 'vw' where place = 14000 and evaluation_id = $1", [id])
  const list = async (text: string) => get(`/evaluations/${id}/sample-summaries?search=${encodeURIComponent(text)}`)
  expect(await list("vw")).toMatchObject({ samples: [], search: { cut_short: 1, total_is_least: true } })
  expect(await list("zq")).toMatchObject({ samples: [{ example_id: "1" }], search: { cut_short: 0 } })
  expect(await list("the end")).toMatchObject({ samples: [{ example_id: "1" }] })
})
