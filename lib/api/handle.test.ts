import { expect, test, vi } from "vitest"
import { accountCookie } from "@/lib/sign-in/session.ts"

vi.stubEnv("NEXTAUTH_SECRET", "a secret of a test that is long enough")
const sessions: unknown[] = []
vi.mock("./deployment.ts", () => ({
  remotePlatform: () => null,
  transportFor: async (session: unknown) => {
    sessions.push(session)
    return async () => Response.json({})
  },
}))
const { handleApi } = await import("./handle.ts")

test("of several cookies of a session the last one counts, as it does for pages", async () => {
  const { name, value } = await accountCookie("token of a session")
  const ask = async (cookie: string) => {
    await handleApi(new Request("http://localhost:3000/api/v1/user/whoami", { headers: { cookie, host: "localhost:3000" } }))
    return sessions.at(-1)
  }
  const session = { kind: "account", token: "token of a session" }
  expect(await ask(`${name}=${value}`)).toEqual(session)
  expect(await ask(`other=1; ${name}=garbage; ${name}=${value}`)).toEqual(session)
  expect(await ask(`${name}=; ${name}=${value}; x${name}=garbage`)).toEqual(session)
  expect(await ask(`${name}=${value}; ${name}=garbage`)).toBeNull()
  expect(await ask("")).toBeNull()
})
