import { expect, test } from "vitest"
import { limits } from "../../contract/index.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform({ REQUESTS_PER_MINUTE: "0" })
const password = "a long password"

/** A request over the network. */
async function ask(method: string, path: string, body?: unknown, { key = null as string | null, address = "10.0.0.1" } = {}) {
  const response = await platform().fetch(
    new Request(`http://platform.test/api/v1${path}`, {
      method,
      headers: { "content-type": "application/json", ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body: body === undefined ? null : JSON.stringify(body),
    }),
    null,
    address,
  )
  return { status: response.status, body: (await response.json()) as any, retryAfter: response.headers.get("retry-after") }
}
const signIn = (given: string, address?: string) =>
  ask("POST", "/auth/sign-in", { email: "olga@example.com", password: given, browser: "curl" }, address === undefined ? {} : { address })

test("a key gives its person an account; a session speaks for them until it is ended", async () => {
  expect((await ask("GET", "/auth/methods")).body.data).toEqual({ password: false, passkey: false, forgot_password: false })
  const short = await ask("PATCH", "/user/account", { email: "olga@example.com", password: "short" }, { key: testApiKey })
  expect(short).toMatchObject({ status: 422, body: { errors: [{ param: "password", details: "must have at least 12 characters" }] } })
  const wrong = await ask("PATCH", "/user/account", { email: "olga" }, { key: testApiKey })
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ param: "email", details: expect.stringContaining("ada@example.com") }] } })
  const account = await ask("PATCH", "/user/account", { email: "Olga@Example.com", password }, { key: testApiKey })
  expect(account).toMatchObject({ status: 200, body: { data: { email: "olga@example.com", has_password: true } } })

  const { status, body } = await signIn(password)
  expect(status).toBe(201)
  const key = body.data.token as string
  expect((await ask("GET", "/user/whoami", undefined, { key })).body.data.email).toBe("olga@example.com")
  const sessions = (await ask("GET", "/user/sessions", undefined, { key })).body
  expect(sessions).toMatchObject({ total_count: 1, data: [{ current: true, browser: "curl", address: "10.0.0.1", method: "password" }] })
  expect(await ask("POST", "/auth/sign-out", undefined, { key })).toMatchObject({ status: 200, body: { ended: 1 } })
  expect(await ask("GET", "/user/whoami", undefined, { key })).toMatchObject({ status: 401, body: { code: "unauthorized" } })
})

test("each part needs whoever it is about", async () => {
  for (const [method, path] of [
    ["GET", "/user/sessions"],
    ["DELETE", "/user/sessions"],
    ["GET", "/user/account"],
    ["PATCH", "/user/account"],
    ["GET", "/user/passkeys"],
    ["POST", "/user/passkeys/options"],
    ["GET", "/people"],
    ["GET", "/invitations"],
    ["POST", "/invitations"],
  ] as const)
    expect([path, (await ask(method, path, method === "GET" || method === "DELETE" ? undefined : {})).status]).toEqual([path, 401])
  for (const path of ["/auth/invitation/open", "/auth/password-reset/open"])
    expect([path, (await ask("POST", path, { token: "no-such-link" })).status]).toEqual([path, 404])
})

test("guesses from many addresses are stopped at the account, with when to try again", async () => {
  for (let i = 0; i < limits.signInsPerAccount; i++) expect((await signIn("a wrong guess", `10.3.0.${i}`)).status).toBe(401)
  const stopped = await signIn(password, "10.3.1.1")
  expect(stopped.status).toBe(429)
  expect(Number(stopped.retryAfter)).toBeGreaterThan(limits.signInMinutes * 60 - 60)
  // Whoever is signed in, or has a key, goes on.
  expect((await ask("GET", "/user/whoami", undefined, { key: testApiKey })).status).toBe(200)
})
