import { expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { newId } from "../base/ids.ts"
import { insertEnvironment, updateEnvironment } from "../store/environments/environments.ts"
import { upsertVersion } from "../store/environments/versions.ts"
import { startModelServer } from "../testing/model-server.ts"
import { secondUser } from "../testing/second-user.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform({ WORKER_PORT: String(await freePort()) })
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)

async function environment(): Promise<string> {
  const { db } = platform().services
  const [id, versionId] = [newId(), newId()]
  await insertEnvironment(db, { id, userId: await platform().ownerId(), name: `fake-${id.slice(-8)}`, visibility: "PUBLIC" })
  await upsertVersion(db, {
    id: versionId,
    environmentId: id,
    contentHash: id.padEnd(64, "0"),
    semanticVersion: "1.0.0",
    wheelFilename: "fake-1.0.0-py3-none-any.whl",
    wheelSha256: id.padEnd(64, "0"),
    metadata: {},
    publishedAt: new Date(),
  })
  await updateEnvironment(db, id, { latestVersionId: versionId })
  return id
}

test("a budget that could not be enforced is refused at the launch, with the field and why", async () => {
  const model = await startModelServer(() => "hello")
  const { models } = platform().services
  models.providers.push({ id: "dear", name: "Dear", base_url: model.url, prices: {}, prefix: "dear/", key: null, source: "file" })
  const id = await environment()
  const launch = async (config: object, inference_model = "dear/scripted") => {
    const { status, body } = await call("POST", "/hosted-evaluations", {
      environment_ids: [id],
      inference_model,
      eval_config: { num_examples: 1, rollouts_per_example: 1, ...config },
    })
    return [status, body.errors?.[0]?.param, body.errors?.[0]?.details]
  }
  const own = { api_base_url: "http://127.0.0.1:9/v1" }
  expect(await launch({ max_cost_usd: 0 })).toEqual([422, "eval_config.max_cost_usd", "must be above 0"])
  expect(await launch({ max_total_tokens: 0.5 })).toEqual([422, "eval_config.max_total_tokens", expect.anything()])
  expect(await launch({ ...own, max_cost_usd: 1 })).toEqual([422, "eval_config.max_cost_usd", expect.stringContaining("price")])
  expect(await launch({ ...own, max_total_tokens: 1 })).toEqual([422, "eval_config.max_total_tokens", expect.stringContaining("pass")])
  expect(await launch({ max_cost_usd: 1, max_total_tokens: 1000 })).toEqual([201, undefined, undefined])
  models.providers.pop()
  model.close()
})

test("a budget is the account's own, and a team's is set by its owners alone", async () => {
  expect((await call("PUT", "/billing/budget", { monthly_usd: 12.5 })).body).toMatchObject({
    team_id: null,
    monthly_usd: 12.5,
    spent_usd: 0,
  })
  expect((await call("PUT", "/billing/budget", { monthly_usd: 20 })).body.monthly_usd).toBe(20)
  expect((await call("GET", "/billing/usage")).body.budget).toMatchObject({ monthly_usd: 20, may_change: true })
  expect((await call("PUT", "/billing/budget", { monthly_usd: -1 })).body.errors[0].param).toBe("monthly_usd")

  const other = await secondUser(platform(), "other-one")
  expect((await other.call("GET", "/billing/usage")).body.budget.monthly_usd).toBe(null)
  const { body } = await call("POST", "/user/teams", { name: "Us", slug: "us-two" })
  expect((await other.call("PUT", "/billing/budget", { team_id: "us-two", monthly_usd: 1 })).status).toBe(403)
  await platform().database.pool.query("insert into memberships (team_id, user_id, role) values ($1, $2, 'editor')", [
    body.data.teamId,
    other.id,
  ])
  const refused = await other.call("PUT", "/billing/budget", { team_id: "us-two", monthly_usd: 1 })
  expect([refused.status, refused.body.detail]).toEqual([
    403,
    "This needs the role owner in the team that it belongs to, and yours is editor",
  ])
  expect((await other.call("GET", "/billing/usage?team_id=us-two")).body.budget.may_change).toBe(false)
})

test("days of a report are bounded and in order", async () => {
  const problem = async (query: string) => (await call("GET", `/billing/usage?${query}`)).body.errors?.[0]
  expect(await problem("from=2026-02-02&to=2026-02-01")).toMatchObject({ param: "from" })
  expect(await problem("from=2020-01-01&to=2026-02-01")).toMatchObject({ param: "from", details: expect.stringContaining("366") })
  expect(await problem("from=yesterday")).toMatchObject({ param: "from" })
  const { body } = await call("GET", "/billing/usage?from=2026-02-01&to=2026-02-03")
  expect(body).toMatchObject({ from: "2026-02-01", to: "2026-02-03", by_day: [], total: { requests: 0, cost_usd: 0 } })
})

test("an estimate without earlier runs says so, and one of an unknown environment is refused", async () => {
  const { body } = await call("GET", `/billing/estimate?environment_id=${await environment()}&model=x/y`)
  expect(body).toMatchObject({ runs: 0, cost_usd_per_rollout: null })
  expect((await call("GET", "/billing/estimate?environment_id=nope&model=x")).status).toBe(404)
})
