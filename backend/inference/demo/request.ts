import { type ChatBody, textOf } from "../openai/chat-body.ts"

export type ToolCall = { id: string; name: string; arguments: string }
export type Message = { role: string; text: string; toolCalls: ToolCall[]; toolCallId: string }

/** What a reply depends on, in one fixed shape: clients differ in null keys and in content parts. */
export type ChatRequest = { messages: Message[]; tools: string[]; toolDefinitions: string[] }

/** Brings a request body into the shape the skills read. */
export function readRequest(body: ChatBody): ChatRequest {
  const tools = body.tools ?? []
  return {
    messages: body.messages.map((message) => ({
      role: message.role,
      text: textOf(message.content),
      toolCalls: (message.tool_calls ?? []).map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments })),
      toolCallId: message.tool_call_id ?? "",
    })),
    tools: tools.map((tool) => tool.function.name),
    toolDefinitions: tools.map((tool) => JSON.stringify(tool)),
  }
}
