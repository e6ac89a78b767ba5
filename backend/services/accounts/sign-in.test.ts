import { verify } from "@node-rs/argon2"
import { expect, test } from "vitest"
import { limits } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { identifyCaller } from "../identity/identify-caller.ts"
import { readAccount, updateAccount } from "./account.ts"
import { isPassword } from "./password-hash.ts"
import { createPasswordReset, resetPassword } from "./password-reset.ts"
import { endOtherSessions, endSession, listSessions, signOut } from "./sessions.ts"
import { readSignInMethods, signIn } from "./sign-in.ts"

const platform = testPlatform()
const sql = async (text: string, values: unknown[] = []) => (await platform().database.pool.query(text, values)).rows
const password = "a long password"
const page = { offset: 0, limit: 20 }

const nobody = async (address = "10.0.0.1"): Promise<Context> => ({ ...(await serviceContext(platform(), null)), address })
const enter = async (email: string, given = password, address = "10.0.0.1", browser = "Firefox on Linux") =>
  signIn(await nobody(address), { email, password: given, browser })
const contextOf = (token: string) => identifyCaller(platform().services, token)

/** A person with an account. */
async function withAccount(name: string): Promise<Context & { userId: string; email: string }> {
  const user = await newUser(platform(), name)
  const email = `${name}@example.com`
  await updateAccount(user, { email, password })
  return { ...user, email }
}

test("a password is stored as Argon2id with the parameters of OWASP, where people are not", async () => {
  expect(await readSignInMethods(await nobody())).toMatchObject({ password: false })
  const ada = await withAccount("ada")
  const [row] = await sql("select * from passwords where user_id = $1", [ada.userId])
  expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await verify(row?.hash, password)).toBe(true)
  expect(await readSignInMethods(await nobody())).toMatchObject({ password: true })
  expect(await readAccount(ada)).toMatchObject({ email: "ada@example.com", has_password: true, asks_password: true, is_admin: false })
})

test("a session speaks for the person, until it is ended", async () => {
  const bea = await withAccount("bea")
  const { token, expires_at } = await enter(bea.email)
  expect((Date.parse(expires_at) - Date.now()) / 86_400_000).toBeCloseTo(limits.sessionDays, 1)
  const rows = await sql("select * from sessions where user_id = $1", [bea.userId])
  expect(JSON.stringify(rows)).not.toContain(token)
  const ctx = await contextOf(token)
  expect(ctx.caller).toMatchObject({ kind: "user", userId: bea.userId, session: { method: "password" } })
  expect(await signOut(ctx)).toBe(1)
  await expect(contextOf(token)).rejects.toMatchObject({ code: "unauthorized", message: expect.stringContaining("has ended") })
})

test("a wrong password and an unknown address read the same, and cost the same", async () => {
  const cyd = await withAccount("cyd")
  const without = await newUser(platform(), "without")
  await updateAccount(without, { email: "without@example.com" })
  const refusals = await Promise.all(
    [
      [cyd.email, "a wrong password"],
      ["unknown@example.com", password],
      ["without@example.com", password],
    ].map(([email = "", given]) => enter(email, given).catch((error: Error) => error)),
  )
  expect(new Set(refusals.map((one) => (one as Error).message)).size).toBe(1)
  expect(refusals).toMatchObject([{ code: "unauthorized" }, { code: "unauthorized" }, { code: "unauthorized" }])
  const [{ hash }] = (await sql("select hash from passwords where user_id = $1", [cyd.userId])) as [{ hash: string }]
  // In turns and many times: the quickest of each is what it takes when nothing else runs.
  const times: [number[], number[]] = [[], []]
  for (let i = 0; i < 40; i++) {
    const start = performance.now()
    expect(await isPassword(i % 2 === 0 ? hash : undefined, "a wrong password")).toBe(false)
    times[i % 2 === 0 ? 0 : 1].push(performance.now() - start)
  }
  const [real = 0, none = 0] = times.map((some) => Math.min(...some))
  // Without the work it would be less than a hundredth; other programs on the machine make it half or twice as much.
  expect(none / real).toBeGreaterThan(0.2)
})

