import { endpoints } from "../../../contract/index.ts"
import { createChatCompletion } from "../../services/inference/create-chat-completion.ts"
import { getModel, listModels } from "../../services/inference/read-models.ts"
import { type App, route } from "../route.ts"

export function inferenceRoutes(app: App): void {
  route(app, endpoints.listInferenceModels, async ({ ctx }) => listModels(ctx))
  route(app, endpoints.listModels, async ({ ctx }) => ({ object: "list" as const, data: (await listModels(ctx)).models }))
  route(app, endpoints.getModel, async ({ ctx, params }) => getModel(ctx, params.model_id))
  route(app, endpoints.createChatCompletion, async ({ ctx, body, request }) =>
    createChatCompletion(ctx, body, { sessionId: request.headers.get("x-session-id"), signal: request.signal }),
  )
}
