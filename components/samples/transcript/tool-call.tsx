import { CircleAlert } from "lucide-react"
import { Badge } from "@/components/ui/badge.tsx"
import { cn } from "@/components/ui/cn.ts"
import type { ToolCall, ToolResult } from "@/contract/samples/messages/conversation.ts"
import { callText, resultText } from "./call-line.ts"
import { OtherFields } from "./message-extras.tsx"
import { MessageParts, Text } from "./message-parts.tsx"
import type { TextView } from "./text-view.ts"

/** A tool call and its result in one line, `look_up("egg") → DY-404`, that opens to the whole of both. */
export function Call({ call, name, view }: { call: ToolCall; name: string; view: TextView }) {
  const failed = call.results.some((result) => result.failed)
  const answer = resultText(call)
  const isAsked = view.isFull(`${name}.arguments`) || call.results.some((_, i) => view.isFull(`${name}.result${i}.0`))
  return (
    <details open={isAsked} aria-label={`Tool call ${call.name}`} className="group/call min-w-0 rounded-md bg-muted">
      <summary className="flex min-h-7 min-w-0 list-none items-center gap-1.5 px-2.5 font-mono text-xs max-lg:min-h-9 [&::-webkit-details-marker]:hidden">
        <span aria-hidden className="text-muted-foreground transition-transform group-open/call:rotate-90">
          ▸
        </span>
        <span className="min-w-0 truncate">
          <bdi className="font-medium">{call.name}</bdi>
          <span dir="ltr">({callText(call)})</span>
          {answer !== null && (
            <>
              <span className="text-muted-foreground"> → </span>
              <bdi className={failed ? "text-danger" : undefined}>{answer}</bdi>
            </>
          )}
        </span>
        {!call.argumentsAreJson && <Badge tone="warning">arguments are not JSON</Badge>}
        {failed && <Badge tone="danger">failed</Badge>}
        {answer === null && <Badge>no result</Badge>}
      </summary>
      <div className="border-t px-2.5 py-2">
        {call.arguments !== "" && (
          <Text text={call.code ?? call.arguments} name={`${name}.arguments`} view={view} markdown={false} mono isCode />
        )}
        <OtherFields rest={call.rest} name={`${name}.rest`} view={view} />
        {call.results.map((result, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: results of a call never move
          <Result key={i} result={result} name={`${name}.result${i}`} view={view} />
        ))}
      </div>
    </details>
  )
}

/** What a tool answered. */
export function Result({ result, name, view }: { result: ToolResult; name: string; view: TextView }) {
  return (
    <div className="mt-2 min-w-0 first:mt-0">
      <p className={cn("mb-1 flex items-center gap-1 text-2xs", result.failed ? "text-danger" : "text-muted-foreground")}>
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
