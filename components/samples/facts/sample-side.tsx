import type { ReactNode } from "react"
import { RewardText } from "@/components/samples/reward-text.tsx"
import { SampleProblemText } from "@/components/shared/sample-problem.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { SampleDetail } from "@/contract/index.ts"
import { formatCount, formatDuration, formatInstant, formatMoney, formatScore } from "@/lib/format.ts"
import {
  agents,
  errorChain,
  meteredUsage,
  ownTask,
  scores,
  stateColumns,
  type TimeSpan,
  taskInfo,
  timeSpans,
  toolDefinitions,
  usage,
  valueText,
} from "./sample-facts.ts"

const valueMax = 20_000

/** Everything about a sample but its conversation. */
export function SampleSide({ detail: { sample, summary, problems } }: { detail: SampleDetail }) {
  const chain = errorChain(sample, summary)
  const tokens = usage(sample)
  const time = timeSpans(sample)
  const columns = stateColumns(sample)
  const tools = toolDefinitions(sample)
  const team = agents(sample)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Box title="Score" open>
        <dl className="flex flex-col gap-1 text-sm">
          <Line name="Reward" strong>
            <RewardText reward={summary.reward} />
          </Line>
          {scores(sample, summary).map((score) => (
            <Line key={score.name} name={score.name} mono>
              <span className="tabular">{formatScore(score.value)}</span>
              {score.weight !== null && <span className="text-muted-foreground"> × {formatScore(score.weight)}</span>}
            </Line>
          ))}
        </dl>
      </Box>
      {team.length > 0 && (
        <Box title={`Agents (${team.length})`} open>
          <ul className="flex flex-col gap-2 text-sm">
            {team.map((agent) => (
              <li key={agent.name} className="min-w-0">
                <p className="flex min-w-0 justify-between gap-3">
                  <span className="break-anywhere font-medium">{agent.name}</span>
                  {agent.reward === null ? (
                    <span className="text-muted-foreground">not evaluated</span>
                  ) : (
                    <RewardText reward={agent.reward} />
                  )}
                </p>
                <p className="break-anywhere text-muted-foreground text-xs">
                  {[
                    `${formatCount(agent.turns)} ${agent.turns === 1 ? "turn" : "turns"}`,
                    agent.stopCondition && `stopped by ${agent.stopCondition}`,
                    agent.failed && "failed",
                  ]
                    .filter(Boolean)
                    .join(", ")}
                </p>
              </li>
            ))}
          </ul>
        </Box>
      )}
      {problems.length > 0 && (
        <Box title="What went wrong" open>
          {problems.map((problem, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the problems of one sample never change their order
            <SampleProblemText key={i} problem={problem} />
          ))}
        </Box>
      )}
      {chain && (
        <Box title="Error" open={problems.length === 0}>
          <CodeBlock code={chain.slice(0, valueMax)} label="error" wrap />
        </Box>
      )}
      <Box title="Task" open>
        <dl className="flex flex-col gap-1 text-sm">
          <Line name="Example">{summary.example_id}</Line>
          <Line name="Rollout">{summary.rollout_index + 1}</Line>
          {(summary.attempt ?? 1) > 1 && <Line name="Attempt">{summary.attempt}</Line>}
          <Line name="Stopped by">{summary.stop_condition ?? "–"}</Line>
          <Line name="Stored">
            <time dateTime={summary.created_at}>{formatInstant(summary.created_at)}</time>
          </Line>
        </dl>
        <Value name="Answer" value={sample.answer} />
        <Value name="Task" value={ownTask(sample)} />
        <Value name="Info" value={taskInfo(sample)} />
      </Box>
      {time.total !== null && (
        <Box title="Time" open>
          <PhaseBar total={time.total} spans={time.spans} />
        </Box>
      )}
      {tokens.length > 0 && (
        <Box title="Tokens" open>
          <dl className="flex flex-col gap-1 text-sm">
            {tokens.map((entry) => (
              <Line key={entry.label} name={entry.label}>
                <span className="tabular">{formatCount(entry.tokens)}</span>
              </Line>
            ))}
          </dl>
        </Box>
      )}
      {summary.usage && (
        <Box title="Cost" open>
          <dl className="flex flex-col gap-1 text-sm">
            <Line name="Cost" strong>
              <span className="tabular">{formatMoney(summary.usage.cost_usd)}</span>
            </Line>
            {meteredUsage(summary.usage).map(({ label, count }) => (
              <Line key={label} name={label}>
                <span className="tabular">{formatCount(count)}</span>
              </Line>
            ))}
          </dl>
          <p className="mt-2 text-muted-foreground text-xs">As metered by the inference gateway, for this rollout's last attempt.</p>
        </Box>
      )}
      {tools.length > 0 && (
        <Box title={`Tools (${tools.length})`}>
          <ul className="flex flex-col gap-3">
            {tools.map((tool) => (
              <li key={tool.name} className="min-w-0 text-sm">
                <p className="break-anywhere font-mono text-xs">{tool.name}</p>
                {tool.description && <p className="break-anywhere mt-0.5 whitespace-pre-line text-muted-foreground">{tool.description}</p>}
                {tool.parameters && <CodeBlock code={tool.parameters} label={`parameters of ${tool.name}`} className="mt-1" copy={false} />}
              </li>
            ))}
          </ul>
        </Box>
      )}
      {columns.length > 0 && (
        <Box title={`State (${columns.length})`}>
          {columns.map(([name, value]) => (
            <Value key={name} name={name} value={value} />
          ))}
        </Box>
      )}
    </div>
  )
}

