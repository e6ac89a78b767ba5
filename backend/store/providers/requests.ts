import { and, count, eq, inArray, isNull, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { providerRequests, providers } from "../schema.ts"

/** How long a request counts that nobody renews, because its process died. */
const aliveSeconds = 60
const alive = sql`now() + make_interval(secs => ${aliveSeconds})`
const isAlive = sql`${providerRequests.aliveUntil} > now()`

export interface ProviderLimits {
  requestsPerMinute: number | null
  concurrency: number | null
}

/** How a request to a provider with limits was received: it may be sent, it waits, or the provider is gone. */
export type Turn = { id: number; isStarted: boolean } | "gone"

/**
 * Lets a request start where the provider's limits leave room, and otherwise keeps it as one that waits. The provider's row is locked
 * meanwhile, so that all processes together keep the limits.
 * @param waiting the request's id when it waits already
 * @param isFirst whether it is the first of its process to be sent; others only wait
 */
export const takeTurn = (
  db: Db,
  providerId: string,
  evaluationId: string | null,
  waiting: number | null,
  isFirst: boolean,
): Promise<Turn> =>
  db.transaction(async (tx) => {
    const [limits] = await tx
      .select({ requestsPerMinute: providers.requestsPerMinute, concurrency: providers.concurrency })
      .from(providers)
      .where(eq(providers.id, providerId))
      .for("no key update")
    if (!limits) return "gone"
    await tx
      .delete(providerRequests)
      .where(
        and(
          eq(providerRequests.providerId, providerId),
          sql`${providerRequests.aliveUntil} <= now()`,
          sql`coalesce(${providerRequests.startedAt}, '-infinity') <= now() - interval '1 minute'`,
        ),
      )
    const [found] = await tx
      .select({
        underWay: sql<number>`count(*) filter (where ${providerRequests.startedAt} is not null and ${isAlive})::int`,
        lastMinute: sql<number>`count(*) filter (where ${providerRequests.startedAt} > now() - interval '1 minute')::int`,
      })
      .from(providerRequests)
      .where(eq(providerRequests.providerId, providerId))
    const { underWay, lastMinute } = found ?? { underWay: 0, lastMinute: 0 }
    const isStarted =
      isFirst &&
      underWay < (limits.concurrency ?? Number.POSITIVE_INFINITY) &&
      lastMinute < (limits.requestsPerMinute ?? Number.POSITIVE_INFINITY)
    const values = { startedAt: isStarted ? sql`now()` : null, aliveUntil: alive }
    const [row] =
      waiting === null
        ? []
        : await tx.update(providerRequests).set(values).where(eq(providerRequests.id, waiting)).returning({ id: providerRequests.id })
    if (row) return { id: row.id, isStarted }
    const [made] = await tx
      .insert(providerRequests)
      .values({ providerId, evaluationId, ...values })
      .returning({ id: providerRequests.id })
    return { id: made?.id as number, isStarted }
  })

/** Keeps requests of this process counted for another while. */
export async function renewRequests(db: Db, ids: readonly number[]): Promise<void> {
  await db
    .update(providerRequests)
    .set({ aliveUntil: alive })
    .where(inArray(providerRequests.id, [...ids]))
}

/** Ends requests: those that started count for their minute, those that waited do not count any more. */
export async function endRequests(db: Db, ids: readonly number[]): Promise<void> {
  await db
    .update(providerRequests)
    .set({ aliveUntil: sql`now()` })
    .where(inArray(providerRequests.id, [...ids]))
}

/** How many requests are under way and how many wait, by provider. */
export async function countRequests(db: Db, providerIds: readonly string[]): Promise<Map<string, { underWay: number; waiting: number }>> {
  if (providerIds.length === 0) return new Map()
  const rows = await db
    .select({
      id: providerRequests.providerId,
      underWay: sql<number>`count(${providerRequests.startedAt})::int`,
      waiting: sql<number>`(count(*) - count(${providerRequests.startedAt}))::int`,
    })
    .from(providerRequests)
    .where(and(inArray(providerRequests.providerId, [...providerIds]), isAlive))
    .groupBy(providerRequests.providerId)
  return new Map(rows.map(({ id, ...counts }) => [id, counts]))
}

export interface WaitingRequests extends ProviderLimits {
  evaluationId: string
  waiting: number
  provider: string
}

/** The requests of these runs that wait for a provider's limits. */
export async function listWaiting(db: Db, evaluationIds: readonly string[]): Promise<WaitingRequests[]> {
  const rows = await db
    .select({
      evaluationId: providerRequests.evaluationId,
      waiting: count(),
      provider: providers.name,
      requestsPerMinute: providers.requestsPerMinute,
      concurrency: providers.concurrency,
    })
    .from(providerRequests)
    .innerJoin(providers, eq(providers.id, providerRequests.providerId))
    .where(and(inArray(providerRequests.evaluationId, [...evaluationIds]), isNull(providerRequests.startedAt), isAlive))
    .groupBy(providerRequests.evaluationId, providers.id)
  return rows.flatMap(({ evaluationId, ...row }) => (evaluationId === null ? [] : [{ evaluationId, ...row }]))
}
