import { createHash } from "node:crypto"
import SCIMMY from "scimmy"
import { EmailAddress, limits } from "../../../contract/index.ts"
import type { GroupWithMembers, WantedGroup } from "../../services/directory/groups.ts"
import type { DirectoryPerson, WantedPerson } from "../../services/directory/people.ts"

const { Messages, Schemas, Types } = SCIMMY

/** SCIM's own refusal. */
export const refusal = (status: 400 | 403 | 404 | 412, type: string | null, message: string): Error =>
  new Types.Error(status, type as string, message)

/**
 * Has the library read what was sent. It refuses much of what it does not expect in words of its own, and trips over the rest.
 * @throws SCIM's refusal
 */
export async function reading<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Types.Error) throw error
    const isWorded = error instanceof TypeError && /^(Attribute|Complex|Extension|Request|Required)/.test(error.message)
    throw refusal(400, "invalidValue", isWorded ? error.message : "This holds a value of a kind that is not expected there")
  }
}

/** A person as SCIM writes them. */
export function toUser({ user, entry, groups }: DirectoryPerson, base: string) {
  const { givenName, familyName } = entry ?? { givenName: null, familyName: null }
  const lastModified = entry?.updatedAt ?? user.createdAt
  const said = {
    id: user.id,
    ...(entry?.externalId ? { externalId: entry.externalId } : {}),
    userName: entry?.userName ?? user.email,
    displayName: user.name,
    name: { formatted: user.name, ...(givenName ? { givenName } : {}), ...(familyName ? { familyName } : {}) },
    emails: [{ value: user.email, type: "work", primary: true }],
    active: user.switchedOffAt === null,
    groups: groups.map(({ id, name }) => ({ value: id, display: name, $ref: `${base}/Groups/${id}`, type: "direct" })),
  }
  const meta = { resourceType: "User", created: user.createdAt, lastModified, version: versionOf(said) }
  return new Schemas.User({ ...said, meta }, "out", `${base}/Users`)
}

/** A group as SCIM writes it. */
export function toGroup({ group, members }: GroupWithMembers, base: string) {
  const said = {
    id: group.id,
    ...(group.externalId ? { externalId: group.externalId } : {}),
    displayName: group.name,
    members: members.map(({ userId, name }) => ({ value: userId, display: name, $ref: `${base}/Users/${userId}`, type: "User" })),
  }
  const meta = { resourceType: "Group", created: group.createdAt, lastModified: group.updatedAt, version: versionOf(said) }
  return new Schemas.Group({ ...said, meta }, "out", `${base}/Groups`)
}

const versionOf = (said: object): string => `W/"${createHash("sha256").update(JSON.stringify(said)).digest("hex").slice(0, 24)}"`

/** What a body of SCIM wants a person to be. @param before what they are; a body that leaves out `active` leaves it as it is */
export async function readUser(body: unknown, before: DirectoryPerson | null): Promise<WantedPerson> {
  const { active, ...rest } = keptOf(body, ["userName", "externalId", "displayName", "name", "emails", "active"])
  const said = await reading(
    () => new Schemas.User({ ...rest, ...(active === undefined ? {} : { active: booleanOf(active) }) } as never, "in"),
  )
  const userName = textOf("userName", said.userName, limits.emailCharactersMax)
  if (!userName) throw refusal(400, "invalidValue", "userName is needed")
  const emails = said.emails ?? []
  const address = (emails.find(({ primary }) => primary) ?? emails.find(({ type }) => type === "work") ?? emails[0])?.value
  const email = EmailAddress.safeParse(address ?? userName)
  if (!email.success)
    throw refusal(400, "invalidValue", `emails needs an e-mail address of at most ${limits.emailCharactersMax} characters`)
  const givenName = textOf("name.givenName", said.name?.givenName, limits.nameCharactersMax)
  const familyName = textOf("name.familyName", said.name?.familyName, limits.nameCharactersMax)
  const whole = [givenName, familyName].filter(Boolean).join(" ")
  const shown = said.displayName || said.name?.formatted || whole || userName
  return {
    userName,
    externalId: textOf("externalId", said.externalId, limits.emailCharactersMax),
    email: email.data,
    name: shown.trim().slice(0, limits.nameCharactersMax),
    givenName,
    familyName,
    isActive: said.active ?? (before === null || before.user.switchedOffAt === null),
  }
}

