import { and, asc, count, eq } from "drizzle-orm"
import type { Db } from "../db.ts"
import { favouriteModels } from "../schema.ts"

/** Models that a person marked, in the order of marking: their number is limited where they are marked. */
export const listFavourites = async (db: Db, userId: string): Promise<string[]> =>
  (
    await db
      .select({ model: favouriteModels.model })
      .from(favouriteModels)
      .where(eq(favouriteModels.userId, userId))
      .orderBy(asc(favouriteModels.createdAt), asc(favouriteModels.model))
  ).map(({ model }) => model)

export async function countFavourites(db: Db, userId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(favouriteModels).where(eq(favouriteModels.userId, userId))
  return row?.count ?? 0
}

export async function insertFavourite(db: Db, userId: string, model: string): Promise<void> {
  await db.insert(favouriteModels).values({ userId, model }).onConflictDoNothing()
}

export async function deleteFavourite(db: Db, userId: string, model: string): Promise<void> {
  await db.delete(favouriteModels).where(and(eq(favouriteModels.userId, userId), eq(favouriteModels.model, model)))
}
