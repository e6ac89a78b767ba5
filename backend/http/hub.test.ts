import { expect, test } from "vitest"
import { hashToken } from "../base/crypto.ts"
import { artifactKey } from "../base/files.ts"
import { newId, newTeamId } from "../base/ids.ts"
import { ensureApiKey } from "../store/identity/api-keys.ts"
import { memberships, teams, users } from "../store/schema.ts"
import { echoEnvironment, publishEnvironment } from "../testing/environments.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform({ PUBLIC_URL: "http://hub.test" })
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)
const get = (address: string) => platform().fetch(new Request(`http://x/api/v1${address}`), null)

/** Another person, with a key: what the first one keeps private must stay so. */
async function stranger(slug: string): Promise<{ id: string; headers: Record<string, string> }> {
  const { db } = platform().services
  const id = newId()
  await db.insert(users).values({ id, name: slug, email: `${slug}@test`, slug, role: "USER" })
  await ensureApiKey(db, id, hashToken(`he_key_of_${slug}`), "he_key")
  return { id, headers: { authorization: `Bearer he_key_of_${slug}` } }
}

test("a public environment is in its owner's package index, with its wheel; a private one is not there for anybody", async () => {
  await publishEnvironment(platform(), "index-me", echoEnvironment())
  const { body } = await call("GET", "/environmentshub/local/index-me/@latest")
  expect(body.data.simple_index_url).toBe("http://hub.test/api/v1/simple/local")
  const wheel = new URL(body.data.wheel_url)
  expect(wheel.pathname).toMatch(/\/index_me-0\.1\.0-py3-none-any\.whl$/)
  expect(await (await get("/simple/local/")).text()).toContain('<a href="index-me/">index-me</a>')
  const page = await get("/simple/local/index-me/")
  expect(page.headers.get("content-type")).toContain("text/html")
  const html = await page.text()
  expect(html).toContain(`${wheel.href}#sha256=`)
  expect(html).toContain('data-requires-python="&#62;=3.11"')
  expect((await get("/simple/local/Index_Me/")).status).toBe(200)
  for (const other of ["numpy", "index", "index-me-2"]) expect((await get(`/simple/local/${other}/`)).status).toBe(404)
  const bytes = Buffer.from(await (await get(wheel.pathname.replace("/api/v1", ""))).arrayBuffer())
  expect(bytes.subarray(0, 2).toString()).toBe("PK")

  const nosy = await stranger("passing-by")
  const change = (visibility: string, headers = {}) => call("PATCH", "/environmentshub/local/index-me", { visibility }, headers)
  expect((await change("PRIVATE", nosy.headers)).status).toBe(403)
  expect((await change("SECRET")).body.errors[0].param).toBe("visibility")
  expect((await change("PRIVATE")).body.data).toMatchObject({ visibility: "PRIVATE" })
  expect((await change("PUBLIC", nosy.headers)).status).toBe(404)
  expect((await get("/simple/local/index-me/")).status).toBe(404)
  expect((await get(wheel.pathname.replace("/api/v1", ""))).status).toBe(404)
  const hidden = await call("GET", "/environmentshub/local/index-me/@latest")
  expect(hidden.body.data).toMatchObject({ visibility: "PRIVATE", simple_index_url: null, wheel_url: null })
  expect(hidden.body.data.package_url).toContain("/package")
  await change("PUBLIC")
  expect((await get("/simple/local/index-me/")).status).toBe(200)
})

