import { Brain, CircleAlert, Wrench } from "lucide-react"
import { Badge } from "@/components/ui/badge.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { CopyButton } from "@/components/ui/text/copy-button.tsx"
import type { Message, ToolCall, ToolResult } from "@/contract/samples/messages/conversation.ts"
import { shownJson } from "@/contract/samples/messages/part-text.ts"
import { formatCount } from "@/lib/format.ts"
import { FindMessage } from "./find-message.tsx"
import { beginningOf, RestOfList } from "./long-list.tsx"
import { MessageParts, Text } from "./message-parts.tsx"
import { FailedCalls, TurnFacts } from "./model-calls.tsx"
import type { TextView } from "./text-view.ts"
import { type MessageWindow, messagesAtOnce } from "./window.ts"

const edges: Record<string, string> = {
  system: "border-l-muted-foreground/50",
  developer: "border-l-muted-foreground/50",
  user: "border-l-info",
  assistant: "border-l-accent",
  tool: "border-l-warning",
  function: "border-l-warning",
}

/** The browser lays out longer conversations only where they are in view. */
const drawnAtOnce = 60

/**
 * The conversation of a sample, a hundred messages at a time. Rendered on the server: the browser gets no code for it but what finds
 * the part that a link means.
 */
export function Transcript({ part, view }: { part: MessageWindow; view: TextView }) {
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {part.total > messagesAtOnce && <FindMessage />}
      <Parts part={part} view={view} label="Parts of the transcript" />
      {part.conversations.map((conversation, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conversations never move
        <div key={i} className="flex min-w-0 flex-col gap-3">
          {conversation.title && (
            <h3 className="font-medium text-sm">
              <bdi>{conversation.title}</bdi>
            </h3>
          )}
          {conversation.messages.map(({ message, name }) => (
            <MessageCard
              key={name}
              message={message}
              level={conversation.title ? 4 : 3}
              isOfMany={part.last - part.first > drawnAtOnce}
              name={name}
              view={view}
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

interface MessageCardProps {
  message: Message
  name: string
  view: TextView
  level: 3 | 4
  isOfMany: boolean
}

function MessageCard({ message, name, view, level, isOfMany }: MessageCardProps) {
  const Heading = level === 3 ? "h3" : "h4"
  const isAnswer = message.role === "assistant"
  const { parts, calls, results, reasoning, hiddenReasoning, rest } = message
  const isEmpty = parts.length + calls.length + results.length + reasoning.length === 0 && !hiddenReasoning && !rest
  const shownCalls = beginningOf(calls, `${name}.calls`, view)
  const contentId = `message-${name}-content`
  return (
    <article
      id={`message-${name}`}
      tabIndex={-1}
      aria-labelledby={`message-${name}-title`}
      className={cn(
        "min-w-0 rounded-lg border border-l-4 bg-card",
        isOfMany && "[contain-intrinsic-size:auto_8rem] [content-visibility:auto]",
        edges[message.role] ?? "border-l-border",
      )}
    >
      <header className="flex min-h-9 items-center gap-2 px-4 pt-1.5">
        <Heading id={`message-${name}-title`} className="break-anywhere font-medium text-sm capitalize">
          <bdi>{message.role}</bdi>
          {message.name && (
            <>
              {" "}
              <bdi className="font-mono text-muted-foreground text-xs normal-case">{message.name}</bdi>
            </>
          )}
        </Heading>
        <a
          href={`#message-${name}`}
          className="tabular text-muted-foreground text-xs hover:underline"
          aria-label={`Link to message ${name}`}
        >
          {name}
        </a>
        {isAnswer && message.origin === "prompt" && <Badge title="Part of the prompt, not generated in this rollout">given</Badge>}
        <span className="grow" />
        {parts.length > 0 && <CopyButton text={{ fromId: contentId }} label={`Copy message ${name}`} className="text-muted-foreground" />}
      </header>
      <div className="flex min-w-0 flex-col gap-3 px-4 pt-1 pb-4">
        {message.turn && <TurnFacts turn={message.turn} view={view} />}
        {reasoning.length > 0 && <Reasoning texts={reasoning} name={name} view={view} />}
        {hiddenReasoning && (
          <p className="text-muted-foreground text-sm italic">Some reasoning was sent encrypted or redacted and cannot be shown.</p>
        )}
        {parts.length > 0 && (
          <div id={contentId}>
            <MessageParts parts={parts} name={name} view={view} markdown={isAnswer} mono={message.role === "text"} />
          </div>
        )}
        {shownCalls.map((call, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: calls of a message never move
          <Call key={i} call={call} name={`${name}.call${i + 1}`} view={view} />
        ))}
        <RestOfList what="tool calls" all={calls} shown={shownCalls} name={`${name}.calls`} view={view} />
        {results.map((result, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: results of a message never move
          <Result key={i} result={result} name={`${name}.result${i}`} view={view} alone />
        ))}
        <OtherFields rest={rest} name={`${name}.rest`} view={view} />
        {isEmpty && <p className="text-muted-foreground text-sm italic">Empty message</p>}
      </div>
    </article>
  )
}

/** What nothing else shows of a message, a call or a result. */
function OtherFields({ rest, name, view }: { rest: Message["rest"]; name: string; view: TextView }) {
  if (rest === null) return null
  return (
    <details open={view.isFull(name)}>
      <summary className="text-muted-foreground text-xs hover:text-foreground">Other fields</summary>
      <div className="mt-1">
        <Text text={shownJson(rest)} name={name} view={view} markdown={false} mono isCode />
      </div>
    </details>
  )
}

function Reasoning({ texts, name, view }: { texts: string[]; name: string; view: TextView }) {
  const length = texts.reduce((sum, text) => sum + text.length, 0)
  return (
    <details className="rounded-md bg-muted/60 px-3 py-2" open={texts.some((_, i) => view.isFull(`${name}.reasoning${i}`))}>
      <summary className="flex list-none items-center gap-1.5 text-muted-foreground text-sm hover:text-foreground [&::-webkit-details-marker]:hidden">
        <Brain aria-hidden className="size-4" />
        Reasoning
        <span className="tabular text-xs">{`${length.toLocaleString("en-US")} characters`}</span>
      </summary>
      <div className="mt-2 flex flex-col gap-3 text-muted-foreground">
        {texts.map((text, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: reasoning of a message never moves
          <Text key={i} text={text} name={`${name}.reasoning${i}`} view={view} markdown={false} mono={false} />
        ))}
      </div>
    </details>
  )
}

function Call({ call, name, view }: { call: ToolCall; name: string; view: TextView }) {
  const failed = call.results.some((result) => result.failed)
  return (
    <div role="group" aria-label={`Tool call ${call.name}`} className="min-w-0 overflow-hidden rounded-md border">
      <div className="flex min-h-8 items-center gap-1.5 border-b bg-muted/60 px-3 text-sm">
        <Wrench aria-hidden className="size-3.5 shrink-0 text-muted-foreground" />
        <bdi className="break-anywhere font-medium font-mono text-xs">{call.name}</bdi>
        {!call.argumentsAreJson && <Badge tone="warning">arguments are not JSON</Badge>}
        {failed && <Badge tone="danger">failed</Badge>}
        {call.results.length === 0 && <Badge>no result</Badge>}
      </div>
      {call.arguments !== "" && (
        <div className="px-3 py-2">
          <Text text={call.code ?? call.arguments} name={`${name}.arguments`} view={view} markdown={false} mono isCode />
        </div>
      )}
      {call.rest && (
        <div className="px-3 pb-2">
          <OtherFields rest={call.rest} name={`${name}.rest`} view={view} />
        </div>
      )}
      {call.results.map((result, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: results of a call never move
        <Result key={i} result={result} name={`${name}.result${i}`} view={view} />
      ))}
    </div>
  )
}

function Result({ result, name, view, alone = false }: { result: ToolResult; name: string; view: TextView; alone?: boolean }) {
  return (
    <div className={cn("min-w-0", !alone && "border-t px-3 py-2")}>
      <p className={cn("mb-1 flex items-center gap-1 text-xs", result.failed ? "text-danger" : "text-muted-foreground")}>
        {result.failed && <CircleAlert aria-hidden className="size-3.5" />}
        {result.failed ? "Error" : "Result"}
      </p>
      {result.parts.length === 0 ? (
        <p className="text-muted-foreground text-sm italic">Empty result</p>
      ) : (
        <MessageParts parts={result.parts} name={name} view={view} markdown={false} mono />
      )}
      <OtherFields rest={result.rest} name={`${name}.rest`} view={view} />
    </div>
  )
}
