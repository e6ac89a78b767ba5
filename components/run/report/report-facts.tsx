import { elapsed, environmentOf, modelOf } from "@/components/shared/run-facts.ts"
import { StatusBadge } from "@/components/shared/status-badge.tsx"
import type { Evaluation, RunStatistics } from "@/contract/index.ts"
import { formatDuration, formatInstant, formatMoney } from "@/lib/format.ts"
import { Fact, HarnessFact, sizeWords, Values } from "../facts/fact.tsx"
import { costNote, tokenWords } from "../facts/usage-notes.ts"

interface ReportFactsProps {
  /** With the start of its first attempt. */
  run: Evaluation
  statistics: RunStatistics
  /** What attempts before the present one took, in milliseconds. */
  earlierMs: number
  /** When the report is made. */
  now: number
}

/** What was run, with what, when, and what it took and cost. Times are moments: paper does not know how long ago. */
export function ReportFacts({ run, statistics, earlierMs, now }: ReportFactsProps) {
  const { text, version } = environmentOf(run)
  const took = elapsed(run, now)
  const cost = [...(run.usage ? [formatMoney(run.usage.cost_usd)] : []), costNote(run, statistics.samples)].filter(Boolean).join(" · ")
  return (
    <div className="grid gap-x-8 gap-y-1.5 text-xs sm:grid-cols-2 print:grid-cols-2">
      <dl className={columns}>
        <Fact name="Environment">
          <bdi>{version ? `${text}@${version}` : text}</bdi>
        </Fact>
        <Fact name="Model">
          <bdi className="font-mono">{modelOf(run) ?? "–"}</bdi>
        </Fact>
        <HarnessFact run={run} />
        <Values name="Sampling" values={run.eval_config?.sampling_args} />
        <Values name="Arguments" values={run.eval_config?.env_args} />
        <Fact name="Size">{sizeWords(run)}</Fact>
        <Fact name="Status">
          <StatusBadge run={run} />
        </Fact>
      </dl>
      <dl className={columns}>
        <Fact name="Started">{formatInstant(run.started_at ?? run.created_at)}</Fact>
        <Fact name="Ended">{run.completed_at ? formatInstant(run.completed_at) : null}</Fact>
        <Fact name="Took">{took === null ? null : formatDuration(took + earlierMs)}</Fact>
        <Fact name="Rollout">
          {typeof statistics.median_duration_ms === "number" ? `${formatDuration(statistics.median_duration_ms)} in the median` : null}
        </Fact>
        <Fact name="Cost">{cost}</Fact>
        <Fact name="Tokens">{tokenWords(run)}</Fact>
        <Fact name="Run">
          <bdi>{run.name}</bdi>
          {run.created_by && (
            <>
              {" by "}
              <bdi>{run.created_by}</bdi>
            </>
          )}
        </Fact>
        <Fact name="Id">
          <span className="font-mono">{run.evaluation_id}</span>
        </Fact>
      </dl>
    </div>
  )
}

const columns = "grid min-w-0 grid-cols-[5.5rem_minmax(0,1fr)] content-start gap-x-3 gap-y-1.5"
