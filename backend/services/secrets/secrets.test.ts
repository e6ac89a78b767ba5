import { expect, test } from "vitest"
import { decrypt, environmentSecretContext, secretContext } from "../../base/crypto.ts"
import { newEnvironment, newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { createEnvironmentSecret, listEnvironmentSecrets, updateEnvironmentSecret } from "./environment-secrets.ts"
import { createSecret, deleteSecret, getSecret, listSecrets, updateSecret } from "./global-secrets.ts"
import { linkSecret, unlinkSecret } from "./linked-secrets.ts"
import { createVariable, listVariables, updateVariable } from "./variables.ts"

const platform = testPlatform()
const sealedOf = async (table: string, id: string): Promise<Buffer> =>
  (await platform().database.pool.query(`select sealed from ${table} where id = $1`, [id])).rows[0].sealed
const page = { offset: 0, limit: 20 }
const secret = (name: string, value = "hunter2-hunter2") => ({ name, value, isFile: false })

test("no answer holds the value of a secret", async () => {
  const ada = await newUser(platform(), "ada")
  const { id: environment } = await newEnvironment(platform(), ada)
  const made = await createSecret(ada, secret("TOKEN"))
  await linkSecret(ada, environment, made.id)
  const own = await createEnvironmentSecret(ada, environment, secret("OTHER"))
  const answers = [
    made,
    own,
    await updateSecret(ada, made.id, {}, { value: "hunter2-hunter2" }),
    await getSecret(ada, made.id, {}),
    await listSecrets(ada, page),
    await listEnvironmentSecrets(ada, environment),
    await deleteSecret(ada, made.id, {}),
  ]
  expect(JSON.stringify(answers)).not.toContain("hunter2")
})

test("values are encrypted at rest, each for its own row", async () => {
  const bea = await newUser(platform(), "bea")
  const { secretKey } = bea.config
  const { id: environment } = await newEnvironment(platform(), bea)
  const one = await createSecret(bea, secret("ONE"))
  const two = await createEnvironmentSecret(bea, environment, secret("TWO"))
  const sealed = await sealedOf("secrets", one.id)
  expect(sealed.toString("latin1")).not.toContain("hunter2")
  expect(decrypt(secretKey, sealed, secretContext(one.id))).toBe("hunter2-hunter2")
  expect(() => decrypt(secretKey, sealed, secretContext("another"))).toThrow()
  expect(decrypt(secretKey, await sealedOf("environment_secrets", two.id), environmentSecretContext(two.id))).toBe("hunter2-hunter2")

  await updateSecret(bea, one.id, {}, { value: "changed" })
  expect(decrypt(secretKey, await sealedOf("secrets", one.id), secretContext(one.id))).toBe("changed")
  await updateSecret(bea, one.id, {}, { name: "RENAMED" })
  expect(decrypt(secretKey, await sealedOf("secrets", one.id), secretContext(one.id))).toBe("changed")
})

test("a global secret is its owner's, or a team's: strangers do not learn that it exists", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  const own = await createSecret(admin, secret("OWN"))
  const shared = await createSecret(admin, { ...secret("SHARED"), teamId })
  expect((await getSecret(member, shared.id, {})).name).toBe("SHARED")
  for (const [ctx, id] of [
    [member, own.id],
    [stranger, own.id],
    [stranger, shared.id],
  ] as const) {
    await expect(getSecret(ctx, id, {})).rejects.toMatchObject({ code: "not_found" })
    await expect(updateSecret(ctx, id, {}, { value: "x" })).rejects.toMatchObject({ code: "not_found" })
    await expect(deleteSecret(ctx, id, {})).rejects.toMatchObject({ code: "not_found" })
  }
  await expect(createSecret(stranger, { ...secret("X"), teamId })).rejects.toMatchObject({ code: "forbidden" })
  await expect(listSecrets(await serviceContext(platform(), null), page)).rejects.toMatchObject({ code: "unauthorized" })
})

