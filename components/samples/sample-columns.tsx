import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { SampleSummary } from "@/contract/index.ts"
import { formatDuration, formatMoney, formatScore, formatTokens, metricLabel } from "@/lib/format.ts"
import { OutcomeBadge } from "./outcome-badge.tsx"
import { RewardText } from "./reward-text.tsx"

export interface SampleColumn {
  key: string
  label: string
  /** Pixels. A column that grows takes an equal share of what is left, and at least this. */
  width: number
  grows?: boolean
  numeric?: boolean
  muted?: boolean
  title?: string
  /** The sort key of the API, where the column can be sorted by. */
  sortKey?: string
  cell: (sample: SampleSummary, href: string) => ReactNode
}

/** The columns of the samples table, with one for each of these metrics. */
export const sampleColumns = (metrics: readonly string[]): SampleColumn[] => [
  { key: "example", label: "Example", width: 92, sortKey: "example", cell: (sample, href) => <ExampleLink sample={sample} href={href} /> },
  {
    key: "rollout",
    label: "Rollout",
    title: "Number of the rollout of its example",
    width: 68,
    numeric: true,
    muted: true,
    cell: (sample) => sample.rollout_index + 1,
  },
  { key: "reward", label: "Reward", width: 84, numeric: true, sortKey: "reward", cell: (sample) => <RewardText reward={sample.reward} /> },
  {
    key: "outcome",
    label: "Outcome",
    width: 108,
    cell: (sample) => (
      <span title={sample.error ?? undefined}>
        <OutcomeBadge outcome={sample.outcome} problem={sample.error_class} />
      </span>
    ),
  },
  {
    key: "prompt",
    label: "Prompt",
    width: 220,
    grows: true,
    cell: (sample) => <Preview text={sample.prompt_preview} className="text-muted-foreground" />,
  },
  {
    key: "answer",
    label: "Answer",
    width: 220,
    grows: true,
    cell: ({ outcome, error, completion_preview: answer }) =>
      outcome === "error" ? <Preview text={error} className="text-danger" /> : <Preview text={answer} title={error ?? answer} />,
  },
  ...metrics.map(
    (name): SampleColumn => ({
      key: `metric:${name}`,
      label: metricLabel(name),
      title: metricLabel(name),
      width: 104,
      numeric: true,
      sortKey: `metric:${name}`,
      cell: (sample) => <MetricValue sample={sample} name={name} />,
    }),
  ),
  {
    key: "tokens",
    label: "Tokens",
    width: 88,
    numeric: true,
    muted: true,
    sortKey: "tokens",
    cell: (sample) => formatTokens(tokensOf(sample)),
  },
  {
    key: "cost",
    label: "Cost",
    title: "As metered by the inference gateway",
    width: 88,
    numeric: true,
    muted: true,
    cell: (sample) => formatMoney(sample.usage?.cost_usd),
  },
  {
    key: "time",
    label: "Time",
    width: 84,
    numeric: true,
    muted: true,
    sortKey: "duration",
    cell: (sample) => formatDuration(sample.duration_ms),
  },
  {
    key: "stop",
    label: "Stopped by",
    width: 140,
    cell: (sample) => <Preview text={sample.stop_condition ?? "–"} className="text-muted-foreground text-xs" />,
  },
]

const ExampleLink = ({ sample, href }: { sample: SampleSummary; href: string }) => (
  <Link
    href={href}
    data-row-link
    prefetch={false}
    aria-label={`Example ${sample.example_id}, rollout ${sample.rollout_index + 1}`}
    title={sample.example_id}
    className="block truncate font-mono text-xs hover:underline focus-visible:outline-offset-0"
  >
    <bdi>{sample.example_id}</bdi>
  </Link>
)

const Preview = ({ text, title = text, className }: { text: string | null; title?: string | null; className?: string }) => (
  <span dir="auto" className={cn("block truncate", className)} title={title ?? undefined}>
    {text}
  </span>
)

/** Not by index alone: a metric may be called `constructor`. */
const own = <T,>(values: Record<string, T> | null | undefined, name: string): T | undefined =>
  values && Object.hasOwn(values, name) ? values[name] : undefined

function MetricValue({ sample, name }: { sample: SampleSummary; name: string }) {
  const number = own(sample.metrics, name)
  if (number !== undefined) return <span title={String(number)}>{formatScore(number)}</span>
  const text = own(sample.text_metrics, name)
  return text === undefined ? "–" : <Preview text={text} />
}

const tokensOf = ({ input_tokens: input, output_tokens: output }: SampleSummary): number | null =>
  input === null && output === null ? null : (input ?? 0) + (output ?? 0)