function Box({ title, open = false, children }: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details open={open} className="min-w-0 rounded-lg border bg-card">
      <summary className="px-4 py-2.5 font-medium text-sm">{title}</summary>
      <div className="flex min-w-0 flex-col gap-3 px-4 pb-3">{children}</div>
    </details>
  )
}

function Line({ name, mono = false, strong = false, children }: { name: string; mono?: boolean; strong?: boolean; children: ReactNode }) {
  return (
    <div className="flex min-w-0 justify-between gap-3">
      <dt
        className={
          mono ? "break-anywhere font-mono text-muted-foreground text-xs leading-5" : strong ? "font-medium" : "text-muted-foreground"
        }
      >
        {name}
      </dt>
      <dd className="break-anywhere text-right">{children}</dd>
    </div>
  )
}

function Value({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined || value === "") return null
  const text = valueText(value)
  return (
    <div className="min-w-0">
      <h4 className="mb-1 break-anywhere text-muted-foreground text-xs">{name}</h4>
      <CodeBlock code={text.slice(0, valueMax)} label={name} wrap copy={false} />
      {text.length > valueMax && (
        <p className="mt-1 text-muted-foreground text-xs">{`${formatCount(text.length - valueMax)} more characters: see the raw JSON.`}</p>
      )}
    </div>
  )
}

const fills: Record<string, string> = {
  Setup: "bg-chart-3",
  Model: "bg-chart-1",
  Environment: "bg-chart-2",
  Harness: "bg-chart-2",
  Scoring: "bg-chart-4",
  Other: "bg-muted-foreground/50",
}

function PhaseBar({ total, spans }: { total: number; spans: TimeSpan[] }) {
  return (
    <>
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full bg-muted">
        {spans.map((span) => (
          <span key={span.name} className={fills[span.name]} style={{ width: `${(span.seconds / Math.max(total, 1e-9)) * 100}%` }} />
        ))}
      </div>
      <dl className="flex flex-col gap-1 text-sm">
        {spans.map((span) => (
          <div key={span.name} className="flex justify-between gap-3">
            <dt className="flex items-center gap-1.5 text-muted-foreground">
              <span aria-hidden className={`size-2 rounded-full ${fills[span.name]}`} />
              {span.name}
            </dt>
            <dd className="tabular">{formatDuration(span.seconds * 1000)}</dd>
          </div>
        ))}
        <div className="flex justify-between gap-3 border-t pt-1">
          <dt>Total</dt>
          <dd className="tabular">{formatDuration(total * 1000)}</dd>
        </div>
      </dl>
    </>
  )
}
