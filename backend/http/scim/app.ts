import { Hono, type Context as HonoContext } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import SCIMMY from "scimmy"
import { limits } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { ServiceError, TooManyRequests, toError } from "../../base/errors.ts"
import type { Span } from "../../base/tracing/tracing.ts"
import type { Services } from "../../services/context.ts"
import { type DirectoryContext, identifyDirectory } from "../../services/directory/directory.ts"
import { changeGroup, createGroup, deleteGroup, listGroups, readGroup } from "../../services/directory/groups.ts"
import { changePerson, createPerson, deletePerson, listPeople, readPerson } from "../../services/directory/people.ts"
import { statusOf } from "../errors.ts"
import { type Bindings, bearerOf } from "../identify.ts"
import { readJsonText } from "../read-body.ts"
import type { Traffic } from "../traffic.ts"
import { comparisonsOf } from "./filters.ts"
import { patched, readGroup as readGroupBody, readUser, refusal, toGroup, toUser } from "./resources.ts"

const { Config, Messages, Resources } = SCIMMY

Config.set({
  patch: true,
  filter: { supported: true, maxResults: limits.scimPageMax },
  etag: true,
  authenticationSchemes: [
    { type: "oauthbearertoken", name: "Token of a directory", description: "Made by an admin under Settings, Directory", primary: true },
  ] as never,
})
Resources.declare(Resources.User)
Resources.declare(Resources.Group)

type Scim = { Variables: { directory: DirectoryContext; base: string; requestId: string; span: Span }; Bindings: Bindings }
type ScimContext = HonoContext<Scim>

/**
 * SCIM 2.0 (RFC 7643, RFC 7644) for directories such as Okta and Entra: users, groups, and what there is of both. Bulk requests, sorting and passwords are
 * not offered, which /ServiceProviderConfig says.
 */
export function scimApp(services: Services, traffic: Traffic): Hono<Scim> {
  const app = new Hono<Scim>({ strict: false })
  app.onError((thrown, c) => answerError(services, thrown, c as ScimContext))
  app.use("*", async (c, next) => {
    const token = bearerOf(c.req.header("authorization"))
    const directory = await identifyDirectory(services, token).catch((error: unknown) => {
      if (c.env?.address !== undefined) traffic.countRequest(c.env.address)
      throw error
    })
    traffic.countRequest(hashToken(token ?? ""))
    c.set("directory", directory)
    c.set("base", new URL("/api/v1/scim/v2", services.config.publicUrl).href)
    const begin = performance.now()
    c.var.span.rename(`${c.req.method} /scim/v2`)
    await next()
    const path = `/scim/v2/${c.req.path.split("/scim/v2/")[1]?.split("/")[0] ?? ""}`
    services.metrics.observe({ method: c.req.method, path: kinds.has(path) ? path : "/scim/v2" }, c.res.status, performance.now() - begin)
  })
  for (const [path, Kind] of Object.entries(discovery)) {
    app.get(path, async (c) => {
      if (c.req.query("filter")) throw refusal(403, null, `${path.slice(1)} does not support retrieval by filter`)
      return answer(c, await new Kind().read())
    })
    if (path !== "/ServiceProviderConfig") app.get(`${path}/:id`, async (c) => answer(c, await new Kind(c.req.param("id")).read()))
  }
  userRoutes(app)
  groupRoutes(app)
  app.all("*", (c) => {
    throw refusal(404, null, `There is nothing at ${c.req.method} ${c.req.path}`)
  })
  return app
}

const discovery = {
  "/ServiceProviderConfig": Resources.ServiceProviderConfig,
  "/ResourceTypes": Resources.ResourceType,
  "/Schemas": Resources.Schema,
}
const kinds = new Set([...Object.keys(discovery), "/Users", "/Groups"].map((path) => `/scim/v2${path}`))

