import { blockLook } from "@/components/charts/block-look.ts"
import { rewardShare } from "@/components/charts/reward-colour.ts"
import type { SampleSummary } from "@/contract/index.ts"
import { finiteNumber } from "@/contract/samples/row-values.ts"
import { columnDecimals, formatInColumn, formatScore, metricLabel } from "@/lib/format.ts"
import { valueCharactersMax } from "./facts.tsx"
import { valueText } from "./sample-facts.ts"
import type { Score } from "./scores.ts"

const unit = { min: 0, max: 1 }

/** What the reward is the sum of, where the weights are known, and the other metrics of a sample. */
export function RewardParts({ summary, scores }: { summary: SampleSummary; scores: readonly Score[] }) {
  const parts = scores.filter(({ weight }) => weight !== null && weight !== 0)
  const decimals = {
    weight: columnDecimals(parts.map(({ weight }) => weight)),
    value: columnDecimals(parts.map(({ value }) => finiteNumber(value))),
    adds: columnDecimals(parts.map(addedBy)),
  }
  const others = scores.filter(({ weight }) => weight === null || weight === 0)
  return (
    <section aria-labelledby="reward-parts" className="flex min-w-0 flex-col gap-3">
      <h3 id="reward-parts" className="text-2xs text-muted-foreground">
        {`Reward ${formatScore(summary.reward)}${parts.length > 0 ? " =" : ""}`}
      </h3>
      {parts.length > 0 && (
        <table className="-mt-2 w-full border-collapse text-xs">
          <thead className="sr-only">
            <tr>
              <th scope="col">Metric</th>
              <th scope="col">Weight</th>
              <th scope="col">Value</th>
              <th scope="col">Adds</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((score) => (
              <Part key={score.name} score={score} decimals={decimals} />
            ))}
          </tbody>
        </table>
      )}
      {others.length > 0 && (
        <dl className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1 text-xs">
          {others.map(({ name, value }) => (
            <div key={name} className="contents">
              <dt className="break-anywhere font-mono text-muted-foreground">
                <bdi>{metricLabel(name)}</bdi>
              </dt>
              <dd className="tabular max-w-40 break-words text-right" title={typeof value === "number" ? String(value) : undefined}>
                <bdi className="whitespace-pre-wrap">
                  {typeof value === "number" ? formatScore(value) : valueText(value).slice(0, valueCharactersMax)}
                </bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

interface PartProps {
  score: Score
  /** Those of the columns. */
  decimals: { weight: number; value: number; adds: number }
}

/** What a score adds to the reward; null where it is no number. */
function addedBy({ value, weight }: Score): number | null {
  const number = finiteNumber(value)
  return number === null ? null : number * (weight ?? 0)
}

function Part({ score, decimals }: PartProps) {
  const { name, value, weight } = score
  const number = finiteNumber(value)
  return (
    <tr className="border-b">
      <th scope="row" className="break-anywhere h-8 py-1 pr-2 text-left font-mono font-normal">
        <bdi>{metricLabel(name)}</bdi>
      </th>
      <td className="tabular whitespace-nowrap px-1 text-right text-muted-foreground">{`${formatInColumn(weight, decimals.weight)} ×`}</td>
      <td className="tabular whitespace-nowrap px-1 text-right">
        <span className="inline-flex items-center gap-1.5" title={String(value)}>
          {number !== null && <span aria-hidden {...blockLook({ kind: "reward", share: rewardShare(number, unit) })} />}
          {formatInColumn(number, decimals.value)}
        </span>
      </td>
      <td className="tabular w-12 text-right">{formatInColumn(addedBy(score), decimals.adds)}</td>
    </tr>
  )
}
