import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import NextAuth from "next-auth"
import { Provider } from "oidc-provider"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { addIdentity, signInIdentified } from "@/lib/api/in-process.ts"
import { authOptions } from "@/lib/sign-in/auth-options.ts"
import { addingCookie, addingMark, addsTo } from "@/lib/sign-in/provider-cookies.ts"
import { accountCookie, readSession, sessionCookie } from "@/lib/sign-in/session.ts"
import { CreateInvitationRequest, ListAuditQuery } from "../../contract/index.ts"
import { updateAccount } from "../services/accounts/account.ts"
import { listIdentities, removeIdentity } from "../services/accounts/identities.ts"
import { acceptInvitation, createInvitation } from "../services/accounts/invitations.ts"
import { listAudit } from "../services/audit/list-audit.ts"
import { identifyCaller } from "../services/identity/identify-caller.ts"
import { listTeams } from "../services/identity/teams.ts"
import { whoami } from "../services/identity/whoami.ts"
import { newTeam, newUser, serviceContext } from "../testing/service-context.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform({ SIGN_UP_DOMAINS: "lab.example, other.example" })
const client = { client_id: "hosted-evals", client_secret: "a secret of the client" }
const page = { offset: 0, limit: 20 }

/** People of the provider, by what they type at its sign-in: the claims that it makes about them. */
const claims = new Map<string, { name: string; email: string; email_verified: boolean }>()
const knows = (login: string, email: string, { verified = true, name = login } = {}) => {
  claims.set(login, { name, email, email_verified: verified })
}

let site = ""
let idp = ""
let invitation: string | null = null
const servers: Server[] = []

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Next-auth as Next calls it for a page's own handler. */
async function serveSite(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", site)
  const text = await new Promise<string>((done) => {
    let read = ""
    request.setEncoding("utf8").on("data", (part) => {
      read += part
    })
    request.on("end", () => done(read))
  })
  const nextauth = url.pathname.replace(/^\/api\/auth\//, "").split("/")
  Object.assign(request, {
    query: { ...Object.fromEntries(url.searchParams), nextauth },
    cookies: Object.fromEntries((request.headers.cookie ?? "").split("; ").map((one) => one.split(/=(.*)/).map(decodeURIComponent))),
    body: Object.fromEntries(new URLSearchParams(text)),
  })
  Object.assign(response, {
    status(code: number) {
      response.statusCode = code
      return response
    },
    json: (value: unknown) => response.end(JSON.stringify(value)),
    send: (value: unknown) => response.end(typeof value === "string" ? value : JSON.stringify(value)),
  })
  const place = { address: "10.0.0.1", browser: "Firefox on Linux" }
  const { cookies } = request as unknown as { cookies: Record<string, string> }
  const session = await addsTo((name) => cookies[name])
  const options = authOptions((identified) =>
    session ? addIdentity(identified, session, platform()) : signInIdentified(identified, invitation, place, platform()),
  )
  await NextAuth(request as never, response as never, options)
}

beforeAll(async () => {
  site = await listen(serveSite)
  let provider: Provider | null = null
  idp = await listen((request, response) => provider?.callback()(request, response))
  provider = new Provider(idp, {
    clients: [{ ...client, redirect_uris: [`${site}/api/auth/callback/oidc`] }],
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...claims.get(id) }) }),
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    cookies: { keys: ["a key of the provider"] },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  })
  vi.stubEnv("NEXTAUTH_URL", site)
  vi.stubEnv("NEXTAUTH_SECRET", "a secret of thirty-two characters")
  vi.stubEnv("OIDC_ISSUER", idp)
  vi.stubEnv("OIDC_CLIENT_ID", client.client_id)
  vi.stubEnv("OIDC_CLIENT_SECRET", client.client_secret)
})
afterAll(() => {
  vi.unstubAllEnvs()
  for (const server of servers) server.close()
})

/** A browser: it keeps cookies, and is asked for each step. */
class Browser {
  readonly #jar = new Map<string, Map<string, string>>()

