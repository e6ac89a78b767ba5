import { beforeAll, describe, expect, test } from "vitest"
import { hashToken } from "../base/crypto.ts"
import { newId, newToken } from "../base/ids.ts"
import { insertRunToken, revokeRunTokens } from "../store/evaluations/run-tokens.ts"
import { endRunSandboxes } from "../store/sandboxes/end-sandboxes.ts"
import { recordHostHeartbeat } from "../store/sandboxes/sandbox-hosts.ts"
import { claimSandbox, startSandbox, updateSandboxHandle } from "../store/sandboxes/sandbox-leases.ts"
import { publishEnvironment } from "../testing/environments.ts"
import { secondUser } from "../testing/second-user.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform({ SANDBOXES_MAX_MEMORY_GB: "4" })
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)
const asked = { name: "sandbox", docker_image: "python:3.11-slim", memory_gb: 1 }
const host = { worker: "a-1", executor: "bubblewrap", gatewayUrl: "http://worker.test/sandboxes", refusal: null }

/** A run of the local user, and requests with its token. */
async function runWith(permissions: ("sandbox" | "instances" | "tunnel")[], teamId: string | null = null) {
  const { db } = platform().services
  const { body } = await call("POST", "/evaluations/", { name: "run", environments: [{ id: environment }] })
  if (teamId) await platform().database.pool.query("update evaluations set team_id = $1 where id = $2", [teamId, body.evaluation_id])
  const token = newToken("her_")
  const expiresAt = new Date(Date.now() + 60_000)
  await insertRunToken(db, { hash: hashToken(token), evaluationId: body.evaluation_id, permissions, expiresAt })
  const headers = { authorization: `Bearer ${token}` }
  return {
    id: body.evaluation_id as string,
    call: (method: string, path: string, body?: unknown) => platform().call(method, path, body, headers),
  }
}

const make = async (more: object = {}) => (await call("POST", "/sandbox", { ...asked, ...more })).body
let environment = ""

beforeAll(async () => {
  environment = await publishEnvironment(platform(), "holder", "def load_environment(): ...")
})

test("without a worker that keeps sandboxes there are none, and the answer says why", async () => {
  const { db } = platform().services
  expect(await call("POST", "/sandbox", asked)).toMatchObject({ status: 503, body: { code: "unavailable" } })
  await recordHostHeartbeat(db, { ...host, refusal: "Programs cannot be kept apart here" })
  expect(await call("POST", "/sandbox", asked)).toMatchObject({ status: 503, body: { detail: "Programs cannot be kept apart here" } })
  await recordHostHeartbeat(db, host)
  expect(await call("POST", "/sandbox", asked)).toMatchObject({
    status: 201,
    body: { status: "PENDING", dockerImage: "python:3.11-slim", vm: false, timeoutMinutes: 60, memoryGB: 1, cpuCores: 1, labels: [] },
  })
})

test.each([
  [{ name: "" }, "name"],
  [{ memory_gb: 4.5 }, "memory_gb", "at most 4 on this platform"],
  [{ cpu_cores: 17 }, "cpu_cores"],
  [{ disk_size_gb: 0 }, "disk_size_gb"],
  [{ timeout_minutes: 0 }, "timeout_minutes"],
  [{ timeout_minutes: 1441 }, "timeout_minutes"],
  [{ gpu_count: 1, gpu_type: "H100_80GB" }, "gpu_count", "this platform has no GPUs for sandboxes: at most 0"],
  [{ network_allowlist: ["pypi.org", "https://pypi.org"] }, "network_allowlist.1"],
  [{ network_allowlist: [], network_denylist: [] }, "network_denylist"],
  [{ registry_credentials_id: "x" }, "registry_credentials_id"],
  [{ environment_vars: { "not a name": "x" } }, "environment_vars.not a name"],
  [{ environment_vars: { N: 5 } }, "environment_vars.N"],
  [{ labels: [""] }, "labels.0"],
])("%o is refused at %s", async (change, field, sentence?: string) => {
  const { status, body } = await call("POST", "/sandbox", { ...asked, ...change })
  expect(status).toBe(422)
  expect(body.errors[0].param).toBe(field)
  if (sentence) expect(body.errors[0].details).toBe(sentence)
})

