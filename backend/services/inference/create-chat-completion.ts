import type { ChatCompletionRequest } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { chatCompletion } from "../../inference/gateway.ts"
import type { Context } from "../context.ts"

/** What a client says about a request beside its body. */
interface Client {
  /** The rollout that the request belongs to, where the client names it. */
  sessionId: string | null
  signal: AbortSignal
}

/**
 * Forwards a chat completion to the provider that serves the model, on the account of the caller, or of the run and its team.
 * @returns the provider's answer as it comes, errors included
 */
export async function createChatCompletion(ctx: Context, body: ChatCompletionRequest, client: Client): Promise<Response> {
  if (ctx.caller.kind === "nobody") throw new ServiceError("unauthorized", "This needs an API key")
  const asker = {
    userId: ctx.caller.userId,
    teamId: ctx.teamId,
    evaluationId: ctx.caller.kind === "run" ? ctx.caller.evaluationId : null,
    sessionId: client.sessionId,
  }
  return chatCompletion(ctx.models, ctx, asker, body, client.signal)
}
