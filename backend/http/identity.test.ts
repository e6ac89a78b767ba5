import { constants, generateKeyPairSync, privateDecrypt } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, expect, test } from "vitest"
import { newId } from "../base/ids.ts"
import { insertEvaluation } from "../store/evaluations/evaluations.ts"
import { insertUsage } from "../store/usage/usage.ts"
import { startModelServer } from "../testing/model-server.ts"
import { secondUser } from "../testing/second-user.ts"
import { testPlatform } from "../testing/test-platform.ts"

const scratch = await mkdtemp(path.join(tmpdir(), "he-identity-"))
const providers = path.join(scratch, "providers.json")
const model = await startModelServer(() => "hello")
await writeFile(providers, JSON.stringify([{ id: "test", name: "Test", base_url: model.url }]))

const platform = testPlatform({ PROVIDERS_FILE: providers })
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)
const sql = async (text: string, values: unknown[] = []) => (await platform().database.pool.query(text, values)).rows

afterAll(async () => {
  model.close()
  await rm(scratch, { recursive: true })
})

/** The terminal's side of prime login: a key pair as the CLI makes it, and the challenge for it. */
async function startLogin() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const response = await platform().fetch(
    new Request("http://x/api/v1/auth_challenge/generate", {
      method: "POST",
      body: JSON.stringify({ encryptionPublicKey: publicKey.export({ type: "spki", format: "pem" }) }),
    }),
    null,
  )
  expect(response.status).toBe(200)
  const { challenge, status_auth_token: token } = (await response.json()) as { challenge: string; status_auth_token: string }
  const poll = (bearer = token) =>
    call("GET", `/auth_challenge/status?challenge=${challenge}`, undefined, { authorization: `Bearer ${bearer}` })
  const open = (result: string) =>
    privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
      Buffer.from(result, "base64"),
    ).toString()
  return { challenge, token, poll, open }
}

test("prime login: a terminal waits, a person approves its code, and the terminal alone reads the new key, once", async () => {
  const { challenge, token, poll, open } = await startLogin()
  expect(challenge).toMatch(/^[2-9A-HJKMNP-Z]{8}$/)
  expect((await poll()).body).toEqual({ result: null })
  expect((await poll("hec_somebody_else")).status).toBe(401)
  expect((await call("GET", "/user/whoami", undefined, { authorization: `Bearer ${token}` })).status).toBe(401)

  const spoken = `${challenge.slice(0, 4).toLowerCase()}-${challenge.slice(4)}`
  expect((await call("GET", `/auth_challenge/${spoken}`)).body.data).toMatchObject({ challenge, state: "WAITING" })
  const before = (await call("GET", "/user/api-keys")).body.data.length
  expect((await call("POST", `/auth_challenge/${spoken}/approve`)).body.data.state).toBe("APPROVED")
  expect((await call("POST", `/auth_challenge/${challenge}/approve`)).status).toBe(409)
  expect((await call("POST", `/auth_challenge/${challenge}/deny`)).status).toBe(409)
  expect((await call("GET", "/user/api-keys")).body.data).toHaveLength(before)

  const answers = await Promise.all([poll(), poll(), poll()])
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 404, 404])
  const key = open(answers.find((answer) => answer.status === 200)?.body.result)
  expect(key).toMatch(/^he_[0-9a-z]{40}$/)
  const me = await call("GET", "/user/whoami", undefined, { authorization: `Bearer ${key}` })
  expect(me.body.data).toMatchObject({ id: await platform().ownerId(), slug: "local", scope: { secrets: { read: true, write: true } } })
  expect((await poll()).status).toBe(404)
  expect((await call("GET", `/auth_challenge/${challenge}`)).body.data.state).toBe("DONE")
  expect(JSON.stringify(await sql("select * from api_keys"))).not.toContain(key)
})

