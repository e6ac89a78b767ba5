import { Link } from "@/components/ui/link.tsx"
import { formatCount } from "@/lib/format.ts"
import type { TextView } from "./text-view.ts"

const shownAtOnce = 100

/** As much of a list in a message as is shown; `name` names the list in the address. */
export const beginningOf = <T,>(list: readonly T[], name: string, view: TextView): readonly T[] =>
  list.length <= shownAtOnce || view.isFull(name) ? list : list.slice(0, shownAtOnce)

interface RestOfListProps {
  what: string
  all: readonly unknown[]
  shown: readonly unknown[]
  name: string
  view: TextView
}

/** The way to the rest of a list of which only the beginning is shown. */
export function RestOfList({ what, all, shown, name, view }: RestOfListProps) {
  if (shown.length === all.length) return null
  return (
    <p className="text-sm">
      <Link href={view.hrefOfFull(name)} scroll={false} prefetch={false} className="link">
        {`Show all ${formatCount(all.length)} ${what}`}
      </Link>
    </p>
  )
}
