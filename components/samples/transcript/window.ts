import type { Conversation, Message } from "@/contract/samples/messages/conversation.ts"
import type { ModelCall } from "@/contract/samples/messages/trace-branches.ts"

/** More messages are more than a browser lays out, or a reader reads, at once. */
export const messagesAtOnce = 100

export interface NamedMessage {
  message: Message
  /** Its number from 1, with that of the conversation before it where there are several. */
  name: string
}

export interface MessageWindow {
  /** What is shown, in the conversations it belongs to. */
  conversations: { title: string | null; messages: NamedMessage[]; unanswered: ModelCall[] }[]
  /** Positions among all messages, from 1. */
  first: number
  last: number
  total: number
  /** The names of the messages that the windows before and after this one begin with. */
  earlier: string | null
  later: string | null
}

/**
 * The part of a sample's conversations that holds a message: every hundred messages are one part.
 * @param at the name of the message, also of one that is shown inside another; the beginning when it is null or unknown
 */
export function windowOf(conversations: readonly Conversation[], at: string | null): MessageWindow {
  const all = conversations.flatMap((conversation, i) =>
    conversation.messages.map((message) => ({
      conversation,
      message,
      name: conversations.length > 1 ? `${i + 1}-${message.index + 1}` : String(message.index + 1),
    })),
  )
  const from = Math.floor(positionOf(at, all) / messagesAtOnce) * messagesAtOnce
  const shown = all.slice(from, from + messagesAtOnce)
  return {
    conversations: conversations
      .map((conversation) => {
        const messages = shown.filter((one) => one.conversation === conversation)
        const hasEnd = messages.at(-1)?.message === conversation.messages.at(-1)
        return { title: conversation.title, messages, unanswered: hasEnd ? (conversation.unanswered ?? []) : [] }
      })
      .filter(({ messages }) => messages.length > 0),
    first: from + 1,
    last: from + shown.length,
    total: all.length,
    earlier: all[from - messagesAtOnce]?.name ?? null,
    later: all[from + messagesAtOnce]?.name ?? null,
  }
}

/** A tool's answer that has joined its call is found at the message before it. */
function positionOf(name: string | null, all: readonly NamedMessage[]): number {
  if (name === null) return 0
  const [, talk = "", number] = /^(\d+-)?(\d+)$/.exec(name) ?? []
  const found = all.findLastIndex((one) => one.name.startsWith(talk) && one.message.index < Number(number))
  return Math.max(0, found)
}
