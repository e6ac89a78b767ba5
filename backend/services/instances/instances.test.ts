import { expect, test } from "vitest"
import { CreateInstanceRequest } from "../../../contract/index.ts"
import { newId } from "../../base/ids.ts"
import { findInstance } from "../../store/instances/instances.ts"
import { deleteRunSshKeys, listDoorKeys } from "../../store/instances/ssh-keys.ts"
import { endRunSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import { recordHostHeartbeat } from "../../store/sandboxes/sandbox-hosts.ts"
import { memberships, users } from "../../store/schema.ts"
import { newTeam, newUser, runContext } from "../../testing/service-context.ts"
import { newPublicKey } from "../../testing/ssh-keys.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { listAudit } from "../audit/list-audit.ts"
import type { Context } from "../context.ts"
import { requirePermission } from "../identity/require-permission.ts"
import { createSandbox } from "../sandboxes/create-sandbox.ts"
import { requireSandbox } from "../sandboxes/require-sandbox.ts"
import { createInstance } from "./create-instance.ts"
import { endInstance } from "./end-instance.ts"
import { listAvailability } from "./offer.ts"
import { getInstanceStatuses, listFormerInstances, listInstances } from "./read-instances.ts"
import { addSshKey, deleteSshKey, listSshKeys, readPublicKey } from "./ssh-keys.ts"

const platform = testPlatform({
  INSTANCES_PER_USER: "2",
  INSTANCE_MAX_HOURS: "10",
  INSTANCE_USD_PER_HOUR: "0.6",
  SANDBOXES_MAX_CPU_CORES: "2",
  SANDBOXES_MAX_MEMORY_GB: "4",
  SANDBOXES_MAX_DISK_GB: "8",
})
const page = { offset: 0, limit: 100 }
const host = { worker: "w", executor: "bubblewrap", gatewayUrl: "http://worker.test", refusal: null }
const offer = () => recordHostHeartbeat(platform().services.db, { ...host, sshAddress: "evals.test:2222", sshRefusal: null })
const asked = (pod: object = {}, more: object = {}) =>
  CreateInstanceRequest.parse({ pod: { cloudId: "local-sandbox", gpuType: "CPU_NODE", ...pod }, ...more })
const create = async (ctx: Context, pod: object = {}, more: object = {}) => {
  await offer()
  return createInstance(ctx, asked(pod, more))
}
const idsOf = async (ctx: Context, teamId?: string) => (await listInstances(ctx, { ...page, team_id: teamId })).data.map(({ id }) => id)

test("machines without GPUs are offered within the bounds of sandboxes, and say whether one can be had", async () => {
  const ada = await newUser(platform(), "ada")
  const list = (query: object = {}) => listAvailability(ada, { page: 1, page_size: 100, ...query })
  expect((await list()).items).toMatchObject([{ stockStatus: "Unavailable" }])
  await recordHostHeartbeat(ada.db, { ...host, sshAddress: null, sshRefusal: "The port is taken" })
  await expect(createInstance(ada, asked())).rejects.toThrow("The port is taken")
  await offer()
  expect(await list()).toMatchObject({
    totalCount: 1,
    items: [
      {
        cloudId: "local-sandbox",
        gpuType: "CPU_NODE",
        stockStatus: "Available",
        vcpu: { minCount: 1, defaultCount: 1, maxCount: 2 },
        memory: { minCount: 1, defaultCount: 2, maxCount: 4 },
        disk: { minCount: 1, defaultCount: 8, maxCount: 8 },
        prices: { onDemand: 0.6 },
      },
    ],
  })
  for (const none of [{ gpu_type: "H100_80GB" }, { gpu_count: 2 }, { regions: ["europe"] }, { disks: ["d"] }])
    expect(await list(none)).toEqual({ items: [], totalCount: 0 })
})

test.each([
  [{ vcpus: 3 }, {}, ["pod", "vcpus"]],
  [{ memory: 0.5 }, {}, ["pod", "memory"]],
  [{ diskSize: 9 }, {}, ["pod", "diskSize"]],
  [{ hours: 11 }, {}, ["pod", "hours"]],
  [{ hours: 0.001 }, {}, ["pod", "hours"]],
  [{ budgetUsd: 0.005 }, {}, ["pod", "budgetUsd"]],
  [{ maxPrice: 0.5 }, {}, ["pod", "maxPrice"]],
  [{ gpuType: "H100_80GB" }, {}, ["pod", "gpuType"]],
  [{ cloudId: "elsewhere" }, {}, ["pod", "cloudId"]],
  [{ autoRestart: true }, {}, ["pod", "autoRestart"]],
  [{ customTemplateId: "t" }, {}, ["pod", "customTemplateId"]],
  [{}, { disks: ["d"] }, ["disks"]],
  [{}, { teamMemberIds: ["u"] }, ["teamMemberIds"]],
  [{}, { provider: { type: "aws" } }, ["provider", "type"]],
])("what this platform has no means for is refused with its field: %j %j", async (pod, more, path) => {
  const user = await newUser(platform(), `u${newId().slice(-8)}`)
  await expect(create(user, pod, more)).rejects.toMatchObject({ code: "invalid", problems: [{ path }] })
})

test("the end is the sooner of the hours and what the budget pays for", async () => {
  const bea = await newUser(platform(), "bea")
  expect(await create(bea, { hours: 2 })).toMatchObject({ hours: 2, status: "PENDING", sshConnection: null, priceHr: 0.6 })
  const { id, hours } = await create(bea, { hours: 8, budgetUsd: 1.5 })
  expect(hours).toBe(2.5)
  expect((await findInstance(bea.db, id))?.sandbox).toMatchObject({ timeoutMinutes: 150, memoryGb: 2, diskGb: 8 })
  await expect(create(bea)).rejects.toThrow("You have the maximum number of instances, 2")
  await endInstance(bea, id)
  expect((await create(bea)).hours).toBe(10)
})

test("variables are encrypted at rest and in no answer", async () => {
  const cyd = await newUser(platform(), "cyd")
  const made = await create(cyd, { envVars: [{ key: "TOKEN", value: "hunter2-hunter2" }] })
  const { rows } = await platform().database.pool.query("select * from sandboxes where id = $1", [made.id])
  expect(rows[0].sealed_secrets.length).toBeGreaterThan(30)
  expect(JSON.stringify([made, rows[0], rows[0].sealed_secrets.toString("latin1")])).not.toContain("hunter2")
})

test("an instance is its user's, or its team's: strangers do not learn that it exists", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  const shared = await create(member, {}, { team: { teamId: "lab" } })
  const own = await create(member)
  expect(shared).toMatchObject({ teamId, userId: member.userId, mayEnd: true })
  expect(await idsOf(admin, teamId)).toEqual([shared.id])
  expect(await idsOf(member)).toEqual([own.id, shared.id])
  await expect(idsOf(stranger, teamId)).rejects.toMatchObject({ code: "forbidden" })
  await expect(create(stranger, {}, { team: { teamId } })).rejects.toMatchObject({ code: "forbidden" })
  await expect(endInstance(stranger, shared.id)).rejects.toMatchObject({ code: "not_found" })
  await expect(endInstance(admin, own.id)).rejects.toMatchObject({ code: "not_found" })
  expect((await getInstanceStatuses(admin, [own.id, shared.id, "none"])).data.map(({ podId }) => podId)).toEqual([shared.id])
  await endInstance(admin, shared.id)
  // Sent again, it ends nothing more.
  await endInstance(admin, shared.id)
  expect((await listFormerInstances(admin, { ...page, team_id: teamId })).data).toMatchObject([{ id: shared.id, status: "TERMINATED" }])
  const { entries } = await listAudit({ ...admin, need: "read" }, { limit: 50 })
  expect(entries.filter(({ action }) => action === "instance.delete")).toMatchObject([{ target_id: shared.id, team_id: teamId }])
})

