import { expect, test } from "vitest"
import { newEnvironment, newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { deleteEnvironment } from "./delete-environment.ts"
import { checkMayWrite, lookupEnvironment, requireEnvironment, requireVersion, requireWritable } from "./find-environments.ts"
import { listPackageFiles, listPackages } from "./package-index.ts"
import { updateEnvironment } from "./update-environment.ts"

const platform = testPlatform()
const nobody = () => serviceContext(platform(), null)
const notFound = { code: "not_found" }

test("a private environment is there for its owner alone", async () => {
  const [ada, bea] = [await newUser(platform(), "ada"), await newUser(platform(), "bea")]
  await newEnvironment(platform(), ada, { visibility: "PRIVATE" })
  expect((await requireEnvironment(ada, "ada", "echo")).role).toBe("owner")
  await expect(requireEnvironment(bea, "ada", "echo")).rejects.toMatchObject(notFound)
  await expect(requireEnvironment(await nobody(), "ada", "echo")).rejects.toMatchObject(notFound)
  expect((await lookupEnvironment(ada, "echo", null)).owner).toBe("ada")
  await expect(lookupEnvironment(bea, "echo", null)).rejects.toMatchObject(notFound)
})

test("a team's private environment is there for every member to change, and for nobody else", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  const { id } = await newEnvironment(platform(), { ...admin, teamId }, { visibility: "PRIVATE" })
  expect(await requireEnvironment(member, "lab", "echo")).toMatchObject({ owner: "lab", ownerType: "team", role: "editor" })
  await expect(requireEnvironment(stranger, "lab", "echo")).rejects.toMatchObject(notFound)
  await expect(requireWritable(stranger, id)).rejects.toMatchObject(notFound)
})

test("a public environment is there for everybody to read, and for its owner to change", async () => {
  const [cyd, dan] = [await newUser(platform(), "cyd"), await newUser(platform(), "dan")]
  const { id } = await newEnvironment(platform(), cyd)
  const seen = await requireEnvironment(dan, "cyd", "echo")
  expect(seen.role).toBeUndefined()
  expect(() => checkMayWrite(dan, seen)).toThrow("You may not change cyd/echo")
  await expect(requireWritable(dan, id)).rejects.toMatchObject({ code: "forbidden" })
  await expect(updateEnvironment(dan, "cyd", "echo", { visibility: "PRIVATE" })).rejects.toMatchObject({ code: "forbidden" })
  await expect(deleteEnvironment(dan, seen)).rejects.toMatchObject({ code: "forbidden" })
  await expect(requireWritable(await nobody(), id)).rejects.toMatchObject({ code: "unauthorized" })
})

test("a version is found as latest, by its number, id or content hash", async () => {
  const eve = await newUser(platform(), "eve")
  const { versionId } = await newEnvironment(platform(), eve)
  const { version } = await requireVersion(eve, "eve", "echo", "latest")
  for (const name of ["0.1.0", versionId, version.contentHash])
    expect((await requireVersion(eve, "eve", "echo", name)).version.id, name).toBe(versionId)
  await expect(requireVersion(eve, "eve", "echo", "9.9.9")).rejects.toMatchObject(notFound)
})

test("the package index holds what is public, under any spelling of a project's name", async () => {
  const fay = await newUser(platform(), "fay")
  const { versionId } = await newEnvironment(platform(), fay, { name: "two-words" })
  await newEnvironment(platform(), fay, { name: "hidden", visibility: "PRIVATE" })
  expect(await listPackages(await nobody(), "fay")).toEqual(["two-words"])
  for (const spelling of ["two-words", "Two_Words", "two.words"])
    expect(await listPackageFiles(await nobody(), "fay", spelling)).toMatchObject([
      { filename: "two_words-0.1.0-py3-none-any.whl", url: expect.stringContaining(versionId) },
    ])
  // Not even for the owner: installers ask without a key.
  await expect(listPackageFiles(fay, "fay", "hidden")).rejects.toMatchObject(notFound)

  await updateEnvironment(fay, "fay", "two-words", { visibility: "PRIVATE" })
  await expect(listPackages(await nobody(), "fay")).rejects.toMatchObject(notFound)
})

test("a deleted environment is gone with its versions", async () => {
  const gus = await newUser(platform(), "gus")
  await newEnvironment(platform(), gus)
  await deleteEnvironment(gus, await requireEnvironment(gus, "gus", "echo"))
  await expect(requireEnvironment(gus, "gus", "echo")).rejects.toMatchObject(notFound)
  await expect(listPackages(gus, "gus")).rejects.toMatchObject(notFound)
})
