import { FileIcon } from "lucide-react"
import { Fragment } from "react"
import { cn } from "@/components/ui/cn.ts"
import { isCheapToFormat } from "@/components/ui/text/formatting-cost.ts"
import { Markdown } from "@/components/ui/text/markdown.tsx"
import type { Part } from "@/contract/samples/messages/conversation.ts"
import { shownJson } from "@/contract/samples/messages/part-text.ts"
import { shortText } from "@/contract/text/cut-text.ts"
import { formatBytes } from "@/lib/format.ts"
import { cut, formattedMax } from "./cut-text.tsx"
import { escapeTags } from "./escape-tags.ts"
import { beginningOf, RestOfList } from "./long-list.tsx"
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
  const shown = beginningOf(parts, `${name}.parts`, view)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {shown.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a message never move
        <Fragment key={i}>{renderPart(part, `${name}.${i}`, { view, markdown, mono })}</Fragment>
      ))}
      <RestOfList what="parts" all={parts} shown={shown} name={`${name}.parts`} view={view} />
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
    case "video":
      return (
        // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for a rollout's video
        <video controls preload="metadata" src={part.url} aria-label={`Video in message ${key}`} className="max-h-96 max-w-full" />
      )
    case "file":
      return <File part={part} />
    case "link":
      return (
        <p className="break-anywhere text-sm">
          <span className="text-muted-foreground">{part.label} (not loaded): </span>
          <a href={part.url} rel="noopener noreferrer nofollow" target="_blank" className="link">
            <bdi>{shortText(part.url, 200)}</bdi>
          </a>
        </p>
      )
    case "json":
      return <Text text={shownJson(part.value)} name={key} view={view} markdown={false} mono isCode />
  }
}

/** Larger data would be in the page three times. */
const downloadMax = 5_000_000

/** A file by its name, type and size, with its data where that is not too much for a page. */
function File({ part }: { part: Extract<Part, { kind: "file" }> }) {
  const facts = [part.type, part.bytes === null ? null : formatBytes(part.bytes)].filter(Boolean).join(", ")
  return (
    <p className="break-anywhere flex flex-wrap items-center gap-x-2 text-sm">
      <FileIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      <bdi className="font-medium">{part.name ?? "File"}</bdi>
      {facts && <span className="text-muted-foreground">{facts}</span>}
      {part.url !== null &&
        (part.url.length <= downloadMax ? (
          <a href={part.url} download={part.name ?? "file"} className="link">
            Download
          </a>
        ) : (
          <span className="text-muted-foreground">Its data is in the raw JSON.</span>
        ))}
    </p>
  )
}

/** A text, formatted or as it is, cut when it is long. Each of its paragraphs has its own direction; code runs from left to right. */
export function Text({
  text,
  name,
  view,
  markdown,
  mono,
  isCode = false,
}: {
  text: string
  name: string
  view: TextView
  markdown: boolean
  mono: boolean
  isCode?: boolean
}) {
  const shown = cut(text, name, view)
  const formatted = markdown && view.formatted && shown.text.length <= formattedMax ? escapeTags(shown.text) : null
  return (
    <div className="min-w-0">
      {formatted !== null && isCheapToFormat(formatted) ? (
        <Markdown text={formatted} demote={3} className="[&_li]:whitespace-pre-line [&_p]:whitespace-pre-line" />
      ) : (
        <div
          dir={isCode ? "ltr" : "auto"}
          className={cn(
            "whitespace-pre-wrap break-words",
            !isCode && "[unicode-bidi:plaintext]",
            mono ? "font-mono text-xs leading-5" : "text-sm leading-6",
          )}
        >
          {shown.text}
        </div>
      )}
      {shown.rest}
    </div>
  )
}
