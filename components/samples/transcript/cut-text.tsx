import Link from "next/link"
import { formatCount } from "@/lib/format.ts"

export const charactersMax = 12_000
/** Longer than this, formatting costs more than it tells. */
export const formattedMax = 60_000

/** How the page shows texts; all of it comes from the address. */
export interface TextView {
  formatted: boolean
  /** Texts that are shown whole. */
  full: ReadonlySet<string>
  /** The page's address with one more text shown whole. */
  hrefOfFull: (key: string) => string
}

/** The text as far as it is shown, and the way to the rest. */
export function cut(text: string, key: string, view: TextView): { text: string; rest: React.ReactNode } {
  if (text.length <= charactersMax || view.full.has(key)) return { text, rest: null }
  // Never between the halves of a surrogate pair.
  const end = /[\ud800-\udbff]/.test(text.charAt(charactersMax - 1)) ? charactersMax - 1 : charactersMax
  return {
    text: text.slice(0, end),
    rest: (
      <p className="mt-2 text-sm">
        <Link href={view.hrefOfFull(key)} scroll={false} prefetch={false} className="link">
          {`Show all ${formatCount(text.length)} characters`}
        </Link>
        <span className="text-muted-foreground">{` (${formatCount(text.length - end)} more)`}</span>
      </p>
    ),
  }
}