test("attempts are limited for each account, also one that does not exist, until the time is over", async () => {
  const dan = await withAccount("dan")
  for (const email of [dan.email, "nobody@example.com"]) {
    for (let i = 0; i < limits.signInsPerAccount; i++)
      await expect(enter(email, "a wrong password", `10.1.0.${i}`)).rejects.toMatchObject({ code: "unauthorized" })
    await expect(enter(email, password, "10.1.0.99")).rejects.toMatchObject({
      code: "too_many",
      message: expect.stringContaining("15 minutes"),
    })
  }
  expect(JSON.stringify(await sql("select * from sign_in_attempts"))).not.toContain("@")
  await sql("update sign_in_attempts set since = since - interval '15 minutes'")
  expect((await enter(dan.email)).token).toMatch(/^hes_/)
  // Attempts before the one that succeeded count no more.
  for (let i = 0; i < limits.signInsPerAccount - 1; i++) await enter(dan.email, "a wrong password", `10.1.1.${i}`).catch(() => {})
  expect((await enter(dan.email)).token).toMatch(/^hes_/)
  await expect(enter(dan.email, "a wrong password")).rejects.toMatchObject({ code: "unauthorized" })
})

test("attempts are limited for each address, over all accounts, and what succeeds does not count", async () => {
  const eve = await withAccount("eve")
  await sql("delete from sign_in_attempts")
  await enter(eve.email, password, "10.2.0.1")
  const attempts = Array.from({ length: limits.signInsPerAddress }, (_, i) => enter(`guess${i}@example.com`, password, "10.2.0.1"))
  const refusals = await Promise.all(attempts.map((attempt) => attempt.catch(({ code }: { code: string }) => code)))
  expect(new Set(refusals)).toEqual(new Set(["unauthorized"]))
  await expect(enter(eve.email, password, "10.2.0.1")).rejects.toMatchObject({ code: "too_many" })
  expect((await enter(eve.email, password, "10.2.0.2")).token).toMatch(/^hes_/)
})

test("a person sees where they are signed in, ends one session, or all others", async () => {
  const fay = await withAccount("fay")
  const [phone, laptop] = [await enter(fay.email, password, "10.0.0.2", "Safari on iOS"), await enter(fay.email)]
  const there = await contextOf(laptop.token)
  const { data, total_count } = await listSessions(there, page)
  expect(total_count).toBe(2)
  expect(data.map(({ current, browser, address }) => [current, browser, address])).toEqual(
    expect.arrayContaining([
      [true, "Firefox on Linux", "10.0.0.1"],
      [false, "Safari on iOS", "10.0.0.2"],
    ]),
  )
  expect((await listSessions(there, { offset: 1, limit: 1 })).data).toHaveLength(1)
  const gus = await withAccount("gus")
  const other = data.find(({ current }) => !current)?.id as string
  await expect(endSession(gus, other)).rejects.toMatchObject({ code: "not_found" })
  await endSession(there, other)
  await expect(contextOf(phone.token)).rejects.toMatchObject({ code: "unauthorized" })
  await enter(fay.email)
  expect(await endOtherSessions(there)).toBe(1)
  expect((await listSessions(there, page)).data).toMatchObject([{ current: true }])
  expect((await contextOf(laptop.token)).caller).toMatchObject({ userId: fay.userId })
})

test("when a session was last used is written every few minutes, and an expired one is none", async () => {
  const hal = await withAccount("hal")
  const { token } = await enter(hal.email)
  const used = async () => (await sql("select last_used_at from sessions where user_id = $1", [hal.userId]))[0]?.last_used_at.getTime()
  const begun = await used()
  await contextOf(token)
  expect(await used()).toBe(begun)
  await sql("update sessions set last_used_at = last_used_at - interval '6 minutes' where user_id = $1", [hal.userId])
  await contextOf(token)
  expect(await used()).toBeGreaterThanOrEqual(begun)
  await sql("update sessions set expires_at = now() - interval '1 second' where user_id = $1", [hal.userId])
  await expect(contextOf(token)).rejects.toMatchObject({ code: "unauthorized" })
  await enter(hal.email)
  expect(await sql("select id from sessions where user_id = $1", [hal.userId])).toHaveLength(1)
})

