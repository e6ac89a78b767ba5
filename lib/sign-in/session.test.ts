import { encode } from "next-auth/jwt"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { accountCookie, noSessionCookie, readSession, remoteOperatorCookie, sessionCookie, sessionSeconds } from "./session.ts"

const secret = "a secret of thirty-two characters"
beforeEach(() => {
  vi.stubEnv("NEXTAUTH_SECRET", secret)
  vi.stubEnv("PLATFORM_URL", "")
})
afterEach(() => vi.unstubAllEnvs())

test("a session is one of the platform, or holds the key it was begun with", async () => {
  const { value } = await accountCookie("hes_token")
  expect(await readSession(value)).toEqual({ kind: "account", token: "hes_token" })
  expect(value).not.toContain("hes_token")
  const withKey = await encode({ secret, token: { sub: "id", apiKey: "he_key" } })
  expect(await readSession(withKey)).toEqual({ kind: "key", apiKey: "he_key" })
  expect(withKey).not.toContain("he_key")
})

test("the operator has a cookie alone only where another platform is shown", async () => {
  const { value } = await remoteOperatorCookie()
  expect(await readSession(value)).toBeNull()
  vi.stubEnv("PLATFORM_URL", "https://evals.example")
  expect(await readSession(value)).toEqual({ kind: "operator" })
})

test("anything else is no session", async () => {
  // Of the time before sessions held their key, and before being on this machine was not enough.
  expect(await readSession(await encode({ secret, token: { sub: "a user's id" } }))).toBeNull()
  expect(await readSession(await encode({ secret, token: { sub: "local" } }))).toBeNull()
  expect(await readSession(await encode({ secret: "another secret", token: { session: "hes_token" } }))).toBeNull()
  expect(await readSession("nonsense")).toBeNull()
  expect(await readSession(undefined)).toBeNull()
})

test("without a secret nothing is signed and nothing is read", async () => {
  const { value } = await accountCookie("hes_token")
  for (const empty of ["", "short"]) {
    vi.stubEnv("NEXTAUTH_SECRET", empty)
    await expect(accountCookie("hes_token")).rejects.toThrow("NEXTAUTH_SECRET")
    await expect(readSession(value)).rejects.toThrow("NEXTAUTH_SECRET")
  }
})

test("the cookie is secure where the address is https, under a name that only this host may set, and ends with the same options", async () => {
  vi.stubEnv("NEXTAUTH_URL", "https://evals.lab")
  expect(sessionCookie()).toBe("__Host-next-auth.session-token")
  const { value, maxAge, ...options } = await accountCookie("hes_token")
  expect([value.length > 20, maxAge]).toEqual([true, sessionSeconds])
  expect(options).toEqual({ name: sessionCookie(), secure: true, httpOnly: true, sameSite: "lax", path: "/" })
  expect(noSessionCookie()).toEqual({ ...options, value: "", maxAge: 0 })
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000")
  expect(sessionCookie()).toBe("next-auth.session-token")
  expect(await accountCookie("hes_token")).toMatchObject({ name: sessionCookie(), secure: false })
})