test("a code that has expired or was refused ends the login; what is no public key begins none", async () => {
  const late = await startLogin()
  await sql("update auth_challenges set expires_at = now() - interval '1 second' where code = $1", [late.challenge])
  expect((await late.poll()).status).toBe(404)
  expect((await call("POST", `/auth_challenge/${late.challenge}/approve`)).status).toBe(404)
  const refused = await startLogin()
  expect(await sql("select 1 from auth_challenges where code = $1", [late.challenge])).toEqual([])
  expect((await call("POST", `/auth_challenge/${refused.challenge}/deny`)).body.data.state).toBe("DENIED")
  expect((await refused.poll()).status).toBe(404)
  expect((await call("POST", `/auth_challenge/${refused.challenge}/approve`)).status).toBe(409)
  expect((await call("POST", "/auth_challenge/NOBODYS1/approve")).status).toBe(404)

  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 })
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" })
  for (const key of [
    "no key",
    privateKey.export({ type: "pkcs8", format: "pem" }),
    small.publicKey.export({ type: "spki", format: "pem" }),
    curve.publicKey.export({ type: "spki", format: "pem" }),
    publicKey.export({ type: "spki", format: "pem" }).slice(0, 200),
  ])
    expect((await call("POST", "/auth_challenge/generate", { encryptionPublicKey: key })).body.errors?.[0].param).toBe(
      "encryptionPublicKey",
    )
})

test("an API key works until it is revoked, and its value is in one answer only", async () => {
  const made = await call("POST", "/user/api-keys", { name: "laptop" })
  expect(made.status).toBe(201)
  const { id, value, prefix } = made.body.data
  expect(value).toMatch(/^he_[0-9a-z]{40}$/)
  expect(value.startsWith(prefix)).toBe(true)
  const list = () => call("GET", "/user/api-keys", undefined, { authorization: `Bearer ${value}` })
  const { body } = await list()
  expect(body.data[0]).toMatchObject({ id, name: "laptop", prefix })
  expect(JSON.stringify(body)).not.toContain(value)
  const other = await secondUser(platform(), "keys-other")
  expect((await other.call("GET", "/user/api-keys")).body.data).toHaveLength(1)
  expect((await other.call("DELETE", `/user/api-keys/${id}`)).status).toBe(404)
  expect((await call("DELETE", `/user/api-keys/${id}`)).status).toBe(200)
  expect((await list()).status).toBe(401)
  expect((await call("DELETE", `/user/api-keys/${id}`)).status).toBe(404)
  expect((await call("POST", "/user/api-keys", { name: " " })).status).toBe(422)
})

test("users and teams share one set of names, and a team is visible to its members only", async () => {
  const other = await secondUser(platform(), "zoe")
  expect((await call("PATCH", "/user/slug", { slug: "zoe" })).body.detail).toContain("already taken")
  expect((await call("PATCH", "/user/slug", { slug: "Not Fine" })).body.errors[0].param).toBe("slug")
  expect((await other.call("PATCH", "/user/slug", { slug: "zoe" })).status).toBe(200)
  expect((await other.call("PATCH", "/user/slug", { slug: "zoe-2" })).body.data.slug).toBe("zoe-2")

  const made = await call("POST", "/user/teams", { name: "Lab", slug: "lab" })
  expect(made.status).toBe(201)
  const { teamId } = made.body.data
  expect(teamId).toMatch(/^c[a-z0-9]{24}$/)
  expect((await other.call("POST", "/user/teams", { name: "Lab", slug: "lab" })).status).toBe(409)
  expect((await other.call("POST", "/user/teams", { name: "Lab", slug: "local" })).status).toBe(409)
  expect((await other.call("PATCH", "/user/slug", { slug: "lab" })).status).toBe(409)
  const races = await Promise.all(["a", "b", "c"].map((name) => call("POST", "/user/teams", { name, slug: "wanted" })))
  expect(races.map((race) => race.status).sort()).toEqual([201, 409, 409])

  const { body: teams } = await call("GET", "/user/teams?offset=0&limit=1")
  expect(teams).toMatchObject({ total_count: 2, offset: 0, limit: 1, status: "success" })
  expect(teams.data).toEqual([made.body.data])
  expect(made.body.data).toMatchObject({ name: "Lab", slug: "lab", role: "ADMIN", createdAt: expect.stringMatching(/Z$/) })
  const { body: members } = await call("GET", `/teams/${teamId}/members`)
  expect(members.data).toEqual([
    {
      userId: await platform().ownerId(),
      userName: "Local user",
      userEmail: "local@localhost",
      role: "ADMIN",
      access_role: "owner",
      joinedAt: expect.any(String),
      from_directory: false,
    },
  ])
  expect((await other.call("GET", "/user/teams")).body).toMatchObject({ data: [], total_count: 0 })
  expect((await other.call("GET", `/teams/${teamId}/members`)).status).toBe(403)
})

