import { formatDuration } from "@/lib/format.ts"
import type { TimeSpan } from "./time-spans.ts"

const fills: Record<string, string> = {
  Setup: "bg-chart-3",
  Model: "bg-chart-1",
  Environment: "bg-chart-2",
  Harness: "bg-chart-2",
  Scoring: "bg-chart-4",
  Other: "bg-muted-foreground/50",
}

/** Where the time of a rollout went: a bar and its legend. */
export function PhaseBar({ total, spans }: { total: number; spans: TimeSpan[] }) {
  return (
    <>
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full bg-muted">
        {spans.map((span) => (
          <span key={span.name} className={fills[span.name]} style={{ width: `${(span.seconds / Math.max(total, 1e-9)) * 100}%` }} />
        ))}
      </div>
      <dl className="flex flex-col gap-1 text-sm">
        {spans.map((span) => (
          <div key={span.name} className="flex justify-between gap-3">
            <dt className="flex items-center gap-1.5 text-muted-foreground">
              <span aria-hidden className={`size-2 rounded-full ${fills[span.name]}`} />
              {span.name}
            </dt>
            <dd className="tabular">{formatDuration(span.seconds * 1000)}</dd>
          </div>
        ))}
        <div className="flex justify-between gap-3 border-t pt-1">
          <dt>Total</dt>
          <dd className="tabular">{formatDuration(total * 1000)}</dd>
        </div>
      </dl>
    </>
  )
}
