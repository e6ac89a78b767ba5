import { Link } from "@/components/ui/link.tsx"
import { cutText } from "@/contract/text/cut-text.ts"
import { formatCount } from "@/lib/format.ts"
import type { TextView } from "./text-view.ts"

export const charactersMax = 12_000
/** Longer texts are not worth the time that formatting takes. */
export const formattedMax = 60_000

/** The text as far as it is shown, and the way to the rest. */
export function cut(text: string, key: string, view: TextView): { text: string; rest: React.ReactNode } {
  if (text.length <= charactersMax || view.isFull(key)) return { text, rest: null }
  const shown = cutText(text, charactersMax)
  return {
    text: shown,
    rest: (
      <p className="mt-2 text-sm">
        <Link href={view.hrefOfFull(key)} scroll={false} prefetch={false} className="link">
          {`Show all ${formatCount(text.length)} characters`}
        </Link>
        <span className="text-muted-foreground">{` (${formatCount(text.length - shown.length)} more)`}</span>
      </p>
    ),
  }
}
