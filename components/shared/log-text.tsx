import { cn } from "@/components/ui/cn.ts"
import { type AnsiSpan, ansiSpans } from "@/lib/ansi.ts"
import { markSpans } from "./mark-spans.ts"

const colors = [
  "text-foreground",
  "text-danger",
  "text-success",
  "text-warning",
  "text-info",
  "text-accent",
  "text-info",
  "text-muted-foreground",
]
const backgrounds = ["bg-muted", "bg-danger/12", "bg-success/12", "bg-warning/12", "bg-info/12", "bg-accent/12", "bg-info/12", "bg-muted"]
const bright = 8
const darkGrey = 8
const white = 15

function looks(span: AnsiSpan): string {
  return cn(
    span.color !== undefined &&
      (span.color === darkGrey ? "text-muted-foreground" : span.color === white ? "text-foreground" : colors[span.color % bright]),
    span.background !== undefined && backgrounds[span.background % bright],
    span.bold && "font-semibold",
    span.dim && "text-muted-foreground",
    span.italic && "italic",
    span.underline && "underline",
  )
}

/** A log line with the colours that the program gave it, in the page's own palette, and what is searched for marked. */
export function LogText({ text, search }: { text: string; search?: string | undefined }) {
  const spans = markSpans(ansiSpans(text), search)
  if (spans.length === 1 && spans[0] && Object.keys(spans[0]).length === 1) return spans[0].text
  return spans.map((span, i) =>
    span.isHit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: spans of a line never move
      <mark key={i} className={cn("rounded-xs bg-warning/25", looks(span), "text-foreground")}>
        {span.text}
      </mark>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: spans of a line never move
      <span key={i} className={looks(span)}>
        {span.text}
      </span>
    ),
  )
}
