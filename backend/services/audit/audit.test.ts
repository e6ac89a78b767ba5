import { expect, test } from "vitest"
import { auditActions } from "../../../contract/audit/actions.ts"
import {
  CreateEvaluationRequest,
  CreateProviderRequest,
  CreateSecretRequest,
  CreateShareRequest,
  ListAuditQuery,
} from "../../../contract/index.ts"
import { newEnvironment, newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { setMonthlyBudget } from "../billing/budget.ts"
import type { Context } from "../context.ts"
import { deleteEnvironment } from "../environments/delete-environment.ts"
import { requireEnvironment } from "../environments/find-environments.ts"
import { updateEnvironment } from "../environments/update-environment.ts"
import { cancelEvaluation } from "../evaluations/cancel-evaluation.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { deleteEvaluation } from "../evaluations/delete-evaluation.ts"
import { createApiKey, revokeApiKey } from "../identity/api-keys.ts"
import { contextOfUser } from "../identity/identify-caller.ts"
import { createProvider, deleteProvider } from "../providers/providers.ts"
import { createSecret, deleteSecret, updateSecret } from "../secrets/global-secrets.ts"
import { createVariable } from "../secrets/variables.ts"
import { createShare, revokeShare } from "../shares/shares.ts"
import { listAudit } from "./list-audit.ts"
import { record } from "./record.ts"
import { verifyAudit } from "./verify-audit.ts"

const platform = testPlatform()
const list = (ctx: Context, query: object = {}) => listAudit(ctx, ListAuditQuery.parse(query))
const admin = async () => contextOfUser(platform().services, await platform().ownerId(), "manage")

test("what a person does is written down, in its order, without values of secrets; what they read and what failed is not", async () => {
  const ada = await newUser(platform(), "ada")
  const key = await createApiKey(ada, { name: "laptop", scopes: ["read"] })
  await revokeApiKey(ada, key.id)
  await expect(revokeApiKey(ada, key.id)).rejects.toThrow()
  const secret = await createSecret(ada, CreateSecretRequest.parse({ name: "TOKEN", value: "hush-hush-1" }))
  await updateSecret(ada, secret.id, {}, { value: "hush-hush-2" })
  await expect(createSecret(ada, CreateSecretRequest.parse({ name: "TOKEN", value: "x" }))).rejects.toThrow("already")
  await deleteSecret(ada, secret.id, {})
  const provider = await createProvider(
    ada,
    CreateProviderRequest.parse({ slug: "lab", name: "Lab", base_url: "https://lab.example/v1", key: "hush-hush-3-long-enough" }),
  )
  await deleteProvider(ada, provider.id)
  const { id: environmentId } = await newEnvironment(platform(), ada, { name: "maze" })
  await createVariable(ada, environmentId, { name: "REGION", value: "hush-hush-4" })
  await updateEnvironment(ada, "ada", "maze", { visibility: "PRIVATE" })
  await updateEnvironment(ada, "ada", "maze", { visibility: "PRIVATE" })
  const run = await createEvaluation(ada, CreateEvaluationRequest.parse({ name: "a run", run_id: "r", model_name: "m" }))
  const link = await createShare(ada, run.id, CreateShareRequest.parse({}))
  await revokeShare(ada, run.id, link.id)
  await cancelEvaluation(ada, run.id)
  await cancelEvaluation(ada, run.id)
  await deleteEvaluation(ada, run.id)
  await setMonthlyBudget(ada, { monthly_usd: 5 })
  await deleteEnvironment(ada, await requireEnvironment(ada, "ada", "maze"))

  const { entries, next, scope, people } = await list(ada)
  expect(entries.map(({ action, target_name }) => [action, target_name]).reverse()).toEqual([
    ["api_key.create", "laptop"],
    ["api_key.revoke", "laptop"],
    ["secret.create", "TOKEN"],
    ["secret.update", "TOKEN"],
    ["secret.delete", "TOKEN"],
    ["provider.create", "lab"],
    ["provider.delete", "lab"],
    ["environment.settings", "ada/maze"],
    ["environment.visibility", "ada/maze"],
    ["share.create", null],
    ["share.revoke", null],
    ["run.stop", "a run"],
    ["run.delete", "a run"],
    ["budget.set", null],
    ["environment.delete", "ada/maze"],
  ])
  expect(entries.every(({ action }) => action in auditActions)).toBe(true)
  expect({ next, scope, people }).toEqual({ next: null, scope: "own", people: [] })
  expect(JSON.stringify(entries)).not.toContain("hush-hush")
  expect(entries.find(({ action }) => action === "environment.settings")?.details).toEqual({ did: "create variable", name: "REGION" })
})

test("admins of the platform see everybody, page by page and filtered; others see themselves alone", async () => {
  const [bea, cem] = [await newUser(platform(), "bea"), await newUser(platform(), "cem")]
  const { teamId, admin: lead } = await newTeam(platform(), "crew")
  for (const ctx of [bea, cem]) for (const name of ["one", "two"]) await createApiKey(ctx, { name: name, scopes: ["read"] })
  expect((await list(bea)).entries.map(({ actor_id }) => actor_id)).toEqual([bea.userId, bea.userId])
  expect((await list(bea, { actor: cem.userId })).entries).toEqual([])
  expect((await list(lead)).entries).toMatchObject([{ action: "team.create", team_id: teamId }])

  const all = await list(await admin(), { limit: 3 })
  expect(all.scope).toBe("all")
  expect(all.people.map(({ name }) => name)).toEqual(expect.arrayContaining(["bea", "cem"]))
  const older = await list(await admin(), { limit: 3, before: all.next })
  expect([...all.entries, ...older.entries].map(({ seq }) => seq)).toEqual(
    Array.from({ length: 6 }, (_, i) => (all.entries[0]?.seq as number) - i),
  )
  const own = await list(await admin(), { actor: cem.userId, action: "api_key.create" })
  expect(own.entries.map(({ target_name }) => target_name)).toEqual(["two", "one"])
  expect((await platform().call("GET", "/audit?limit=1")).body.entries).toHaveLength(1)
  expect((await platform().call("GET", "/audit?action=no.such")).status).toBe(422)
  expect((await platform().call("POST", "/user/sign-ins")).status).toBe(201)
  expect((await platform().call("GET", "/audit?action=sign_in.create")).body.entries).toHaveLength(1)
})

test("many at once make one chain, and what is rolled back leaves no gap in it", async () => {
  const dot = await newUser(platform(), "dot")
  const { db } = dot
  await Promise.allSettled(
    Array.from({ length: 30 }, (_, i) =>
      db.transaction(async (tx) => {
        await record(dot, tx, { action: "name.change", target: { kind: "user", id: dot.userId, name: `${i}` } })
        if (i % 3 === 0) throw new Error("taken back")
      }),
    ),
  )
  const { entries } = await list(dot)
  expect(entries).toHaveLength(20)
  expect(await verifyAudit(db)).toMatchObject({ ok: true, entries: (await list(await admin())).entries[0]?.seq })
})

test("an entry that was changed, removed or swapped is found, and so are an end cut off and a log made anew", async () => {
  const eve = await newUser(platform(), "eve")
  for (let i = 0; i < 10; i++) await createApiKey(eve, { name: `key ${i}`, scopes: ["read"] })
  const { pool } = platform().database
  const { db } = platform().services
  const first = (await list(eve)).entries.at(-1)?.seq as number
  const kept = await verifyAudit(db)
  if (!kept.ok) throw new Error(kept.reason)

  /** What is found after somebody has changed the table, which is then as before. */
  const after = async (statements: string[], known?: { seq: number; hash: string }) => {
    await pool.query("create table kept_log as select * from audit_log; create table kept_head as select * from audit_head")
    for (const statement of statements) await pool.query(statement)
    const verdict = await verifyAudit(db, known)
    await pool.query(
      "truncate audit_log, audit_head; insert into audit_log select * from kept_log; insert into audit_head select * from kept_head; drop table kept_log, kept_head",
    )
    return verdict
  }
  expect(await after([])).toEqual(kept)
  for (const column of ["actor_id", "actor_name", "action", "target_id", "target_name", "details"])
    expect(await after([`update audit_log set ${column} = 'x' where seq = ${first + 3}`]), column).toMatchObject({
      ok: false,
      seq: first + 3,
      reason: expect.stringContaining("changed"),
    })
  expect(await after([`update audit_log set at = at - interval '1 hour' where seq = ${first + 3}`])).toMatchObject({
    ok: false,
    seq: first + 3,
  })
  expect(await after([`delete from audit_log where seq = ${first + 4}`])).toMatchObject({
    ok: false,
    seq: first + 4,
    reason: "it was removed",
  })
  expect(await after([`delete from audit_log where seq in (1, 2)`])).toMatchObject({ ok: false, seq: 1 })
  // Removed, and the numbers closed up.
  const closed = [`delete from audit_log where seq = ${first + 4}`, `update audit_log set seq = seq - 1 where seq > ${first + 4}`]
  expect(await after(closed)).toMatchObject({ ok: false, seq: first + 4 })
  const swap = [
    `update audit_log set seq = -1 where seq = ${first + 5}`,
    `update audit_log set seq = ${first + 5} where seq = ${first + 6}`,
    `update audit_log set seq = ${first + 6} where seq = -1`,
  ]
  expect(await after(swap)).toMatchObject({ ok: false, seq: first + 5 })
  expect(await after([`delete from audit_log where seq > ${kept.entries - 2}`])).toMatchObject({
    ok: false,
    seq: kept.entries - 1,
    reason: expect.stringContaining("removed"),
  })
  // With its end cut off and the head moved back, only who wrote the end down finds it.
  const cut = [
    `delete from audit_log where seq > ${kept.entries - 2}`,
    `update audit_head set seq = ${kept.entries - 2}, hash = (select hash from audit_log where seq = ${kept.entries - 2})`,
  ]
  expect(await after(cut)).toMatchObject({ ok: true })
  expect(await after(cut, { seq: kept.entries, hash: kept.head })).toMatchObject({ ok: false, seq: kept.entries - 1 })
  expect(await verifyAudit(db, { seq: kept.entries, hash: kept.head })).toEqual(kept)
  expect(await verifyAudit(db, { seq: kept.entries, hash: "0".repeat(64) })).toMatchObject({ ok: false, seq: kept.entries })
})
