import { blockLook } from "@/components/charts/block-look.ts"
import { rewardShare } from "@/components/charts/reward-colour.ts"
import type { SampleSummary } from "@/contract/index.ts"
import { finiteNumber } from "@/contract/samples/row-values.ts"
import { formatScore, metricLabel } from "@/lib/format.ts"
import { valueCharactersMax } from "./facts.tsx"
import { valueText } from "./sample-facts.ts"
import type { Score } from "./scores.ts"

const unit = { min: 0, max: 1 }

/** The metrics of a sample; where their weights are known, what each adds to the reward. */
export function RewardParts({ summary, scores }: { summary: SampleSummary; scores: readonly Score[] }) {
  const isSum = scores.some(({ weight }) => weight !== null && weight !== 0)
  return (
    <section aria-labelledby="reward-parts" className="min-w-0">
      <h3 id="reward-parts" className="mb-1 text-2xs text-muted-foreground">
        {isSum ? `Reward ${formatScore(summary.reward)} =` : `Reward ${formatScore(summary.reward)}`}
      </h3>
      {scores.length > 0 && (
        <table className="w-full border-collapse text-xs">
          <thead className="sr-only">
            <tr>
              <th scope="col">Metric</th>
              {isSum && <th scope="col">Weight</th>}
              <th scope="col">Value</th>
              {isSum && <th scope="col">Adds</th>}
            </tr>
          </thead>
          <tbody>
            {scores.map((score) => (
              <Row key={score.name} score={score} isSum={isSum} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Row({ score: { name, value, weight }, isSum }: { score: Score; isSum: boolean }) {
  const number = finiteNumber(value)
  return (
    <tr className="border-b">
      <th scope="row" className="break-anywhere h-8 py-1 pr-2 text-left font-mono font-normal">
        <bdi>{metricLabel(name)}</bdi>
      </th>
      {isSum && <td className="tabular whitespace-nowrap px-1 text-right text-muted-foreground">{`${formatScore(weight ?? 0)} ×`}</td>}
      <td className="tabular px-1 text-right">
        {number === null ? (
          <bdi className="break-anywhere whitespace-pre-wrap">{valueText(value).slice(0, valueCharactersMax)}</bdi>
        ) : (
          <span className="inline-flex items-center gap-1.5" title={String(number)}>
            {number >= 0 && number <= 1 && <span aria-hidden {...blockLook({ kind: "reward", share: rewardShare(number, unit) })} />}
            {formatScore(number)}
          </span>
        )}
      </td>
      {isSum && <td className="tabular w-12 text-right">{number === null || !weight ? "" : formatScore(number * weight)}</td>}
    </tr>
  )
}
