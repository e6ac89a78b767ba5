import { afterAll, beforeAll, expect, test } from "vitest"
import { type CallerName, makeWorld, mark, type World } from "../../testing/access/world.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"

const platform = testPlatform({ INSTANCES_PER_USER: "1000" })
let w: World

beforeAll(async () => {
  w = await makeWorld(platform())
}, 60_000)
afterAll(async () => w?.close())

const launch = (environment: string) => ({
  environment_ids: [environment],
  inference_model: "m",
  eval_config: { num_examples: 1, rollouts_per_example: 1, api_base_url: "http://127.0.0.1:9/v1" },
})

test.each([
  `/search?query=${mark}`,
  `/search?query=${mark}&mode=regex`,
  `/environmentshub/?search=${mark}`,
  `/environmentshub/?owner=${mark}-team`,
  "/environmentshub/?mine_only=true&include_teams=true",
  "/evaluations/?limit=100",
  `/evaluations/?search=${mark}`,
  "/evaluation-models",
  "/evaluation-tags",
])("%s finds the team's things for a member, and nothing of them for others", async (path) => {
  const seen = await w.ask("viewer", "GET", path)
  expect(seen.text).toContain(mark)
  for (const caller of ["other", "nobody", "run", "expired"] as const) {
    const { text } = await w.ask(caller, "GET", path)
    expect(text.replaceAll(path, ""), caller).not.toContain(mark)
    for (const id of [w.run, w.second, w.env.id, w.runSample]) expect(text, caller).not.toContain(id)
  }
})

test("the event stream tells members of a change of a run, and nobody else", async () => {
  const heard: Partial<Record<CallerName, string>> = {}
  const ends: AbortController[] = []
  const ended = new Set<CallerName>()
  const listen = async (caller: CallerName) => {
    const end = new AbortController()
    ends.push(end)
    const headers = { authorization: `Bearer ${w.keyOf(caller)}` }
    const response = await fetch(`${w.base}/events`, { headers, signal: end.signal })
    heard[caller] = ""
    void (async () => {
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) heard[caller] += Buffer.from(piece).toString()
      ended.add(caller)
    })().catch(() => {})
    await until(`${caller} is connected`, async () => heard[caller]?.includes("hello"))
  }
  await listen("viewer")
  await listen("other")
  const own = (await w.ask("other", "POST", "/evaluations/", { name: "own", run_id: "r" })).json.evaluation_id as string
  await w.make("PUT", `/evaluations/${w.run}`, { notes: "changed" })
  await until("the viewer hears of the run", async () => heard.viewer?.includes(w.run))
  // What came after it has arrived: so has everything that was before.
  await w.ask("other", "PUT", `/evaluations/${own}`, { notes: "changed" })
  await until("the other hears of the own run", async () => (heard.other?.split(own).length ?? 0) > 2)
  expect(heard.other).not.toContain(w.run)
  expect(heard.viewer).not.toContain(own)

  // Whoever is removed hears of nothing after that, on a stream that was open before.
  const team = await w.newTeam()
  const theirs = (await w.ask("owner", "POST", "/evaluations/", { name: "theirs", run_id: "r", team_id: team })).json.evaluation_id
  await listen("runner")
  await w.make("DELETE", `/teams/${team}/members/${w.users.runner}`)
  await until("the stream has ended", async () => ended.has("runner"))
  await w.make("PUT", `/evaluations/${theirs}`, { notes: "changed" })
  expect(heard.runner).not.toContain(theirs)
  expect([...ended]).toEqual(["runner"])
  for (const end of ends) end.abort()
})

test("a bulk request does to each run what the caller's role allows, and says why not", async () => {
  const act = async (caller: CallerName, action: string) => {
    const id = action === "stop" ? await w.newHosted("waiting") : await w.newRun()
    const { json } = await w.ask(caller, "POST", "/evaluations/bulk", { evaluation_ids: [id], action, tags: ["t"] })
    return json.results[0].error as string | null
  }
  const may: Record<string, Record<string, boolean>> = {
    owner: { star: true, tag: true, archive: true, stop: true, delete: true },
    editor: { star: true, tag: true, archive: true, stop: true, delete: true },
    runner: { star: true, tag: true, archive: true, stop: true, delete: false },
    viewer: { star: true, tag: false, archive: false, stop: false, delete: false },
    other: { star: false, tag: false, archive: false, stop: false, delete: false },
  }
  for (const [caller, actions] of Object.entries(may))
    for (const [action, allowed] of Object.entries(actions))
      expect([caller, action, (await act(caller as CallerName, action)) === null]).toEqual([caller, action, allowed])
  expect(await act("viewer", "tag")).toBe("This needs the role owner, editor or runner in the team that it belongs to, and yours is viewer")
  const id = await w.newRun()
  const deleted = async (caller: CallerName) => (await w.ask(caller, "POST", "/evaluations/bulk-delete", { evaluation_ids: [id] })).json
  for (const caller of ["other", "viewer", "runner"] as const) expect((await deleted(caller)).success_count).toBe(0)
  expect((await deleted("editor")).successful_ids).toEqual([id])
})

