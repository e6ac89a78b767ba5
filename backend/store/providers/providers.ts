import { and, asc, count, eq, inArray, isNull, type SQL, sql } from "drizzle-orm"
import { type Db, unlessTaken } from "../db.ts"
import { type ChangesOf, type NewOf, type Selected, toRow } from "../fields.ts"
import { evaluations, providers } from "../schema.ts"
import type { Account } from "../usage/budgets.ts"
import { ownedBy, type Viewer } from "../viewer.ts"

const providerFields = {
  id: providers.id,
  userId: providers.userId,
  teamId: providers.teamId,
  slug: providers.slug,
  name: providers.name,
  baseUrl: providers.baseUrl,
  sealedKey: providers.sealedKey,
  keyEnd: providers.keyEnd,
  requestsPerMinute: providers.requestsPerMinute,
  concurrency: providers.concurrency,
  models: providers.models,
  isOn: providers.isOn,
  createdAt: providers.createdAt,
  updatedAt: providers.updatedAt,
}

/** A provider of a person or a team, its key encrypted. */
export type ProviderRecord = Selected<typeof providerFields>
export type NewProvider = NewOf<typeof providerFields>
export type ProviderChanges = ChangesOf<
  Pick<
    typeof providerFields,
    "slug" | "name" | "baseUrl" | "sealedKey" | "keyEnd" | "requestsPerMinute" | "concurrency" | "models" | "isOn"
  >
>

/** What the index by owner and slug holds: a team's providers are the team's, whoever added them. */
const ofAccount = ({ userId, teamId }: Account): SQL => sql`coalesce(${providers.teamId}, ${providers.userId}) = ${teamId ?? userId}`

/** All providers of a person or a team, by name: their number is limited where they are added. */
export const listProviders = (db: Db, account: Account): Promise<ProviderRecord[]> =>
  db.select(providerFields).from(providers).where(ofAccount(account)).orderBy(asc(providers.name), asc(providers.id))

/** One provider that the viewer owns, alone or through a team. */
export const findProvider = async (db: Db, viewer: Viewer, id: string): Promise<ProviderRecord | undefined> =>
  (
    await db
      .select(providerFields)
      .from(providers)
      .where(and(eq(providers.id, id), ownedBy(providers, viewer)))
  )[0]

/** Lets one request at a time add a provider to an account, until the transaction ends. */
export async function lockProviders(tx: Db, { userId, teamId }: Account): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('providers'), hashtext(${teamId ?? userId}))`)
}

export async function countProviders(db: Db, account: Account): Promise<number> {
  const [row] = await db.select({ count: count() }).from(providers).where(ofAccount(account))
  return row?.count ?? 0
}

/** Stores a provider; undefined when its owner has one of that slug. */
export async function insertProvider(db: Db, values: NewProvider): Promise<ProviderRecord | undefined> {
  return (
    await db
      .insert(providers)
      .values(toRow(providers, providerFields, values))
      .onConflictDoNothing()
      .returning(providerFields)
  )[0]
}

/** Changes a provider; undefined when its owner has another one of the new slug, or when it is gone. */
export async function updateProvider(db: Db, id: string, changes: ProviderChanges): Promise<ProviderRecord | undefined> {
  const rows = await unlessTaken(
    db
      .update(providers)
      .set({ ...toRow(providers, providerFields, changes), updatedAt: sql`now()` })
      .where(eq(providers.id, id))
      .returning(providerFields),
  )
  return rows?.[0]
}

export async function deleteProvider(db: Db, id: string): Promise<void> {
  await db.delete(providers).where(eq(providers.id, id))
}

/** How many runs of an account that wait or run use a model of each of these providers, by slug. */
export async function countRunsOf(db: Db, { userId, teamId }: Account, slugs: readonly string[]): Promise<Map<string, number>> {
  if (slugs.length === 0) return new Map()
  const slug = sql<string>`split_part(${evaluations.modelName}, '/', 1)`
  const rows = await db
    .select({ slug, count: count() })
    .from(evaluations)
    .where(
      and(
        teamId === null ? and(eq(evaluations.userId, userId), isNull(evaluations.teamId)) : eq(evaluations.teamId, teamId),
        eq(evaluations.isHosted, true),
        inArray(evaluations.status, ["PENDING", "RUNNING"]),
        inArray(slug, [...slugs]),
      ),
    )
    .groupBy(slug)
  return new Map(rows.map((row) => [row.slug, row.count]))
}