test("what holds an instance is no sandbox to those who use sandboxes", async () => {
  const dan = await newUser(platform(), "dan")
  const { id } = await create(dan)
  await expect(requireSandbox(dan, id)).rejects.toMatchObject({ code: "not_found" })
  const sandbox = await createSandbox(dan, {
    ...({ name: "s", docker_image: "i", cpu_cores: 1, memory_gb: 1, disk_size_gb: 1, gpu_count: 0, vm: false } as const),
    ...({ network_access: true, timeout_minutes: 60, labels: [], guaranteed: false } as const),
  })
  expect((await requireSandbox(dan, sandbox.id)).isInstance).toBe(false)
})

test("a run makes and uses its own with the permission; what it leaves behind ends with it", async () => {
  const eve = await newUser(platform(), "eve")
  await expect(requirePermission(await runContext(platform(), eve, ["sandbox"]), "instances")).rejects.toThrow("Allow instances access")
  const run = await runContext(platform(), eve, ["instances"])
  const [own, persons] = [await create(run), await create(eve)]
  expect(own).toMatchObject({ evaluationId: run.evaluationId, userId: eve.userId, mayEnd: true })
  expect(await idsOf(run)).toEqual([own.id])
  await expect(endInstance(run, persons.id)).rejects.toMatchObject({ code: "not_found" })
  const key = await addSshKey(run, { name: "of the run", publicKey: newPublicKey() })
  expect((await listSshKeys(eve, page)).data).toEqual([])
  const opens = async (id: string) => (await listDoorKeys(eve.db, (await findInstance(eve.db, id)) as never, key.fingerprint)).length
  // The run's code may be a stranger's: its key opens what the run made, and nothing else of the person who launched it.
  expect([await opens(own.id), await opens(persons.id)]).toEqual([1, 0])
  await endRunSandboxes(eve.db, run.evaluationId)
  await deleteRunSshKeys(eve.db, run.evaluationId)
  expect((await listFormerInstances(eve, page)).data).toMatchObject([{ id: own.id, endReason: "The run that made it has ended" }])
  expect(await idsOf(eve)).toEqual([persons.id])
  expect(await opens(own.id)).toBe(0)
})

