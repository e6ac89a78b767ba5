import { expect, test } from "vitest"
import { CreateSandboxRequest } from "../../../contract/index.ts"
import { decrypt, sandboxSecretsContext } from "../../base/crypto.ts"
import { newId } from "../../base/ids.ts"
import { recordHostHeartbeat } from "../../store/sandboxes/sandbox-hosts.ts"
import { newTeam, newUser, runContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { requirePermission } from "../identity/require-permission.ts"
import { authorizeSandbox } from "./authorize-sandbox.ts"
import { createSandbox } from "./create-sandbox.ts"
import { bulkDeleteSandboxes, deleteSandbox } from "./delete-sandboxes.ts"
import { listSandboxes } from "./read-sandboxes.ts"
import { requireSandbox } from "./require-sandbox.ts"

const platform = testPlatform({ SANDBOXES_MAX_CPU_CORES: "2", SANDBOXES_MAX_MEMORY_GB: "4", SANDBOXES_MAX_DISK_GB: "10" })
const notFound = { code: "not_found" }
const create = (ctx: Context, rest: object = {}) =>
  createSandbox(ctx, CreateSandboxRequest.parse({ name: "s", docker_image: "python:3.12", ...rest }))
const offer = () =>
  recordHostHeartbeat(platform().services.db, { worker: "w", executor: "bubblewrap", gatewayUrl: "http://worker.test", refusal: null })
const listed = async (ctx: Context, rest: object = {}) =>
  (await listSandboxes(ctx, { page: 1, per_page: 50, ...rest })).sandboxes.map(({ id }) => id).sort()

test("without a worker that keeps sandboxes there are none, and a worker's reason is passed on", async () => {
  const ada = await newUser(platform(), "ada")
  await expect(create(ada)).rejects.toMatchObject({ code: "unavailable" })
  await recordHostHeartbeat(ada.db, { worker: "w", executor: "process", gatewayUrl: "http://worker.test", refusal: "Not on this machine" })
  await expect(create(ada)).rejects.toThrow("Not on this machine")
  await offer()
  expect(await create(ada)).toMatchObject({ status: "PENDING", userId: ada.userId })
})

test.each([{ cpu_cores: 2.5 }, { memory_gb: 5 }, { disk_size_gb: 11 }, { gpu_count: 1 }])(
  "a sandbox with %j is more than the platform gives",
  async (wish) => {
    await offer()
    const user = await newUser(platform(), `u${newId().slice(-8)}`)
    await expect(create(user, wish)).rejects.toMatchObject({ code: "invalid", problems: [{ path: Object.keys(wish) }] })
  },
)

test("a sandbox at the bounds is given, and -1 minutes are as long as one may live", async () => {
  await offer()
  const bea = await newUser(platform(), "bea")
  const row = await create(bea, { cpu_cores: 2, memory_gb: 4, disk_size_gb: 10, timeout_minutes: -1 })
  expect(row).toMatchObject({ cpuCores: 2, memoryGb: 4, diskGb: 10, timeoutMinutes: 1440 })
})

test("secrets of a sandbox are encrypted at rest and in no answer", async () => {
  await offer()
  const cyd = await newUser(platform(), "cyd")
  const { id } = await create(cyd, { secrets: { TOKEN: "hunter2-hunter2" } })
  const { rows } = await platform().database.pool.query("select sealed_secrets from sandboxes where id = $1", [id])
  expect(rows[0].sealed_secrets.toString("latin1")).not.toContain("hunter2")
  expect(JSON.parse(decrypt(cyd.config.secretKey, rows[0].sealed_secrets, sandboxSecretsContext(id)))).toEqual({ TOKEN: "hunter2-hunter2" })
  expect(JSON.stringify(await listSandboxes(cyd, { page: 1, per_page: 50 }))).not.toContain("hunter2")
})

test("a request sent again with its idempotency key is the same sandbox", async () => {
  await offer()
  const dan = await newUser(platform(), "dan")
  const one = await create(dan, { idempotency_key: "again" })
  expect((await create(dan, { idempotency_key: "again" })).id).toBe(one.id)
  await expect(create(dan, { idempotency_key: "again", memory_gb: 4 })).rejects.toMatchObject({ code: "conflict" })
  expect(await listed(dan)).toEqual([one.id])
})

test("a sandbox is its user's, or its team's: strangers do not learn that it exists", async () => {
  await offer()
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  const own = await create(member)
  const shared = await create(member, { team_id: teamId })
  expect((await requireSandbox(admin, shared.id)).id).toBe(shared.id)
  await expect(requireSandbox(admin, own.id)).rejects.toMatchObject(notFound)
  for (const attempt of [
    () => requireSandbox(stranger, shared.id),
    () => deleteSandbox(stranger, shared.id),
    () => authorizeSandbox(stranger, shared.id),
  ])
    await expect(attempt()).rejects.toMatchObject(notFound)
  await expect(create(stranger, { team_id: teamId })).rejects.toMatchObject({ code: "forbidden" })
  await expect(listed(member, { team_id: teamId, user_id: admin.userId })).rejects.toMatchObject({ code: "forbidden" })
  expect(await listed(admin, { team_id: teamId, user_id: member.userId })).toEqual([shared.id])
})

test("a team's sandbox is ended by whoever made it and by the team's owners", async () => {
  await offer()
  const { teamId, admin, member } = await newTeam(platform(), "crew")
  const ofAdmin = await create(admin, { team_id: teamId })
  const ofMember = await create(member, { team_id: teamId })
  await expect(deleteSandbox(member, ofAdmin.id)).rejects.toMatchObject({ code: "forbidden" })
  expect(await deleteSandbox(admin, ofMember.id)).toBe(true)
  // Sent again, it ends nothing more.
  expect(await deleteSandbox(admin, ofMember.id)).toBe(false)
  expect(await bulkDeleteSandboxes(member, { all_users: false, sandbox_ids: [ofAdmin.id, "none"] })).toMatchObject({
    succeeded: [],
    failed: [{}, {}],
  })
})

test("deleting by labels ends one's own sandboxes that have all of them", async () => {
  await offer()
  const [eve, fay] = [await newUser(platform(), "eve"), await newUser(platform(), "fay")]
  const both = await create(eve, { labels: ["a", "b"] })
  const one = await create(eve, { labels: ["a"] })
  const others = await create(fay, { labels: ["a", "b"] })
  expect((await bulkDeleteSandboxes(eve, { all_users: false, labels: ["a", "b"] })).succeeded).toEqual([both.id])
  expect((await requireSandbox(eve, one.id)).status).toBe("PENDING")
  expect((await requireSandbox(fay, others.id)).status).toBe("PENDING")
})

test("deleting a team's sandboxes by labels ends one's own, and everybody's for its owners alone", async () => {
  await offer()
  const { teamId, admin, member } = await newTeam(platform(), "club")
  const ofAdmin = await create(admin, { team_id: teamId, labels: ["a"] })
  const ofMember = await create(member, { team_id: teamId, labels: ["a"] })
  const wanted = { team_id: teamId, labels: ["a"] }
  await expect(bulkDeleteSandboxes(member, { ...wanted, all_users: true })).rejects.toMatchObject({ code: "forbidden" })
  expect((await bulkDeleteSandboxes(member, { ...wanted, all_users: false })).succeeded).toEqual([ofMember.id])
  expect((await bulkDeleteSandboxes(admin, { ...wanted, all_users: true })).succeeded).toEqual([ofAdmin.id])
})

test("a run uses the sandboxes that it made, and no others of its owner", async () => {
  await offer()
  const gus = await newUser(platform(), "gus")
  const [run, another] = [await runContext(platform(), gus, ["sandbox"]), await runContext(platform(), gus, ["sandbox"])]
  const ofRun = await create(run)
  const ofUser = await create(gus)
  expect(ofRun).toMatchObject({ userId: gus.userId, evaluationId: (run.caller as { evaluationId: string }).evaluationId })
  expect(await listed(run)).toEqual([ofRun.id])
  await expect(requireSandbox(run, ofUser.id)).rejects.toMatchObject(notFound)
  await expect(deleteSandbox(another, ofRun.id)).rejects.toMatchObject(notFound)
  expect(await deleteSandbox(run, ofRun.id)).toBe(true)
})

test("a run's token reaches sandboxes only when the run was started with them", async () => {
  const ida = await newUser(platform(), "ida")
  await expect(requirePermission(await runContext(platform(), ida, []), "sandbox")).rejects.toMatchObject({ code: "missing_permission" })
  await expect(requirePermission(await runContext(platform(), ida, ["sandbox"]), "sandbox")).resolves.toBeUndefined()
  await expect(requirePermission(ida, "sandbox")).resolves.toBeUndefined()
})
