import { expect, test } from "vitest"
import { CreateEvaluationRequest, type SearchHit, SearchQuery } from "../../../contract/index.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { demandLogTexts } from "../../store/search/log-texts.ts"
import { line } from "../../testing/log-line.ts"
import { newEnvironment, newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { deleteEvaluation } from "../evaluations/delete-evaluation.ts"
import { pushSamples } from "../evaluations/push-samples.ts"
import { searchRuns } from "./search-runs.ts"

const platform = testPlatform()

const said = (...answers: string[]) => ({
  prompt: [{ role: "user", content: "q" }],
  completion: answers.map((content) => ({ role: "assistant", content })),
})

/** A run with these samples and log lines; the one that is made last is the newest. */
async function pushed(ctx: Context, name: string, samples: object[], more: { log?: string[]; run?: object } = {}): Promise<string> {
  const { id } = await createEvaluation(ctx, CreateEvaluationRequest.parse({ name, run_id: "r", ...more.run }))
  if (samples.length > 0)
    await pushSamples(
      ctx,
      id,
      samples.map((sample, i) => ({ example_id: `ex-${i}`, reward: i, ...sample })),
    )
  if (more.log) {
    await appendLogLines(
      ctx.db,
      id,
      0,
      more.log.map((text) => line(text)),
    )
    await demandLogTexts(ctx.db, id, more.log.length)
  }
  return id
}

const answer = (ctx: Context, query: string, more: object = {}) => searchRuns(ctx, SearchQuery.parse({ query, ...more }))
const shown = ({ where, message, line: n, before, match, after }: SearchHit) => [where, message ?? n, before, match, after]
const places = ({ evaluation_name, sample, where, message, line: n }: SearchHit) =>
  `${evaluation_name} ${sample?.seq ?? where}${message === null ? (n === null ? "" : `:${n}`) : `:${message}`}`

/** Everything that a search finds, asked for in pages; none of them may be the same as another. */
async function all(ctx: Context, query: string, more: object = {}): Promise<string[]> {
  const found: string[] = []
  for (let cursor: string | null = null, pages = 0; ; pages++) {
    const page = await answer(ctx, query, { ...more, ...(cursor === null ? {} : { cursor }) })
    expect(page.waiting).toBe(0)
    found.push(...page.hits.map(places))
    cursor = page.next_cursor
    if (cursor === null || pages > 100) break
  }
  expect(new Set(found).size).toBe(found.length)
  return found
}

test("each hit says where it is, and shows the text as people read it", async () => {
  const ada = await newUser(platform(), "ada")
  const call = { id: "c", type: "function", function: { name: "read_file", arguments: JSON.stringify({ path: "/etc/HOSTS" }) } }
  await pushed(
    ada,
    "run",
    [
      said("Der Weg über die GRÖSSE Straße"),
      {
        prompt: "q",
        completion: [
          { role: "assistant", content: "Looking it up", reasoning_content: "I should Ponder this", tool_calls: [call] },
          { role: "tool", tool_call_id: "c", content: "localhost is 127.0.0.1" },
          { role: "assistant", content: "It is\n localhost" },
        ],
        error: { error: "ValueError", message: "the sandbox Vanished" },
      },
    ],
    { log: ["starting", "\u001b[31mlocalhost\u001b[0m refused a connection"] },
  )
  const only = async (query: string, more: object = {}) => (await answer(ada, query, more)).hits.map(shown)
  expect(await only("die grösse STRASSE")).toEqual([])
  expect(await only("die grösse straße")).toEqual([["message", "2", "Der Weg über ", "die GRÖSSE Straße", ""]])
  expect(await only("ponder")).toEqual([["reasoning", "2", "I should ", "Ponder", " this"]])
  expect(await only("read_file")).toEqual([["call", "2", "", "read_file", ""]])
  expect(await only("/etc/hosts")).toEqual([["call", "2", '{\n"path": "', "/etc/HOSTS", '"\n}']])
  expect(await only("vanished")).toEqual([["error", null, "the sandbox ", "Vanished", ""]])
  expect(await only("localhost")).toEqual([
    ["result", "2", "", "localhost", " is 127.0.0.1"],
    ["message", "4", "It is\n", "localhost", ""],
    ["log", 1, "", "localhost", " refused a connection"],
  ])
  expect(await only("is localhost")).toEqual([["message", "4", "It ", "is\nlocalhost", ""]])
  expect(await only("127\\.\\d\\.0|refused.*", { mode: "regex" })).toEqual([
    ["result", "2", "localhost is ", "127.0.0", ".1"],
    ["log", 1, "localhost ", "refused a connection", ""],
  ])
  const { hits } = await answer(ada, "ponder")
  expect(hits[0]).toMatchObject({
    evaluation_name: "run",
    evaluation_status: "RUNNING",
    environment: null,
    sample: { seq: 2, example_id: "ex-1", rollout_index: 0, reward: 1, outcome: "error" },
  })
})

test("a long text is one hit, across the borders of its blocks too", async () => {
  const bea = await newUser(platform(), "bea")
  const filler = "lorem ipsum ".repeat(700)
  await pushed(bea, "run", [said(`${filler.slice(0, 7700)}needle${filler}`), said(`${filler}${"x".repeat(1000)}thread`)])
  expect(await all(bea, "needle")).toEqual(["run 1:2"])
  expect(await all(bea, "lorem ipsum")).toEqual(["run 1:2", "run 2:2"])
  expect(await all(bea, "lorem ipsum", { limit: 1 })).toEqual(["run 1:2", "run 2:2"])
  const { hits } = await answer(bea, "m.*thread", { mode: "regex" })
  expect(hits[0]?.match).toHaveLength(300)
})

test("pages have every hit once, newest run first, whether an index tells where it is or not", async () => {
  const cem = await newUser(platform(), "cem")
  for (const run of ["a", "b", "c"])
    await pushed(
      cem,
      run,
      Array.from({ length: 30 }, (_, i) => said(i % 3 === 0 ? "green apple" : "pear", "zq apple apple")),
      { log: Array.from({ length: 40 }, (_, i) => (i % 8 === 0 ? "an apple fell, zq" : "nothing")) },
    )
  const samples = ["c", "b", "a"].flatMap((run) =>
    Array.from({ length: 30 }, (_, i) => [...(i % 3 === 0 ? [`${run} ${i + 1}:2`] : []), `${run} ${i + 1}:3`]).flat(),
  )
  const logs = ["c", "b", "a"].flatMap((run) => [0, 8, 16, 24, 32].map((n) => `${run} log:${n}`))
  for (const limit of [7, 100]) expect(await all(cem, "apple", { limit })).toEqual([...samples, ...logs])
  expect(await all(cem, "green", { limit: 4 })).toEqual(samples.filter((place) => place.endsWith(":2")))
  const short = [...samples.filter((place) => place.endsWith(":3")), ...logs]
  expect(await all(cem, "zq", { limit: 9 })).toEqual(short)
  expect(await all(cem, "z[a-q] ?", { mode: "regex", limit: 9 })).toEqual(short)
  expect(await all(cem, "zq", { in: "logs", limit: 2 })).toEqual(logs)
  expect(await all(cem, "zq", { in: "samples" })).toEqual(short.filter((place) => !place.includes("log")))
  expect(await all(cem, "neither")).toEqual([])
})

test("filters of runs and of samples", async () => {
  const dan = await newUser(platform(), "dan")
  const environment = await newEnvironment(platform(), dan, { name: "maze" })
  const one = await pushed(dan, "one", [said("plum"), { ...said("plum"), is_truncated: true }], {
    run: { inference_model: "m/one", environments: [{ id: environment.id }] },
    log: ["plum"],
  })
  await pushed(dan, "two", [said("plum"), { ...said("plum"), error: "gone" }], { run: { inference_model: "m/two" } })
  const everything = ["two 1:2", "two 2:2", "one 1:2", "one 2:2", "one log:0"]
  expect(await all(dan, "plum")).toEqual(everything)
  expect(await all(dan, "plum", { model: "m/two" })).toEqual(everything.slice(0, 2))
  for (const filter of [{ environment_id: environment.id }, { environment_name: "maze" }, { environment_name: "dan/maze" }])
    expect(await all(dan, "plum", filter)).toEqual(everything.slice(2))
  expect(await all(dan, "plum", { environment_name: "eve/maze" })).toEqual([])
  expect(await all(dan, "plum", { outcome: "truncated" })).toEqual(["one 2:2"])
  expect(await all(dan, "plum", { outcome: "error" })).toEqual(["two 2:2"])
  expect(await all(dan, "plum", { reward_min: 1 })).toEqual(["two 2:2", "one 2:2"])
  expect(await all(dan, "plum", { reward_max: 0.5 })).toEqual(["two 1:2", "one 1:2"])
  await platform().database.pool.query("update evaluations set created_at = '2026-01-05T12:00:00Z' where id = $1", [one])
  expect(await all(dan, "plum", { created_before: "2026-01-06T00:00:00Z" })).toEqual(everything.slice(2))
  expect(await all(dan, "plum", { created_after: "2026-01-06T00:00:00Z" })).toEqual(everything.slice(0, 2))
})

test("only what the caller may see: their own runs and those of their teams, and nothing that was deleted", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "crew")
  const gil = await newUser(platform(), "gil")
  const mine = await pushed(gil, "mine", [said("secretword")], { log: ["secretword"] })
  await pushed(admin, "ours", [said("secretword")], { run: { team_id: teamId } })
  await pushed(admin, "the admin's", [said("secretword")])
  expect(await all(gil, "secretword")).toEqual(["mine 1:2", "mine log:0"])
  expect(await all(member, "secretword")).toEqual(["ours 1:2"])
  expect(await all(admin, "secretword")).toEqual(["the admin's 1:2", "ours 1:2"])
  await deleteEvaluation(gil, mine)
  expect(await all(gil, "secretword")).toEqual([])
  await expect(answer({ ...gil, caller: { kind: "nobody" } }, "secretword")).rejects.toMatchObject({ code: "unauthorized" })
})

