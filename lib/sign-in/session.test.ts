import { encode } from "next-auth/jwt"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { operatorSession, readSession, sessionCookie } from "./session.ts"

const secret = "a secret of thirty-two characters"
beforeEach(() => vi.stubEnv("NEXTAUTH_SECRET", secret))
afterEach(() => vi.unstubAllEnvs())

test("a session is the operator's, or holds the key it was begun with", async () => {
  expect(await readSession((await operatorSession()).value)).toEqual({ kind: "operator" })
  const withKey = await encode({ secret, token: { sub: "id", apiKey: "he_key" } })
  expect(await readSession(withKey)).toEqual({ kind: "key", apiKey: "he_key" })
  expect(withKey).not.toContain("he_key")
})

test("anything else is no session", async () => {
  // Of the time before sessions held their key, and before being on this machine was not enough.
  expect(await readSession(await encode({ secret, token: { sub: "a user's id" } }))).toBeNull()
  expect(await readSession(await encode({ secret, token: { sub: "local" } }))).toBeNull()
  expect(await readSession(await encode({ secret: "another secret", token: { sub: "operator" } }))).toBeNull()
  expect(await readSession("nonsense")).toBeNull()
  expect(await readSession(undefined)).toBeNull()
})

test("without a secret nothing is signed and nothing is read", async () => {
  const { value } = await operatorSession()
  for (const empty of ["", "short"]) {
    vi.stubEnv("NEXTAUTH_SECRET", empty)
    await expect(operatorSession()).rejects.toThrow("NEXTAUTH_SECRET")
    await expect(readSession(value)).rejects.toThrow("NEXTAUTH_SECRET")
  }
})

test("the cookie is secure where the address is https, under the name that next-auth gives it", async () => {
  vi.stubEnv("NEXTAUTH_URL", "https://evals.lab")
  expect(sessionCookie()).toBe("__Secure-next-auth.session-token")
  expect((await operatorSession()).options.secure).toBe(true)
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000")
  expect(sessionCookie()).toBe("next-auth.session-token")
  expect((await operatorSession()).options.secure).toBe(false)
})
