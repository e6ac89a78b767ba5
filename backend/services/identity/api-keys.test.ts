import { expect, test } from "vitest"
import { statementsOf } from "../../testing/plan-faults.ts"
import { newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { createApiKey, listApiKeys } from "./api-keys.ts"
import { decideChallenge } from "./challenges.ts"
import { identifyCaller } from "./identify-caller.ts"
import { whoami } from "./whoami.ts"

const platform = testPlatform()
const sql = async (text: string, values: unknown[]) => (await platform().database.pool.query(text, values)).rows
const all = ["read", "run", "write"] as const

test("a key says what it is for, when it ends and when it was used, to the minute", async () => {
  const ada = await newUser(platform(), "ada")
  const key = await createApiKey(ada, { name: "ci", scopes: ["run", "read"], expires_in_days: 30 })
  expect(key).toMatchObject({ scopes: ["read", "run"], last_used_at: null })
  expect((Date.parse(key.expires_at ?? "") - Date.now()) / 86_400_000).toBeCloseTo(30, 2)
  await identifyCaller(platform().services, key.value)
  const [used] = await listApiKeys(ada)
  expect(Date.now() - Date.parse(used?.last_used_at ?? "")).toBeLessThan(10_000)
  await identifyCaller(platform().services, key.value)
  expect((await listApiKeys(ada))[0]?.last_used_at).toBe(used?.last_used_at)
  await sql("update api_keys set last_used_at = now() - interval '61 seconds' where id = $1", [key.id])
  await identifyCaller(platform().services, key.value)
  expect(Date.now() - Date.parse((await listApiKeys(ada))[0]?.last_used_at ?? "")).toBeLessThan(10_000)
})

test("a key that has expired is refused with the day, and stays in the list", async () => {
  const bea = await newUser(platform(), "bea")
  const key = await createApiKey(bea, { name: "old", scopes: [...all], expires_in_days: 1 })
  await sql("update api_keys set expires_at = '2026-01-02T03:04:05Z' where id = $1", [key.id])
  await expect(identifyCaller(platform().services, key.value)).rejects.toMatchObject({
    code: "unauthorized",
    message: "This API key expired on 2026-01-02: make another under Settings",
  })
  expect(await listApiKeys(bea)).toMatchObject([{ id: key.id, expires_at: "2026-01-02T03:04:05.000Z", last_used_at: null }])
})

test("whoami says what the key may do", async () => {
  const dee = await newUser(platform(), "dee")
  const scopeOf = async (scopes: ("read" | "run" | "write")[]) => {
    const { value } = await createApiKey(dee, { name: "k", scopes })
    const { environments, evaluations } = (await whoami(await identifyCaller(platform().services, value))).scope
    return [environments, evaluations]
  }
  expect(await scopeOf(["read", "run", "write"])).toEqual([
    { read: true, write: true },
    { read: true, write: true },
  ])
  expect(await scopeOf(["read", "run"])).toEqual([
    { read: true, write: false },
    { read: true, write: true },
  ])
})

test("a key makes none that may do more than it, and approves no login", async () => {
  const cyd = await newUser(platform(), "cyd")
  const { value } = await createApiKey(cyd, { name: "narrow", scopes: ["read", "write"] })
  const narrow = await identifyCaller(platform().services, value)
  await expect(createApiKey(narrow, { name: "wide", scopes: [...all] })).rejects.toThrow("may not make one for run")
  await expect(decideChallenge(narrow, "ABCD1234", "APPROVED")).rejects.toMatchObject({ code: "forbidden" })
  expect(await createApiKey(narrow, { name: "as narrow", scopes: ["read"] })).toMatchObject({ scopes: ["read"] })
})

test("whose a key is and what they are in their teams is one statement, and asked for anew at each request", async () => {
  const gil = await newUser(platform(), "gil")
  const { value } = await createApiKey(gil, { name: "script", scopes: [...all], expires_in_days: null })
  const rolesNow = async () => (await identifyCaller(platform().services, value)).viewer.roles
  expect(await rolesNow()).toEqual({})
  const { teamId } = await newTeam(platform(), "gils")
  await sql("insert into memberships (team_id, user_id, role) values ($1, $2, 'viewer')", [teamId, gil.userId])
  const statements = await statementsOf(platform().database, async () => expect(await rolesNow()).toEqual({ [teamId]: "viewer" }))
  expect(statements).toHaveLength(1)
  await sql("delete from memberships where user_id = $1", [gil.userId])
  expect(await rolesNow()).toEqual({})
})
