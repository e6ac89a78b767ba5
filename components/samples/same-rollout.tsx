import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { SampleDetail } from "@/contract/index.ts"

/** The samples of a rollout that ran more than once, this one among them. */
export function SameRollout({ detail, href }: { detail: SampleDetail; href: (sampleId: string) => string }) {
  const all = detail.same_rollout
  if (!all) return null
  return (
    <nav
      aria-label="Results of this rollout"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border bg-card px-4 py-2 text-sm"
    >
      <span className={cn(detail.summary.superseded && "font-medium text-warning")}>
        {detail.summary.superseded ? "This result no longer counts: the rollout ran again." : "This rollout ran again; this result counts."}
      </span>
      <ol className="flex flex-wrap gap-x-3 gap-y-1">
        {all.map((sample) => (
          <li key={sample.sample_id}>
            {sample.sample_id === detail.summary.sample_id ? (
              <span aria-current="page">{`Attempt ${sample.attempt}`}</span>
            ) : (
              <Link href={href(sample.sample_id)} className="link">{`Attempt ${sample.attempt}`}</Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
