import { constants, generateKeyPairSync, privateDecrypt } from "node:crypto"
import { expect, test } from "vitest"
import { limits } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { createApiKey, listApiKeys, revokeApiKey } from "./api-keys.ts"
import { decideChallenge, generateChallenge, getChallenge, takeChallengeResult } from "./challenges.ts"
import { identifyCaller } from "./identify-caller.ts"
import { createTeam, findOwnTeam, listTeamMembers, listTeams, requireTeam } from "./teams.ts"
import { updateSlug } from "./update-slug.ts"

const platform = testPlatform()
const sql = async (text: string, values: unknown[]) => (await platform().database.pool.query(text, values)).rows
const page = { offset: 0, limit: 20 }

test("an API key is stored as a hash only, and speaks for its user until it is revoked", async () => {
  const ada = await newUser(platform(), "ada")
  const key = await createApiKey(ada, { name: "laptop", scopes: ["read", "run", "write"] })
  const [row] = await sql("select * from api_keys where id = $1", [key.id])
  expect(row?.hash).toBe(hashToken(key.value))
  expect(JSON.stringify(row)).not.toContain(key.value)
  expect(await listApiKeys(ada)).toMatchObject([{ id: key.id, name: "laptop", prefix: key.value.slice(0, 6), created_at: key.created_at }])

  expect((await identifyCaller(platform().services, key.value)).caller).toMatchObject({ kind: "user", userId: ada.userId })
  await revokeApiKey(ada, key.id)
  await expect(identifyCaller(platform().services, key.value)).rejects.toMatchObject({ code: "unauthorized" })
  expect(await listApiKeys(ada)).toEqual([])
})

test("nobody revokes another user's key", async () => {
  const [bea, cyd] = [await newUser(platform(), "bea"), await newUser(platform(), "cyd")]
  const key = await createApiKey(bea, { name: "laptop", scopes: ["read", "run", "write"] })
  await expect(revokeApiKey(cyd, key.id)).rejects.toMatchObject({ code: "not_found" })
  expect((await identifyCaller(platform().services, key.value)).caller).toMatchObject({ userId: bea.userId })
})

test("a request without a key is nobody's; a wrong key is refused", async () => {
  const nobody = await serviceContext(platform(), null)
  expect(nobody.caller).toEqual({ kind: "nobody" })
  await expect(listApiKeys(nobody)).rejects.toMatchObject({ code: "unauthorized" })
  await expect(identifyCaller(platform().services, "he_wrong")).rejects.toMatchObject({ code: "unauthorized" })
})

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 })
const publicKey = keys.publicKey.export({ type: "spki", format: "pem" }).toString()

test("an approved login hands out its key once, encrypted for the terminal that asked", async () => {
  const nobody = await serviceContext(platform(), null)
  const dan = await newUser(platform(), "dan")
  const { code, token } = await generateChallenge(nobody, publicKey)
  expect(await takeChallengeResult(nobody, code, token)).toBeNull()
  expect(await listApiKeys(dan)).toEqual([])
  await decideChallenge(dan, `${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`, "APPROVED")
  await expect(takeChallengeResult(nobody, code, "hec_of_another_terminal")).rejects.toMatchObject({ code: "unauthorized" })

  const sealed = (await takeChallengeResult(nobody, code, token)) as string
  const value = privateDecrypt(
    { key: keys.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
    Buffer.from(sealed, "base64"),
  ).toString()
  expect((await identifyCaller(platform().services, value)).caller).toMatchObject({ kind: "user", userId: dan.userId })
  await expect(takeChallengeResult(nobody, code, token)).rejects.toMatchObject({ code: "not_found" })
  expect(await listApiKeys(dan)).toHaveLength(1)
})

test("a login that was refused gives no key, and a decision is final", async () => {
  const nobody = await serviceContext(platform(), null)
  const eve = await newUser(platform(), "eve")
  const { code, token } = await generateChallenge(nobody, publicKey)
  await decideChallenge(eve, code, "DENIED")
  await expect(takeChallengeResult(nobody, code, token)).rejects.toMatchObject({ code: "not_found" })
  await expect(decideChallenge(eve, code, "APPROVED")).rejects.toMatchObject({ code: "conflict" })
})

test("a login waits ten minutes; after that it cannot be approved", async () => {
  const nobody = await serviceContext(platform(), null)
  const fay = await newUser(platform(), "fay")
  const { code, token } = await generateChallenge(nobody, publicKey)
  const { created_at, expires_at } = await getChallenge(fay, code)
  expect((Date.parse(expires_at) - Date.parse(created_at)) / 60_000).toBeCloseTo(10, 0)
  await sql("update auth_challenges set expires_at = now() - interval '1 second' where code = $1", [code])
  await expect(decideChallenge(fay, code, "APPROVED")).rejects.toMatchObject({ code: "not_found" })
  await expect(takeChallengeResult(nobody, code, token)).rejects.toMatchObject({ code: "not_found" })
})

test("whoever makes a team is its owner; only members find it by id or slug and see who is in it", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  expect((await listTeams(admin, page)).data).toMatchObject([{ teamId, slug: "lab", role: "ADMIN", access_role: "owner" }])
  expect((await listTeams(member, page)).data).toMatchObject([{ teamId, role: "MEMBER", access_role: "editor" }])
  expect(await findOwnTeam(member, "lab")).toBe(teamId)
  expect(await findOwnTeam(stranger, "lab")).toBeNull()
  expect(await findOwnTeam(stranger, teamId)).toBeNull()
  expect(() => requireTeam(stranger, teamId)).toThrow("not a member")
  expect((await listTeamMembers(member, teamId, page)).data.map((one) => one.role).sort()).toEqual(["ADMIN", "MEMBER"])
  await expect(listTeamMembers(stranger, teamId, page)).rejects.toMatchObject({ code: "forbidden" })
})

test("users and teams share one set of slugs", async () => {
  const gus = await newUser(platform(), "gus")
  await createTeam(gus, { name: "Crew", slug: "crew" })
  await expect(createTeam(gus, { name: "Again", slug: "crew" })).rejects.toMatchObject({ code: "conflict" })
  await expect(createTeam(gus, { name: "As a user", slug: "gus" })).rejects.toMatchObject({ code: "conflict" })
  await expect(updateSlug(gus, "crew")).rejects.toThrow("already taken")
  expect((await updateSlug(gus, "gustav")).slug).toBe("gustav")
  // The slug that was given up is free again.
  expect((await createTeam(gus, { name: "Free", slug: "gus" })).slug).toBe("gus")
})

test("terminals that wait to be let in are bounded, and room comes back as they expire", async () => {
  const ctx = await serviceContext(platform(), null)
  const publicKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" }).toString()
  await sql(
    `insert into auth_challenges (code, token_hash, public_key, state, expires_at)
     select 'FULL' || i, 'hash' || i, 'key', 'WAITING', now() + interval '10 minutes' from generate_series(1, $1) i`,
    [limits.challengesMax],
  )
  await expect(generateChallenge(ctx, publicKey)).rejects.toMatchObject({ code: "too_many" })
  await sql("update auth_challenges set expires_at = now() - interval '1 second' where code like 'FULL%'", [])
  expect(await generateChallenge(ctx, publicKey)).toMatchObject({ code: expect.any(String) })
})
