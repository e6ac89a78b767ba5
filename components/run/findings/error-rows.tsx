import { ChevronRight } from "lucide-react"
import { CodePlace } from "@/components/shared/code-place.tsx"
import { problemLine } from "@/components/shared/sample-problem.tsx"
import { Link } from "@/components/ui/link.tsx"
import type { ErrorGroup, Evaluation } from "@/contract/index.ts"
import { counted } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { FixLink } from "../fix-link.tsx"
import { FindingRow, repeated } from "./finding-row.tsx"

/** The most frequent causes are explained at once, the others on demand. */
const groupsOpen = 2

/** The errors of rollouts by cause, different exceptions apart: how often, one of them, and what to do. */
export function ErrorRows({ run, groups }: { run: Evaluation; groups: readonly ErrorGroup[] }) {
  return groups.map((group, i) => (
    <FindingRow
      key={`${group.class} ${group.key} ${group.sample_id}`}
      count={counted(group.samples, "rollout")}
      title={group.title}
      href={paths.samples(run.evaluation_id, { cause: group.class, ...(group.key ? { group: group.key } : {}) })}
      blocks={repeated({ kind: "error" }, group.samples)}
      action={<FixLink run={run} fix={group.fix} size="sm" />}
    >
      <Cause run={run} group={group} open={i < groupsOpen} />
    </FindingRow>
  ))
}

function Cause({ run, group, open }: { run: Evaluation; group: ErrorGroup; open: boolean }) {
  const said = problemLine(group.first)
  return (
    <details open={open} className="group min-w-0">
      <summary className="flex min-h-6 list-none items-start gap-1.5 rounded-sm [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="mt-1 size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-90" />
        <span className="min-w-0">
          <h3 className="break-anywhere">{group.title}</h3>
          {said && <span className="line-clamp-1 break-anywhere font-mono text-muted-foreground text-xs group-open:hidden">{said}</span>}
        </span>
      </summary>
      <div className="flex min-w-0 flex-col gap-2 pt-1 pb-1 pl-5.5">
        <p className="break-anywhere max-w-prose text-muted-foreground">{`${group.explanation} ${group.advice}`}</p>
        {said && (
          <p dir="auto" className="break-anywhere line-clamp-3 font-mono text-muted-foreground text-xs leading-5">
            {said}
          </p>
        )}
        {group.first.place && <CodePlace place={group.first.place} />}
        <Link href={paths.sample(run.evaluation_id, group.sample_id)} className="link w-fit text-xs">
          The first of them
        </Link>
      </div>
    </details>
  )
}
