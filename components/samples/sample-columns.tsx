import type { ReactNode } from "react"
import { Link } from "@/components/ui/link.tsx"
import type { SampleSummary } from "@/contract/index.ts"
import { columnDecimals, formatDuration, formatInColumn, formatMoney, formatTokens, metricLabel } from "@/lib/format.ts"
import { OutcomeBadge } from "./outcome-badge.tsx"
import { ReviewMarkText } from "./review/review-mark.tsx"
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
  /** The whole of what the cell may cut. */
  titleOf?: (sample: SampleSummary) => string | null
  cell: (sample: SampleSummary, href: string) => ReactNode
}

/** The columns of the table of these samples, with one for each of these metrics, and one for reviews where there are any. A cell is a text where it can be: a page has a hundred rows. */
export const sampleColumns = (samples: readonly SampleSummary[], metrics: readonly string[]): SampleColumn[] => [
  { key: "example", label: "Example", width: 92, sortKey: "example", cell: (sample, href) => <ExampleLink sample={sample} href={href} /> },
  {
    key: "rollout",
    label: "Rollout",
    title: "Number of the rollout of its example",
    width: 72,
    numeric: true,
    muted: true,
    cell: (sample) => sample.rollout_index + 1,
  },
  rewardColumn(samples),
  {
    key: "outcome",
    label: "Outcome",
    width: 96,
    titleOf: (sample) => sample.error,
    cell: (sample) =>
      // The normal case needs no mark.
      sample.outcome === "ok" && !sample.error_class ? "OK" : <OutcomeBadge outcome={sample.outcome} problem={sample.error_class} />,
  },
  ...(samples.some(({ review }) => review)
    ? [
        {
          key: "review",
          label: "Review",
          title: "What people said about it",
          width: 96,
          titleOf: ({ review }: SampleSummary) => review?.labels.join(", ") ?? null,
          cell: ({ review }: SampleSummary) => (review ? <ReviewMarkText review={review} /> : null),
        },
      ]
    : []),
  {
    key: "prompt",
    label: "Prompt",
    width: 160,
    grows: true,
    muted: true,
    titleOf: (sample) => sample.prompt_preview,
    cell: (sample) => sample.prompt_preview,
  },
  {
    key: "answer",
    label: "Answer",
    width: 160,
    grows: true,
    titleOf: ({ error, completion_preview: answer }) => error ?? answer,
    cell: ({ outcome, error, completion_preview: answer }) => (outcome === "error" ? <span className="text-danger">{error}</span> : answer),
  },
  ...metrics.map((name) => metricColumn(samples, name)),
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
    muted: true,
    titleOf: (sample) => sample.stop_condition,
    cell: (sample) => sample.stop_condition ?? "–",
  },
]

function rewardColumn(samples: readonly SampleSummary[]): SampleColumn {
  const decimals = columnDecimals(samples.map(({ reward }) => reward))
  return {
    key: "reward",
    label: "Reward",
    width: 88,
    numeric: true,
    sortKey: "reward",
    cell: ({ reward }) => <RewardText reward={reward} decimals={decimals} />,
  }
}

function metricColumn(samples: readonly SampleSummary[], name: string): SampleColumn {
  const decimals = columnDecimals(samples.map(({ metrics }) => own(metrics, name)))
  return {
    key: `metric:${name}`,
    label: metricLabel(name),
    title: metricLabel(name),
    width: 108,
    numeric: true,
    sortKey: `metric:${name}`,
    titleOf: (sample) => String(own(sample.text_metrics, name) ?? own(sample.metrics, name) ?? ""),
    cell: (sample) => metricText(sample, name, decimals),
  }
}

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

/** Not by index alone: a metric may be called `constructor`. */
const own = <T,>(values: Record<string, T> | null | undefined, name: string): T | undefined =>
  values && Object.hasOwn(values, name) ? values[name] : undefined

function metricText(sample: SampleSummary, name: string, decimals: number): string {
  const number = own(sample.metrics, name)
  return number === undefined ? (own(sample.text_metrics, name) ?? "–") : formatInColumn(number, decimals)
}

const tokensOf = ({ input_tokens: input, output_tokens: output }: SampleSummary): number | null =>
  input === null && output === null ? null : (input ?? 0) + (output ?? 0)
