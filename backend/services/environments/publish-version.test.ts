import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { tarOf, zipOf } from "../../testing/archives.ts"
import { newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { deleteVersion } from "./delete-version.ts"
import { requireVersion } from "./find-environments.ts"
import { createVersion, finalizeVersion } from "./publish-version.ts"
import { createWheel, finalizeWheel } from "./publish-wheel.ts"
import { listChecks } from "./read-checks.ts"
import { resolveEnvironment } from "./resolve-environment.ts"
import { uploadArtifact } from "./upload-artifact.ts"

const platform = testPlatform()
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex")
const own = { slug: null, teamId: null }
const wheel = zipOf(["echo.py", "echo-0.1.0.dist-info/METADATA"])

const upload = (ctx: Context, url: string, bytes: Buffer) =>
  uploadArtifact(ctx, url.split("/").at(-1) as string, new Blob([new Uint8Array(bytes)]).stream())

const announce = (content: string, number: string, bytes = wheel) => ({
  content_hash: sha256(content),
  filename: "echo-0.1.0-py3-none-any.whl",
  sha256: sha256(bytes),
  semantic_version: number,
})

/** Publishes a version as `prime env push` does: wheel first, then the source. */
async function publish(ctx: Context, id: string, content: string, number: string, source: Record<string, string> = {}): Promise<string> {
  const { wheelId, uploadUrl } = await createWheel(ctx, id, announce(content, number))
  await upload(ctx, uploadUrl, wheel)
  await finalizeWheel(ctx, id, wheelId)
  const archive = await tarOf({ "pyproject.toml": "", ...source })
  const version = await createVersion(ctx, id, { ...announce(content, number, archive), filename: "source.tar.gz" })
  await upload(ctx, version.uploadUrl, archive)
  await finalizeVersion(ctx, id, version.versionId)
  return version.versionId
}

test("what is published last is the latest version, with its README and a check to come", async () => {
  const ada = await newUser(platform(), "ada")
  const { environment } = (await resolveEnvironment(ada, { name: "echo" }, own)).found
  await publish(ada, environment.id, "one", "0.1.0")
  const second = await publish(ada, environment.id, "two", "0.2.0", { "README.md": "# Echo" })
  expect((await requireVersion(ada, "ada", "echo", "latest")).version).toMatchObject({ id: second, readme: "# Echo" })
  const { actions } = await listChecks(ada, "ada", "echo", { limit: 10, offset: 0 })
  expect(actions.map(({ status, trigger }) => `${status} ${trigger}`)).toEqual(["PENDING publish", "PENDING publish"])
  // Finalizing twice, when the first answer was lost, is no second check.
  await finalizeVersion(ada, environment.id, second)
  expect((await listChecks(ada, "ada", "echo", { limit: 10, offset: 0 })).total).toBe(2)
})

test("the same content is published once, and a published number does not change", async () => {
  const bea = await newUser(platform(), "bea")
  const { id } = (await resolveEnvironment(bea, { name: "echo" }, own)).found.environment
  await publish(bea, id, "one", "0.1.0")
  await expect(createWheel(bea, id, announce("one", "0.2.0"))).rejects.toThrow("this content hash already exists")
  await expect(createWheel(bea, id, announce("other", "0.1.0"))).rejects.toThrow("raise the version")
})

test("a push that broke off is taken up by the next one of the same content", async () => {
  const cyd = await newUser(platform(), "cyd")
  const { id } = (await resolveEnvironment(cyd, { name: "echo" }, own)).found.environment
  const { wheelId } = await createWheel(cyd, id, announce("one", "0.1.0"))
  await expect(requireVersion(cyd, "cyd", "echo", "latest")).rejects.toMatchObject({ code: "not_found" })
  expect(await publish(cyd, id, "one", "0.1.0")).toBe(wheelId)
})

test("the source comes after its wheel, and neither is published without its bytes", async () => {
  const dan = await newUser(platform(), "dan")
  const { id } = (await resolveEnvironment(dan, { name: "echo" }, own)).found.environment
  await expect(createVersion(dan, id, announce("one", "0.1.0"))).rejects.toThrow("send the wheel first")
  const { wheelId, uploadUrl } = await createWheel(dan, id, announce("one", "0.1.0"))
  await expect(finalizeWheel(dan, id, wheelId)).rejects.toThrow("was not uploaded yet")
  await expect(upload(dan, uploadUrl, Buffer.from("other bytes"))).rejects.toThrow("differ from the announced sha256")
  await expect(finalizeWheel(dan, id, wheelId)).rejects.toThrow("was not uploaded yet")
  await upload(dan, uploadUrl, wheel)
  await finalizeWheel(dan, id, wheelId)
  await expect(finalizeVersion(dan, id, wheelId)).rejects.toThrow("Send the wheel and the source archive first")
  await expect(upload(dan, "forged.token", wheel)).rejects.toMatchObject({ code: "forbidden" })
})

test("only those who may change an environment publish to it", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  const nobody = await serviceContext(platform(), null)
  const { found } = await resolveEnvironment(admin, { name: "shared" }, { slug: null, teamId })
  const { id } = found.environment
  await publish(member, id, "one", "0.1.0")
  await expect(createWheel(stranger, id, announce("two", "0.2.0"))).rejects.toMatchObject({ code: "forbidden" })
  await expect(createWheel(nobody, id, announce("two", "0.2.0"))).rejects.toMatchObject({ code: "unauthorized" })
  await expect(resolveEnvironment(stranger, { name: "mine" }, { slug: "lab", teamId: null })).rejects.toMatchObject({ code: "forbidden" })
})

