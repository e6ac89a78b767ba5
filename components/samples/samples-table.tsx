"use client"

import { useVirtualizer } from "@tanstack/react-virtual"
import { useEffect, useRef, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { LoadMore } from "@/components/ui/list/load-more.tsx"
import { Th } from "@/components/ui/list/table.tsx"
import type { Order } from "@/lib/list-search.ts"
import { forgetOpened, lastOpened } from "./last-opened.ts"
import { sampleColumns } from "./sample-columns.tsx"
import { rowHeight, SampleRow } from "./sample-row.tsx"
import { sampleHref, sortSamplesBy } from "./samples-search.ts"
import { type SamplesListProps, SamplesToolbar } from "./samples-toolbar.tsx"

/** From here on only rows near the view are drawn: a full page of a hundred would be more elements than a browser lays out at once. */
const virtualFrom = 60
const rowsAbove = 6
const metricsShown = 4

interface SamplesTableProps extends SamplesListProps {
  /** Names of all metrics of the run. */
  metrics: readonly string[]
  /** The order in force. */
  order: Order
}

/** The rows of the samples table. Long lists keep only the rows in view in the page. */
export function SamplesTable(props: SamplesTableProps) {
  // The virtualizer changes without new props, which the compiler cannot see.
  "use no memo"
  const { runId, samples, metrics, total, lookedThrough = null, state, order, hasMore, isLoadingMore, onLoadMore, loadError } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [allMetrics, setAllMetrics] = useState(false)
  const [returnedTo] = useState(() => samples.findIndex((sample) => sample.sample_id === lastOpened(runId)))
  useEffect(() => forgetOpened(runId), [runId])
  const sorted = order.by.startsWith("metric:") ? order.by.slice("metric:".length) : null
  const columns = sampleColumns(samples, allMetrics ? metrics : metrics.filter((name, i) => i < metricsShown || name === sorted))
  const isVirtual = samples.length > virtualFrom
  const virtualizer = useVirtualizer({
    count: samples.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
    initialOffset: Math.max(0, (returnedTo - rowsAbove) * rowHeight),
  })

  const focusRow = (index: number) => {
    const find = () => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] a[data-row-link]`)
    if (isVirtual) virtualizer.scrollToIndex(index)
    requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus()))
  }
  const moveFocus = (step: number) => {
    const row = document.activeElement?.closest("[data-index]")
    const index = row ? Number(row.getAttribute("data-index")) + step : 0
    if (index >= samples.length && hasMore && !isLoadingMore) onLoadMore()
    if (index >= 0 && index < samples.length) focusRow(index)
  }

  const items = virtualizer.getVirtualItems()
  const from = isVirtual ? (items[0]?.index ?? 0) : 0
  const to = isVirtual ? (items.at(-1)?.index ?? Math.min(30, samples.length) - 1) + 1 : samples.length
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <SamplesToolbar {...props} onMove={moveFocus}>
        {metrics.length > metricsShown && (
          <Button size="sm" variant="ghost" aria-pressed={allMetrics} onClick={() => setAllMetrics(!allMetrics)}>
            {allMetrics ? `First ${metricsShown} metrics` : `All ${metrics.length} metrics`}
          </Button>
        )}
      </SamplesToolbar>
      <div
        ref={scroller}
        role="region"
        aria-label="Samples"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        className="relative max-h-[max(24rem,calc(100dvh-12.5rem))] min-w-0 overflow-auto border-y [overflow-anchor:none]"
      >
        <table
          aria-rowcount={lookedThrough === null ? total + 1 : -1}
          className="w-full table-fixed border-collapse text-left text-sm"
          style={{ minWidth: columns.reduce((sum, { width }) => sum + width, 0) }}
        >
          <colgroup>
            {columns.map(({ key, width, grows }) => (
              <col key={key} style={grows ? undefined : { width }} />
            ))}
          </colgroup>
          <thead className="sticky top-0 z-10 bg-background text-muted-foreground text-xs shadow-[inset_0_-1px_0_var(--border)]">
            <tr aria-rowindex={1}>
              {columns.map(({ key, label, numeric, title, sortKey }) => (
                <Th
                  key={key}
                  numeric={numeric ?? false}
                  title={title}
                  {...(sortKey && { sort: sortSamplesBy(runId, state, order, sortKey) })}
                >
                  {title === label ? <span className="inline-block max-w-16 truncate">{label}</span> : label}
                </Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {from > 0 && <Gap height={from * rowHeight} columns={columns.length} />}
            {samples.slice(from, to).map((sample, i) => (
              <SampleRow
                key={sample.sample_id}
                index={from + i}
                sample={sample}
                href={sampleHref(runId, sample.sample_id, state)}
                columns={columns}
                isReturnedTo={from + i === returnedTo}
              />
            ))}
            {to < samples.length && <Gap height={(samples.length - to) * rowHeight} columns={columns.length} />}
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
