"use client"

import { ResultFigure } from "@/components/charts/result-figure.tsx"
import { SaveMenu } from "@/components/charts/save-menu.tsx"
import { runSubject } from "@/components/shared/run-facts.ts"
import { figureOf } from "@/components/shared/runs/result.ts"
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
  const { reward } = statistics
  const figure = figureOf(statistics)
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Sentence rest={rest} proof={pace ? `${proof} ${pace}.` : proof}>
        {said}
      </Sentence>
      <ResultFigure {...figure} />
      <RetriedNote statistics={statistics} />
      <div className="flex min-w-0 items-center gap-3">
        <OutcomeBar runId={run.evaluation_id} statistics={statistics} />
        {reward && <SaveMenu title="Distribution" subject={runSubject(run)} id={run.evaluation_id} chart={{ kind: "result", ...figure }} />}
      </div>
      {reward && !statistics.reward_is_binary && <PassThreshold value={threshold} range={figure.scale} onChange={onThreshold} />}
    </div>
  )
}