function userRoutes(app: Hono<Scim>): void {
  app.get("/Users", async (c) => {
    const by = filterOf(c, ["id", "username", "externalid", "emails.value", "emails", "active"])
    const filter = {
      id: textOf(by.id),
      userName: textOf(by.username),
      externalId: textOf(by.externalid),
      email: textOf(by["emails.value"] ?? by.emails),
      isActive: typeof by.active === "boolean" ? by.active : undefined,
    }
    const page = pageOf(c)
    const { rows, total } = await listPeople(c.var.directory, filter, page)
    return answerList(
      c,
      rows.map((row) => toUser(row, c.var.base)),
      total,
      page,
    )
  })
  app.post("/Users", async (c) => {
    const made = toUser(await createPerson(c.var.directory, await readUser(await bodyOf(c), null)), c.var.base)
    return answerResource(c, made, 201)
  })
  app.get("/Users/:id", async (c) => answerResource(c, toUser(await readPerson(c.var.directory, c.req.param("id")), c.var.base)))
  app.put("/Users/:id", async (c) => {
    const body = await bodyOf(c)
    const changed = await changePerson(c.var.directory, c.req.param("id"), async (person) => {
      requireVersion(c, toUser(person, c.var.base))
      return readUser(body, person)
    })
    return answerResource(c, toUser(changed, c.var.base))
  })
  app.patch("/Users/:id", async (c) => {
    const body = await bodyOf(c)
    const changed = await changePerson(c.var.directory, c.req.param("id"), async (person) => {
      const before = toUser(person, c.var.base)
      requireVersion(c, before)
      return readUser(plain(await patched(before, body)), person)
    })
    return answerResource(c, toUser(changed, c.var.base))
  })
  app.delete("/Users/:id", async (c) => {
    await deletePerson(c.var.directory, c.req.param("id"))
    return c.body(null, 204)
  })
}

function groupRoutes(app: Hono<Scim>): void {
  app.get("/Groups", async (c) => {
    const by = filterOf(c, ["id", "displayname", "externalid", "members", "members.value"])
    const filter = {
      id: textOf(by.id),
      name: textOf(by.displayname),
      externalId: textOf(by.externalid),
      memberId: textOf(by["members.value"] ?? by.members),
    }
    const page = pageOf(c)
    const { rows, total } = await listGroups(c.var.directory, filter, page, !leavesOut(c, "members"))
    return answerList(
      c,
      rows.map((row) => toGroup(row, c.var.base)),
      total,
      page,
    )
  })
  app.post("/Groups", async (c) => {
    const made = toGroup(await createGroup(c.var.directory, await readGroupBody(await bodyOf(c))), c.var.base)
    return answerResource(c, made, 201)
  })
  app.get("/Groups/:id", async (c) => {
    const found = await readGroup(c.var.directory, c.req.param("id"))
    return answerResource(c, toGroup(leavesOut(c, "members") ? { ...found, members: [] } : found, c.var.base))
  })
  app.put("/Groups/:id", async (c) => {
    const body = await bodyOf(c)
    const changed = await changeGroup(c.var.directory, c.req.param("id"), async (group) => {
      requireVersion(c, toGroup(group, c.var.base))
      return readGroupBody(body)
    })
    return answerResource(c, toGroup(changed, c.var.base))
  })
  app.patch("/Groups/:id", async (c) => {
    const body = await bodyOf(c)
    const changed = await changeGroup(c.var.directory, c.req.param("id"), async (group) => {
      const before = toGroup(group, c.var.base)
      requireVersion(c, before)
      return readGroupBody(plain(await patched(before, body)))
    })
    return answerResource(c, toGroup(changed, c.var.base))
  })
  app.delete("/Groups/:id", async (c) => {
    await deleteGroup(c.var.directory, c.req.param("id"))
    return c.body(null, 204)
  })
}

/** @throws the refusal of a page that is none */
function pageOf(c: ScimContext): { offset: number; limit: number } {
  const number = (name: string, fallback: number) => {
    const text = c.req.query(name) ?? String(fallback)
    if (!/^-?\d{1,9}$/.test(text)) throw refusal(400, "invalidValue", `${name} must be a whole number`)
    return Number(text)
  }
  // RFC 7644, section 3.4.2.4: a start below 1 is 1, a count below 0 is 0.
  const offset = Math.min(limits.offsetMax, Math.max(1, number("startIndex", 1)) - 1)
  return { offset, limit: Math.min(limits.scimPageMax, Math.max(0, number("count", 100))) }
}

