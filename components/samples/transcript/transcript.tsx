import { ButtonLink } from "@/components/ui/button.tsx"
import type { Message } from "@/contract/samples/messages/conversation.ts"
import { formatCount } from "@/lib/format.ts"
import type { TurnReviews } from "../review/turn-reviews.ts"
import { FindMessage } from "./find-message.tsx"
import { FailedCalls } from "./model-calls.tsx"
import type { TextView } from "./text-view.ts"
import { Turn } from "./turn.tsx"
import { type MessageWindow, messagesAtOnce } from "./window.ts"

/** The browser lays out longer conversations only where they are in view. */
const drawnAtOnce = 60

interface TranscriptProps {
  part: MessageWindow
  view: TextView
  /** The message at which the rollout leaves a better one, and what to call that one. */
  parting?: { message: Message; from: string } | null
  /** What people said about its turns; null where they cannot say anything. */
  reviews?: TurnReviews | null
}

/**
 * The conversation of a sample, a hundred messages at a time. Rendered on the server: the browser gets no code for it but what folds
 * turns and texts, and what finds the part that a link means.
 */
export function Transcript({ part, view, parting = null, reviews = null }: TranscriptProps) {
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {part.total > messagesAtOnce && <FindMessage />}
      <Parts part={part} view={view} label="Parts of the transcript" />
      {part.conversations.map((conversation, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conversations never move
        <div key={i} className="min-w-0">
          {conversation.title && (
            <h3 className="pb-2 font-semibold text-sm">
              <bdi>{conversation.title}</bdi>
            </h3>
          )}
          {conversation.messages.map(({ message, name }) => (
            <Turn
              key={name}
              message={message}
              level={conversation.title ? 4 : 3}
              isOfMany={part.last - part.first > drawnAtOnce}
              name={name}
              view={view}
              partsFrom={message === parting?.message ? parting.from : null}
              reviews={reviews}
            />
          ))}
          <FailedCalls calls={conversation.unanswered} />
        </div>
      ))}
      <Parts part={part} view={view} label="Parts of the transcript, again" />
    </div>
  )
}

/** Which part of a long transcript is shown, and the way to the others. */
export function Parts({ part, view, label }: { part: Omit<MessageWindow, "conversations">; view: TextView; label: string }) {
  if (part.earlier === null && part.later === null) return null
  return (
    <nav aria-label={label} className="flex flex-wrap items-center gap-2 text-sm">
      <span className="tabular text-muted-foreground">
        {`${view.list === "events" ? "Events" : "Messages"} ${formatCount(part.first)} to ${formatCount(part.last)} of ${formatCount(part.total)}`}
      </span>
      {part.earlier !== null && (
        <ButtonLink size="sm" prefetch={false} href={view.hrefOfMessage(part.earlier)}>{`Earlier ${messagesAtOnce}`}</ButtonLink>
      )}
      {part.later !== null && (
        <ButtonLink size="sm" prefetch={false} href={view.hrefOfMessage(part.later)}>{`Later ${messagesAtOnce}`}</ButtonLink>
      )}
    </nav>
  )
}
