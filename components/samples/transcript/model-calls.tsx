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

/** What led to a message beside the one before it, and the tries before its model call succeeded. */
export function TurnFacts({ turn, view }: { turn: NonNullable<Message["turn"]>; view: TextView }) {
  if (turn.links.length === 0 && turn.failed.length === 0) return null
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
    </div>
  )
}

/** Requests to a model that no message came of. */
export function FailedCalls({ calls }: { calls: ModelCall[] }) {
  return calls.map((call, i) => (
    <div
      // biome-ignore lint/suspicious/noArrayIndexKey: calls never move
      key={i}
      role="group"
      aria-label="Failed model call"
      className="min-w-0 text-xs"
    >
      <p className="tabular flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-muted-foreground">
        <CircleAlert aria-hidden className="size-3.5 text-danger" />
        <bdi className="break-anywhere">{["Model call", ...factsOf(call).flat()].join(", ")}</bdi>
        <CutBy call={call} />
      </p>
      {call.error !== null && (
        <p className="break-anywhere whitespace-pre-wrap text-danger">{cutText(plainText(call.error), errorCharactersMax)}</p>
      )}
    </div>
  ))
}

/** The model call that a message came of: tokens, time and cost, and the model that answered. */
export function CallCost({ call }: { call: ModelCall }) {
  return (
    <div role="group" aria-label="Model call" className="tabular flex min-w-0 flex-col md:items-end">
      {factsOf(call).map((line) => (
        <p key={line.join()} className="break-anywhere">
          {line.join(" · ")}
        </p>
      ))}
      <CutBy call={call} />
    </div>
  )
}

function CutBy({ call }: { call: ModelCall }) {
  return call.cutBy === null ? null : <Badge tone="warning">{`ended by ${plainText(call.cutBy)}`}</Badge>
}

/** What is known of a call, in lines: tokens, parts of them, time and cost, model. */
function factsOf({ tokens, seconds, cost, model }: ModelCall): string[][] {
  const lines = [
    tokens ? [`${formatCount(tokens.input)} in`, `${formatCount(tokens.output)} out`] : [],
    [
      ...(tokens && tokens.cached > 0 ? [`${formatCount(tokens.cached)} cached`] : []),
      ...(tokens && tokens.reasoning > 0 ? [`${formatCount(tokens.reasoning)} reasoning`] : []),
    ],
    [...(seconds === null ? [] : [formatDuration(seconds * 1000)]), ...(cost === null ? [] : [formatMoney(cost)])],
    model === null ? [] : [plainText(model)],
  ]
  return lines.filter((line) => line.length > 0)
}
