import type { ModelId } from "./models.ts"
import type { ChatRequest, ToolCall } from "./request.ts"
import type { Random } from "./seeded-random.ts"

/** What a skill decides; tool calls get their ids later. */
export type Draft = { reasoning?: string; content: string; toolCalls?: Omit<ToolCall, "id">[] }

/** A written procedure for one sample environment. It returns null for a prompt that is not of that environment. */
export type Skill = (request: ChatRequest, model: ModelId, random: Random) => Draft | null
