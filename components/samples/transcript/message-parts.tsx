import { FileIcon } from "lucide-react"
import { Fragment } from "react"
import { cn } from "@/components/ui/cn.ts"
import { isCheapToFormat } from "@/components/ui/text/formatting-cost.ts"
import { Markdown } from "@/components/ui/text/markdown.tsx"
import type { Part } from "@/contract/samples/messages/conversation.ts"
import { shownJson } from "@/contract/samples/messages/part-text.ts"
import { shortText } from "@/contract/text/cut-text.ts"
import { formatBytes, formatCount } from "@/lib/format.ts"
import { cut, formattedMax } from "./cut-text.tsx"
import { escapeTags } from "./escape-tags.ts"
import { FoldedText } from "./foldable.tsx"
import { beginningOf, RestOfList } from "./long-list.tsx"
import { protectMath } from "./protect-math.ts"
import type { TextView } from "./text-view.ts"

interface MessagePartsProps {
  parts: readonly Part[]
  /** Names the texts in the address, and the message for screen readers. */
  name: string
  view: TextView
  /** Markdown, where the page shows it; otherwise the text as it is. */
  markdown: boolean
  mono?: boolean
  /** Of a text that is longer than a screen's part, the beginning is shown first. */
  folds?: boolean
}

export function MessageParts({ parts, name, view, markdown, mono = false, folds = true }: MessagePartsProps) {
  const shown = beginningOf(parts, `${name}.parts`, view)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {shown.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a message never move
        <Fragment key={i}>{renderPart(part, `${name}.${i}`, { view, markdown, mono, folds })}</Fragment>
      ))}
      <RestOfList what="parts" all={parts} shown={shown} name={`${name}.parts`} view={view} />
    </div>
  )
}

type Look = Required<Pick<MessagePartsProps, "view" | "markdown" | "mono" | "folds">>

function renderPart(part: Part, key: string, { view, markdown, mono, folds }: Look) {
  switch (part.kind) {
    case "text":
      return <Text text={part.text} name={key} view={view} markdown={markdown} mono={mono} folds={folds} />
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
  folds = true,
}: {
  text: string
  name: string
  view: TextView
  markdown: boolean
  mono: boolean
  isCode?: boolean
  folds?: boolean
}) {
  const shown = cut(text, name, view)
  const formatted = markdown && view.formatted && shown.text.length <= formattedMax ? protectMath(escapeTags(shown.text)) : null
  const body = (
    <>
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
    </>
  )
  const all = folds && !view.isFull(name) ? foldedWords(shown.text) : null
  return (
    <div className="min-w-0">
      {all === null ? body : <FoldedText all={all}>{body}</FoldedText>}
      {shown.rest}
    </div>
  )
}

const unfoldedLines = 16
const unfoldedCharacters = 1400

/** What the button says that shows all of a text; null for one that is short enough to stand open. */
function foldedWords(text: string): string | null {
  const lines = text.split("\n").length
  if (lines > unfoldedLines) return `All ${formatCount(lines)} lines`
  return text.length > unfoldedCharacters ? `All ${formatCount(text.length)} characters` : null
}
