import type { ListSampleNodesResponse } from "@/contract/index.ts"
import { objectOf, textOf } from "@/contract/samples/row-values.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { FindMessage } from "../transcript/find-message.tsx"
import { Text } from "../transcript/message-parts.tsx"
import type { TextView } from "../transcript/text-view.ts"
import { Parts } from "../transcript/transcript.tsx"
import { placeOfPart } from "./large-window.ts"

/** What happened in a sample, one line each, which opens. */
export function EventList({ part, view }: { part: ListSampleNodesResponse; view: TextView }) {
  const place = placeOfPart(part)
  return (
    <>
      <FindMessage />
      <Parts part={place} view={view} label="Parts of the events" />
      <ol className="min-w-0 border-t">
        {part.nodes.map(({ place, label, value }) => {
          const name = String(place + 1)
          return (
            <li key={place} id={`message-${name}`} tabIndex={-1} className="min-w-0 border-b [content-visibility:auto]">
              <details open={view.message === name || view.isFull(`event${name}`)}>
                <summary className="flex min-h-8 min-w-0 list-none items-center gap-3 text-sm hover:bg-muted [&::-webkit-details-marker]:hidden">
                  <span className="tabular w-20 shrink-0 text-right text-muted-foreground text-xs">{name}</span>
                  <bdi className="w-24 shrink-0 truncate font-mono text-xs">{label || "event"}</bdi>
                  <span dir="auto" className="min-w-0 truncate text-muted-foreground">
                    {summaryOf(value)}
                  </span>
                </summary>
                <div className="mb-2 ml-23">
                  <Text text={stringifyExact(value, 2)} name={`event${name}`} view={view} markdown={false} mono isCode />
                </div>
              </details>
            </li>
          )
        })}
      </ol>
      <Parts part={place} view={view} label="Parts of the events, again" />
    </>
  )
}

/** The first words of an event that say what it was about. */
function summaryOf(value: unknown): string {
  const event = objectOf(value)
  const { message } = objectOf(objectOf(objectOf(event.output).choices)[0])
  const text =
    textOf(event.model) ??
    textOf(event.function) ??
    textOf(event.name) ??
    textOf(event.data) ??
    textOf(objectOf(message).content) ??
    textOf(event.timestamp) ??
    ""
  return text.slice(0, 200)
}
