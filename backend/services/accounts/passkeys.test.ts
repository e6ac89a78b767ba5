import { expect, test } from "vitest"
import { limits } from "../../../contract/index.ts"
import { Authenticator } from "../../testing/authenticator.ts"
import { newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { identifyCaller } from "../identity/identify-caller.ts"
import { makeSignInOptions, signInWithPasskey } from "./passkey-sign-in.ts"
import { addPasskey, listPasskeys, makePasskeyOptions, removePasskey } from "./passkeys.ts"
import { readSignInMethods } from "./sign-in.ts"

const platform = testPlatform({ PUBLIC_URL: "https://evals.example" })
const sql = async (text: string, values: unknown[] = []) => (await platform().database.pool.query(text, values)).rows
const nobody = () => serviceContext(platform(), null)
const origin = "https://evals.example"

async function add(ctx: Context, device: Authenticator, name = "laptop") {
  const { options } = await makePasskeyOptions(ctx)
  return addPasskey(ctx, { name, response: device.create(options as never) })
}

async function enter(device: Authenticator) {
  const { options } = await makeSignInOptions(await nobody())
  return signInWithPasskey(await nobody(), { response: device.get(options as never), browser: "Firefox on Linux" })
}

test("a passkey is added, signs its person in, and is removed", async () => {
  expect(await readSignInMethods(await nobody())).toMatchObject({ passkey: false })
  const ada = await newUser(platform(), "ada")
  const device = new Authenticator(origin)
  const made = await add(ada, device)
  expect(await listPasskeys(ada)).toEqual([{ id: made.id, name: "laptop", created_at: made.created_at, last_used_at: null }])
  expect(await readSignInMethods(await nobody())).toMatchObject({ passkey: true })
  const ctx = await identifyCaller(platform().services, (await enter(device)).token)
  expect(ctx.caller).toMatchObject({ userId: ada.userId, session: { method: "passkey" } })
  expect(await listPasskeys(ctx)).toMatchObject([{ last_used_at: expect.any(String) }])
  await expect(add(ada, device)).rejects.toMatchObject({ code: "conflict" })

  const bob = await newUser(platform(), "bob")
  await expect(removePasskey(bob, made.id)).rejects.toMatchObject({ code: "not_found" })
  await removePasskey(ada, made.id)
  await expect(enter(device)).rejects.toMatchObject({ code: "unauthorized" })
})

test("an answer counts once, within five minutes, for whom and what it was asked", async () => {
  const [cyd, dan] = [await newUser(platform(), "cyd"), await newUser(platform(), "dan")]
  const device = new Authenticator(origin)
  const { options } = await makePasskeyOptions(cyd)
  const response = device.create(options as never)
  await expect(addPasskey(dan, { name: "stolen", response })).rejects.toMatchObject({ problems: [{ path: ["response"] }] })
  await addPasskey(cyd, { name: "phone", response })

  const asked = (await makeSignInOptions(await nobody())).options
  const answer = { response: device.get(asked as never), browser: "" }
  await signInWithPasskey(await nobody(), answer)
  await expect(signInWithPasskey(await nobody(), answer)).rejects.toMatchObject({ code: "unauthorized" })
  // What was given to make a passkey signs nobody in.
  const other = (await makePasskeyOptions(cyd)).options as { challenge: string }
  const crossed = device.get({ challenge: other.challenge, rpId: "evals.example" })
  await expect(signInWithPasskey(await nobody(), { response: crossed, browser: "" })).rejects.toMatchObject({ code: "unauthorized" })
  const late = (await makeSignInOptions(await nobody())).options
  await sql("update passkey_challenges set expires_at = now() - interval '1 second'")
  await expect(signInWithPasskey(await nobody(), { response: device.get(late as never), browser: "" })).rejects.toMatchObject({
    code: "unauthorized",
  })
})

test("another address, another device's signature, and a device that does not verify its person are refused", async () => {
  const eve = await newUser(platform(), "eve")
  await expect(add(eve, new Authenticator("https://evals.example.evil.example"))).rejects.toMatchObject({ code: "invalid" })
  await expect(add(eve, new Authenticator(origin, false))).rejects.toMatchObject({ code: "invalid" })
  const device = new Authenticator(origin)
  await add(eve, device)
  const asked = (await makeSignInOptions(await nobody())).options
  const forged = { ...new Authenticator(origin).get(asked as never), id: device.get(asked as never).id }
  await expect(signInWithPasskey(await nobody(), { response: forged, browser: "" })).rejects.toMatchObject({ code: "unauthorized" })
  expect((await enter(device)).token).toMatch(/^hes_/)
  // A copy of the device would have counted less.
  await sql("update passkeys set counter = 1000 where user_id = $1", [eve.userId])
  await expect(enter(device)).rejects.toMatchObject({ code: "unauthorized" })
})

test("passkeys of one person, and browsers that wait, are limited", async () => {
  const fay = await newUser(platform(), "fay")
  await sql(
    `insert into passkeys (id, user_id, name, credential_id, public_key, counter, transports)
     select 'p' || i, $1, 'p', 'c' || i, '', 0, '{}' from generate_series(1, $2) i`,
    [fay.userId, limits.passkeysMax],
  )
  await expect(makePasskeyOptions(fay)).rejects.toMatchObject({ code: "conflict" })
  await sql("insert into passkey_challenges (hash, expires_at) select i, now() + interval '1 minute' from generate_series(1, $1) i", [
    limits.passkeyChallengesMax,
  ])
  await expect(makeSignInOptions(await nobody())).rejects.toMatchObject({ code: "too_many" })
})