test("a request for a team is metered for the team; for a team of others it is refused, however it is written", async () => {
  const other = await secondUser(platform(), "stranger")
  const { teamId } = (await call("POST", "/user/teams", { name: "Payers", slug: "payers" })).body.data
  const chat = { model: "test/scripted", messages: [{ role: "user", content: "hi" }] }
  const as = (team: string) => ({ "x-prime-team-id": team })
  expect((await call("POST", "/chat/completions", chat, as(teamId))).status).toBe(200)
  expect((await call("POST", "/chat/completions", chat, as("payers"))).status).toBe(200)
  expect((await call("POST", "/chat/completions", chat)).status).toBe(200)
  expect((await other.call("POST", "/chat/completions", chat, as(teamId))).status).toBe(403)
  await platform().services.meter.flush()
  expect((await sql("select team_id from inference_usage order by id")).map((row: any) => row.team_id)).toEqual([teamId, teamId, null])

  for (const [method, address, body] of [
    ["POST", "/evaluations/", { name: "x", run_id: "r", tags: [], team_id: teamId }],
    ["GET", `/evaluations/?team_id=${teamId}`],
    ["GET", `/secrets/?teamId=${teamId}`],
    ["POST", "/secrets/", { name: "X", value: "y", teamId }],
    ["GET", `/billing/wallet?teamId=${teamId}`],
    ["POST", "/environmentshub/resolve", { name: "x", team_id: teamId }],
    ["POST", "/environmentshub/resolve", { name: "x", team_slug: "payers" }],
  ] as const) {
    expect((await other.call(method, address, body)).status, `${method} ${address}`).toBe(403)
    expect((await call(method, address, body)).status, `${method} ${address}`).toBeLessThan(300)
  }
})

test("the wallet lists what evaluations cost, newest first, apart for a person and a team", async () => {
  const userId = await platform().ownerId()
  const { teamId } = (await call("POST", "/user/teams", { name: "Spenders", slug: "spenders" })).body.data
  const { db } = platform().services
  const run = async (costs: (number | null)[], team: string | null = null) => {
    const id = newId()
    await insertEvaluation(db, {
      ...{ id, userId, teamId: team, name: `run ${id}`, isHosted: true, evalType: "environment", status: "COMPLETED", phase: "ended" },
      ...{ environments: [], metadata: {}, modelName: "test/scripted" },
    } as Parameters<typeof insertEvaluation>[1])
    await insertUsage(
      db,
      costs.map((costUsd) => ({
        ...{ userId, evaluationId: id, provider: "test", model: "test/scripted", status: 200, latencyMs: 1, costUsd },
        ...{ promptTokens: 10, cachedTokens: 0, reasoningTokens: 0, completionTokens: 5 },
      })),
    )
    return id
  }
  const first = await run([0.25, 0.5])
  await run([null])
  const second = await run([1, null])
  const team = await run([2], teamId)

  const { body: wallet } = await call("GET", "/billing/wallet?limit=1")
  expect(wallet).toMatchObject({ wallet_id: userId, team_id: null, balance_usd: 0, currency: "USD", total_billings: 2 })
  expect(wallet.recent_billings).toMatchObject([{ resource_id: second, amount_usd: 1, resource_type: "inference", currency: "USD" }])
  expect((await call("GET", "/billing/wallet?limit=1&offset=1")).body.recent_billings).toMatchObject([
    { resource_id: first, amount_usd: 0.75 },
  ])
  expect((await call("GET", `/billing/wallet?teamId=${teamId}`)).body).toMatchObject({
    wallet_id: teamId,
    team_id: teamId,
    total_billings: 1,
    recent_billings: [{ resource_id: team, amount_usd: 2 }],
  })
  expect((await call("GET", "/billing/wallet?limit=101")).status).toBe(422)

  expect((await call("GET", `/billing/runs/${second}/usage`)).body).toMatchObject({
    run_id: second,
    base_model: "test/scripted",
    status: "COMPLETED",
    training: { tokens: 0, cost_usd: 0 },
    inference: { tokens: 30, input_tokens: 20, output_tokens: 10, cost_usd: 1 },
    total_tokens: 30,
    total_cost_usd: 1,
    pricing: { training_per_mtok: null, inference_input_per_mtok: 1, inference_output_per_mtok: 10 },
    record_count: 2,
    unpriced_count: 1,
  })
  const other = await secondUser(platform(), "curious")
  expect((await other.call("GET", `/billing/runs/${second}/usage`)).status).toBe(404)
  expect((await other.call("GET", "/billing/wallet")).body.total_billings).toBe(0)
})