const filterOf = (c: ScimContext, attributes: readonly string[]): Record<string, string | boolean> => {
  const filter = c.req.query("filter")
  return filter === undefined ? {} : comparisonsOf(filter, attributes)
}

const textOf = (value: string | boolean | undefined): string | undefined => (value === undefined ? undefined : String(value))

/** Whether a directory wants to know nothing of an attribute, such as the thousands of members of a group. */
function leavesOut(c: ScimContext, attribute: string): boolean {
  const names = (text: string | undefined) => text?.split(",").map((name) => name.trim().toLowerCase()) ?? []
  const wanted = names(c.req.query("attributes"))
  return names(c.req.query("excludedAttributes")).includes(attribute) || (wanted.length > 0 && !wanted.includes(attribute))
}

async function bodyOf(c: ScimContext): Promise<unknown> {
  const text = await readJsonText(c.req.raw, { bytesMax: limits.jsonBytesMax })
  try {
    // Postgres stores no NUL.
    return JSON.parse(text.replace(/\\u0000/g, ""))
  } catch {
    throw refusal(400, "invalidSyntax", "The body is not valid JSON")
  }
}

/** A resource as plain data, without what only the platform says of it. */
const plain = (resource: object): unknown => {
  const { meta: _, id: __, groups: ___, ...rest } = JSON.parse(JSON.stringify(resource))
  return rest
}

type Resource = ReturnType<typeof toUser> | ReturnType<typeof toGroup>
const versionOf = (resource: Resource): string => (resource.meta as { version?: string }).version ?? ""

/** @throws the refusal of a change to what has changed since it was read */
function requireVersion(c: ScimContext, resource: Resource): void {
  const wanted = c.req.header("if-match")
  if (wanted && wanted !== "*" && !wanted.split(/\s*,\s*/).includes(versionOf(resource)))
    throw refusal(412, null, "This has changed since it was read: read it again")
}

const answer = (c: ScimContext, body: unknown, status: ContentfulStatusCode = 200, headers: Record<string, string> = {}): Response =>
  c.body(JSON.stringify(body), status, { "content-type": "application/scim+json", ...headers })

function answerResource(c: ScimContext, resource: Resource, status: ContentfulStatusCode = 200): Response {
  const version = versionOf(resource)
  if (c.req.method === "GET" && c.req.header("if-none-match") === version) return c.body(null, 304, { etag: version })
  const location = String((resource.meta as { location?: unknown }).location)
  return answer(c, resource, status, { etag: version, ...(status === 201 ? { location } : {}) })
}

function answerList(
  c: ScimContext,
  resources: Resource[],
  totalResults: number,
  { offset, limit }: { offset: number; limit: number },
): Response {
  const startIndex = offset + 1
  // The message would cut a page out of a whole list; this is the page.
  const { schemas } = new Messages.ListResponse([], { totalResults, startIndex, itemsPerPage: limit })
  return answer(c, { schemas, totalResults, startIndex, itemsPerPage: resources.length, Resources: resources })
}

function answerError({ log }: Services, thrown: unknown, c: ScimContext): Response {
  if (thrown instanceof TooManyRequests) c.header("retry-after", String(thrown.retryAfterSeconds))
  if (thrown instanceof ServiceError) {
    const invalid = thrown.code === "invalid"
    const message = thrown.problems.map((one) => `${one.path.join(".")} ${one.message}`).join("; ") || thrown.message
    const type = thrown.code === "conflict" ? "uniqueness" : invalid ? "invalidValue" : null
    return answerRefusal(c, invalid ? 400 : statusOf(thrown.code), type, message)
  }
  if (thrown instanceof SCIMMY.Types.Error) return answerRefusal(c, thrown.status as ContentfulStatusCode, thrown.scimType, thrown.message)
  log.error(
    { error: toError(thrown).stack, request: c.var.requestId, method: c.req.method, path: c.req.path },
    "a request of a directory failed",
  )
  return answerRefusal(c, 500, null, "Something went wrong in the platform. Its log has the details.")
}

const answerRefusal = (c: ScimContext, status: ContentfulStatusCode, scimType: string | null, detail: string): Response =>
  answer(c, { schemas: [Messages.ErrorResponse.id], status: String(status), ...(scimType ? { scimType } : {}), detail }, status)
