import * as z from "zod"
import { endpoint } from "../endpoint.ts"
import * as inference from "../inference.ts"
import { limits } from "../limits.ts"

export const inferenceEndpoints = {
  listModels: endpoint({
    method: "get",
    path: "/models",
    group: "inference",
    summary: "Models, as OpenAI lists them",
    access: "optional",
    status: 200,
    answer: "json",
    response: inference.ModelList,
  }),
  getModel: endpoint({
    method: "get",
    path: "/models/{model_id}",
    group: "inference",
    summary: "One model; slashes in its id are not encoded",
    access: "optional",
    params: z.object({ model_id: z.string() }),
    status: 200,
    answer: "json",
    response: inference.Model,
  }),
  createChatCompletion: endpoint({
    method: "post",
    path: "/chat/completions",
    group: "inference",
    summary: "OpenAI's chat completions, forwarded to the provider that serves the model",
    access: "required",
    body: inference.ChatCompletionRequest,
    bodyBytesMax: limits.modelRequestBytesMax,
    status: 200,
    answer: "stream",
    response: inference.ChatCompletionResponse,
  }),
}
