import type { Home } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"

const runs = (count: number): string => (count === 1 ? "1 run" : `${formatCount(count)} runs`)
const are = (count: number): string => (count === 1 ? "is" : "are")
const have = (count: number): string => (count === 1 ? "has" : "have")

/** What the page says first: what runs, and what has ended since the reader was last here. */
export function homeWords(running: number, hasRuns: boolean, since: Home["since"]): { says: string; rest: string } {
  if (!hasRuns) return { says: "No runs yet.", rest: "The first one takes a minute." }
  const says = running === 0 ? "Nothing is running." : `${runs(running)} ${are(running)} under way.`
  if (since === null) return { says, rest: "" }
  if (since.ended === 0) return { says, rest: "None has ended since your last visit." }
  return { says, rest: `${runs(since.ended)} ${have(since.ended)} ended since your last visit.` }
}

/** What of it asks for a look. Of many, only the newest were looked at, and that is said. */
export function newsWords(since: NonNullable<Home["since"]>): string {
  const among = since.ended > since.looked_at ? `of the newest ${since.looked_at}, ` : ""
  const parts = [
    ...(since.failed > 0 ? [`${formatCount(since.failed)} failed`] : []),
    ...(since.below_baseline > 0
      ? [`${formatCount(since.below_baseline)} ${have(since.below_baseline)} a 95 % interval below the mean of the baseline`]
      : []),
  ]
  if (since.ended === 0) return ""
  return parts.length === 0 ? "None of them failed." : `${among}${parts.join(" and ")}.`.replace(/^o/, "O")
}
