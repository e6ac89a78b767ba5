import type { AddressInfo } from "node:net"
import { createAdaptorServer } from "@hono/node-server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { updateAccount } from "../../services/accounts/account.ts"
import { signInIdentified } from "../../services/accounts/provider-sign-in.ts"
import { beginSession } from "../../services/accounts/sessions.ts"
import { createDirectoryToken, listDirectoryGroups, mapDirectoryGroup, revokeDirectoryToken } from "../../services/directory/manage.ts"
import { mintApiKey } from "../../services/identity/api-keys.ts"
import { identifyCaller } from "../../services/identity/identify-caller.ts"
import { removeMember, updateMember } from "../../services/identity/members.ts"
import { newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"

const platform = testPlatform({ REQUESTS_PER_MINUTE: "0", PUBLIC_URL: "https://evals.lab" })
const operator = async () => ({ ...(await serviceContext(platform(), await platform().ownerId())), need: "manage" as const })
const urn = "urn:ietf:params:scim"
const userSchema = `${urn}:schemas:core:2.0:User`
const groupSchema = `${urn}:schemas:core:2.0:Group`
const enterprise = `${urn}:schemas:extension:enterprise:2.0:User`
const place = { address: null, browser: "a test" }

let base = ""
let token = ""
let close = () => {}

beforeAll(async () => {
  const server = createAdaptorServer({ fetch: (request: Request) => platform().fetch(request, null, "10.0.0.9") })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/scim/v2`
  close = () => void server.close()
  token = (await createDirectoryToken(await operator(), { name: "Okta" })).value
})
afterAll(() => close())

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/scim+json; charset=utf-8" } : {}), ...headers },
    body: body ? JSON.stringify(body) : null,
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: (text ? JSON.parse(text) : null) as any }
}
const patch = (path: string, Operations: unknown[], headers?: Record<string, string>) =>
  ask("PATCH", path, { schemas: [`${urn}:api:messages:2.0:PatchOp`], Operations }, headers)
const filtered = (kind: string, filter: string, more = "") => ask("GET", `/${kind}?filter=${encodeURIComponent(filter)}${more}`)
const newPerson = async (userName: string, more: object = {}) => {
  const { status, json } = await ask("POST", "/Users", {
    schemas: [userSchema],
    userName,
    emails: [{ value: userName, primary: true }],
    ...more,
  })
  expect(status, JSON.stringify(json)).toBe(201)
  return json
}
const rolesOf = async (userId: string) => (await serviceContext(platform(), userId)).viewer.roles

test("only a directory's own token opens it, until it is revoked or has expired", async () => {
  const { value: key } = await mintApiKey(platform().services.db, await platform().ownerId(), {
    name: "k",
    scopes: ["write"],
    expiresAt: null,
  })
  for (const wrong of ["", "Bearer hed_none", `Bearer ${key}`, `Basic ${token}`]) {
    const { status, json } = await ask("GET", "/Users", undefined, { authorization: wrong })
    expect([wrong, status, json.status, json.schemas]).toEqual([wrong, 401, "401", [`${urn}:api:messages:2.0:Error`]])
  }
  await expect(identifyCaller(platform().services, token)).rejects.toMatchObject({ code: "unauthorized" })
  const admin = await operator()
  const made = await createDirectoryToken(admin, { name: "old", expires_in_days: 1 })
  expect(made.url).toBe("https://evals.lab/api/v1/scim/v2")
  expect((await ask("GET", "/Users", undefined, { authorization: `Bearer ${made.value}` })).status).toBe(200)
  await revokeDirectoryToken(admin, made.id)
  expect((await ask("GET", "/Users", undefined, { authorization: `Bearer ${made.value}` })).status).toBe(401)
  await expect(createDirectoryToken(await newUser(platform(), "no-admin"), { name: "x" })).rejects.toMatchObject({ code: "forbidden" })
})

test("a directory reads what there is: config, resource types and schemas", async () => {
  const { headers, json } = await ask("GET", "/ServiceProviderConfig")
  expect(headers.get("content-type")).toBe("application/scim+json")
  expect(json).toMatchObject({
    schemas: [`${urn}:schemas:core:2.0:ServiceProviderConfig`],
    ...{ patch: { supported: true }, bulk: { supported: false }, filter: { supported: true, maxResults: 200 } },
    ...{ etag: { supported: true }, sort: { supported: false }, changePassword: { supported: false } },
  })
  const types = (await ask("GET", "/ResourceTypes")).json.Resources
  expect(types.map(({ name, endpoint }: any) => [name, endpoint])).toEqual([
    ["User", "/Users"],
    ["Group", "/Groups"],
  ])
  expect((await ask("GET", "/ResourceTypes/User")).json).toMatchObject({ schema: userSchema })
  const schemas = (await ask("GET", "/Schemas")).json.Resources
  expect(schemas.map(({ id }: any) => id).sort()).toEqual([groupSchema, userSchema])
  expect((await ask("GET", `/Schemas/${userSchema}`)).json.attributes.length).toBeGreaterThan(5)
  expect((await ask("GET", "/Nothing")).json).toMatchObject({ status: "404" })
})

// https://developer.okta.com/docs/guides/scim-provisioning-integration-test: what Okta's own test of an integration asks, in its order.
test("Okta's requests: look, make, change, switch off and on", async () => {
  const first = (await ask("GET", "/Users?count=1&startIndex=1")).json
  expect(first).toMatchObject({ schemas: [`${urn}:api:messages:2.0:ListResponse`], startIndex: 1 })
  expect((await ask("GET", "/Users/010101001010101011001010101011")).json).toMatchObject({
    status: "404",
    schemas: [`${urn}:api:messages:2.0:Error`],
  })
  const none = await filtered("Users", 'userName eq "okta.0@lab.example"', "&startIndex=1&count=100")
  expect(none.json).toMatchObject({ totalResults: 0, Resources: [] })
  const sent = {
    schemas: [userSchema],
    userName: "Okta.0@lab.example",
    name: { givenName: "Isaac", familyName: "Brock" },
    emails: [{ primary: true, value: "Okta.0@lab.example", type: "work" }],
    displayName: "Isaac Brock",
    locale: "en-US",
    externalId: "00ujl29u0le5T6Aj10h7",
    groups: [],
    password: "1mz050nq",
    active: true,
  }
  const made = await ask("POST", "/Users", sent)
  expect(made.status).toBe(201)
  expect(made.headers.get("location")).toBe(`https://evals.lab/api/v1/scim/v2/Users/${made.json.id}`)
  expect(made.json).toMatchObject({
    userName: "Okta.0@lab.example",
    name: { givenName: "Isaac", familyName: "Brock" },
    emails: [{ value: "okta.0@lab.example", type: "work", primary: true }],
    ...{ active: true, externalId: "00ujl29u0le5T6Aj10h7", displayName: "Isaac Brock" },
  })
  expect(JSON.stringify(made.json)).not.toContain("1mz050nq")
  expect(await ask("POST", "/Users", sent)).toMatchObject({ status: 409, json: { scimType: "uniqueness" } })
  expect((await filtered("Users", 'userName eq "okta.0@LAB.example"')).json).toMatchObject({
    totalResults: 1,
    Resources: [{ id: made.json.id }],
  })

  const changed = await ask("PUT", `/Users/${made.json.id}`, {
    ...sent,
    id: made.json.id,
    name: { givenName: "Ada", familyName: "Brock" },
    displayName: "Ada Brock",
  })
  expect(changed).toMatchObject({ status: 200, json: { displayName: "Ada Brock", name: { givenName: "Ada" } } })

  const { db } = platform().services
  const { value: key } = await mintApiKey(db, made.json.id, { name: "k", scopes: ["read"], expiresAt: null })
  const session = (await beginSession(db, made.json.id, "provider", place)).token
  const enter = (secret: string) => identifyCaller(platform().services, secret)
  expect((await enter(key)).caller).toMatchObject({ userId: made.json.id })
  const off = await patch(`/Users/${made.json.id}`, [{ op: "replace", value: { active: false } }])
  expect(off).toMatchObject({ status: 200, json: { active: false } })
  await expect(enter(key)).rejects.toThrow("switched off")
  await expect(enter(session)).rejects.toMatchObject({ code: "unauthorized" })
  expect((await patch(`/Users/${made.json.id}`, [{ op: "replace", value: { active: true } }])).json.active).toBe(true)
  expect((await enter(key)).caller).toMatchObject({ userId: made.json.id })
})

// https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups
test("Entra's requests: words for booleans, paths with filters, attributes that are not kept, and a deletion that can be taken back", async () => {
  const probe = await filtered("Users", 'userName eq "1b7d1ccf-0b5b-4d3d-a9ea-7f8a0dbd1a5c"')
  expect(probe).toMatchObject({ status: 200, json: { totalResults: 0, Resources: [] } })
  const sent = {
    schemas: [userSchema, enterprise],
    externalId: "58342554-38d6-4ec8-948c-50044d0a33fd",
    userName: "Test_User@lab.example",
    active: "True",
    addresses: null,
    displayName: "lennay",
    emails: [{ type: "work", value: "lennay@lab.example", primary: true }],
    meta: { resourceType: "User" },
    name: { familyName: "Park", givenName: "Lennay" },
    phoneNumbers: null,
    preferredLanguage: null,
    title: null,
    department: null,
  }
  const { status, json: made } = await ask("POST", "/Users", sent)
  expect([status, made.active, made.emails[0].value]).toEqual([201, true, "lennay@lab.example"])
  expect((await filtered("Users", `externalId eq "${sent.externalId}"`)).json.Resources.map(({ id }: any) => id)).toEqual([made.id])
  expect((await filtered("Users", 'emails[type eq "work"].value eq "lennay@lab.example"')).json.totalResults).toBe(1)

  const changed = await patch(`/Users/${made.id}`, [
    { op: "Replace", path: 'emails[type eq "work"].value', value: "lennay.park@lab.example" },
    { op: "Replace", path: "name.familyName", value: "Parks" },
    { op: "Add", path: 'phoneNumbers[type eq "work"].value', value: "+1 555 0100" },
    { op: "Add", path: `${enterprise}:department`, value: "Research" },
    { op: "Replace", path: `${userSchema}:displayName`, value: "Lennay Parks" },
  ])
  expect(changed.json).toMatchObject({
    emails: [{ value: "lennay.park@lab.example" }],
    name: { familyName: "Parks", givenName: "Lennay" },
    displayName: "Lennay Parks",
  })
  expect((await patch(`/Users/${made.id}`, [{ op: "Replace", path: "active", value: "False" }])).json.active).toBe(false)
  expect((await patch(`/Users/${made.id}`, [{ op: "Replace", value: { active: "True", "name.givenName": "Len" } }])).json).toMatchObject({
    active: true,
    name: { givenName: "Len" },
  })

  const { status: gone } = await ask("DELETE", `/Users/${made.id}`)
  expect(gone).toBe(204)
  expect((await ask("GET", `/Users/${made.id}`)).status).toBe(404)
  expect((await filtered("Users", 'userName eq "Test_User@lab.example"')).json.totalResults).toBe(0)
  expect((await ask("DELETE", `/Users/${made.id}`)).status).toBe(404)
  await expect(beginSession(platform().services.db, made.id, "password", place)).rejects.toThrow("switched off")
  // Made again with the address, it is the same account; the name alone is free for somebody else.
  const other = await newPerson("test_user@lab.example")
  expect(other.id).not.toBe(made.id)
  const again = await ask("POST", "/Users", { ...sent, userName: "lennay", emails: [{ value: "lennay.park@lab.example" }] })
  expect(again).toMatchObject({ status: 201, json: { id: made.id, active: true } })
})

test("groups give their members a role in the team that an admin chose, and take it away", async () => {
  const { teamId, admin: owner, member } = await newTeam(platform(), "directory-crew")
  const boss = { ...(await operator()), viewer: owner.viewer }
  const [ada, bob] = [await newPerson("ada@lab.example"), await newPerson("bob@lab.example")]
  // Entra makes a group empty, with a schema of its own.
  const adscim = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
  const sent = {
    schemas: [groupSchema, adscim],
    externalId: "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
    displayName: "Eval people",
    meta: { resourceType: "Group" },
  }
  const { status, json: group } = await ask("POST", "/Groups", sent)
  expect([status, group.displayName, group.members]).toEqual([201, "Eval people", []])
  expect((await ask("POST", "/Groups", { ...sent, displayName: "EVAL people" })).json).toMatchObject({
    status: "409",
    scimType: "uniqueness",
  })
  expect((await filtered("Groups", 'displayName eq "eval people"', "&excludedAttributes=members")).json.totalResults).toBe(1)
  await patch(`/Groups/${group.id}`, [{ op: "Add", path: "members", value: [{ $ref: null, value: ada.id }] }])
  expect(await rolesOf(ada.id)).toEqual({})

  await expect(mapDirectoryGroup(await operator(), group.id, { team_id: teamId, role: "runner" })).rejects.toMatchObject({
    code: "forbidden",
  })
  await expect(mapDirectoryGroup(owner, group.id, { team_id: teamId, role: "runner" })).rejects.toMatchObject({ code: "forbidden" })
  const mapped = await mapDirectoryGroup({ ...boss, caller: (await operator()).caller }, group.id, { team_id: teamId, role: "runner" })
  expect(mapped).toMatchObject({ team_id: teamId, team_name: "directory-crew", role: "runner", members: 1 })
  expect(await rolesOf(ada.id)).toEqual({ [teamId]: "runner" })
  expect((await ask("GET", `/Users/${ada.id}`)).json.groups).toMatchObject([{ value: group.id, display: "Eval people" }])

  // Okta's form of the same, and a second group that gives more.
  const lead = (
    await ask("POST", "/Groups", { schemas: [groupSchema], displayName: "Leads", members: [{ value: ada.id, display: "ada" }] })
  ).json
  await mapDirectoryGroup(boss, lead.id, { team_id: teamId, role: "editor" })
  expect(await rolesOf(ada.id)).toEqual({ [teamId]: "editor" })
  await patch(`/Groups/${group.id}`, [
    { op: "remove", path: `members[value eq "${ada.id}"]` },
    { op: "add", path: "members", value: [{ value: bob.id, display: "bob" }] },
  ])
  expect([await rolesOf(ada.id), await rolesOf(bob.id)]).toEqual([{ [teamId]: "editor" }, { [teamId]: "runner" }])
  expect((await filtered("Groups", `id eq "${group.id}" and members eq "${bob.id}"`)).json.totalResults).toBe(1)
  await patch(`/Groups/${lead.id}`, [{ op: "Remove", path: "members", value: [{ value: ada.id }] }])
  expect(await rolesOf(ada.id)).toEqual({})

  // What people decided stays: an owner, and a member in no group. Whom groups put there is changed there.
  const all = {
    schemas: [groupSchema],
    displayName: "Eval people",
    members: [bob, { id: owner.userId }, { id: member.userId }].map(({ id }) => ({ value: id })),
  }
  expect((await ask("PUT", `/Groups/${group.id}`, all)).status).toBe(200)
  expect([await rolesOf(owner.userId), await rolesOf(member.userId)]).toEqual([{ [teamId]: "owner" }, { [teamId]: "runner" }])
  const manager = { ...owner, need: "manage" as const }
  await expect(updateMember(manager, teamId, bob.id, "owner")).rejects.toThrow("by a group of the directory")
  await expect(removeMember(manager, teamId, bob.id)).rejects.toThrow("by a group of the directory")

  // Whoever is deleted is in no group any more, and the group's end takes the rest.
  await ask("DELETE", `/Users/${bob.id}`)
  expect((await ask("GET", `/Groups/${group.id}`)).json.members.map(({ value }: any) => value)).not.toContain(bob.id)
  expect((await ask("DELETE", `/Groups/${group.id}`)).status).toBe(204)
  expect([await rolesOf(owner.userId), await rolesOf(member.userId)]).toEqual([{ [teamId]: "owner" }, {}])
  expect((await listDirectoryGroups(boss, { offset: 0, limit: 10 })).data.map(({ name }) => name)).toEqual(["Leads"])
})

test("the operator is not there, and an admin's address is the admin's", async () => {
  const ownerId = await platform().ownerId()
  const all = (await ask("GET", "/Users?count=200")).json.Resources as { id: string }[]
  expect(all.map(({ id }) => id)).not.toContain(ownerId)
  expect((await patch(`/Users/${ownerId}`, [{ op: "replace", value: { active: false } }])).status).toBe(404)
  expect((await ask("POST", "/Groups", { schemas: [groupSchema], displayName: "Ops", members: [{ value: ownerId }] })).json).toMatchObject({
    scimType: "invalidValue",
  })

  const admin = await newPerson("admin@lab.example")
  await platform().call("PATCH", `/people/${admin.id}`, { is_admin: true })
  const moved = await patch(`/Users/${admin.id}`, [{ op: "replace", path: 'emails[type eq "work"].value', value: "thief@lab.example" }])
  expect(moved).toMatchObject({ status: 403, json: { detail: expect.stringContaining("changed by themselves") } })
  expect((await patch(`/Users/${admin.id}`, [{ op: "replace", value: { active: false } }])).json.active).toBe(false)
})

test("a provider of identities signs in whom the directory made, by the address that the directory gave and no other", async () => {
  const { services } = platform()
  const eve = await newPerson("eve@lab.example")
  const enter = (subject: string, email: string) =>
    signInIdentified(services, { provider: "oidc", subject, name: "Eve", email }, null, place)
  const { token: session } = await enter("eve", "eve@lab.example")
  expect((await identifyCaller(services, session)).caller).toMatchObject({ userId: eve.id })
  // An address that Eve has written into her own account is not the directory's word.
  await updateAccount(await serviceContext(platform(), eve.id), { email: "victim@lab.example" })
  await expect(enter("victim", "victim@lab.example")).rejects.toMatchObject({ reason: "taken" })
})

test("pages, versions and refusals are SCIM's own", async () => {
  for (let i = 0; i < 3; i++) await newPerson(`page-${i}@lab.example`)
  const total = (await ask("GET", "/Users?count=0")).json
  expect(total).toMatchObject({ itemsPerPage: 0, Resources: [] })
  const ids: string[] = []
  for (let startIndex = 1; startIndex <= total.totalResults; startIndex += 2) {
    const page = (await ask("GET", `/Users?startIndex=${startIndex}&count=2`)).json
    expect(page.startIndex).toBe(startIndex)
    ids.push(...page.Resources.map(({ id }: any) => id))
  }
  expect(new Set(ids).size).toBe(total.totalResults)

  const one = await ask("GET", `/Users/${ids.at(-1)}`)
  const etag = one.headers.get("etag") as string
  expect([etag, (await ask("GET", `/Users/${ids.at(-1)}`, undefined, { "if-none-match": etag })).status]).toEqual([
    one.json.meta.version,
    304,
  ])
  const rename = (name: string, headers: Record<string, string>) =>
    patch(`/Users/${ids.at(-1)}`, [{ op: "replace", path: "displayName", value: name }], headers)
  expect((await rename("Once", { "if-match": etag })).status).toBe(200)
  expect((await rename("Twice", { "if-match": etag })).status).toBe(412)

  const bad: [string, string, unknown, string][] = [
    ["POST", "/Users", { schemas: [userSchema] }, "invalidValue"],
    ["POST", "/Users", { schemas: [userSchema], userName: "no address" }, "invalidValue"],
    ["POST", "/Users", { schemas: [userSchema], userName: "a@b.example", active: "perhaps" }, "invalidValue"],
    ["POST", "/Users", [], "invalidSyntax"],
    [
      "PATCH",
      `/Users/${ids[0]}`,
      { schemas: [`${urn}:api:messages:2.0:PatchOp`], Operations: [{ op: "replace", path: "nonsense", value: 1 }] },
      "invalidPath",
    ],
    ["PATCH", `/Users/${ids[0]}`, { schemas: [`${urn}:api:messages:2.0:PatchOp`] }, "invalidSyntax"],
    ["GET", "/Users?filter=userName%20co%20%22a%22", undefined, "invalidFilter"],
    ["GET", "/Users?filter=password%20eq%20%22a%22", undefined, "invalidFilter"],
    ["GET", "/Users?startIndex=one", undefined, "invalidValue"],
  ]
  for (const [method, path, body, scimType] of bad) {
    const { status, json } = await ask(method, path, body)
    expect([path, body, status, json.scimType]).toEqual([path, body, 400, scimType])
    expect(json.detail.length).toBeGreaterThan(5)
  }
})

test("what a directory did stands in the audit log under its token's name", async () => {
  const entries = (await platform().call("GET", "/audit?action=person.provision")).body.entries
  expect(entries[0]).toMatchObject({ actor_name: "Directory: Okta", action: "person.provision", target_kind: "user" })
  expect((await platform().call("GET", "/audit?action=directory_group.map")).body.entries.length).toBeGreaterThan(0)
})

test("whatever is sent is refused or taken, and never a fault of the platform", async () => {
  const { id } = await newPerson("fuzz@lab.example")
  const group = (await ask("POST", "/Groups", { schemas: [groupSchema], displayName: "Fuzz", members: [{ value: id }] })).json
  const values = [null, 7, "\u0000", {}, [null], { value: { a: 1 } }]
  const names = ["userName", "emails", "name", "active", "displayName", "members", "meta", "__proto__"]
  const paths = [...names, undefined, "emails[", 'emails[type eq "work"].value', "members[value eq 1]", "name.givenName.x", "[]"]
  const faults: string[] = []
  const look = (what: unknown, { status }: { status: number }) => {
    if (status >= 500) faults.push(JSON.stringify(what))
  }
  for (const value of values) {
    for (const name of names) {
      look({ name, value }, await ask("PUT", `/Users/${id}`, { schemas: [userSchema], userName: "fuzz@lab.example", [name]: value }))
      look({ name, value }, await ask("PUT", `/Groups/${group.id}`, { schemas: [groupSchema], displayName: "Fuzz", [name]: value }))
    }
    for (const path of paths) {
      const operation = { op: value === null ? "remove" : "replace", path, value }
      look(operation, await patch(`/Users/${id}`, [operation]))
      look(operation, await patch(`/Groups/${group.id}`, [operation]))
    }
    look({ value }, await patch(`/Users/${id}`, [value]))
    look({ body: value }, await ask("POST", "/Users", value))
  }
  for (const filter of [
    "(",
    "userName",
    "userName eq",
    'userName eq "a" or id eq "b"',
    "not (id pr)",
    "emails[",
    'a.b.c eq "x"',
    "id eq null",
    "userName eq 7",
    '"',
  ])
    for (const kind of ["Users", "Groups"]) look({ filter }, await filtered(kind, filter))
  expect(faults).toEqual([])
  expect(({} as { x?: unknown }).x).toBeUndefined()
}, 120_000)
