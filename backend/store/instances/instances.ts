import { and, count, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { type NewSandbox, sandboxFields } from "../sandboxes/sandbox.ts"
import { isThere } from "../sandboxes/sandbox-hosts.ts"
import { insertSandbox } from "../sandboxes/sandboxes.ts"
import { instances, sandboxes, sandboxHosts } from "../schema.ts"
import { type InstanceRecord, instanceFields, type NewInstance } from "./instance.ts"

/**
 * Stores an instance with its sandbox, which a worker then starts, unless its user has as many as one may have.
 * @returns false when there are too many
 */
export async function insertInstance(db: Db, values: NewInstance, sandbox: NewSandbox, max: number): Promise<boolean> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtext('instances'), hashtext(${values.userId}))`)
  const [there] = await db
    .select({ count: count() })
    .from(instances)
    .where(and(eq(instances.userId, values.userId), isNull(instances.endedAt)))
  if ((there?.count ?? 0) >= max) return false
  const { id } = await insertSandbox(db, { ...sandbox, isInstance: true })
  await db.insert(instances).values(toRow(instances, instanceFields, { ...values, id }))
  return true
}

const select = (db: Db) =>
  db
    .select({ instance: instanceFields, sandbox: sandboxFields, sshAddress: sandboxHosts.sshAddress })
    .from(instances)
    .innerJoin(sandboxes, eq(sandboxes.id, instances.id))
    .leftJoin(sandboxHosts, eq(sandboxHosts.worker, sandboxes.worker))

const toRecord = ({ instance, ...rest }: Awaited<ReturnType<typeof select>>[number]): InstanceRecord => ({ ...instance, ...rest })

export async function findInstance(db: Db, id: string): Promise<InstanceRecord | undefined> {
  return (await select(db).where(eq(instances.id, id))).map(toRecord)[0]
}

export async function findInstances(db: Db, ids: string[]): Promise<InstanceRecord[]> {
  return (await select(db).where(inArray(instances.id, ids))).map(toRecord)
}

export interface InstanceFilter {
  userId?: string | undefined
  teamId?: string | undefined
  evaluationId?: string | undefined
  ended: boolean
}

const conditions = ({ userId, teamId, evaluationId, ended }: InstanceFilter): SQL | undefined =>
  and(
    userId ? eq(instances.userId, userId) : undefined,
    teamId ? eq(instances.teamId, teamId) : undefined,
    evaluationId ? eq(instances.evaluationId, evaluationId) : undefined,
    ended ? isNotNull(instances.endedAt) : isNull(instances.endedAt),
  )

/** Instances that fit, newest first. */
export async function listInstances(
  db: Db,
  filter: InstanceFilter,
  page: { offset: number; limit: number },
): Promise<{ rows: InstanceRecord[]; total: number }> {
  const where = conditions(filter)
  const rows = await select(db).where(where).orderBy(desc(instances.createdAt), desc(instances.id)).limit(page.limit).offset(page.offset)
  const [total] = await db.select({ count: count() }).from(instances).where(where)
  return { rows: rows.map(toRecord), total: total?.count ?? 0 }
}

/** Where SSH reaches the instances of all workers, as host:port. */
export async function listSshAddresses(db: Db): Promise<string[]> {
  const there = await db
    .select({ address: sandboxHosts.sshAddress })
    .from(sandboxHosts)
    .where(and(isThere, isNotNull(sandboxHosts.sshAddress)))
  return [...new Set(there.map(({ address }) => address as string))]
}

/** Whether any worker keeps instances; if not, the reason a worker gave, if any. */
export async function findInstanceSupport(db: Db): Promise<{ offered: boolean; refusal: string | null }> {
  const there = await db
    .select({ refusal: sandboxHosts.refusal, sshAddress: sandboxHosts.sshAddress, sshRefusal: sandboxHosts.sshRefusal })
    .from(sandboxHosts)
    .where(isThere)
  const refusals = there.map(({ refusal, sshRefusal }) => refusal ?? sshRefusal)
  return {
    offered: there.some(({ refusal, sshAddress }) => refusal === null && sshAddress !== null),
    refusal: refusals.find((one) => one !== null) ?? null,
  }
}
