import { expect, test } from "vitest"
import { newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { createApiKey } from "../identity/api-keys.ts"
import { identifyCaller } from "../identity/identify-caller.ts"
import { changePerson, listPeople } from "./people.ts"
import { beginSession } from "./sessions.ts"

const platform = testPlatform()
const operator = async () => serviceContext(platform(), await platform().ownerId())
const place = { address: null, browser: "a test" }

test("a person who is switched off is signed out, and neither a key nor a new session lets them in", async () => {
  const { db } = platform().services
  const ada = await newUser(platform(), "ada")
  const { value: key } = await createApiKey(ada, { name: "laptop", scopes: ["read"] })
  const { token } = await beginSession(db, ada.userId, "password", place)
  const enter = (secret: string) => identifyCaller(platform().services, secret)
  expect((await enter(key)).caller).toMatchObject({ userId: ada.userId })
  expect((await enter(token)).caller).toMatchObject({ userId: ada.userId })

  expect(await changePerson(await operator(), ada.userId, { is_on: false })).toMatchObject({ is_on: false })
  await expect(enter(key)).rejects.toThrow("This account is switched off")
  await expect(enter(token)).rejects.toMatchObject({ code: "unauthorized" })
  await expect(beginSession(db, ada.userId, "password", place)).rejects.toThrow("This account is switched off")

  await changePerson(await operator(), ada.userId, { is_on: true })
  expect((await enter(key)).caller).toMatchObject({ userId: ada.userId })
  await expect(enter(token)).rejects.toMatchObject({ code: "unauthorized" })
})

test("admins change others, and neither themselves nor the operator", async () => {
  const [bea, { admin: lead }] = [await newUser(platform(), "bea"), await newTeam(platform(), "crew")]
  await expect(changePerson(lead, bea.userId, { is_admin: true })).rejects.toMatchObject({ code: "forbidden" })
  const owner = await operator()
  const ownerId = await platform().ownerId()
  await expect(changePerson(owner, ownerId, { is_on: false })).rejects.toMatchObject({ code: "conflict" })
  expect(await changePerson(owner, bea.userId, { is_admin: true })).toMatchObject({ is_admin: true, is_on: true })
  await expect(changePerson(bea, ownerId, { is_admin: false })).rejects.toMatchObject({ code: "conflict" })
  await expect(changePerson(bea, "nobody", { is_on: false })).rejects.toMatchObject({ code: "not_found" })
  expect((await listPeople(bea, { offset: 0, limit: 100 })).data.find(({ id }) => id === ownerId)).toMatchObject({ is_operator: true })
})
