import { Badge } from "@/components/ui/badge.tsx"
import { Link } from "@/components/ui/link.tsx"
import { rowLink } from "@/components/ui/list/row-link.ts"
import { Td, Tr } from "@/components/ui/list/table.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { EnvironmentRow as Row } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { CheckBadge } from "./check-badge.tsx"
import { type EnvironmentsSearch, environmentsSearch } from "./environments-search.ts"
import { Tags } from "./tags.tsx"

/** One environment of the list. */
export function EnvironmentRow({ row, state, pathname }: { row: Row; state: EnvironmentsSearch; pathname: string }) {
  const { owner, name } = row
  return (
    <Tr className="cursor-pointer" {...rowLink}>
      <Td className="py-2">
        <div className="flex min-w-0 flex-col gap-1">
          <span className="flex min-w-0 items-center gap-2">
            <Link
              data-row-link
              href={paths.environment(owner.name, name)}
              title={`${owner.name}/${name}`}
              className="break-anywhere line-clamp-2 rounded-sm hover:underline"
            >
              <bdi className="text-muted-foreground">{owner.name}</bdi>
              <span className="text-muted-foreground">/</span>
              <bdi className="font-medium">{name}</bdi>
            </Link>
            {row.visibility === "PRIVATE" && <Badge>Private</Badge>}
          </span>
          {row.description && (
            <span dir="auto" className="line-clamp-2 text-muted-foreground text-xs">
              {row.description}
            </span>
          )}
          {row.latest_ci_status && (
            <span className="sm:hidden">
              <CheckBadge status={row.latest_ci_status} />
            </span>
          )}
          <Tags tags={row.tags} href={(tag) => environmentsSearch.href(pathname, state, { tag })} current={state.tag} />
        </div>
      </Td>
      <Td className="max-md:hidden">
        <span className="block truncate font-mono text-xs" title={row.latest_version ?? undefined}>
          {row.latest_version ?? <span className="font-sans text-muted-foreground">Not published</span>}
        </span>
      </Td>
      <Td className="max-sm:hidden">
        {row.latest_ci_status ? <CheckBadge status={row.latest_ci_status} /> : <span className="text-muted-foreground">–</span>}
      </Td>
      <Td numeric className="max-lg:hidden">
        {row.evaluation_count === null || row.evaluation_count === undefined ? (
          <span className="text-muted-foreground">–</span>
        ) : row.evaluation_count === 0 ? (
          <span className="text-muted-foreground">0</span>
        ) : (
          <Link
            href={paths.environmentEvaluations(owner.name, name)}
            prefetch={false}
            className="rounded-sm hover:underline"
            aria-label={`${row.evaluation_count} evaluations of ${name}`}
          >
            {formatCount(row.evaluation_count)}
          </Link>
        )}
      </Td>
      <Td>
        <TimeAgo at={row.last_evaluation_at ?? row.updated_at} className="block truncate" />
        <span className="block truncate text-muted-foreground text-xs">{row.last_evaluation_at ? "evaluated" : "updated"}</span>
      </Td>
    </Tr>
  )
}