test("a public environment of somebody else is read by all, forked to be run, and a sample is run by all", async () => {
  const open = await w.newOpenEnv()
  const at = `/environmentshub/${open.at.owner}/${open.at.name}`
  for (const caller of ["owner", "viewer", "other", "nobody", "run"] as const) {
    const { status, json } = await w.ask(caller, "GET", `${at}/@latest`)
    expect([caller, status, json.data.can_run, json.data.can_write]).toEqual([caller, 200, false, false])
  }
  const refused = await w.ask("other", "POST", "/hosted-evaluations", launch(open.id))
  expect([refused.status, refused.json.detail]).toEqual([
    403,
    `open-author/${open.at.name} belongs to someone else: fork it to run it (Fork to run on its page), and run your copy`,
  ])
  const fork = (await w.ask("other", "POST", `${at}/fork`, {})).json.data
  expect((await w.ask("other", "POST", "/hosted-evaluations", launch(fork.environment_id))).status).toBe(201)
  const { json } = await w.ask("other", "GET", `/environmentshub/${fork.slug}/@latest`)
  expect(json.data).toMatchObject({ can_run: true, can_write: true, is_sample: false })
  expect(json.data.metadata.origin).toMatchObject({ owner: "open-author", name: open.at.name, environment_id: open.id })

  const tried = await w.ask("viewer", "POST", "/hosted-evaluations", launch(w.sample.id))
  expect(tried.status).toBe(201)
})

test("a key does what its scopes say, whatever its owner may do", async () => {
  const tries = async (scopes: ("read" | "run" | "write")[]) => {
    await w.useKey("nobody", scopes)
    const ask = async (method: string, path: string, body?: unknown) => (await w.ask("nobody", method, path, body)).status
    return [
      await ask("GET", `/evaluations/${w.run}`),
      await ask("PUT", `/evaluations/${w.run}`, { notes: "n" }),
      await ask("DELETE", `/evaluations/${await w.newRun()}`),
      await ask("PUT", "/billing/budget", { team_id: w.team, monthly_usd: 1 }),
      await ask("POST", "/evaluations/bulk", { evaluation_ids: [w.run], action: "star" }),
    ]
  }
  expect(await tries(["read"])).toEqual([200, 403, 403, 403, 200])
  expect(await tries(["run"])).toEqual([403, 200, 403, 403, 403])
  expect(await tries(["write"])).toEqual([403, 403, 200, 200, 403])
  expect(await tries(["read", "run", "write"])).toEqual([200, 200, 200, 200, 200])
  await w.useKey("nobody", ["read"])
  const { json } = await w.ask("nobody", "POST", "/evaluations/bulk", { evaluation_ids: [await w.newRun()], action: "delete" })
  expect(json.results[0].error).toBe("This needs an API key with the scope write; this one has read. Make another under Settings")
})

test("whoever was removed from a team sees nothing of it from the next request on, also what they made for it", async () => {
  const team = await w.newTeam()
  const made = (await w.ask("runner", "POST", "/evaluations/", { name: "mine", run_id: "r", team_id: team })).json.evaluation_id
  await w.hostSandboxes()
  const sandbox = (await w.ask("runner", "POST", "/sandbox", { name: "s", docker_image: "python:3.11-slim", team_id: team })).json.id
  expect((await w.ask("runner", "GET", `/evaluations/${made}`)).status).toBe(200)
  await w.make("DELETE", `/teams/${team}/members/${w.users.runner}`)
  expect((await w.ask("runner", "GET", `/evaluations/${made}`)).status).toBe(404)
  expect((await w.ask("runner", "GET", `/sandbox/${sandbox}`)).status).toBe(404)
  expect((await w.ask("owner", "GET", `/evaluations/${made}`)).status).toBe(200)
})
