"use client"

import { ResultFigure } from "@/components/charts/result-figure.tsx"
import { Sentence } from "@/components/ui/text/sentence.tsx"
import { useNow } from "@/components/ui/text/time-ago.tsx"
import type { Evaluation, RunStatistics } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { headlineOf } from "./headline.ts"
import { OutcomeBar } from "./outcome-bar.tsx"
import { paceOf } from "./pace.ts"
import { PassThreshold } from "./pass-threshold.tsx"
import { RetriedNote } from "./retried-note.tsx"

interface ResultProps {
  run: Evaluation
  statistics: RunStatistics
  /** What attempts before the present one took, in milliseconds. */
  earlierMs: number
  /** The reward from which on a rollout passes, as it was chosen: statistics may be on their way. */
  threshold: number
  onThreshold: (value: number | null) => void
}

/** What the run says: the sentence, the drawing that proves it, and how all rollouts ended. Its parts keep their places while a run is live. */
export function Result({ run, statistics, earlierMs, threshold, onThreshold }: ResultProps) {
  const now = useNow()
  const pace = isActive(run.status) ? paceOf(run, earlierMs, now) : null
  const { said, rest, proof } = headlineOf(run, statistics)
  const { reward, examples } = statistics
  const scale = { min: reward?.min ?? 0, max: reward?.max ?? 1 }
  // The mean of a single example is no distribution: its rollouts are.
  const isSingle = examples < 2 || !statistics.example_bins
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Sentence rest={rest} proof={pace ? `${proof} ${pace}.` : proof}>
        {said}
      </Sentence>
      <ResultFigure
        bins={(isSingle ? reward?.bins : statistics.example_bins) ?? []}
        counted={isSingle ? "rollouts" : "examples"}
        mean={reward?.mean ?? null}
        interval={reward?.interval95 ?? null}
        scale={scale}
      />
      <RetriedNote statistics={statistics} />
      <OutcomeBar runId={run.evaluation_id} statistics={statistics} />
      {reward && !statistics.reward_is_binary && <PassThreshold value={threshold} range={scale} onChange={onThreshold} />}
    </div>
  )
}