test("a private environment does not exist for others: not to see, run, fork, push results to or change", async () => {
  const id = await publishEnvironment(platform(), "secretive", echoEnvironment())
  await call("POST", "/environmentshub/resolve", { name: "secretive", visibility: "PRIVATE" })
  const { headers } = await stranger("nosy")
  const at = "/environmentshub/local/secretive"
  for (const address of [
    `${at}/@latest`,
    `${at}/status`,
    `${at}/versions`,
    `${at}/actions`,
    `${at}/@latest/inspect`,
    `${at}/@latest/package`,
  ]) {
    expect((await get(address)).status, address).toBe(404)
    expect((await call("GET", address, undefined, headers)).status, address).toBe(404)
    expect((await call("GET", address)).status, address).toBe(200)
  }
  const launch = { environment_ids: [id], inference_model: "m", eval_config: { num_examples: 1, rollouts_per_example: 1 } }
  expect((await call("POST", "/hosted-evaluations", launch, headers)).status).toBe(404)
  expect((await call("POST", "/evaluations/", { name: "x", environments: [{ id }] }, headers)).status).toBe(404)
  expect((await call("POST", "/environmentshub/lookup", { id }, headers)).status).toBe(404)
  expect((await call("POST", `${at}/fork`, {}, headers)).status).toBe(404)
  expect((await call("DELETE", at, undefined, headers)).status).toBe(404)
  expect((await call("GET", "/environmentshub/?search=secretive", undefined, headers)).body.total_count).toBe(0)

  await call("POST", "/environmentshub/resolve", { name: "secretive", visibility: "PUBLIC" })
  expect((await call("GET", `${at}/@latest`, undefined, headers)).status).toBe(200)
  expect((await call("DELETE", at, undefined, headers)).status).toBe(403)
  expect((await call("POST", `${at}/actions/retry`, {}, headers)).status).toBe(403)
  expect(
    (
      await call(
        "POST",
        `/environmentshub/${id}/wheels`,
        { content_hash: "a".repeat(64), filename: "a.whl", sha256: "b".repeat(64) },
        headers,
      )
    ).status,
  ).toBe(403)
})

test("lookup knows ids and names; status has version and check; a check can be repeated, once at a time", async () => {
  const id = await publishEnvironment(platform(), "checked", echoEnvironment())
  for (const wanted of [{ id }, { name: "checked", team_slug: "local" }, { name: "checked" }])
    expect((await call("POST", "/environmentshub/lookup", wanted)).body.data.id).toBe(id)
  expect((await call("POST", "/environmentshub/lookup", { id: "none" })).status).toBe(404)
  for (const name of ["checked", "local/checked", "local/checked@0.1.0"])
    expect((await call("POST", "/environmentshub/resolve", { name })).body.data).toMatchObject({ id, created: false })
  const { headers } = await stranger("visitor")
  expect((await call("POST", "/environmentshub/resolve", { name: "local/checked" }, headers)).body.data).toMatchObject({
    id,
    created: false,
  })
  expect((await call("POST", "/environmentshub/resolve", { name: "local/unheard-of" }, headers)).status).toBe(404)
  const { body } = await call("GET", "/environmentshub/local/checked/status")
  expect(body.data).toMatchObject({ latest_version: { semantic_version: "0.1.0" }, action: { status: "PENDING" } })
  expect(body.data.latest_version.content_hash).toMatch(/^[0-9a-f]{64}$/)
  const busy = await call("POST", "/environmentshub/local/checked/actions/retry")
  expect(busy.status).toBe(409)
  await platform().database.pool.query("update environment_actions set status = 'FAILED' where id = $1", [body.data.action.job_id])
  const again = await call("POST", "/environmentshub/local/checked/actions/retry", { action_id: body.data.action.job_id })
  expect(again.body.data).toMatchObject({ success: true, version_id: body.data.latest_version.id })
  expect((await call("GET", "/environmentshub/local/checked/actions")).body.data).toMatchObject({
    total: 2,
    actions: [{ id: again.body.data.job_id, trigger: "retry", status: "PENDING" }, { status: "FAILED" }],
  })
})

