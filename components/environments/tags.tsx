import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"

/** Tags as links to the list of everything tagged so. */
export function Tags({ tags, href, current }: { tags: readonly string[]; href: (tag: string) => string; current?: string | null }) {
  if (tags.length === 0) return null
  return (
    <ul aria-label="Tags" className="flex min-w-0 flex-wrap gap-1">
      {[...new Set(tags)].map((tag) => (
        <li key={tag} className="min-w-0 max-w-full">
          <Link
            href={href(tag)}
            prefetch={false}
            aria-current={tag === current ? "true" : undefined}
            className={cn(
              "inline-flex h-5 max-w-full items-center rounded-sm border px-1.5 text-muted-foreground text-xs hover:border-input hover:text-foreground",
              tag === current && "border-primary text-foreground",
            )}
          >
            <span className="truncate">{tag}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