test("an instance opens to the keys of those who may run things in its team", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "crew")
  const [viewer, stranger] = [await newUser(platform(), "viewer"), await newUser(platform(), "passer-by")]
  await admin.db.insert(memberships).values({ teamId, userId: viewer.userId, role: "viewer" })
  const shared = (await findInstance(admin.db, (await create(member, {}, { team: { teamId } })).id)) as never
  const own = (await findInstance(admin.db, (await create(member)).id)) as never
  const opened: Record<string, number[]> = {}
  for (const [name, person] of Object.entries({ admin, member, viewer, stranger })) {
    const { fingerprint } = await addSshKey(person, { name, publicKey: newPublicKey() })
    opened[name] = [(await listDoorKeys(admin.db, shared, fingerprint)).length, (await listDoorKeys(admin.db, own, fingerprint)).length]
  }
  expect(opened).toEqual({ admin: [1, 0], member: [1, 1], viewer: [0, 0], stranger: [0, 0] })
  const { fingerprint } = await addSshKey(member, { name: "second", publicKey: newPublicKey() })
  await admin.db.update(users).set({ switchedOffAt: new Date() })
  expect(await listDoorKeys(admin.db, own, fingerprint)).toEqual([])
  await admin.db.update(users).set({ switchedOffAt: null })
})

test("a key is kept once, without its comment, and taken away by its owner alone", async () => {
  const [fay, gus] = [await newUser(platform(), "fay"), await newUser(platform(), "gus")]
  const line = newPublicKey("fay@home")
  const key = await addSshKey(fay, { name: "laptop", publicKey: ` ${line}\n` })
  expect(key).toMatchObject({
    userId: fay.userId,
    publicKey: line.replace(" fay@home", ""),
    fingerprint: expect.stringMatching(/^SHA256:[\w+/]{43}$/),
  })
  await expect(addSshKey(fay, { name: "again", publicKey: line })).rejects.toMatchObject({ code: "conflict" })
  await addSshKey(gus, { name: "shared", publicKey: line })
  await expect(deleteSshKey(gus, key.id)).rejects.toMatchObject({ code: "not_found" })
  await deleteSshKey(fay, key.id)
  expect((await listSshKeys(fay, page)).total_count).toBe(0)
})

test.each([
  ["-----BEGIN OPENSSH PRIVATE KEY-----", "this is a private key"],
  ["ssh-dss AAAAB3NzaC1kc3M=", "must begin with one of"],
  [newPublicKey().slice(0, 50), "is not whole"],
  [
    `ssh-rsa ${Buffer.concat([Buffer.from("\0\0\0\x07ssh-rsa\0\0\0\x01\x03\0\0\0\x81\0", "latin1"), Buffer.alloc(128, 255)]).toString("base64")}`,
    "at least 2048 bits",
  ],
  [newPublicKey().replace("ssh-ed25519", "ssh-rsa"), "is not whole"],
])("%j is no public key that is taken", (line, message) => {
  let said: any
  try {
    readPublicKey(line)
  } catch (error) {
    said = error
  }
  expect(said?.problems).toMatchObject([{ path: ["publicKey"], message: expect.stringContaining(message) }])
})