test("a name is given once per owner", async () => {
  const { teamId, admin } = await newTeam(platform(), "crew")
  const first = await createSecret(admin, secret("NAME"))
  await expect(createSecret(admin, secret("NAME"))).rejects.toMatchObject({ code: "conflict" })
  await createSecret(admin, { ...secret("NAME"), teamId })
  await createSecret(admin, secret("SECOND"))
  await expect(updateSecret(admin, first.id, {}, { name: "SECOND" })).rejects.toMatchObject({ code: "conflict" })
})

test("the value of a file is base64", async () => {
  const cyd = await newUser(platform(), "cyd")
  await expect(createSecret(cyd, { name: "FILE", value: "no base64!", isFile: true })).rejects.toMatchObject({ code: "invalid" })
  const file = await createSecret(cyd, { name: "FILE", value: "aGVsbG8=", isFile: true })
  await expect(updateSecret(cyd, file.id, {}, { value: "no base64!" })).rejects.toMatchObject({ code: "invalid" })
})

test("only those who may change an environment see or set what it is given", async () => {
  const [dan, eve] = [await newUser(platform(), "dan"), await newUser(platform(), "eve")]
  const { id } = await newEnvironment(platform(), dan)
  const attempts = [
    () => listEnvironmentSecrets(eve, id),
    () => listVariables(eve, id),
    () => createEnvironmentSecret(eve, id, secret("A")),
    () => createVariable(eve, id, { name: "B", value: "1" }),
  ]
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: "forbidden" })
})

test("in an environment a name means one thing; only a secret of its own may cover a variable", async () => {
  const fay = await newUser(platform(), "fay")
  const { id } = await newEnvironment(platform(), fay)
  const conflict = { code: "conflict" }
  const linked = await createSecret(fay, secret("LINKED"))
  await linkSecret(fay, id, linked.id)
  const variable = await createVariable(fay, id, { name: "PLAIN", value: "1" })
  await createEnvironmentSecret(fay, id, secret("PLAIN"))
  const own = await createEnvironmentSecret(fay, id, secret("OWN"))

  await expect(createVariable(fay, id, { name: "PLAIN", value: "2" })).rejects.toMatchObject(conflict)
  await expect(createVariable(fay, id, { name: "LINKED", value: "2" })).rejects.toMatchObject(conflict)
  await expect(createEnvironmentSecret(fay, id, secret("LINKED"))).rejects.toMatchObject(conflict)
  await expect(createEnvironmentSecret(fay, id, secret("OWN"))).rejects.toMatchObject(conflict)
  await expect(updateEnvironmentSecret(fay, id, own.id, { name: "LINKED" })).rejects.toMatchObject(conflict)
  await expect(linkSecret(fay, id, (await createSecret(fay, secret("PLAIN"))).id)).rejects.toMatchObject(conflict)
  // Its own name is no obstacle to a change.
  expect(await updateVariable(fay, id, variable.id, { name: "PLAIN", value: "3" })).toMatchObject({ name: "PLAIN", value: "3" })
})

test("a linked secret is changed where it is kept, and the environment loses it when it is unlinked or deleted", async () => {
  const [gus, ida] = [await newUser(platform(), "gus"), await newUser(platform(), "ida")]
  const { id } = await newEnvironment(platform(), gus)
  const namesOf = async () => (await listEnvironmentSecrets(gus, id)).map(({ name, source }) => `${name} ${source}`)
  const shared = await createSecret(gus, secret("SHARED"))
  await linkSecret(gus, id, shared.id)
  await expect(linkSecret(gus, id, shared.id)).rejects.toMatchObject({ code: "conflict" })
  await expect(updateEnvironmentSecret(gus, id, shared.id, { value: "x" })).rejects.toMatchObject({ code: "conflict" })
  await updateSecret(gus, shared.id, {}, { name: "RENAMED" })
  expect(await namesOf()).toEqual(["RENAMED global-linked"])
  await unlinkSecret(gus, id, shared.id)
  await expect(unlinkSecret(gus, id, shared.id)).rejects.toMatchObject({ code: "not_found" })
  await linkSecret(gus, id, shared.id)
  await deleteSecret(gus, shared.id, {})
  expect(await namesOf()).toEqual([])
  const others = await createSecret(ida, secret("IDAS"))
  await expect(linkSecret(gus, id, others.id)).rejects.toMatchObject({ code: "not_found" })
})
