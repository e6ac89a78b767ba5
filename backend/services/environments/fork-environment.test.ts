import { Readable } from "node:stream"
import { text } from "node:stream/consumers"
import { expect, test } from "vitest"
import { artifactKey } from "../../base/files.ts"
import { findLastCheck } from "../../store/environments/checks.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import { newEnvironment, newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { forkEnvironment } from "./fork-environment.ts"
import { retryCheck } from "./retry-check.ts"

const platform = testPlatform()

/** An environment whose version has its two files. */
async function published(owner: Context & { userId: string }, name: string, visibility: "PUBLIC" | "PRIVATE" = "PUBLIC") {
  const made = await newEnvironment(platform(), owner, { name, visibility })
  for (const kind of ["wheel", "source"] as const)
    await owner.files.put(artifactKey(made.versionId, kind), Readable.from([Buffer.from(`${name} ${kind}`)]))
  return made
}

test("a fork has the files of the latest version, says where it came from, and is checked", async () => {
  const [ada, bea] = [await newUser(platform(), "ada"), await newUser(platform(), "bea")]
  const original = await published(ada, "maze")
  const { found, versionId } = await forkEnvironment(bea, { owner: "ada", name: "maze" }, { slug: null, teamId: null })
  expect(found).toMatchObject({ owner: "bea", environment: { name: "maze", latestVersionId: versionId } })
  expect(await text(await bea.files.read(artifactKey(versionId, "wheel")))).toBe("maze wheel")
  const origin = { owner: "ada", name: "maze", environment_id: original.id, version: "0.1.0" }
  expect((await findVersionById(bea.db, versionId))?.metadata).toEqual({ origin, fork_chain: [origin] })
  expect(await findLastCheck(bea.db, versionId)).toMatchObject({ status: "PENDING", trigger: "fork" })

  const cyd = await newUser(platform(), "cyd")
  const again = await forkEnvironment(cyd, { owner: "bea", name: "maze" }, { slug: null, teamId: null })
  const chain = (await findVersionById(cyd.db, again.versionId))?.metadata.fork_chain
  expect(chain).toMatchObject([{ owner: "bea" }, { owner: "ada" }])
})

test("a name that the new owner has already is refused", async () => {
  const [dan, eve] = [await newUser(platform(), "dan"), await newUser(platform(), "eve")]
  await published(dan, "twice")
  await published(eve, "twice")
  await expect(forkEnvironment(eve, { owner: "dan", name: "twice" }, { slug: null, teamId: null })).rejects.toThrow(
    "There is an environment eve/twice already",
  )
})

test("somebody else's private environment cannot be forked, and is not said to be there", async () => {
  const [fay, guy] = [await newUser(platform(), "fay"), await newUser(platform(), "guy")]
  await published(fay, "hidden", "PRIVATE")
  await expect(forkEnvironment(guy, { owner: "fay", name: "hidden" }, { slug: null, teamId: null })).rejects.toMatchObject({
    code: "not_found",
  })
})

test("a check is done again by those who may write, one at a time", async () => {
  const { teamId, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "hal")
  await newEnvironment(platform(), { userId: member.userId, teamId }, { name: "ours" })
  await expect(retryCheck(stranger, "lab", "ours", null)).rejects.toMatchObject({ code: expect.stringMatching(/forbidden|not_found/) })
  const { checkId } = await retryCheck(member, "lab", "ours", null)
  await expect(retryCheck(member, "lab", "ours", checkId)).rejects.toThrow(`under way already: ${checkId}`)
  await expect(retryCheck(member, "lab", "ours", "no-such-check")).rejects.toMatchObject({ code: "not_found" })
})
