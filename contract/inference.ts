import * as z from "zod"
import { JsonObject } from "./common.ts"

export const Model = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    created: z.int(),
    owned_by: z.string(),
    pricing: z
      .object({
        input_usd_per_mtok: z.number().nullable(),
        output_usd_per_mtok: z.number().nullable(),
        cached_input_usd_per_mtok: z
          .number()
          .nullish()
          .describe("Extension: input that the provider had cached; else it costs what input costs"),
      })
      .nullable(),
    // Extensions
    provider: z.object({ id: z.string(), name: z.string() }).nullish(),
    description: z.string().nullish(),
    context_length: z.int().nullish(),
    /** A scripted model inside the platform, not a language model. */
    scripted: z.boolean().nullish(),
  })
  .meta({ id: "Model" })
export type Model = z.infer<typeof Model>

export const ModelList = z.object({ object: z.literal("list"), data: z.array(Model) }).meta({ id: "ModelList" })

/** Whether a provider says that it is not ready yet, as servers do that load a model: `error` is its word then, and it is asked again soon. */
export const isStarting = z.boolean().nullish().describe("Extension: it answered that it is not ready yet, with `error` in its words")

/** A provider as the model picker shows it; `error` says why its models could not be listed. */
export const ProviderState = z
  .object({ id: z.string(), name: z.string(), error: z.string().nullable(), models: z.int(), is_starting: isStarting })
  .meta({ id: "ProviderState" })
export type ProviderState = z.infer<typeof ProviderState>

export const ListInferenceModelsResponse = z
  .object({
    models: z.array(Model),
    providers: z.array(ProviderState).nullish(),
    favourites: z.array(z.string()).nullish().describe("Extension: models that the caller marked, in the order of marking"),
  })
  .meta({ id: "ListInferenceModelsResponse" })
export type ListInferenceModelsResponse = z.infer<typeof ListInferenceModelsResponse>

/** OpenAI's request. Only what the gateway itself reads is checked; everything else goes through untouched. */
export const ChatCompletionRequest = z
  .looseObject({
    model: z.string().min(1),
    messages: z
      .array(
        z.looseObject({
          role: z.enum(["system", "user", "assistant", "tool", "developer", "function"]),
          content: z.union([z.string(), z.array(JsonObject)]).nullish(),
        }),
      )
      .min(1),
    stream: z.boolean().nullish(),
    temperature: z.number().nullish(),
    top_p: z.number().nullish(),
    max_tokens: z.int().nullish(),
    logprobs: z.boolean().nullish(),
  })
  .meta({ id: "ChatCompletionRequest" })
export type ChatCompletionRequest = z.infer<typeof ChatCompletionRequest>

const Usage = z.looseObject({
  prompt_tokens: z.int().optional(),
  completion_tokens: z.int().optional(),
  total_tokens: z.int().optional(),
  cost: z.number().optional(),
})

export const ChatCompletionResponse = z
  .looseObject({
    id: z.string().optional(),
    object: z.string().optional(),
    created: z.int().optional(),
    model: z.string().optional(),
    choices: z
      .array(
        z.looseObject({
          index: z.int().optional(),
          message: z.looseObject({ role: z.enum(["system", "user", "assistant", "tool"]), content: z.string().nullable() }).optional(),
          finish_reason: z.string().nullish(),
        }),
      )
      .optional(),
    usage: Usage.optional(),
  })
  .meta({ id: "ChatCompletionResponse" })
