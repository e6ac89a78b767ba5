"use client"

import { useState } from "react"
import { StatusDot, StatusWord } from "@/components/shared/status-dot.tsx"
import { Badge, type BadgeTone } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { Link } from "@/components/ui/link.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { RunSchedule, ScheduledRun } from "@/contract/index.ts"
import { formatMoney, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { deleteSchedule, runSchedule, updateSchedule } from "./actions.ts"
import { atZone, timeWords } from "./schedule-words.ts"

const baselineWords = { pinned: "the pinned run", previous: "the run before", none: null } as const

/** Schedules with their next time, what can be done with them, and their last runs. */
export function SchedulesList({ schedules }: { schedules: readonly RunSchedule[] }) {
  return (
    <ul className="-mt-2.5 min-w-0">
      {schedules.map((schedule) => (
        <Schedule key={schedule.id} schedule={schedule} />
      ))}
    </ul>
  )
}

function Schedule({ schedule }: { schedule: RunSchedule }) {
  const { id, name, when, is_paused: isPaused, inference_model: model, eval_config: config, problem, runs } = schedule
  const { run: write, isPending, refusal, clear } = useWrite()
  const [isLeaving, setIsLeaving] = useState(false)
  const toast = useToast()
  const baseline = baselineWords[schedule.baseline]
  const examples = config.num_examples > 0 ? `${config.num_examples}` : "all"
  return (
    <li className="flex min-w-0 flex-col gap-2 border-b py-3">
      <div className="flex min-w-0 flex-wrap items-start gap-x-6 gap-y-1.5">
        <div className="min-w-0 flex-1 basis-64">
          <h3 className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 font-medium text-sm">
            <bdi className="break-anywhere">{name}</bdi>
            {isPaused && <Badge tone="warning">Paused</Badge>}
          </h3>
          <p className="break-anywhere text-muted-foreground text-xs">
            <bdi className="font-mono">{model}</bdi>, {examples} × {config.rollouts_per_example}
            {typeof config.max_cost_usd === "number" && `, at most ${formatMoney(config.max_cost_usd)} each`}
          </p>
        </div>
        <div className="min-w-0 flex-1 basis-64">
          <p className="tabular text-sm" suppressHydrationWarning>
            {nextText(schedule)}
          </p>
          <p className="break-anywhere text-muted-foreground text-xs">
            {timeWords(when)}
            {baseline && `, compared with ${baseline}`}
          </p>
        </div>
        <div className="-mr-2.5 flex shrink-0 max-sm:-ml-2.5">
          <Button
            size="sm"
            variant="ghost"
            pending={isPending}
            aria-label={`Run ${name} now`}
            onClick={() =>
              write(
                () => runSchedule(id),
                () => toast({ title: "The run was launched", tone: "success" }),
              )
            }
          >
            Run now
          </Button>
          <Button
            size="sm"
            variant="ghost"
            aria-label={isPaused ? `Let ${name} go on` : `Pause ${name}`}
            onClick={() =>
              write(
                () => updateSchedule(id, { is_paused: !isPaused }),
                () => {},
              )
            }
          >
            {isPaused ? "Go on" : "Pause"}
          </Button>
          <Button
            size="sm"
            variant="ghost"
            aria-label={`Delete ${name}`}
            onClick={() => {
              clear()
              setIsLeaving(true)
            }}
          >
            Delete
          </Button>
        </div>
      </div>
      {refusal && !isLeaving && <FieldError>{refusal.message}</FieldError>}
      {problem && (
        <p className="break-anywhere text-danger text-xs">
          No run was launched <TimeAgo at={problem.at} />: {problem.message}
        </p>
      )}
      {runs.length > 0 && (
        <ul aria-label={`Last runs of ${name}`} className="flex min-w-0 flex-col gap-1">
          {runs.map((run) => (
            <Run key={run.evaluation_id} run={run} />
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={isLeaving}
        onClose={() => setIsLeaving(false)}
        onConfirm={() =>
          write(
            () => deleteSchedule(id),
            () => setIsLeaving(false),
          )
        }
        title="Delete this schedule?"
        confirmLabel="Delete"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          <strong className="font-medium text-foreground">
            <bdi>{name}</bdi>
          </strong>{" "}
          launches nothing any more. Its runs stay.
        </p>
      </ConfirmDialog>
    </li>
  )
}

function nextText({ next_at: next, is_paused: isPaused, when }: RunSchedule): string {
  if (isPaused) return "Paused: it launches nothing until it goes on."
  if (when.kind === "version")
    return next === null ? "Waits for the next version." : "A version was published: its run is launched in a moment."
  return next === null ? "" : `Next: ${atZone(next, when.time_zone)}`
}

const verdictTones: Record<string, BadgeTone> = { better: "success", worse: "danger" }

function Run({ run: { evaluation_id: id, status, created_at: at, mean, verdict } }: { run: ScheduledRun }) {
  return (
    <li className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-xs">
      <StatusDot run={{ status, stale: false }} />
      <span className="tabular w-12 text-right text-sm">{mean === null ? "–" : formatScore(mean)}</span>
      <Link href={paths.evaluation(id)} className="link" prefetch={false}>
        <TimeAgo at={at} />
      </Link>
      <StatusWord run={{ status, stale: false }} />
      {verdict && (
        <Link href={paths.compare([verdict.baseline_id, id])} prefetch={false} title={verdict.sentence} className="rounded-sm">
          <Badge tone={verdictTones[verdict.text] ?? "neutral"}>{verdict.text}</Badge>
          <span className="sr-only">, {verdict.sentence}</span>
        </Link>
      )}
    </li>
  )
}
