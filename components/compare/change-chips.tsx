import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { ComparedToBaseline, ExampleChange } from "@/contract/compare/compare.ts"
import { formatCount } from "@/lib/format.ts"

const words: [ExampleChange, string][] = [
  ["improved", "improved"],
  ["regressed", "got worse"],
  ["equal", "the same"],
  ["cannot_compare", "cannot compare"],
]

interface ChangeChipsProps {
  against: ComparedToBaseline
  shown: ExampleChange | null
  href: (show: ExampleChange | null) => string
}

/** How many examples changed in which direction; each shows these alone, and once more all. */
export function ChangeChips({ against, shown, href }: ChangeChipsProps) {
  return (
    <nav aria-label="Examples by change">
      <ul className="flex flex-wrap gap-2">
        {words.map(([change, text]) => (
          <li key={change}>
            <Link
              href={href(shown === change ? null : change)}
              scroll={false}
              prefetch={false}
              aria-current={shown === change ? "true" : undefined}
              className={cn(
                "tabular inline-flex h-7 items-center rounded-full border px-3 text-sm",
                shown === change ? "border-transparent bg-primary text-primary-foreground" : "hover:bg-muted",
              )}
            >
              {`${formatCount(against[change])} ${text}`}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
