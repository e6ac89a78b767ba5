import { endpoints } from "../../../contract/index.ts"
import { createChatCompletion } from "../../services/inference/create-chat-completion.ts"
import { setFavourite } from "../../services/inference/favourites.ts"
import { getModel, listModels } from "../../services/inference/read-models.ts"
import { createProvider, deleteProvider, listProviders, updateProvider } from "../../services/providers/providers.ts"
import { testProvider } from "../../services/providers/test-provider.ts"
import { type App, route } from "../route.ts"

export function inferenceRoutes(app: App): void {
  route(app, endpoints.listInferenceModels, async ({ ctx, query }) => listModels(ctx, query.team_id ?? null))
  route(app, endpoints.listModels, async ({ ctx }) => ({ object: "list" as const, data: (await listModels(ctx)).models }))
  route(app, endpoints.getModel, async ({ ctx, params }) => getModel(ctx, params.model_id))
  route(app, endpoints.listProviders, async ({ ctx, query }) => listProviders(ctx, query.team_id ?? null))
  route(app, endpoints.createProvider, async ({ ctx, body }) => createProvider(ctx, body))
  route(app, endpoints.testProvider, async ({ ctx, body }) => testProvider(ctx, body))
  route(app, endpoints.updateProvider, async ({ ctx, params, body }) => updateProvider(ctx, params.provider_id, body))
  route(app, endpoints.deleteProvider, async ({ ctx, params }) => {
    await deleteProvider(ctx, params.provider_id)
    return { id: params.provider_id, deleted: true }
  })
  route(app, endpoints.setFavouriteModel, async ({ ctx, body }) => ({ favourites: await setFavourite(ctx, body.model, body.is_favourite) }))
  route(app, endpoints.createChatCompletion, async ({ ctx, body, request }) =>
    createChatCompletion(ctx, body, { sessionId: request.headers.get("x-session-id"), signal: request.signal }),
  )
}
