import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { groupBy } from "../../base/group-by.ts"
import { newId } from "../../base/ids.ts"
import type { Db } from "../../store/db.ts"
import {
  type DirectoryGroup,
  deleteGroup as deleteRow,
  findGroup,
  findKnownPeople,
  followGroups,
  type GroupFilter,
  insertGroup,
  listGroupMembers,
  listGroups as listRows,
  setGroupMembers,
  updateGroup,
} from "../../store/directory/groups.ts"
import { record } from "../audit/record.ts"
import { type DirectoryContext, inOrder, tellAccess } from "./directory.ts"

/** A group with the people in it, by name. */
export interface GroupWithMembers {
  group: DirectoryGroup
  members: { userId: string; name: string }[]
}

/** What a directory wants a group to be. */
export interface WantedGroup {
  name: string
  externalId: string | null
  memberIds: readonly string[]
}

/** Groups in the order in which they came; `withMembers` false leaves out who is in them. */
export async function listGroups(
  { db }: DirectoryContext,
  filter: GroupFilter,
  page: { offset: number; limit: number },
  withMembers: boolean,
): Promise<{ rows: GroupWithMembers[]; total: number }> {
  const { rows, total } = await listRows(db, filter, page)
  const ids = rows.map(({ group }) => group.id)
  const members = groupBy(withMembers ? await listGroupMembers(db, ids) : [], ({ groupId }) => groupId)
  return { rows: rows.map(({ group }) => ({ group, members: members.get(group.id) ?? [] })), total }
}

/** @throws ServiceError not_found */
export const readGroup = ({ db }: DirectoryContext, id: string): Promise<GroupWithMembers> => requireGroup(db, id)

/** Stores a new group, which gives nobody anything until an admin chooses a team for it. @throws ServiceError conflict for a name that is taken */
export function createGroup(ctx: DirectoryContext, wanted: WantedGroup): Promise<GroupWithMembers> {
  return inOrder(ctx, async (tx) => {
    const id = newId()
    await requireFree(tx, wanted.name, null)
    await insertGroup(tx, { id, name: wanted.name, externalId: wanted.externalId })
    await setGroupMembers(tx, id, await knownOf(tx, wanted.memberIds))
    await tellOfChange(ctx, tx, id, wanted)
    return requireGroup(tx, id)
  })
}

/** Changes a group into what the directory wants; its team follows. @param change what it is to be, from what it is */
export function changeGroup(
  ctx: DirectoryContext,
  id: string,
  change: (group: GroupWithMembers) => Promise<WantedGroup>,
): Promise<GroupWithMembers> {
  return inOrder(ctx, async (tx) => {
    const before = await requireGroup(tx, id)
    const wanted = await change(before)
    await requireFree(tx, wanted.name, id)
    await updateGroup(tx, id, { name: wanted.name, externalId: wanted.externalId })
    await setGroupMembers(tx, id, await knownOf(tx, wanted.memberIds))
    await followTeam(tx, before.group.teamId)
    await tellOfChange(ctx, tx, id, wanted)
    return requireGroup(tx, id)
  })
}

/** Deletes a group: whoever was in its team by it alone is in it no more. @throws ServiceError not_found */
export function deleteGroup(ctx: DirectoryContext, id: string): Promise<void> {
  return inOrder(ctx, async (tx) => {
    const { group } = await requireGroup(tx, id)
    await deleteRow(tx, id)
    await followTeam(tx, group.teamId)
    const target = { kind: "directory_group", id, name: group.name }
    await record(ctx, tx, { action: "directory_group.delete", target, teamId: group.teamId })
  })
}

/** Has a team's members be what its groups say. */
export async function followTeam(tx: Db, teamId: string | null): Promise<void> {
  if (teamId !== null) await tellAccess(tx, await followGroups(tx, teamId))
}

async function requireGroup(db: Db, id: string): Promise<GroupWithMembers> {
  const group = await findGroup(db, id)
  if (!group) throw notFound("group", id)
  return { group, members: await listGroupMembers(db, [id]) }
}

async function requireFree(tx: Db, name: string, exceptId: string | null): Promise<void> {
  const { rows } = await listRows(tx, { name }, { offset: 0, limit: 1 })
  if (rows.some(({ group }) => group.id !== exceptId))
    throw new ServiceError("conflict", `Another group has the name ${JSON.stringify(name)}`)
}

async function knownOf(tx: Db, ids: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(ids)]
  const known = new Set(await findKnownPeople(tx, wanted))
  const missing = wanted.find((id) => !known.has(id))
  if (missing !== undefined)
    throw invalid(["members"], `names ${JSON.stringify(missing)}, who is no person of this platform; groups in groups are not kept`)
  return wanted
}

async function tellOfChange(ctx: DirectoryContext, tx: Db, id: string, { name, memberIds }: WantedGroup): Promise<void> {
  const target = { kind: "directory_group", id, name }
  await record(ctx, tx, { action: "directory_group.change", target, details: { members: new Set(memberIds).size } })
}
