import { expect, test } from "vitest"
import { CreateSandboxRequest } from "../../../../contract/index.ts"
import { checkpointKey } from "../../../base/files.ts"
import { findCheckpoint } from "../../../store/checkpoints/checkpoints.ts"
import { doomCheckpoint, listDoomedCheckpoints } from "../../../store/checkpoints/deleted-checkpoints.ts"
import { failCheckpoint, recordTaken } from "../../../store/checkpoints/taken-checkpoints.ts"
import { endSandboxes } from "../../../store/sandboxes/end-sandboxes.ts"
import { recordHostHeartbeat } from "../../../store/sandboxes/sandbox-hosts.ts"
import { claimSandbox, startSandbox } from "../../../store/sandboxes/sandbox-leases.ts"
import { newTeam, newUser, runContext } from "../../../testing/service-context.ts"
import { testPlatform } from "../../../testing/test-platform.ts"
import type { Context } from "../../context.ts"
import { createSandbox } from "../create-sandbox.ts"
import { createCheckpoint } from "./create-checkpoint.ts"
import { deleteCheckpoint, deleteCheckpoints } from "./delete-checkpoints.ts"
import { getCheckpoint, getCheckpoints, listCheckpoints } from "./read-checkpoints.ts"

// Without a worker: each test plays its part, and stores what an archive would be.
const platform = testPlatform({ CHECKPOINTS_PER_OWNER: "3", CHECKPOINTS_GB_PER_OWNER: "0.001" })
const bytesMax = Math.floor(0.001 * 2 ** 30)
const notFound = { code: "not_found" }
const conflict = { code: "conflict" }
const host = { worker: "w", executor: "bubblewrap", gatewayUrl: "http://worker.test", refusal: null }

async function makeRunning(ctx: Context, rest: object = {}): Promise<string> {
  await recordHostHeartbeat(ctx.db, host)
  const { id } = await createSandbox(ctx, CreateSandboxRequest.parse({ name: "s", docker_image: "i", ...rest }))
  while ((await claimSandbox(ctx.db, { ...host, keepsInstances: false }))?.id !== id);
  await startSandbox(ctx.db, id)
  return id
}

/** A checkpoint whose archive has so many bytes. */
async function take(ctx: Context, sandboxId: string, bytes = 10): Promise<string> {
  const { id } = await createCheckpoint(ctx, sandboxId)
  await ctx.files.put(
    checkpointKey(id),
    (async function* () {
      yield Buffer.alloc(bytes)
    })(),
  )
  expect(await store(ctx, id, bytes)).toBe("stored")
  return id
}

async function store(ctx: Context, id: string, storedBytes: number, worker = "w") {
  const row = await findCheckpoint(ctx.db, id)
  if (!row) throw new Error(`There is no checkpoint ${id}`)
  return recordTaken(ctx.db, row, { worker, storedBytes, occupiedBytes: 1, bytesMax })
}

const restore = (ctx: Context, checkpoint_id: string, rest: object = {}) =>
  createSandbox(ctx, CreateSandboxRequest.parse({ name: "again", checkpoint_id, ...rest }))

test("a checkpoint is taken of a sandbox that runs, one at a time", async () => {
  const ada = await newUser(platform(), "ada")
  await recordHostHeartbeat(ada.db, host)
  const { id: waiting } = await createSandbox(ada, CreateSandboxRequest.parse({ name: "s", docker_image: "i" }))
  await expect(createCheckpoint(ada, waiting)).rejects.toThrow("is PENDING: a checkpoint is taken while it is RUNNING")
  const id = await makeRunning(ada, { disk_size_gb: 3 })
  const first = await createCheckpoint(ada, id)
  expect(first).toMatchObject({ state: "PENDING", sandbox_id: id, docker_image: "i", disk_size_bytes: 3 * 2 ** 30, stored_bytes: null })
  await expect(createCheckpoint(ada, id)).rejects.toThrow("is being taken")
  await expect(deleteCheckpoint(ada, first.id)).rejects.toMatchObject(conflict)
  await expect(restore(ada, first.id)).rejects.toThrow("is PENDING")
  await endSandboxes(ada.db, [id], { status: "TERMINATED", errorType: null, errorMessage: null })
  expect(await getCheckpoint(ada, first.id)).toMatchObject({ state: "FAILED", error: "The sandbox ended before its files were stored" })
  // A worker that comes too late changes nothing.
  expect(await store(ada, first.id, 1)).toBe("gone")
  await failCheckpoint(ada.db, first.id, "another reason")
  expect((await getCheckpoint(ada, first.id)).error).toContain("ended before")
})

test("an owner has as many checkpoints and bytes as one may have", async () => {
  const bea = await newUser(platform(), "bea")
  const id = await makeRunning(bea)
  const large = await take(bea, id, bytesMax - 10)
  const second = await createCheckpoint(bea, id)
  // Another one may have become as large meanwhile.
  expect(await store(bea, second.id, 11)).toBe("bytes")
  expect(await store(bea, second.id, 10, "another worker")).toBe("gone")
  expect(await store(bea, second.id, 10)).toBe("stored")
  await expect(createCheckpoint(bea, id)).rejects.toThrow("as many bytes of checkpoints as one may have on this platform (0.001 GB)")
  await deleteCheckpoint(bea, large)
  await take(bea, id)
  await take(bea, id)
  await expect(createCheckpoint(bea, id)).rejects.toThrow("You have 3 checkpoints, as many as one may have")
  // Those of a team count apart.
  const { teamId, admin } = await newTeam(platform(), "apart")
  await take(admin, await makeRunning(admin, { team_id: teamId }))
})

