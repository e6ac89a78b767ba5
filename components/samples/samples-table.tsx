"use client"

import { useVirtualizer } from "@tanstack/react-virtual"
import Link from "next/link"
import { type ReactNode, useEffect, useRef, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { ShortcutHelp } from "@/components/ui/keyboard/shortcut-help.tsx"
import { focusSearch, useShortcuts } from "@/components/ui/keyboard/use-shortcuts.ts"
import { rowLink } from "@/components/ui/list/row-link.ts"
import { Td, Th } from "@/components/ui/list/table.tsx"
import type { SampleSummary } from "@/contract/index.ts"
import { formatCount, formatDuration, formatMoney, formatScore, formatTokens } from "@/lib/format.ts"
import { forgetOpened, lastOpened } from "./last-opened.ts"
import { OutcomeBadge } from "./outcome-badge.tsx"
import { RewardText } from "./reward-text.tsx"
import { metricNames } from "./sample-pages.ts"
import { type SampleFilter, sampleHref, sortSamplesBy } from "./samples-search.ts"

const rowHeight = 40
const virtualFrom = 200
const rowsAbove = 6
const metricsShown = 4
const previewWidth = 220

interface SamplesTableProps {
  runId: string
  samples: SampleSummary[]
  total: number
  filter: SampleFilter
  order: { by: string; order: "asc" | "desc" }
  hasMore: boolean
  isLoadingMore: boolean
  onLoadMore: () => void
  loadError: string | null
  notice: ReactNode
}

export function SamplesTable(props: SamplesTableProps) {
  // The virtualizer changes without new props, which the compiler cannot see.
  "use no memo"
  const { runId, samples, total, filter, order, hasMore, isLoadingMore, onLoadMore, loadError, notice } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [allMetrics, setAllMetrics] = useState(false)
  const [helpOpen, setHelpOpen] = useState(false)
  const [returnedTo] = useState(() => samples.findIndex((sample) => sample.sample_id === lastOpened(runId)))
  const names = metricNames(samples)
  const metrics = allMetrics ? names : names.slice(0, metricsShown)
  const isVirtual = samples.length > virtualFrom
  const virtualizer = useVirtualizer({
    count: samples.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
    // Back from a sample: where its row is.
    initialOffset: Math.max(0, (returnedTo - rowsAbove) * rowHeight),
  })

  useEffect(() => forgetOpened(runId), [runId])

  const focusRow = (index: number) => {
    const find = () => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] a[data-row-link]`)
    if (isVirtual) virtualizer.scrollToIndex(index)
    requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus()))
  }
  const move = (step: number) => {
    const row = document.activeElement?.closest("[data-index]")
    const at = row ? Number(row.getAttribute("data-index")) + step : 0
    if (at >= samples.length && hasMore && !isLoadingMore) onLoadMore()
    if (at >= 0 && at < samples.length) focusRow(at)
  }
  useShortcuts({ j: () => move(1), k: () => move(-1), "/": focusSearch, "?": () => setHelpOpen(true) })

  const items = virtualizer.getVirtualItems()
  const from = isVirtual ? (items[0]?.index ?? 0) : 0
  const to = isVirtual ? (items.at(-1)?.index ?? Math.min(30, samples.length) - 1) + 1 : samples.length
  const columns = 10 + metrics.length
  const width = 92 + 68 + 84 + 108 + 2 * previewWidth + metrics.length * 104 + 88 + 88 + 84 + 140
  const sort = (by: string) => sortSamplesBy(runId, filter, order, by)
  const shownMore = hasMore ? `${formatCount(samples.length)} of ${formatCount(total)}` : formatCount(samples.length)
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex min-h-8 flex-wrap items-center justify-between gap-2">
        <p role="status" className="tabular text-muted-foreground text-sm">{`${shownMore} ${total === 1 ? "sample" : "samples"}`}</p>
        <div className="flex items-center gap-2">
          {notice}
          {names.length > metricsShown && (
            <Button size="sm" variant="ghost" aria-pressed={allMetrics} onClick={() => setAllMetrics(!allMetrics)}>
              {allMetrics ? `First ${metricsShown} metrics` : `All ${names.length} metrics`}
            </Button>
          )}
          <ShortcutHelp
            open={helpOpen}
            onOpen={() => setHelpOpen(true)}
            onClose={() => setHelpOpen(false)}
            shortcuts={[
              { keys: ["j"], action: "Next sample" },
              { keys: ["k"], action: "Previous sample" },
              { keys: ["Enter"], action: "Open the sample" },
              { keys: ["/"], action: "Search" },
              { keys: ["?"], action: "This list" },
            ]}
          />
        </div>
      </div>
      <div
        ref={scroller}
        role="region"
        aria-label="Samples"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        className="relative max-h-[max(24rem,calc(100dvh-11rem))] min-w-0 overflow-auto rounded-lg border bg-card [overflow-anchor:none]"
      >
        <table aria-rowcount={total + 1} className="w-full table-fixed border-collapse text-left text-sm" style={{ minWidth: width }}>
          <colgroup>
            <col style={{ width: 92 }} />
            <col style={{ width: 68 }} />
            <col style={{ width: 84 }} />
            <col style={{ width: 108 }} />
            <col />
            <col />
            {metrics.map((name) => (
              <col key={name} style={{ width: 104 }} />
            ))}
            <col style={{ width: 88 }} />
            <col style={{ width: 88 }} />
            <col style={{ width: 84 }} />
            <col style={{ width: 140 }} />
          </colgroup>
          <thead className="sticky top-0 z-10 bg-muted text-muted-foreground text-xs shadow-[inset_0_-1px_0_var(--border)]">
            <tr aria-rowindex={1}>
              <Th sort={sort("example")}>Example</Th>
              <Th numeric title="Number of the rollout of its example">
                Rollout
              </Th>
              <Th numeric sort={sort("reward")}>
                Reward
              </Th>
              <Th>Outcome</Th>
              <Th>Prompt</Th>
              <Th>Answer</Th>
              {metrics.map((name) => (
                <Th key={name} numeric sort={sort(`metric:${name}`)} title={name}>
                  <span className="inline-block max-w-16 truncate">{name}</span>
                </Th>
              ))}
              <Th numeric sort={sort("tokens")}>
                Tokens
              </Th>
              <Th numeric title="As metered by the inference gateway">
                Cost
              </Th>
              <Th numeric sort={sort("duration")}>
                Time
              </Th>
              <Th>Stopped by</Th>
            </tr>
          </thead>
          <tbody>
            {from > 0 && <Gap height={from * rowHeight} columns={columns} />}
            {samples.slice(from, to).map((sample, i) => (
              <SampleRow
                key={sample.sample_id}
                index={from + i}
                runId={runId}
                sample={sample}
                metrics={metrics}
                filter={filter}
                isReturnedTo={from + i === returnedTo}
              />
            ))}
            {to < samples.length && <Gap height={(samples.length - to) * rowHeight} columns={columns} />}
          </tbody>
        </table>
        {hasMore && <LoadMore isLoading={isLoadingMore} error={loadError} onLoadMore={onLoadMore} count={samples.length} root={scroller} />}
      </div>
    </div>
  )
}

const Gap = ({ height, columns }: { height: number; columns: number }) => (
  <tr aria-hidden style={{ height }}>
    <td colSpan={columns} />
  </tr>
)

interface SampleRowProps {
  index: number
  runId: string
  sample: SampleSummary
  metrics: string[]
  filter: SampleFilter
  isReturnedTo: boolean
}

function SampleRow({ index, runId, sample, metrics, filter, isReturnedTo }: SampleRowProps) {
  const tokens =
    sample.input_tokens === null && sample.output_tokens === null ? null : (sample.input_tokens ?? 0) + (sample.output_tokens ?? 0)
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 2}
      style={{ height: rowHeight }}
      className={cn("cursor-pointer border-b last:border-b-0 focus-within:bg-accent/8 hover:bg-muted/40", isReturnedTo && "bg-accent/8")}
      {...rowLink}
    >
      <Td>
        <Link
          href={sampleHref(runId, sample.sample_id, filter)}
          data-row-link
          prefetch={false}
          aria-label={`Example ${sample.example_id}, rollout ${sample.rollout_index + 1}`}
          title={sample.example_id}
          className="block truncate font-mono text-xs hover:underline focus-visible:outline-offset-0"
        >
          {sample.example_id}
        </Link>
      </Td>
      <Td numeric className="text-muted-foreground">
        {sample.rollout_index + 1}
      </Td>
      <Td numeric>
        <RewardText reward={sample.reward} />
      </Td>
      <Td>
        <span title={sample.error ?? undefined}>
          <OutcomeBadge outcome={sample.outcome} problem={sample.error_class} />
        </span>
      </Td>
      <Td>
        <span className="block truncate text-muted-foreground" title={sample.prompt_preview}>
          {sample.prompt_preview}
        </span>
      </Td>
      <Td>
        <span
          className={cn("block truncate", sample.outcome === "error" && "text-danger")}
          title={sample.error ?? sample.completion_preview}
        >
          {sample.outcome === "error" ? sample.error : sample.completion_preview}
        </span>
      </Td>
      {metrics.map((name) => (
        <Td key={name} numeric>
          {formatScore(sample.metrics[name])}
        </Td>
      ))}
      <Td numeric className="text-muted-foreground">
        {formatTokens(tokens)}
      </Td>
      <Td numeric className="text-muted-foreground">
        {formatMoney(sample.usage?.cost_usd)}
      </Td>
      <Td numeric className="text-muted-foreground">
        {formatDuration(sample.duration_ms)}
      </Td>
      <Td>
        <span className="block truncate text-muted-foreground text-xs" title={sample.stop_condition ?? undefined}>
          {sample.stop_condition ?? "–"}
        </span>
      </Td>
    </tr>
  )
}

/** Loads the next page when it comes into view; also a button, for when that failed. */
function LoadMore({
  isLoading,
  error,
  onLoadMore,
  count,
  root,
}: {
  isLoading: boolean
  error: string | null
  onLoadMore: () => void
  count: number
  root: React.RefObject<HTMLDivElement | null>
}) {
  const place = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page moves the end away: look again
  useEffect(() => {
    if (!place.current || error) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onLoadMore(), {
      root: root.current,
      rootMargin: "400px",
    })
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [count, error])
  return (
    <div ref={place} className="sticky left-0 flex h-14 w-full flex-wrap items-center justify-center gap-3 border-t">
      {error && <span className="break-anywhere text-danger text-sm">{error}</span>}
      <Button size="sm" pending={isLoading} onClick={onLoadMore}>
        Load more
      </Button>
    </div>
  )
}
