import { notFound, ServiceError } from "../../base/errors.ts"
import { setStanding, updatePerson } from "../../store/accounts/people.ts"
import { deleteSessions } from "../../store/accounts/sessions.ts"
import type { Db } from "../../store/db.ts"
import { followGroups, leaveGroups } from "../../store/directory/groups.ts"
import {
  type DirectoryPerson,
  findDeletedPerson,
  findDirectoryPerson,
  isNameTaken,
  listDirectoryPeople,
  type PersonFilter,
  putEntry,
} from "../../store/directory/people.ts"
import { newPerson } from "../accounts/join.ts"
import { record } from "../audit/record.ts"
import { type DirectoryContext, inOrder, tellAccess } from "./directory.ts"

export type { DirectoryPerson }

/** What a directory wants a person to be. */
export interface WantedPerson {
  /** What the directory calls the person, unique without regard to case. */
  userName: string
  externalId: string | null
  /** In lower case. */
  email: string
  name: string
  givenName: string | null
  familyName: string | null
  isActive: boolean
}

/** People in the order in which they came, but for the operator and whom the directory has deleted. */
export const listPeople = ({ db }: DirectoryContext, filter: PersonFilter, page: { offset: number; limit: number }) =>
  listDirectoryPeople(db, filter, page)

/** @throws ServiceError not_found */
export const readPerson = ({ db }: DirectoryContext, id: string): Promise<DirectoryPerson> => requirePerson(db, id)

/**
 * Makes an account, or takes up again one with the same address that the directory had deleted.
 * @throws ServiceError conflict when another account has the name or the address: the directory finds that one and changes it
 */
export function createPerson(ctx: DirectoryContext, wanted: WantedPerson): Promise<DirectoryPerson> {
  return inOrder(ctx, async (tx) => {
    const deleted = await findDeletedPerson(tx, wanted.email)
    if (await isNameTaken(tx, wanted.userName, null)) throw taken("userName", wanted.userName)
    const user = deleted?.user ?? (await newPerson(tx, wanted.name, wanted.email))
    if (!user) throw taken("e-mail address", wanted.email)
    await put(tx, { user, entry: deleted?.entry ?? null, groups: [] }, wanted, deleted?.entry?.madeHere ?? true)
    await record(ctx, tx, { action: "person.provision", target: { kind: "user", id: user.id, name: wanted.name } })
    return requirePerson(tx, user.id)
  })
}

/**
 * Changes a person into what the directory wants. Switched off, their sessions end and their keys are refused from now on.
 * @param change what they are to be, from what they are
 * @throws ServiceError forbidden for the address of an admin, with which another could sign in as them
 */
export function changePerson(
  ctx: DirectoryContext,
  id: string,
  change: (person: DirectoryPerson) => Promise<WantedPerson>,
): Promise<DirectoryPerson> {
  return inOrder(ctx, async (tx) => {
    const person = await requirePerson(tx, id)
    const wanted = await change(person)
    const { user, entry } = person
    if (await isNameTaken(tx, wanted.userName, id)) throw taken("userName", wanted.userName)
    if (user.role === "ADMIN" && wanted.email !== user.email)
      throw new ServiceError("forbidden", "The e-mail address of an admin of the platform is changed by themselves, in their settings")
    await put(tx, person, wanted, entry?.madeHere ?? false)
    const isOn = user.switchedOffAt === null
    const details = isOn === wanted.isActive ? {} : { is_on: wanted.isActive }
    await record(ctx, tx, { action: "person.update", target: { kind: "user", id, name: wanted.name }, details })
    return requirePerson(tx, id)
  })
}

/** Switches a person off and takes them out of all groups; the account and what they made stay. @throws ServiceError not_found */
export function deletePerson(ctx: DirectoryContext, id: string): Promise<void> {
  return inOrder(ctx, async (tx) => {
    const { user, entry } = await requirePerson(tx, id)
    const known = entry ?? { userName: user.email, externalId: null, email: user.email, givenName: null, familyName: null, madeHere: false }
    await putEntry(tx, { ...known, userId: id, deletedAt: new Date() })
    for (const teamId of await leaveGroups(tx, id)) await tellAccess(tx, await followGroups(tx, teamId))
    await switchOff(tx, id)
    await record(ctx, tx, {
      action: "person.update",
      target: { kind: "user", id, name: user.name },
      details: { is_on: false, deleted: true },
    })
  })
}

async function put(tx: Db, { user }: DirectoryPerson, wanted: WantedPerson, madeHere: boolean): Promise<void> {
  const { name, email, isActive, ...said } = wanted
  // A refusal of the database ends the transaction, which is given up here.
  if (!(await updatePerson(tx, user.id, { name, email }))) throw taken("e-mail address", email)
  await putEntry(tx, { ...said, userId: user.id, email, madeHere, deletedAt: null })
  if (isActive && user.switchedOffAt !== null) await setStanding(tx, user.id, { switchedOffAt: null })
  if (!isActive && user.switchedOffAt === null) await switchOff(tx, user.id)
}

async function switchOff(tx: Db, userId: string): Promise<void> {
  await setStanding(tx, userId, { switchedOffAt: new Date() })
  await deleteSessions(tx, userId, null)
  await tellAccess(tx, [userId])
}

async function requirePerson(db: Db, id: string): Promise<DirectoryPerson> {
  const person = await findDirectoryPerson(db, id)
  if (!person) throw notFound("person", id)
  return person
}

const taken = (what: string, value: string) => new ServiceError("conflict", `Another account has the ${what} ${JSON.stringify(value)}`)
