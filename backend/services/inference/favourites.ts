import { limits } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { countFavourites, deleteFavourite, insertFavourite, listFavourites } from "../../store/providers/favourites.ts"
import { type Context, requireUser } from "../context.ts"

/** Marks a model as a favourite of the caller's, or takes the mark away. @returns all of them; @throws ServiceError when there are too many */
export async function setFavourite(ctx: Context, model: string, isFavourite: boolean): Promise<string[]> {
  const userId = requireUser(ctx)
  if (isFavourite && (await countFavourites(ctx.db, userId)) >= limits.favouriteModelsMax)
    throw new ServiceError("conflict", `You have ${limits.favouriteModelsMax} favourite models, which is the most: take a mark away first`)
  await (isFavourite ? insertFavourite : deleteFavourite)(ctx.db, userId, model)
  return listFavourites(ctx.db, userId)
}