/** What a body of SCIM wants a group to be. */
export async function readGroup(body: unknown): Promise<WantedGroup> {
  const kept = keptOf(body, ["displayName", "externalId", "members"])
  const said = await reading(() => new Schemas.Group(kept as never, "in"))
  const name = textOf("displayName", said.displayName, limits.nameCharactersMax)
  if (!name) throw refusal(400, "invalidValue", "displayName is needed")
  const externalId = textOf("externalId", said.externalId, limits.emailCharactersMax)
  return { name, externalId, memberIds: (said.members ?? []).map(({ value }) => value ?? "") }
}

/**
 * A resource with the operations of a PATCH applied. Entra sends booleans as words, and what its attributes' long names stand for; what is not kept here,
 * such as departments and telephone numbers, is left out.
 */
export async function patched<T extends InstanceType<typeof Schemas.User> | InstanceType<typeof Schemas.Group>>(
  resource: T,
  body: unknown,
): Promise<T> {
  const { Operations: operations, ...rest } = objectOf(body)
  if (!Array.isArray(operations)) throw refusal(400, "invalidSyntax", "Operations is needed, a list")
  if (operations.length > limits.scimOperationsMax)
    throw refusal(400, "tooMany", `Operations must have at most ${limits.scimOperationsMax} entries`)
  const wanted = operations.map(plainOperation).filter(isKept)
  if (wanted.length === 0) return resource
  let result = resource
  await reading(() =>
    new Messages.PatchOp({ ...rest, Operations: wanted } as ConstructorParameters<typeof Messages.PatchOp>[0]).apply(
      resource as never,
      async (instance: unknown) => {
        result = instance as T
        return instance as never
      },
    ),
  )
  return result
}

interface Operation {
  op: string
  path?: string
  value?: unknown
}

const core = /^urn:ietf:params:scim:schemas:core:2\.0:(User|Group):/i
/** Attributes of users that SCIM knows and this platform does not keep. */
const ignored =
  /^(urn:|nickName|profileUrl|title|userType|preferredLanguage|locale|timezone|password|phoneNumbers|ims|photos|addresses|groups|entitlements|roles|x509Certificates|schemas|meta)/i

function plainOperation(one: unknown): Operation {
  const { op, path, value } = objectOf(one)
  const where = typeof path === "string" ? path.replace(core, "") : undefined
  const plain =
    where === undefined && typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .map(([key, inner]) => [key.replace(core, ""), inner] as const)
            .filter(([key]) => !ignored.test(key))
            .map(([key, inner]) => [key, key === "active" ? booleanOf(inner) : inner]),
        )
      : where?.toLowerCase() === "active"
        ? booleanOf(value)
        : value
  return { op: String(op).toLowerCase(), ...(where === undefined ? {} : { path: where }), ...(plain === undefined ? {} : { value: plain }) }
}

/** Whether anything is left of an operation. */
const isKept = ({ path, value }: Operation): boolean =>
  path === undefined ? typeof value !== "object" || value === null || Object.keys(value).length > 0 : !ignored.test(path)

/** The attributes of a body that are kept here, as the schema spells them. Directories send null for what they have not. */
function keptOf(body: unknown, kept: readonly string[]): Record<string, unknown> {
  const given = Object.entries(objectOf(body)).filter(([, value]) => value !== null)
  return Object.fromEntries(
    given.flatMap(([key, value]) => {
      const name = kept.find((one) => one.toLowerCase() === key.toLowerCase())
      if (name === undefined) return []
      if (Array.isArray(value) && value.some((one) => typeof one !== "object" || one === null))
        throw refusal(400, "invalidValue", `${name} must be a list of objects`)
      return [[name, value]]
    }),
  )
}

const booleanOf = (value: unknown): unknown =>
  typeof value === "string" && /^(true|false)$/i.test(value) ? value.toLowerCase() === "true" : value

/** A text without what surrounds it; null for none. */
function textOf(field: string, value: string | undefined, max: number): string | null {
  const text = value?.trim() ?? ""
  if (text.length > max) throw refusal(400, "invalidValue", `${field} must have at most ${max} characters`)
  return text === "" ? null : text
}

/** @throws the refusal of a body that is no object */
export function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw refusal(400, "invalidSyntax", "This must be an object")
}
