import { Badge } from "@/components/ui/badge.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { ComputeExecutor, ComputeRun } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { capacityOf, standingOf } from "./executor-facts.ts"

/** One place where runs run. */
export function ExecutorSection({ executor }: { executor: ComputeExecutor }) {
  const { name, kind, is_default: isDefault, trouble, report, reported_at: reportedAt, running, waiting, runs, errors } = executor
  const { label, tone } = standingOf(executor)
  const id = `executor-${name}`
  return (
    <Section
      id={id}
      title={name}
      note={`${name === "local" ? "the platform's own machine" : kind}${isDefault ? ", where runs run that do not say" : ""}`}
      action={
        <>
          {reportedAt && name !== "local" && (
            <span>
              asked <TimeAgo at={reportedAt} />
            </span>
          )}
          <Badge tone={tone}>{label}</Badge>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        {trouble && <p className="break-anywhere text-danger">{trouble}</p>}
        {report?.notes.map((note) => (
          <p key={note} className="break-anywhere text-warning">
            {note}
          </p>
        ))}
        <dl className="flex flex-wrap gap-x-8 gap-y-2">
          {[{ label: "Runs", value: `${formatCount(running)} running, ${formatCount(waiting)} waiting` }, ...capacityOf(executor)].map(
            (fact) => (
              <div key={fact.label}>
                <dt className="text-muted-foreground text-xs">{fact.label}</dt>
                <dd className="tabular">{fact.value}</dd>
              </div>
            ),
          )}
        </dl>
        {runs.length > 0 && (
          <ul aria-label={`Runs on ${name}`} className="border-t">
            {runs.map((run) => (
              <RunRow key={run.evaluation_id} run={run} />
            ))}
          </ul>
        )}
        {errors.length > 0 && (
          <div>
            <h3 className="text-muted-foreground text-xs">Lost lately</h3>
            <ul>
              {errors.map(({ evaluation_id, at, message }) => (
                <li key={`${evaluation_id} ${at}`} className="break-anywhere py-1">
                  <Link className="underline" href={paths.evaluation(evaluation_id)}>
                    A run
                  </Link>{" "}
                  <TimeAgo at={at} />: {message}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Section>
  )
}

function RunRow({ run }: { run: ComputeRun }) {
  return (
    <li className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-0.5 border-b py-1.5 last:border-b-0">
      <Badge tone={run.is_waiting ? "neutral" : "info"}>{run.is_waiting ? "Waiting" : "Running"}</Badge>
      <Link className="break-anywhere font-medium hover:underline" href={paths.evaluation(run.evaluation_id)}>
        <bdi>{run.name}</bdi>
      </Link>
      {run.detail && <span className="break-anywhere text-muted-foreground">{run.detail}</span>}
      <span className="ml-auto text-muted-foreground text-xs">
        <TimeAgo at={run.since} />
      </span>
    </li>
  )
}