test("a session without a request for twelve hours has ended, and is not listed", async () => {
  const ida = await withAccount("ida")
  const [left, used] = [await enter(ida.email), await enter(ida.email)]
  const idle = (hours: number) =>
    sql("update sessions set last_used_at = now() - make_interval(hours => $1) where token_hash = $2", [hours, hashToken(left.token)])
  await idle(11)
  expect((await listSessions(await contextOf(used.token), page)).data).toHaveLength(2)
  await idle(13)
  await expect(contextOf(left.token)).rejects.toMatchObject({ code: "unauthorized" })
  expect((await listSessions(await contextOf(used.token), page)).data).toHaveLength(1)
})

test("a new password needs the present one and ends the other sessions; a name needs none", async () => {
  const ivy = await withAccount("ivy")
  const [here, there] = [await contextOf((await enter(ivy.email)).token), await enter(ivy.email)]
  expect(await updateAccount(here, { name: "Ivy" })).toMatchObject({ name: "Ivy" })
  await expect(updateAccount(here, { password: "another long one" })).rejects.toMatchObject({ problems: [{ path: ["current_password"] }] })
  await expect(updateAccount(here, { email: "x@example.com" })).rejects.toMatchObject({ problems: [{ path: ["current_password"] }] })
  const wrong = { password: "another long one", current_password: "not this" }
  await expect(updateAccount(here, wrong)).rejects.toMatchObject({ problems: [{ path: ["current_password"] }] })
  await updateAccount(here, { password: "another long one", current_password: password })
  await expect(contextOf(there.token)).rejects.toMatchObject({ code: "unauthorized" })
  expect((await listSessions(here, page)).data).toMatchObject([{ current: true }])
  await expect(enter(ivy.email)).rejects.toMatchObject({ code: "unauthorized" })
  expect((await enter(ivy.email, "another long one")).token).toMatch(/^hes_/)
})

test("a password that is guessed first is refused with the reason, wherever one is chosen", async () => {
  const lou = await withAccount("lou")
  const here = await contextOf((await enter(lou.email)).token)
  const refusal = async (tried: string) =>
    updateAccount(here, { password: tried, current_password: password }).then(
      () => "none",
      (error: { problems: { path: string[]; message: string }[] }) =>
        error.problems.map((one) => `${one.path.join()}: ${one.message}`).join(),
    )
  for (const common of ["Password1234", "1q2w3e4r5t6y", "qwertyuiop123"])
    expect(await refusal(common)).toContain("password: is one of the most used")
  expect(await refusal("121212121212121")).toBe("password: must have at least 5 different characters")
  expect(await refusal(`my ${lou.email}`)).toBe("password: must not hold your e-mail address")
  const { url } = await createPasswordReset(
    await contextOf((await platform().signInOperator({ address: "", browser: "" })).token),
    lou.userId,
  )
  const token = url.split("/").at(-1) as string
  const reset = (tried: string) => resetPassword(here, { token, password: tried, browser: "" })
  await expect(reset("password12345")).rejects.toMatchObject({ problems: [{ path: ["password"] }] })
  // The link is not used up by a password that was refused.
  expect((await reset("words of my own")).token).toMatch(/^hes_/)
})

test("an address belongs to one account", async () => {
  const jan = await withAccount("jan")
  const kim = await newUser(platform(), "kim")
  await expect(updateAccount(kim, { email: jan.email, password })).rejects.toMatchObject({ code: "conflict" })
  expect(await readAccount(kim)).toMatchObject({ has_password: false })
})

test("the operator signs in without an account, makes one, and chooses a new password without the present one", async () => {
  const place = { address: "127.0.0.1", browser: "Firefox on Linux" }
  const operator = await contextOf((await platform().signInOperator(place)).token)
  expect(await readAccount(operator)).toMatchObject({ email: null, has_password: false, is_admin: true })
  await expect(updateAccount(operator, { password })).rejects.toMatchObject({ problems: [{ path: ["email"] }] })
  await updateAccount(operator, { name: "Olga", email: "olga@example.com", password })
  const elsewhere = await contextOf((await enter("olga@example.com")).token)
  expect(elsewhere.caller).toMatchObject({ userId: await platform().ownerId() })
  expect(await readAccount(elsewhere)).toMatchObject({ name: "Olga", asks_password: true })
  expect(await readAccount(operator)).toMatchObject({ asks_password: false })
  await updateAccount(operator, { password: "a forgotten password" })
  await expect(readAccount(await contextOf((await enter("olga@example.com", "a forgotten password")).token))).resolves.toBeTruthy()
})
