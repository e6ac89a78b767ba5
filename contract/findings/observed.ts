import type { JsonObject } from "../common.ts"
import type { Message } from "../samples/messages/conversation.ts"
import { conversations } from "../samples/messages/conversations.ts"
import { partText } from "../samples/messages/part-text.ts"
import { textOf } from "../samples/row-values.ts"
import type { RolloutOutcome } from "../samples/samples.ts"

/** What a sample's list row knows of it. */
export interface SampleFacts {
  sample_id: string
  example_id: string
  reward: number | null
  metrics: Record<string, number>
  outcome: RolloutOutcome
  error: string | null
  stop_condition: string | null
}

/** What of a sample says why it went as it did. Texts are cut: the beginnings and ends of long ones say enough. */
export interface Observed extends SampleFacts {
  /** What the model last said. */
  answer: string
  /** What the data set says is right, where it does. */
  expected: string | null
  prompt: string
  /** Names of the tools in the order of their calls. */
  tools: string[]
  lastToolFailed: boolean
  /** Arguments of the calls, and what they gave back. */
  calls: string[]
  results: string[]
}

const shownCharacters = 4000
const shorten = (text: string): string =>
  text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters / 2)}\n${text.slice(-shownCharacters / 2)}`

const wordsOf = ({ parts }: Pick<Message, "parts">): string =>
  parts.flatMap((part) => (part.kind === "text" || part.kind === "json" ? [partText(part)] : [])).join("\n")

/** Reads a stored sample. */
export function observe(facts: SampleFacts, row: JsonObject): Observed {
  const messages = conversations(row).flatMap((conversation) => conversation.messages)
  const calls = messages.filter(({ origin }) => origin === "completion").flatMap((message) => message.calls)
  const results = [...calls.flatMap((call) => call.results), ...messages.flatMap((message) => message.results)]
  const isSaid = ({ role, origin }: Message) => origin === "completion" && (role === "assistant" || role === "model" || role === "text")
  const said = messages.findLast(isSaid)
  return {
    ...facts,
    answer: shorten(said ? wordsOf(said) : (textOf(row.output) ?? "")),
    expected: textOf(row.answer),
    prompt: shorten(
      messages
        .filter(({ origin }) => origin === "prompt")
        .map(wordsOf)
        .join("\n"),
    ),
    tools: calls.map(({ name }) => name),
    lastToolFailed: calls.at(-1)?.results.some(({ failed }) => failed) ?? false,
    calls: calls.map((call) => shorten(call.code ?? call.arguments)),
    results: results.map((result) => shorten(wordsOf(result))),
  }
}
