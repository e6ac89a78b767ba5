import type { SampleSummary } from "@/contract/index.ts"
import { answerIn } from "@/contract/samples/answers.ts"

/** The rollouts of an example that a list has, as one row. */
export interface ExampleRow {
  example: string
  /** In the order of their rollouts. */
  rollouts: SampleSummary[]
  /** The last thing the user said before the model answered. */
  prompt: string
  /** What most of the rollouts without an error answered; null where all have errors. */
  answer: string | null
  /** How many other answers there were. */
  otherAnswers: number
  expected: string | null
  /** Over the rollouts with a reward; null where none has one. */
  mean: number | null
}

/** Samples by example, the examples in the order in which they first come. */
export function exampleRows(samples: readonly SampleSummary[]): ExampleRow[] {
  const byExample = new Map<string, SampleSummary[]>()
  for (const sample of samples) {
    const rollouts = byExample.get(sample.example_id)
    if (rollouts) rollouts.push(sample)
    else byExample.set(sample.example_id, [sample])
  }
  return [...byExample].map(([example, all]) => {
    const rollouts = all.toSorted((a, b) => a.rollout_index - b.rollout_index)
    const answers = new Map<string, number>()
    for (const { outcome, answer_preview: said, completion_preview: preview } of rollouts) {
      if (outcome === "error") continue
      const answer = said ?? answerIn(preview)
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
    const [common] = [...answers].sort(([, a], [, b]) => b - a)
    const rewards = rollouts.flatMap(({ reward }) => (reward === null ? [] : [reward]))
    return {
      example,
      rollouts,
      prompt: rollouts[0]?.prompt_preview ?? "",
      answer: common?.[0] ?? null,
      otherAnswers: Math.max(0, answers.size - 1),
      expected: rollouts.find(({ expected_preview }) => expected_preview)?.expected_preview ?? null,
      mean: rewards.length > 0 ? rewards.reduce((sum, reward) => sum + reward / rewards.length, 0) : null,
    }
  })
}