describe("a run's token", () => {
  test("gets 403 with the toggle's name for what the run was not allowed, and the run keeps it", async () => {
    const run = await runWith([])
    const sentences = {
      "/sandbox": "This run may not use sandboxes: it was started without Allow sandbox access.",
      "/pods": "This run may not use instances: it was started without Allow instances access.",
      "/tunnel": "This run may not use tunnels: it was started without Allow tunnel access.",
    }
    for (const [path, detail] of Object.entries(sentences))
      for (const method of ["GET", "POST"])
        expect(await run.call(method, path, method === "POST" ? asked : undefined), path).toMatchObject({
          status: 403,
          body: { detail, code: "missing_permission" },
        })
    const { body } = await call("GET", `/evaluations/${run.id}`)
    expect(body.refused_permissions.toSorted()).toEqual(["instances", "sandbox", "tunnel"])
  })

  test("makes, sees and ends the run's sandboxes and no others", async () => {
    const other = await make()
    const run = await runWith(["sandbox"])
    const { status, body: own } = await run.call("POST", "/sandbox", { ...asked, team_id: "of-no-use" })
    expect(status).toBe(201)
    expect(own).toMatchObject({ evaluationId: run.id, teamId: null })
    expect((await run.call("GET", "/sandbox")).body).toMatchObject({ total: 1, sandboxes: [{ id: own.id }] })
    expect((await run.call("GET", `/sandbox/${other.id}`)).status).toBe(404)
    expect((await run.call("DELETE", `/sandbox/${other.id}`)).status).toBe(404)
    expect((await run.call("DELETE", "/sandbox", { labels: ["x"], all_users: true })).body.succeeded).toEqual([])
    expect((await run.call("DELETE", `/sandbox/${own.id}`)).body).toEqual({ success: true, message: "The sandbox is ended" })
    // Permission for one thing is none for another, nor for the rest of the platform.
    expect((await run.call("GET", "/tunnel")).status).toBe(403)
    expect((await run.call("GET", `/evaluations/${run.id}/sandboxes`)).status).toBe(403)
    expect((await run.call("GET", "/secrets/")).status).toBe(403)
    await revokeRunTokens(platform().services.db, run.id)
    expect((await run.call("GET", "/sandbox")).status).toBe(401)
  })

  test("learns the states of many sandboxes at once, of those that it may use", async () => {
    const other = await make()
    const run = await runWith(["sandbox"])
    const { body: own } = await run.call("POST", "/sandbox", asked)
    const ids = [other.id, own.id, own.id, "none"]
    const { status, body } = await run.call("POST", "/sandbox/status:batchGet", { sandbox_ids: ids })
    expect(status).toBe(200)
    expect(body.statuses).toEqual([{ sandbox_id: own.id, status: "PENDING", error_type: null, error_message: null }])
    expect(body.errors).toMatchObject([
      { sandbox_id: other.id, code: "NOT_FOUND" },
      { sandbox_id: "none", code: "NOT_FOUND" },
    ])
    expect((await call("POST", "/sandbox/status:batchGet", { sandbox_ids: [] })).status).toBe(422)
  })

  test("learns what sandboxes here do not have", async () => {
    for (const [method, path, detail] of [
      ["GET", "/sandbox/networks", "This platform's sandboxes have no networks"],
      ["POST", "/sandbox/volumes", "This platform's sandboxes have no volumes"],
    ] as const)
      expect(await call(method, path, method === "GET" ? undefined : {}), path).toMatchObject({ status: 501, body: { detail } })
    expect((await (await runWith([])).call("GET", "/sandbox/networks")).status).toBe(403)
  })

  test("acts for the team of the run, whose members use and whose owners end what it made", async () => {
    const team = (await call("POST", "/user/teams", { name: "Lab", slug: "lab" })).body.data
    const run = await runWith(["sandbox"], team.teamId)
    const { body: sandbox } = await run.call("POST", "/sandbox", asked)
    expect(sandbox.teamId).toBe(team.teamId)
    const member = await secondUser(platform(), "member")
    expect((await member.call("GET", `/sandbox/${sandbox.id}`)).status).toBe(404)
    await platform().database.pool.query("insert into memberships (team_id, user_id, role) values ($1, $2, 'editor')", [
      team.teamId,
      member.id,
    ])
    expect((await member.call("GET", `/sandbox/${sandbox.id}`)).status).toBe(200)
    expect((await member.call("GET", `/sandbox?team_id=${team.teamId}`)).body.total).toBe(1)
    expect((await member.call("GET", "/sandbox")).body.total).toBe(0)
    expect((await member.call("DELETE", `/sandbox/${sandbox.id}`)).status).toBe(403)
    expect((await member.call("GET", `/sandbox?team_id=${team.teamId}&user_id=${sandbox.userId}`)).status).toBe(403)
    expect((await call("GET", `/sandbox?team_id=${team.teamId}&user_id=${member.id}`)).body.total).toBe(0)
    expect((await call("DELETE", `/sandbox/${sandbox.id}`)).status).toBe(200)
  })

  test("leaves sandboxes behind that end with the run; its page shows them", async () => {
    const { db } = platform().services
    const run = await runWith(["sandbox"])
    const { body: sandbox } = await run.call("POST", "/sandbox", asked)
    await endRunSandboxes(db, run.id)
    expect((await call("GET", `/sandbox/${sandbox.id}`)).body).toMatchObject({ status: "TERMINATED", errorType: "RUN_ENDED" })
    expect((await call("GET", `/evaluations/${run.id}/sandboxes`)).body).toMatchObject({
      total: 1,
      active: 0,
      sandboxes: [{ sandbox_id: sandbox.id, status: "TERMINATED", docker_image: "python:3.11-slim" }],
    })
  })
})

