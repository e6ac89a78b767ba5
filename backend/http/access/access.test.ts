import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { address } from "../../../contract/address.ts"
import { access, type Endpoint, endpoints, type OperationId } from "../../../contract/index.ts"
import { type CallerName, callers, makeWorld, mark, type World } from "../../testing/access/world.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { rows } from "./rows.ts"

const platform = testPlatform({ TUNNELS_PER_USER: "1000", INSTANCES_PER_USER: "1000" })
let w: World

beforeAll(async () => {
  w = await makeWorld(platform())
}, 60_000)
afterAll(async () => w?.close())

/** Whoever is not of the team, and what they must not see. The run is the team's, but its environment's code may be anybody's. */
const outsiders: readonly CallerName[] = ["other", "nobody", "run", "expired"]
const hidden = () => [
  mark,
  ...[w.team, w.users.owner, w.users.editor, w.users.runner, w.users.viewer, w.env.id, w.env.versionId, w.env.checkId],
  ...[w.run, w.second, w.runSample, w.sandbox, w.instance, w.secret, w.envSecret, w.variable, w.provider, w.preset, w.view, w.tunnel],
]
/** Whoever has the link may see what it shows. */
const shown: readonly string[] = ["getSharedRun", "listSharedSamples", "getSharedSample", "listSharedLog"]

test("every endpoint has a row of what it needs, and one of what it answers whom", () => {
  expect(Object.keys(access).sort()).toEqual(Object.keys(endpoints).sort())
  expect(Object.keys(rows).sort()).toEqual(Object.keys(endpoints).sort())
})

describe("each endpoint answers each role as written, and strangers learn nothing of the team", () => {
  test.each(Object.keys(endpoints) as OperationId[])("%s", async (id) => {
    const entry: Endpoint = endpoints[id]
    const [expected, asked] = rows[id]
    const got: number[] = []
    const leaks: string[] = []
    // A run sees whose it is on what it made itself.
    const own = [w.run, w.users.owner, w.team]
    const told: string[] = []
    for (const caller of callers) {
      const { params = {}, query = {}, body, headers } = await asked(w)
      const path = address(entry.path, params, query).replace("/api/v1", "")
      const { status, text } = await w.ask(caller, entry.method.toUpperCase(), path, body, headers)
      got.push(status)
      told.push(`${caller} ${status}: ${text.slice(0, 300)}`)
      if (!outsiders.includes(caller) || shown.includes(id)) continue
      const sent = `${path} ${typeof body === "string" ? body : JSON.stringify(body ?? {})} ${Object.values(headers ?? {})}`.toLowerCase()
      const unknown = hidden().filter((word) => caller !== "run" || !own.includes(word))
      leaks.push(...unknown.filter((word) => text.toLowerCase().includes(word) && !sent.includes(word)).map((word) => `${caller}: ${word}`))
    }
    expect(got.join(" "), told.join("\n")).toBe(expected)
    expect(leaks, told.join("\n")).toEqual([])
  })
})
