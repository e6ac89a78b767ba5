import { Fragment } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Markdown } from "@/components/ui/text/markdown.tsx"
import type { Part } from "@/contract/samples/messages/conversation.ts"
import { cut, formattedMax } from "./cut-text.tsx"
import { escapeTags } from "./escape-tags.ts"
import type { TextView } from "./text-view.ts"

interface MessagePartsProps {
  parts: readonly Part[]
  /** Names the texts in the address, and the message for screen readers. */
  name: string
  view: TextView
  /** Markdown, where the page shows it; otherwise the text as it is. */
  markdown: boolean
  mono?: boolean
}

export function MessageParts({ parts, name, view, markdown, mono = false }: MessagePartsProps) {
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {parts.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a message never move
        <Fragment key={i}>{renderPart(part, `${name}.${i}`, { view, markdown, mono })}</Fragment>
      ))}
    </div>
  )
}

function renderPart(part: Part, key: string, { view, markdown, mono }: Pick<MessagePartsProps, "view" | "markdown" | "mono">) {
  switch (part.kind) {
    case "text":
      return <Text text={part.text} name={key} view={view} markdown={markdown} mono={mono ?? false} />
    case "image":
      // biome-ignore lint/performance/noImgElement: the picture is in the message itself
      return <img src={part.url} alt={`In message ${key}`} className="max-h-96 max-w-full self-start bg-muted object-contain" />
    case "audio":
      return (
        // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for a rollout's sound
        <audio controls preload="metadata" src={part.url} aria-label={`Sound in message ${key}`} className="w-full max-w-md" />
      )
    case "link":
      return (
        <p className="break-anywhere text-sm">
          <span className="text-muted-foreground">{part.label} (not loaded): </span>
          <a href={part.url} rel="noopener noreferrer nofollow" target="_blank" className="link">
            {part.url.length > 200 ? `${part.url.slice(0, 200)}…` : part.url}
          </a>
        </p>
      )
    case "json":
      return <Text text={JSON.stringify(part.value, null, 2) ?? "undefined"} name={key} view={view} markdown={false} mono />
  }
}

/** A text, formatted or as it is, cut when it is long. */
export function Text({
  text,
  name,
  view,
  markdown,
  mono,
}: {
  text: string
  name: string
  view: TextView
  markdown: boolean
  mono: boolean
}) {
  const shown = cut(text, name, view)
  return (
    <div className="min-w-0">
      {markdown && view.formatted && shown.text.length <= formattedMax ? (
        <Markdown text={escapeTags(shown.text)} demote={3} className="[&_li]:whitespace-pre-line [&_p]:whitespace-pre-line" />
      ) : (
        <div className={cn("whitespace-pre-wrap break-words", mono ? "font-mono text-xs leading-5" : "text-sm leading-6")}>
          {shown.text}
        </div>
      )}
      {shown.rest}
    </div>
  )
}
