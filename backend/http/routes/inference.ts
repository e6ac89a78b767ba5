import { endpoints } from "../../../contract/index.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { chatCompletion } from "../../inference/gateway.ts"
import { type App, route } from "../route.ts"

export function inferenceRoutes(app: App): void {
  route(app, endpoints.listInferenceModels, async ({ ctx }) => {
    const { models, providers } = await ctx.models.list()
    return { models: models.map((served) => served.model), providers }
  })
  route(app, endpoints.listModels, async ({ ctx }) => ({
    object: "list" as const,
    data: (await ctx.models.list()).models.map((served) => served.model),
  }))
  route(app, endpoints.getModel, async ({ ctx, params }) => {
    const served = await ctx.models.find(params.model_id)
    if (!served) throw notFound("model", params.model_id)
    return served.model
  })
  route(app, endpoints.createChatCompletion, async ({ ctx, body, request }) => {
    if (ctx.caller.kind === "nobody") throw new ServiceError("unauthorized", "This needs an API key")
    const asker = {
      userId: ctx.caller.userId,
      teamId: ctx.teamId,
      evaluationId: ctx.caller.kind === "run" ? ctx.caller.evaluationId : null,
      sessionId: request.headers.get("x-session-id"),
    }
    return chatCompletion(ctx.models, ctx, asker, body, request.signal)
  })
}