test("sandboxes are listed by page, label and state, and ended by label", async () => {
  const made = []
  for (const n of [1, 2, 3]) made.push(await make({ name: `listed ${n}`, labels: ["listed", `n${n}`] }))
  const list = async (query: string) => (await call("GET", `/sandbox?${query}`)).body
  expect(await list("labels=listed&per_page=2")).toMatchObject({
    total: 3,
    page: 1,
    per_page: 2,
    has_next: true,
    sandboxes: [{ name: "listed 3" }, { name: "listed 2" }],
  })
  expect(await list("labels=listed&per_page=2&page=2")).toMatchObject({ has_next: false, sandboxes: [{ name: "listed 1" }] })
  expect((await list("labels=listed&labels=n2")).sandboxes).toMatchObject([{ name: "listed 2" }])
  const bulk = await call("DELETE", "/sandbox", { sandbox_ids: [made[0].id, "none"] })
  expect(bulk.body).toMatchObject({ succeeded: [made[0].id], failed: [{ sandbox_id: "none" }] })
  expect((await list("labels=listed&is_active=true")).total).toBe(2)
  expect((await list("labels=listed&status=TERMINATED")).total).toBe(1)
  expect((await call("DELETE", "/sandbox", { labels: ["listed"] })).body.succeeded).toHaveLength(2)
  expect((await list("labels=listed&is_active=true")).total).toBe(0)
  expect((await call("DELETE", "/sandbox", {})).status).toBe(422)
})

test("a request that is sent again makes no second sandbox", async () => {
  const key = newId()
  const [first, second] = await Promise.all([make({ idempotency_key: key }), make({ idempotency_key: key })])
  expect(first.id).toBe(second.id)
})

