import { SampleProblemText } from "@/components/shared/sample-problem.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { SampleDetail } from "@/contract/index.ts"
import { cutText } from "@/contract/text/cut-text.ts"
import { formatCount, formatDuration, formatMoney, formatTokens } from "@/lib/format.ts"
import { Agents } from "./agents.tsx"
import { FactGroup } from "./fact-group.tsx"
import { Fact, Facts, Value, valueCharactersMax } from "./facts.tsx"
import { PhaseBar } from "./phase-bar.tsx"
import { errorChain, ownTask, stateColumns, taskInfo } from "./sample-facts.ts"
import { timeSpans } from "./time-spans.ts"
import { Tools } from "./tools.tsx"
import { meteredUsage, usage } from "./usage.ts"

/** Everything about a sample but its conversation and its score. */
export function SampleSide({ detail: { sample, summary, problems } }: { detail: SampleDetail }) {
  const chain = errorChain(sample, summary)
  const tokens = usage(sample)
  const time = timeSpans(sample)
  const columns = stateColumns(sample)
  const metered = summary.usage
  const hasTask = [ownTask(sample), taskInfo(sample)].some((value) => value !== null && value !== undefined && value !== "")
  return (
    <>
      <Agents sample={sample} />
      {problems.length > 0 && (
        <FactGroup title="What went wrong" open>
          {problems.map((problem, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the problems of one sample never change their order
            <SampleProblemText key={i} problem={problem} />
          ))}
        </FactGroup>
      )}
      {chain && (
        <FactGroup title="Error" open={problems.length === 0}>
          <CodeBlock code={cutText(chain, valueCharactersMax)} label="error" wrap />
        </FactGroup>
      )}
      <Facts>
        <Fact name="Stopped by">{summary.stop_condition ?? "–"}</Fact>
        {(summary.input_tokens !== null || summary.output_tokens !== null) && (
          <Fact name="Tokens">{`${formatTokens(summary.input_tokens)} in · ${formatTokens(summary.output_tokens)} out`}</Fact>
        )}
        {summary.duration_ms !== null && <Fact name="Took">{formatDuration(summary.duration_ms)}</Fact>}
        {metered && <Fact name="Cost">{formatMoney(metered.cost_usd)}</Fact>}
        {(summary.attempt ?? 1) > 1 && <Fact name="Attempt">{summary.attempt}</Fact>}
        <Fact name="Stored">
          <TimeAgo at={summary.created_at} />
        </Fact>
      </Facts>
      {time.total !== null && time.spans.length > 0 && (
        <FactGroup title="Time">
          <PhaseBar total={time.total} spans={time.spans} />
        </FactGroup>
      )}
      {(tokens.length > 0 || metered) && (
        <FactGroup title="Tokens">
          <Facts>
            {tokens.map((entry) => (
              <Fact key={entry.label} name={entry.label}>
                {formatCount(entry.tokens)}
              </Fact>
            ))}
          </Facts>
          {metered && (
            <>
              <Facts>
                {meteredUsage(metered).map(({ label, count }) => (
                  <Fact key={label} name={label}>
                    {formatCount(count)}
                  </Fact>
                ))}
              </Facts>
              <p className="text-2xs text-muted-foreground">As metered by the inference gateway, for this rollout's last attempt.</p>
            </>
          )}
        </FactGroup>
      )}
      {hasTask && (
        <FactGroup title="Task">
          <Value name="Task" value={ownTask(sample)} />
          <Value name="Info" value={taskInfo(sample)} />
        </FactGroup>
      )}
      <Tools sample={sample} />
      {columns.length > 0 && (
        <FactGroup title={`State (${columns.length})`}>
          {columns.map(([name, value]) => (
            <Value key={name} name={name} value={value} />
          ))}
        </FactGroup>
      )}
    </>
  )
}
