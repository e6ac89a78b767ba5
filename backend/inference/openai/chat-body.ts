import * as z from "zod"

const Text = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])

/** The part of OpenAI's request body that the platform's own models read; other keys are accepted and ignored. */
export const ChatBody = z.looseObject({
  model: z.string().min(1),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(["system", "developer", "user", "assistant", "tool"]),
        content: Text.nullish(),
        tool_calls: z
          .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
          .nullish(),
        tool_call_id: z.string().nullish(),
      }),
    )
    .min(1),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).nullish(),
  seed: z.int().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  n: z.literal(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
})
export type ChatBody = z.infer<typeof ChatBody>

/** The text of a message, whichever way it is written. */
export function textOf(content: ChatBody["messages"][number]["content"]): string {
  if (typeof content === "string") return content
  return (content ?? []).map((part) => part.text ?? "").join("\n")
}