test("nobody else sees a sandbox, and secret variables are never shown", async () => {
  const sandbox = await make({ environment_vars: { A: "1" }, secrets: { TOKEN: "very hidden" } })
  expect(JSON.stringify(sandbox)).not.toContain("very hidden")
  const { rows } = await platform().database.pool.query("select * from sandboxes where id = $1", [sandbox.id])
  expect(JSON.stringify(rows)).not.toContain("very hidden")
  const stranger = await secondUser(platform(), "stranger")
  for (const [method, path] of [
    ["GET", `/sandbox/${sandbox.id}`],
    ["DELETE", `/sandbox/${sandbox.id}`],
    ["GET", `/sandbox/${sandbox.id}/logs`],
    ["POST", `/sandbox/${sandbox.id}/auth`],
    ["GET", `/sandbox/${sandbox.id}/error-context`],
  ] as const)
    expect((await stranger.call(method, path)).status, path).toBe(404)
  expect((await call("GET", "/sandbox", undefined, { authorization: "" })).status).toBe(401)
})

test("its gateway is named once a worker has it; after its end the answer says why", async () => {
  const { db } = platform().services
  await call("DELETE", "/sandbox", { sandbox_ids: (await call("GET", "/sandbox?is_active=true")).body.sandboxes.map((one: any) => one.id) })
  const sandbox = await make()
  expect(await call("POST", `/sandbox/${sandbox.id}/auth`)).toMatchObject({ status: 409, body: { code: "conflict" } })
  expect((await claimSandbox(db, { ...host, keepsInstances: false }))?.id).toBe(sandbox.id)
  expect(await claimSandbox(db, { ...host, keepsInstances: false })).toBeUndefined()
  await updateSandboxHandle(db, sandbox.id, { kind: "bubblewrap" }, false)
  await startSandbox(db, sandbox.id)
  const { body: auth } = await call("POST", `/sandbox/${sandbox.id}/auth`)
  expect(auth).toMatchObject({ gateway_url: host.gatewayUrl, job_id: sandbox.id })
  expect(Date.parse(auth.expires_at)).toBeGreaterThan(Date.now() + 5 * 60_000)
  expect((await call("GET", `/sandbox/${sandbox.id}`)).body).toMatchObject({ status: "RUNNING", executor: "bubblewrap" })
  await call("DELETE", `/sandbox/${sandbox.id}`)
  expect(await startSandbox(db, sandbox.id)).toBeUndefined()
  expect((await call("GET", `/sandbox/${sandbox.id}/error-context`)).body).toEqual({
    status: "TERMINATED",
    errorType: null,
    errorMessage: null,
  })
  expect((await call("POST", `/sandbox/${sandbox.id}/auth`)).status).toBe(200)
})

test("a port is exposed until it is taken back or the sandbox ends; ssh is refused plainly", async () => {
  const sandbox = await make()
  const { status, body: exposed } = await call("POST", `/sandbox/${sandbox.id}/expose`, { port: 8000 })
  expect(status).toBe(200)
  expect((await call("GET", `/sandbox/${sandbox.id}/expose`)).body).toEqual({ exposures: [exposed] })
  expect((await call("DELETE", `/sandbox/${sandbox.id}/expose/${exposed.exposure_id}`)).status).toBe(200)
  expect((await call("POST", `/sandbox/${sandbox.id}/expose`, { port: 1 })).status).toBe(422)
  expect((await call("POST", `/sandbox/${sandbox.id}/ssh-session`, {})).status).toBe(501)
  expect((await call("GET", `/sandbox/${sandbox.id}/expose`)).body).toEqual({ exposures: [] })
  expect((await call("GET", "/sandbox/expose/all")).body).toEqual({ exposures: [] })
  expect((await call("DELETE", `/sandbox/${sandbox.id}/expose/x`)).status).toBe(404)
  expect((await call("DELETE", `/sandbox/${sandbox.id}/ssh-session/x`)).status).toBe(404)
})
