import { CircleAlert } from "lucide-react"
import { Badge } from "@/components/ui/badge.tsx"
import { Link } from "@/components/ui/link.tsx"
import { plainText } from "@/contract/logs/terminal-text.ts"
import type { Message } from "@/contract/samples/messages/conversation.ts"
import type { ModelCall } from "@/contract/samples/messages/trace-branches.ts"
import { cutText } from "@/contract/text/cut-text.ts"
import { formatCount, formatDuration, formatMoney } from "@/lib/format.ts"
import type { TextView } from "./text-view.ts"

const errorCharactersMax = 2000

/** How harnesses call what leads from one message to another; other words are shown as they are. */
const linkWords: Record<string, string> = {
  subagent_call: "Called by",
  subagent_return: "A sub-agent returned",
  subagent_cancel: "Cancelled by",
  agent_message: "A message of another agent",
  compaction: "Goes on from the compaction",
  compaction_attempt: "Compaction of",
}

/** The model call that a message came of, the tries before it, and what else led to it. */
export function TurnFacts({ turn, view }: { turn: NonNullable<Message["turn"]>; view: TextView }) {
  return (
    <div className="flex min-w-0 flex-col gap-1 text-muted-foreground text-xs">
      {turn.links.map((link, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: links of a message never move
        <p key={i} className="break-anywhere">
          <bdi>{linkWords[link.type] ?? plainText(link.type)}</bdi>
          {link.message !== null && (
            <>
              {": "}
              <Link href={view.hrefOfMessage(link.message)} className="hover:underline">{`message ${link.message}`}</Link>
            </>
          )}
        </p>
      ))}
      <FailedCalls calls={turn.failed} />
      {turn.call && <CallFacts call={turn.call} />}
    </div>
  )
}

/** Requests to a model that no message came of. */
export function FailedCalls({ calls }: { calls: ModelCall[] }) {
  return calls.map((call, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: calls never move
    <CallFacts key={i} call={call} isAlone />
  ))
}

function CallFacts({ call, isAlone = false }: { call: ModelCall; isAlone?: boolean }) {
  const { tokens } = call
  const facts = [
    call.model === null ? null : plainText(call.model),
    tokens && `${formatCount(tokens.input)} tokens in${tokens.cached > 0 ? ` (${formatCount(tokens.cached)} cached)` : ""}`,
    tokens && `${formatCount(tokens.output)} out${tokens.reasoning > 0 ? ` (${formatCount(tokens.reasoning)} reasoning)` : ""}`,
    call.seconds === null ? null : formatDuration(call.seconds * 1000),
    call.cost === null ? null : formatMoney(call.cost),
  ]
  return (
    <div role="group" aria-label={isAlone ? "Failed model call" : "Model call"} className="min-w-0 text-xs">
      <p className="tabular flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-muted-foreground">
        {isAlone && <CircleAlert aria-hidden className="size-3.5 text-danger" />}
        <bdi className="break-anywhere">{["Model call", ...facts].filter(Boolean).join(", ")}</bdi>
        {call.cutBy !== null && <Badge tone="warning">{`ended by ${plainText(call.cutBy)}`}</Badge>}
      </p>
      {call.error !== null && (
        <p className="break-anywhere whitespace-pre-wrap text-danger">{cutText(plainText(call.error), errorCharactersMax)}</p>
      )}
    </div>
  )
}
