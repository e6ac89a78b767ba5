import { plainText } from "../../logs/terminal-text.ts"
import { isObject, parseExactJson, parseJson, type RowObject, textOf } from "../row-values.ts"
import type { ToolCall } from "./conversation.ts"
import { indentedJson, withVisibleTurns } from "./part-text.ts"
import { restOf } from "./rest.ts"

/** The id by which a call and its answer name each other. */
export function callIdOf(raw: RowObject): string | null {
  const id = idKeys.map((key) => raw[key]).find((one) => textOf(one) !== null || typeof one === "number")
  return id === undefined ? null : String(id)
}

const idKeys = ["tool_use_id", "tool_call_id", "call_id", "toolCallId", "toolUseId", "id"]

/** Objects inside a call that hold its name and arguments: OpenAI's two kinds of tools, Gemini's and Bedrock's. */
const holders = ["function", "custom", "functionCall", "function_call", "toolUse"]
const inputs = ["arguments", "args", "input", "parameters"]
const used = new Set([...holders, ...inputs, ...idKeys, "name", "toolName", "tool_name"])

/** Whether a part of a message's content is a tool call, as Anthropic, the Responses API, the AI SDK, Gemini and Bedrock write it. */
export const isCallPart = (part: RowObject): boolean =>
  /(?:tool[_-]?(?:use|call)|^function_call|^custom_tool_call)$/i.test(String(part.type ?? "")) ||
  isObject(part.functionCall) ||
  isObject(part.function_call) ||
  isObject(part.toolUse)

/** Tool calls as objects, OpenAI's {function:{…}}, JSON text of either, or JSON text of a whole list. */
export function toCalls(value: unknown): ToolCall[] {
  if (value === null || value === undefined || value === "") return []
  if (Array.isArray(value)) return value.flatMap(toCall)
  if (typeof value === "string") {
    const decoded = parseJson(value)
    if (Array.isArray(decoded)) return decoded.flatMap(toCall)
  }
  return toCall(value)
}

function toCall(value: unknown): ToolCall[] {
  const raw = typeof value === "string" ? parseJson(value) : value
  if (!isObject(raw)) {
    if (value === null || value === undefined) return []
    const text = typeof value === "string" ? plainText(value) : indentedJson(value)
    return [{ id: null, name: "unreadable call", arguments: text, argumentsAreJson: false, code: null, results: [], rest: null }]
  }
  const inner = holders.map((key) => raw[key]).find(isObject) ?? raw
  const name = textOf(inner.name) ?? textOf(inner.function) ?? textOf(inner.toolName) ?? textOf(inner.tool_name) ?? "unnamed tool"
  const input = inputs.map((key) => inner[key]).find((one) => one !== null && one !== undefined)
  const rest = restOf(inner === raw ? raw : { ...raw, ...inner }, used)
  return [{ id: callIdOf(raw) ?? callIdOf(inner), name: plainText(name), ...toArguments(input), results: [], rest }]
}

function toArguments(value: unknown): Pick<ToolCall, "arguments" | "argumentsAreJson" | "code"> {
  if (value === null || value === undefined || value === "") return { arguments: "", argumentsAreJson: true, code: null }
  const decoded = typeof value === "string" ? parseExactJson(value) : value
  if (decoded === undefined) return { arguments: plainText(String(value)), argumentsAreJson: false, code: null }
  const keys = isObject(decoded) ? Object.keys(decoded) : []
  const code = isObject(decoded) && keys.length === 1 && keys[0] === "code" ? textOf(decoded.code) : null
  return {
    arguments: withVisibleTurns(plainText(indentedJson(decoded))),
    argumentsAreJson: true,
    code: code === null ? null : plainText(code),
  }
}