test("a search that no index can answer stops after a bounded part, says so and goes on", async () => {
  const hal = await newUser(platform(), "hal")
  const old = await pushed(hal, "old", [said("the last one: qz")])
  const long = await pushed(hal, "long", [said("nothing of it")])
  expect((await answer(hal, "nothing")).hits).toHaveLength(1)
  await platform().database.pool.query(
    `insert into sample_texts (sample_id, place, evaluation_id, owner, text, shown, spots)
     select sample_id, n, evaluation_id, owner, text, shown, spots from sample_texts, generate_series(1, 4500) n where evaluation_id = $1`,
    [long],
  )
  const first = await answer(hal, "qz")
  expect(first).toMatchObject({ hits: [], partial: true, looking_in: "samples", waiting: 0 })
  expect(Date.parse(first.looked_back_to ?? "")).toBeLessThanOrEqual(Date.now())
  let steps = 1
  let page = first
  while (page.partial) {
    page = await answer(hal, "qz", { cursor: page.next_cursor })
    steps++
  }
  expect(page).toMatchObject({ hits: [{ evaluation_id: old }], next_cursor: null, partial: false, looked_back_to: null })
  expect(steps).toBeLessThan(40)
  // What the index knows is found at once.
  expect(await answer(hal, "the last one")).toMatchObject({ hits: [{ evaluation_id: old }], partial: false, next_cursor: null })
})

test("what makes no sense is refused with its field", async () => {
  const ivy = await newUser(platform(), "ivy")
  await pushed(ivy, "run", [said("a".repeat(5000))])
  const refused = (query: string, more: object, field: string, message: string) =>
    expect(answer(ivy, query, more)).rejects.toMatchObject({
      code: "invalid",
      problems: [{ path: [field], message: expect.stringContaining(message) }],
    })
  for (const expression of ["(", "[a", "*", "a{5,2}"]) await refused(expression, { mode: "regex" }, "query", "no regular expression")
  for (const cursor of ["x", Buffer.from('["samples",1]').toString("base64url"), Buffer.from('["logs"]').toString("base64url")])
    await refused("word", { cursor, in: "samples" }, "cursor", "is not the `next_cursor`")
  await refused("word", { in: "logs", outcome: "ok" }, "in", "have no outcome")
  for (const query of ["", "  ", "x".repeat(201)]) expect(SearchQuery.safeParse({ query }).success).toBe(false)
})
