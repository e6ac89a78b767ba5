import type { ListInferenceModelsResponse, Model } from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import { listFavourites } from "../../store/providers/favourites.ts"
import { accountOf, type Context } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"

/** The models of every provider that the caller may use, which providers could not be asked, and the caller's favourites. @param teamId on whose account */
export async function listModels(ctx: Context, teamId: string | null = null): Promise<ListInferenceModelsResponse> {
  const account = accountOf(teamId ? { ...ctx, teamId: requireTeam(ctx, teamId) } : ctx)
  const [{ models, providers }, favourites] = await Promise.all([
    ctx.models.list(account),
    ctx.caller.kind === "user" ? listFavourites(ctx.db, ctx.caller.userId) : [],
  ])
  return { models: models.map((served) => served.model), providers, favourites }
}

/** @throws ServiceError when no provider serves it */
export async function getModel(ctx: Context, id: string): Promise<Model> {
  const served = await ctx.models.find(id, accountOf(ctx))
  if (!served) throw notFound("model", id)
  return served.model
}