test("a name is made once per owner; saying a visibility changes that of the one that is there", async () => {
  const [eve, fay] = [await newUser(platform(), "eve"), await newUser(platform(), "fay")]
  const first = await resolveEnvironment(eve, { name: "echo" }, own)
  expect([first.created, first.found.environment.visibility]).toEqual([true, "PUBLIC"])
  const again = await resolveEnvironment(eve, { name: "echo" }, own)
  expect([again.created, again.found.environment.id]).toEqual([false, first.found.environment.id])
  expect((await resolveEnvironment(fay, { name: "echo" }, own)).created).toBe(true)
  const hidden = await resolveEnvironment(eve, { name: "echo", visibility: "PRIVATE" }, own)
  expect(hidden.found.environment).toMatchObject({ id: first.found.environment.id, visibility: "PRIVATE" })
})

test("a version is deleted by the first digits of its content hash; then the one before is the latest", async () => {
  const gus = await newUser(platform(), "gus")
  const { id } = (await resolveEnvironment(gus, { name: "echo" }, own)).found.environment
  const first = await publish(gus, id, "one", "0.1.0")
  const second = await publish(gus, id, "two", "0.2.0")
  await expect(deleteVersion(gus, "gus", "echo", sha256("two").slice(0, 7))).rejects.toMatchObject({ code: "invalid" })
  expect(await deleteVersion(gus, "gus", "echo", sha256("two").slice(0, 8))).toBe(second)
  expect((await requireVersion(gus, "gus", "echo", "latest")).version.id).toBe(first)
})

test("of two contents with one number that are announced at once, one is published", async () => {
  const owner = await newUser(platform(), "racer")
  const { id } = (await resolveEnvironment(owner, { name: "race" }, own)).found.environment
  const archive = await tarOf({ "pyproject.toml": "" })
  const ready = async (content: string) => {
    const { wheelId, uploadUrl } = await createWheel(owner, id, announce(content, "1.0.0"))
    await upload(owner, uploadUrl, wheel)
    await finalizeWheel(owner, id, wheelId)
    const version = await createVersion(owner, id, { ...announce(content, "1.0.0", archive), filename: "source.tar.gz" })
    await upload(owner, version.uploadUrl, archive)
    return version.versionId
  }
  const versions = [await ready("one"), await ready("two"), await ready("three")]
  const results = await Promise.allSettled(versions.map((version) => finalizeVersion(owner, id, version)))
  expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected", "rejected"])
  for (const result of results)
    if (result.status === "rejected")
      expect(result.reason).toMatchObject({ code: "conflict", message: expect.stringContaining("1.0.0 of racer/race") })
  // Whatever code would publish another, the database refuses.
  const other = platform().database.pool.query("update environment_versions set published_at = now() where environment_id = $1", [id])
  await expect(other).rejects.toMatchObject({ code: "23505" })
})
