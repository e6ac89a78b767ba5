import { SampleProblemText } from "@/components/shared/sample-problem.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { SampleDetail } from "@/contract/index.ts"
import { cutText } from "@/contract/text/cut-text.ts"
import { formatCount, formatInstant, formatScore, metricLabel } from "@/lib/format.ts"
import { RewardText } from "../reward-text.tsx"
import { Agents } from "./agents.tsx"
import { Fact, FactCard, Value, valueCharactersMax } from "./fact-card.tsx"
import { MeteredCost } from "./metered-cost.tsx"
import { PhaseBar } from "./phase-bar.tsx"
import { errorChain, ownTask, stateColumns, taskInfo, valueText } from "./sample-facts.ts"
import { scores } from "./scores.ts"
import { timeSpans } from "./time-spans.ts"
import { Tools } from "./tools.tsx"
import { usage } from "./usage.ts"

/** Everything about a sample but its conversation. */
export function SampleSide({ detail: { sample, summary, problems } }: { detail: SampleDetail }) {
  const chain = errorChain(sample, summary)
  const tokens = usage(sample)
  const time = timeSpans(sample)
  const columns = stateColumns(sample)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <FactCard title="Score" open>
        <dl className="flex flex-col gap-1 text-sm">
          <Fact name="Reward" strong>
            <RewardText reward={summary.reward} />
          </Fact>
          {scores(sample, summary).map((score) => (
            <Fact key={score.name} name={metricLabel(score.name)} mono>
              {typeof score.value === "number" ? (
                <span className="tabular" title={String(score.value)}>
                  {formatScore(score.value)}
                </span>
              ) : (
                <span className="whitespace-pre-wrap">{valueText(score.value).slice(0, valueCharactersMax)}</span>
              )}
              {score.weight !== null && <span className="text-muted-foreground"> × {formatScore(score.weight)}</span>}
            </Fact>
          ))}
        </dl>
      </FactCard>
      <Agents sample={sample} />
      {problems.length > 0 && (
        <FactCard title="What went wrong" open>
          {problems.map((problem, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the problems of one sample never change their order
            <SampleProblemText key={i} problem={problem} />
          ))}
        </FactCard>
      )}
      {chain && (
        <FactCard title="Error" open={problems.length === 0}>
          <CodeBlock code={cutText(chain, valueCharactersMax)} label="error" wrap />
        </FactCard>
      )}
      <FactCard title="Task" open>
        <dl className="flex flex-col gap-1 text-sm">
          <Fact name="Example">{summary.example_id}</Fact>
          <Fact name="Rollout">{summary.rollout_index + 1}</Fact>
          {(summary.attempt ?? 1) > 1 && <Fact name="Attempt">{summary.attempt}</Fact>}
          <Fact name="Stopped by">{summary.stop_condition ?? "–"}</Fact>
          <Fact name="Stored">
            <time dateTime={summary.created_at}>{formatInstant(summary.created_at)}</time>
          </Fact>
        </dl>
        <Value name="Answer" value={sample.answer} />
        <Value name="Task" value={ownTask(sample)} />
        <Value name="Info" value={taskInfo(sample)} />
      </FactCard>
      {time.total !== null && (
        <FactCard title="Time" open>
          <PhaseBar total={time.total} spans={time.spans} />
        </FactCard>
      )}
      {tokens.length > 0 && (
        <FactCard title="Tokens" open>
          <dl className="flex flex-col gap-1 text-sm">
            {tokens.map((entry) => (
              <Fact key={entry.label} name={entry.label}>
                <span className="tabular">{formatCount(entry.tokens)}</span>
              </Fact>
            ))}
          </dl>
        </FactCard>
      )}
      {summary.usage && <MeteredCost usage={summary.usage} />}
      <Tools sample={sample} />
      {columns.length > 0 && (
        <FactCard title={`State (${columns.length})`}>
          {columns.map(([name, value]) => (
            <Value key={name} name={name} value={value} />
          ))}
        </FactCard>
      )}
    </div>
  )
}
