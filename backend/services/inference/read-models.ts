import type { ListInferenceModelsResponse, Model } from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import type { Context } from "../context.ts"

/** The models of every provider, and which providers could not be asked. */
export async function listModels(ctx: Context): Promise<ListInferenceModelsResponse> {
  const { models, providers } = await ctx.models.list()
  return { models: models.map((served) => served.model), providers }
}

/** @throws ServiceError when no provider serves it */
export async function getModel(ctx: Context, id: string): Promise<Model> {
  const served = await ctx.models.find(id)
  if (!served) throw notFound("model", id)
  return served.model
}