test("deleting the latest version brings back the one before; deleting all of it keeps the evaluations", async () => {
  const id = await publishEnvironment(platform(), "fleeting", echoEnvironment())
  await publishEnvironment(platform(), "fleeting", echoEnvironment({ examples: 3 }), { version: "0.2.0" })
  const { body: run } = await call("POST", "/evaluations/", { name: "kept", environments: [{ id }] })
  const at = "/environmentshub/local/fleeting"
  const [newest, older] = (await call("GET", `${at}/versions`)).body.data.versions
  expect([newest.version, older.version]).toEqual(["0.2.0", "0.1.0"])
  expect((await call("DELETE", `${at}/@${newest.content_hash.slice(0, 7)}`)).status).toBe(422)
  expect((await call("DELETE", `${at}/@0.2.0`)).status).toBe(422)
  expect((await call("DELETE", `${at}/@${"0".repeat(8)}`)).status).toBe(404)
  expect((await call("DELETE", `${at}/@${newest.content_hash.slice(0, 8)}`)).body.data).toEqual({ id: newest.id, deleted: true })
  expect((await call("GET", `${at}/@latest`)).body.data.semantic_version).toBe("0.1.0")
  expect(await platform().services.files.size(artifactKey(newest.id, "wheel"))).toBeNull()
  expect((await call("DELETE", `${at}/@${older.content_hash}`)).status).toBe(200)
  expect((await call("GET", `${at}/@latest`)).status).toBe(404)
  expect((await call("GET", `${at}/status`)).body.data.latest_version).toBeNull()
  expect((await call("DELETE", `/environmentshub/${id}`)).body.data.deleted).toBe(true)
  expect((await call("GET", `${at}/status`)).status).toBe(404)
  const { body: kept } = await call("GET", `/evaluations/${run.evaluation_id}`)
  expect(kept).toMatchObject({ name: "kept", environment_names: ["local/fleeting"] })
})

test("a fork is a copy of one's own that says where it came from", async () => {
  const { db } = platform().services
  await publishEnvironment(platform(), "original", echoEnvironment())
  const { id: userId, headers } = await stranger("forker")
  const forked = await call("POST", "/environmentshub/local/original/fork", {}, headers)
  expect(forked.body.data).toMatchObject({ success: true, slug: "forker/original", owner: { type: "user", name: "forker" } })
  const { body } = await call("GET", "/environmentshub/forker/original/@latest", undefined, headers)
  expect(body.data).toMatchObject({
    id: forked.body.data.environment_id,
    version_id: forked.body.data.version_id,
    semantic_version: "0.1.0",
    can_write: true,
    metadata: { origin: { owner: "local", name: "original", version: "0.1.0" }, fork_chain: [{ owner: "local", name: "original" }] },
  })
  expect((await get("/environmentshub/forker/original/@latest/package")).status).toBe(200)
  expect((await call("POST", "/environmentshub/local/original/fork", {}, headers)).status).toBe(409)
  const teamId = newTeamId()
  await db.insert(teams).values({ id: teamId, name: "Lab", slug: "lab-one" })
  expect((await call("POST", "/environmentshub/local/original/fork", { team_slug: "lab-one" }, headers)).status).toBe(403)
  await db.insert(memberships).values({ teamId, userId, role: "editor" })
  expect((await call("POST", "/environmentshub/forker/original/fork", { team_id: teamId }, headers)).body.data.slug).toBe(
    "lab-one/original",
  )
  const { body: chain } = await call("GET", "/environmentshub/lab-one/original/@latest")
  expect(chain.data.metadata.fork_chain.map((one: any) => one.owner)).toEqual(["forker", "local"])
})

test("what Postgres cannot store or count to is refused or cleaned, never a failure of the platform", async () => {
  const id = await publishEnvironment(platform(), "odd", echoEnvironment())
  const { body } = await call("POST", "/evaluations/", { name: "nul \0 and \ud800", environments: [{ id }], description: "\0" })
  expect(body.name).toBe("nul \uFFFD and \uFFFD")
  expect((await call("GET", "/evaluations/?search=%00")).status).toBe(422)
  expect((await call("GET", "/evaluations/a%00b")).status).toBe(422)
  expect((await call("GET", `/evaluations/${body.evaluation_id}/log-lines?from=9007199254740991`)).status).toBe(422)
  expect((await call("GET", `/evaluations/${body.evaluation_id}/sample-summaries?since_seq=4294967296`)).status).toBe(422)
  const { body: document } = await call("GET", "/openapi.json")
  expect(document.openapi).toBe("3.1.1")
})