  async ask(url: string, form?: Record<string, string>): Promise<Response> {
    const { origin } = new URL(url)
    const jar = this.#jar.get(origin) ?? new Map<string, string>()
    this.#jar.set(origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ")
    const response = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
      headers: { cookie },
      ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === "") jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }

  cookie(name: string): string | undefined {
    return this.#jar.get(site)?.get(name)
  }

  keep(name: string, value: string): void {
    this.#jar.set(site, new Map([...(this.#jar.get(site) ?? []), [name, value]]))
  }

  /** Signs in at the provider and comes back. @returns where the site leads to in the end */
  async signIn(login: string): Promise<string> {
    const { csrfToken } = (await (await this.ask(`${site}/api/auth/csrf`)).json()) as { csrfToken: string }
    const begun = await this.ask(`${site}/api/auth/signin/oidc`, { csrfToken, callbackUrl: `${site}/dashboard`, json: "true" })
    let url = ((await begun.json()) as { url: string }).url
    expect(new URL(url).searchParams.get("code_challenge_method")).toBe("S256")
    for (let step = 0; step < 20; step++) {
      let response = await this.ask(url)
      if (response.status === 200 && url.startsWith(idp)) {
        const prompt: Record<string, string> = (await response.text()).includes('name="login"')
          ? { prompt: "login", login, password: "any" }
          : { prompt: "consent" }
        response = await this.ask(url, prompt)
      }
      const to = response.headers.get("location")
      if (!to) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
      const wasCallback = url.startsWith(`${site}/api/auth/callback`)
      url = new URL(to, url).href
      if (wasCallback) return url.replace(site, "")
    }
    throw new Error("The sign-in came to no end")
  }
}

/** Signs in with a new browser. @returns where it led to, and the context of its session */
async function enter(login: string, { with: token = null as string | null } = {}) {
  invitation = token
  const browser = new Browser()
  const to = await browser.signIn(login)
  const session = await readSession(browser.cookie(sessionCookie()))
  const ctx = session?.kind === "account" ? await identifyCaller(platform().services, session.token) : null
  return { to, ctx }
}

const operator = async () => serviceContext(platform(), await platform().ownerId())
const invite = async (ctx: Parameters<typeof createInvitation>[0], email: string, more: object = {}) =>
  (await createInvitation(ctx, CreateInvitationRequest.parse({ email, ...more }))).url.split("/").at(-1) as string

test("somebody of a domain that may come by itself gets an account, and the same one the next time", async () => {
  knows("ada", "Ada@lab.example", { name: "Ada Lovelace" })
  const first = await enter("ada")
  expect(first.to).toBe("/dashboard")
  expect(first.ctx?.caller).toMatchObject({ kind: "user", session: { method: "provider" } })
  const ada = await whoami(first.ctx as never)
  expect(ada).toMatchObject({ name: "Ada Lovelace", email: "ada@lab.example", role: "USER" })
  // The address may change at the provider: who somebody is does not.
  knows("ada", "ada@elsewhere.example")
  expect(await whoami((await enter("ada")).ctx as never)).toMatchObject({ id: ada.id, email: "ada@lab.example" })
})

test("anybody else is not let in without an invitation, nor with an address that nobody has verified", async () => {
  knows("bob", "bob@elsewhere.example")
  knows("eve", "eve@lab.example", { verified: false })
  knows("mal", "mal@sub.lab.example")
  for (const login of ["bob", "eve", "mal"]) expect(await enter(login)).toEqual({ to: "/login?refused=uninvited", ctx: null })
  const { rows } = await platform().database.pool.query("select email from users where email like '%example'")
  expect(rows.map(({ email }) => email)).toEqual(["ada@lab.example"])
})

test("with an invitation a person gets an account and its team, once", async () => {
  const { teamId, admin } = await newTeam(platform(), "guild")
  knows("cyd", "cyd@elsewhere.example")
  const token = await invite(admin, "cyd@work.example", { team_id: teamId })
  const { to, ctx } = await enter("cyd", { with: token })
  expect(to).toBe("/dashboard")
  expect(await whoami(ctx as never)).toMatchObject({ email: "cyd@elsewhere.example" })
  expect((await listTeams(ctx as never, page)).data).toMatchObject([{ teamId }])
  knows("dan", "dan@elsewhere.example")
  expect(await enter("dan", { with: token })).toMatchObject({ to: "/login?refused=uninvited" })
})