test("a platform that keeps no checkpoints says so", async () => {
  const cyd = await newUser(platform(), "cyd")
  const none = { ...cyd, config: { ...cyd.config, checkpoints: { ...cyd.config.checkpoints, perOwner: 0 } } }
  await expect(createCheckpoint(none, await makeRunning(cyd))).rejects.toMatchObject({ code: "not_offered" })
})

test("a sandbox is made from a checkpoint with its image and disk, also after the end of the first one", async () => {
  const dan = await newUser(platform(), "dan")
  const id = await makeRunning(dan, { disk_size_gb: 2 })
  const checkpoint = await take(dan, id)
  await endSandboxes(dan.db, [id], { status: "TERMINATED", errorType: null, errorMessage: null })
  const again = await restore(dan, checkpoint, { memory_gb: 1, idempotency_key: "k" })
  expect(again).toMatchObject({ image: "i", diskGb: 2, memoryGb: 1, checkpointId: checkpoint, status: "PENDING" })
  expect((await restore(dan, checkpoint, { memory_gb: 1, idempotency_key: "k" })).id).toBe(again.id)
  await expect(restore(dan, "none")).rejects.toMatchObject(notFound)
  // Its files are still to be read.
  await expect(deleteCheckpoint(dan, checkpoint)).rejects.toThrow("A sandbox is being made from the checkpoint")
  await endSandboxes(dan.db, [again.id], { status: "TERMINATED", errorType: null, errorMessage: null })
  await deleteCheckpoint(dan, checkpoint)
  expect(await dan.files.size(checkpointKey(checkpoint))).toBeNull()
  await expect(restore(dan, checkpoint)).rejects.toMatchObject(notFound)
})

test("what is being deleted is not restored, and is there to be deleted until its bytes are gone", async () => {
  const eve = await newUser(platform(), "eve")
  const checkpoint = await take(eve, await makeRunning(eve))
  expect(await doomCheckpoint(eve.db, checkpoint)).toBe(true)
  expect(await listDoomedCheckpoints(eve.db, 10)).toEqual([checkpoint])
  expect((await getCheckpoint(eve, checkpoint)).state).toBe("DELETING")
  await expect(restore(eve, checkpoint)).rejects.toThrow("is DELETING")
  await deleteCheckpoint(eve, checkpoint)
  await expect(getCheckpoint(eve, checkpoint)).rejects.toMatchObject(notFound)
})

test("a request for a checkpoint's sandbox has no image and no disk, and any other has an image", () => {
  const problems = (rest: object) => CreateSandboxRequest.safeParse({ name: "n", ...rest }).error?.issues.map(({ path }) => path[0])
  expect(problems({})).toEqual(["docker_image"])
  expect(problems({ checkpoint_id: "c", docker_image: "i", disk_size_gb: 1 })).toEqual(["docker_image", "disk_size_gb"])
  expect(problems({ checkpoint_id: "c" })).toBeUndefined()
})

test("a team's checkpoint is used by its members, and deleted by whoever took it and by its owners", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  const id = await makeRunning(admin, { team_id: teamId })
  const ofAdmin = await take(admin, id)
  const ofMember = await take(member, id)
  expect((await listCheckpoints(member, id, {})).checkpoints.map((one) => one.id)).toEqual([ofAdmin, ofMember])
  expect((await listCheckpoints(member, id, { checkpoint_id: ofMember })).checkpoints).toHaveLength(1)
  await expect(getCheckpoint(stranger, ofAdmin)).rejects.toMatchObject(notFound)
  await expect(restore(stranger, ofAdmin)).rejects.toMatchObject(notFound)
  await expect(deleteCheckpoint(member, ofAdmin)).rejects.toMatchObject({ code: "forbidden" })
  expect(await getCheckpoints(stranger, [ofAdmin])).toMatchObject({
    checkpoints: [],
    errors: [{ checkpoint_id: ofAdmin, code: "NOT_FOUND" }],
  })
  expect((await getCheckpoints(member, [ofMember, "none", ofAdmin, ofMember])).checkpoints.map((one) => one.id)).toEqual([
    ofMember,
    ofAdmin,
  ])
  expect(await deleteCheckpoints(member, id)).toMatchObject({ deleted: [ofMember], errors: [{ checkpoint_id: ofAdmin, code: "CONFLICT" }] })
  expect(await deleteCheckpoints(admin, id)).toEqual({ deleted: [ofAdmin], errors: [] })
})

test("a run uses the checkpoints that it took, and no others", async () => {
  const gus = await newUser(platform(), "gus")
  const [run, another] = [await runContext(platform(), gus, ["sandbox"]), await runContext(platform(), gus, ["sandbox"])]
  const id = await makeRunning(run)
  const ofRun = await take(run, id)
  // A person keeps the sandbox of a run for themselves.
  const ofPerson = await take(gus, id)
  expect((await listCheckpoints(run, id, {})).checkpoints.map((one) => one.id)).toEqual([ofRun])
  expect((await listCheckpoints(gus, id, {})).checkpoints.map((one) => one.id)).toEqual([ofRun, ofPerson])
  await expect(restore(run, ofPerson)).rejects.toMatchObject(notFound)
  await expect(getCheckpoint(another, ofRun)).rejects.toMatchObject(notFound)
  expect(await restore(run, ofRun)).toMatchObject({ evaluationId: run.evaluationId, checkpointId: ofRun })
  expect(await deleteCheckpoints(run, id)).toMatchObject({ deleted: [], errors: [{ checkpoint_id: ofRun, code: "CONFLICT" }] })
})
