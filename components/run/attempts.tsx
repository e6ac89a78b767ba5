"use client"

import { Badge, type BadgeTone } from "@/components/ui/badge.tsx"
import { Section } from "@/components/ui/section.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Attempt, AttemptEnd, Evaluation, ListAttemptsResponse } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatDuration } from "@/lib/format.ts"
import { type Seed, useAttempts } from "@/lib/live/use-run.ts"

/** The attempts of a run that had more than one: why each was started, what it did and how it ended. */
export function Attempts({ run, seed }: { run: Evaluation; seed: Seed<ListAttemptsResponse> | null }) {
  const many = (run.attempt ?? 0) > 1
  const { data, error } = useAttempts(run, seed)
  if (!many) return null
  const attempts = data?.attempts ?? []
  // The run has the number of an attempt that has just begun before the list of attempts is read again.
  const count = Math.max(attempts.length, run.attempt ?? 0)
  return (
    <Section id="attempts" title={`Attempts (${formatCount(count)})`}>
      {!data && !error && <Skeleton className="h-10" />}
      {error && <p className="break-anywhere text-danger text-sm">The attempts could not be read: {error.message}</p>}
      <ol className="divide-y">
        {attempts.map((attempt) => (
          <AttemptRow key={attempt.number} attempt={attempt} of={count} active={isActive(run.status)} />
        ))}
      </ol>
    </Section>
  )
}

const ends: Record<AttemptEnd, { label: string; tone: BadgeTone }> = {
  completed: { label: "Completed", tone: "success" },
  failed: { label: "Failed", tone: "danger" },
  timeout: { label: "Timed out", tone: "danger" },
  cancelled: { label: "Stopped", tone: "warning" },
  stopped: { label: "Platform stopped", tone: "neutral" },
  lost: { label: "Lost", tone: "warning" },
}

const modes = {
  missing_and_errored: "what was missing or had errors",
  errors_only: "rollouts with errors",
  missing: "what was missing",
} as const

/** Why an attempt was started, as the end of a sentence. */
export function reasonOf(attempt: Attempt): string {
  if (attempt.reason === "launched") return "the launch"
  if (attempt.reason === "continued") return "continued the previous attempt"
  const what = attempt.resume_mode ? ` for ${modes[attempt.resume_mode]}` : ""
  return `resumed${attempt.resumed_by ? ` by ${attempt.resumed_by}` : ""}${what}`
}

function AttemptRow({ attempt, of, active }: { attempt: Attempt; of: number; active: boolean }) {
  const end = attempt.ended ? ends[attempt.ended] : null
  return (
    <li className="flex min-w-0 flex-col gap-1 py-2 text-sm">
      <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium">{`Attempt ${attempt.number} of ${of}`}</span>
        <span className="break-anywhere text-muted-foreground">{reasonOf(attempt)}</span>
        <span className="grow" />
        {end ? <Badge tone={end.tone}>{end.label}</Badge> : active && <Badge tone="info">Running</Badge>}
      </p>
      <p className="tabular break-anywhere flex flex-wrap gap-x-3 text-muted-foreground text-xs">
        <span>
          <TimeAgo at={attempt.started_at} />
          {attempt.ended_at && `, for ${formatDuration(Date.parse(attempt.ended_at) - Date.parse(attempt.started_at))}`}
        </span>
        <span>
          {`${formatCount(attempt.samples)} ${attempt.samples === 1 ? "rollout" : "rollouts"}`}
          {attempt.errored > 0 && <span className="text-danger">{`, ${formatCount(attempt.errored)} with errors`}</span>}
        </span>
        {attempt.processes > 1 && <span>{`${formatCount(attempt.processes)} processes`}</span>}
        {attempt.end_detail && <span>{attempt.end_detail}</span>}
        <span>{`on ${attempt.machine}`}</span>
      </p>
    </li>
  )
}
