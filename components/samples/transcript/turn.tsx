import { Badge } from "@/components/ui/badge.tsx"
import { cn } from "@/components/ui/cn.ts"
import { CopyButton } from "@/components/ui/text/copy-button.tsx"
import type { Message } from "@/contract/samples/messages/conversation.ts"
import { partText } from "@/contract/samples/messages/part-text.ts"
import { shortText } from "@/contract/text/cut-text.ts"
import { ReviewLines } from "../review/review-lines.tsx"
import { TurnReview } from "../review/turn-review.tsx"
import type { TurnReviews } from "../review/turn-reviews.ts"
import { FoldableTurn } from "./foldable.tsx"
import { beginningOf, RestOfList } from "./long-list.tsx"
import { OtherFields, Reasoning } from "./message-extras.tsx"
import { MessageParts } from "./message-parts.tsx"
import { CallCost, TurnFacts } from "./model-calls.tsx"
import type { TextView } from "./text-view.ts"
import { Call, Result } from "./tool-call.tsx"

const previewMax = 200
/** Roles whose words were written to be read; other messages, such as a tool's, stay as they are. */
const isProse = (role: string): boolean => ["assistant", "model", "user", "human", "system", "developer"].includes(role)

interface TurnProps {
  message: Message
  name: string
  view: TextView
  level: 3 | 4
  isOfMany: boolean
  /** Where it is the first to differ from a better rollout of the same example: what to call that one. */
  partsFrom: string | null
  /** What people said about the turns; null where they cannot say anything. */
  reviews: TurnReviews | null
}

/** One message of a conversation. */
export function Turn({ message, name, view, level, isOfMany, partsFrom, reviews }: TurnProps) {
  const Heading = level === 3 ? "h3" : "h4"
  const { parts, calls, results, reasoning, hiddenReasoning, rest } = message
  const isEmpty = parts.length + calls.length + results.length + reasoning.length === 0 && !hiddenReasoning && !rest
  const shownCalls = beginningOf(calls, `${name}.calls`, view)
  const contentId = `message-${name}-content`
  const said = reviews?.byTurn.get(name) ?? []
  return (
    <article
      id={`message-${name}`}
      tabIndex={-1}
      aria-labelledby={`message-${name}-title`}
      className={cn(
        "group/turn min-w-0 border-t py-3",
        isOfMany && "[contain-intrinsic-size:auto_6rem] [content-visibility:auto]",
        partsFrom !== null && "-mx-3 bg-gradient-to-r from-removed/60 to-60% to-transparent px-3",
      )}
    >
      <FoldableTurn
        name={name}
        preview={previewOf(message)}
        cost={message.turn?.call ? <CallCost call={message.turn.call} /> : null}
        who={
          <div className="min-w-0 text-xs leading-5">
            <Heading id={`message-${name}-title`} className="break-anywhere inline text-muted-foreground">
              <bdi>{message.role}</bdi>
              {message.name && (
                <>
                  {" "}
                  <bdi className="font-mono">{message.name}</bdi>
                </>
              )}
            </Heading>{" "}
            <a
              href={`#message-${name}`}
              className="tabular text-muted-foreground underline decoration-border underline-offset-2 hover:text-foreground hover:decoration-current"
              aria-label={`Link to message ${name}`}
            >
              {name}
            </a>
            {reviews && (
              <TurnReview
                runId={reviews.runId}
                sampleId={reviews.sampleId}
                turn={name}
                mine={said.find((review) => review.is_mine) ?? null}
              />
            )}
            {message.role === "assistant" && message.origin === "prompt" && (
              <Badge title="Part of the prompt, not generated in this rollout">given</Badge>
            )}
            {partsFrom !== null && <p className="text-warning">{`parts from ${partsFrom} here`}</p>}
          </div>
        }
      >
        {message.turn && <TurnFacts turn={message.turn} view={view} />}
        {reasoning.length > 0 && <Reasoning texts={reasoning} name={name} view={view} />}
        {hiddenReasoning && (
          <p className="text-muted-foreground text-sm italic">Some reasoning was sent encrypted or redacted and cannot be shown.</p>
        )}
        {parts.length > 0 && (
          <div className="relative min-w-0">
            <div id={contentId} className={cn("min-w-0", message.role === "system" && "text-muted-foreground")}>
              <MessageParts
                parts={parts}
                name={name}
                view={view}
                markdown={isProse(message.role)}
                mono={message.role === "text"}
                folds={message.role !== "assistant"}
              />
            </div>
            <CopyButton
              text={{ fromId: contentId }}
              label={`Copy message ${name}`}
              className="-top-1 absolute right-0 bg-background text-muted-foreground opacity-0 focus-visible:opacity-100 group-hover/turn:opacity-100"
            />
          </div>
        )}
        {calls.length > 0 && (
          <div className="flex min-w-0 flex-col gap-1">
            {shownCalls.map((call, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: calls of a message never move
              <Call key={i} call={call} name={`${name}.call${i + 1}`} view={view} />
            ))}
            <RestOfList what="tool calls" all={calls} shown={shownCalls} name={`${name}.calls`} view={view} />
          </div>
        )}
        {results.map((result, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: results of a message never move
          <Result key={i} result={result} name={`${name}.result${i}`} view={view} />
        ))}
        <OtherFields rest={rest} name={`${name}.rest`} view={view} />
        <ReviewLines reviews={said} label={`Reviews of message ${name}`} />
        {isEmpty && <p className="text-muted-foreground text-sm italic">Empty message</p>}
      </FoldableTurn>
    </article>
  )
}

/** A message in one line: its words, else the tools that it calls. */
export function previewOf({ parts, calls, results }: Message): string {
  const [first] = [...parts, ...results.flatMap((result) => result.parts)]
  const words = first
    ? partText(first)
        .slice(0, previewMax * 2)
        .replace(/\s+/g, " ")
        .trim()
    : ""
  return shortText(
    words ||
      calls
        .slice(0, 5)
        .map((call) => call.name)
        .join(", "),
    previewMax,
  )
}