test("an account is linked only where its person was invited at the address that the provider has verified", async () => {
  // Anybody may write somebody's address into their account, and wait for them.
  const thief = await newUser(platform(), "thief")
  await updateAccount(thief, { email: "fay@lab.example" })
  knows("fay", "fay@lab.example")
  expect(await enter("fay")).toEqual({ to: "/login?refused=taken", ctx: null })

  const token = await invite(await operator(), "gus@elsewhere.example")
  const nobody = await serviceContext(platform(), null)
  const { session } = await acceptInvitation(nobody, { token, name: "Gus", password: "a long password", browser: "" })
  const gus = await whoami(await identifyCaller(platform().services, session?.token))
  knows("gus", "gus@elsewhere.example", { verified: false })
  expect(await enter("gus")).toMatchObject({ ctx: null })
  knows("gus", "gus@elsewhere.example")
  expect(await whoami((await enter("gus")).ctx as never)).toMatchObject({ id: gus.id, name: "Gus" })
  // A second identity of the same provider, which has verified this address for this person before.
  knows("gus-at-home", "gus@elsewhere.example")
  expect(await whoami((await enter("gus-at-home")).ctx as never)).toMatchObject({ id: gus.id })
})

/** Somebody with a password, and the browser in which they are signed in. */
async function member(name: string) {
  const token = await invite(await operator(), `${name}@password.example`)
  const { session } = await acceptInvitation(await serviceContext(platform(), null), {
    token,
    name,
    password: "a long password",
    browser: "",
  })
  const browser = new Browser()
  browser.keep(sessionCookie(), (await accountCookie(session?.token as string)).value)
  return { browser, token: session?.token as string, ctx: await identifyCaller(platform().services, session?.token) }
}

test("whoever is signed in adds who they are elsewhere, under any address, and signs in with it then", async () => {
  const { browser, token, ctx } = await member("jan")
  knows("jan-elsewhere", "jan@quite-another.example")
  browser.keep(addingCookie, addingMark(token))
  expect(await browser.signIn("jan-elsewhere")).toBe("/dashboard/settings?identity=added")
  expect(await readSession(browser.cookie(sessionCookie()))).toEqual({ kind: "account", token })
  expect(await listIdentities(ctx)).toMatchObject([{ provider: "oidc", subject: "jan-elsewhere", email: "jan@quite-another.example" }])
  const { id } = await whoami(ctx)
  expect(await whoami((await enter("jan-elsewhere")).ctx as never)).toMatchObject({ id })
  expect((await listAudit(ctx, ListAuditQuery.parse({}))).entries.map(({ action }) => action)).toContain("identity.add")

  const other = await member("kim")
  other.browser.keep(addingCookie, addingMark(other.token))
  expect(await other.browser.signIn("jan-elsewhere")).toBe("/dashboard/settings?identity=taken")
  expect(await listIdentities(other.ctx)).toEqual([])

  await removeIdentity(ctx, { provider: "oidc", subject: "jan-elsewhere" })
  expect(await enter("jan-elsewhere")).toEqual({ to: "/login?refused=uninvited", ctx: null })
})

test("nothing is added for a session that did not ask for it, and that is not there any more", async () => {
  const { browser, ctx } = await member("lea")
  const other = await member("max")
  knows("stray", "stray@elsewhere.example")
  // Left by whoever used this browser before.
  browser.keep(addingCookie, addingMark(other.token))
  expect(await browser.signIn("stray")).toBe("/login?refused=uninvited")
  expect([await listIdentities(ctx), await listIdentities(other.ctx)]).toEqual([[], []])
})

test("the last way to sign in stays", async () => {
  knows("only", "only@lab.example")
  const { ctx } = await enter("only")
  const alone = { provider: "oidc", subject: "only" }
  await expect(removeIdentity(ctx as never, alone)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("passkey") })
  await updateAccount(ctx as never, { password: "a long password" })
  await removeIdentity(ctx as never, alone)
  expect(await listIdentities(ctx as never)).toEqual([])
  await expect(removeIdentity(ctx as never, alone)).rejects.toMatchObject({ code: "not_found" })
})

test("an invitation that came to nothing can still be used", async () => {
  const token = await invite(await operator(), "hal@elsewhere.example")
  knows("hal", "fay@lab.example")
  expect(await enter("hal", { with: token })).toMatchObject({ to: "/login?refused=taken" })
  knows("ida", "ida@elsewhere.example")
  expect(await whoami((await enter("ida", { with: token })).ctx as never)).toMatchObject({ email: "ida@elsewhere.example" })
})

test("an answer that this browser did not ask for signs nobody in", async () => {
  const browser = new Browser()
  vi.spyOn(console, "error").mockImplementation(() => {})
  let url = `${site}/api/auth/callback/oidc?code=stolen&state=made-up`
  while (url.startsWith(`${site}/api/auth/`)) url = new URL((await browser.ask(url)).headers.get("location") ?? "", url).href
  expect(url).toMatch(/\/login\?.*error=OAuthCallback/)
  expect(browser.cookie(sessionCookie())).toBeUndefined()
})
