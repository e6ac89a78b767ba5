"use client"

import { type CSSProperties, useRef } from "react"
import { blockLook } from "@/components/charts/block-look.ts"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { RewardLegend } from "@/components/charts/reward-legend.tsx"
import { rolloutLook, rolloutWords } from "@/components/charts/rollout-look.ts"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import { LoadMore } from "@/components/ui/list/load-more.tsx"
import { rowLink } from "@/components/ui/list/row-link.ts"
import { columnDecimals } from "@/lib/format.ts"
import { type ExampleRow, exampleRows } from "./example-rows.ts"
import { RewardText } from "./reward-text.tsx"
import { sampleHref } from "./samples-search.ts"
import { type SamplesListProps, SamplesToolbar } from "./samples-toolbar.tsx"

/** More of them stand behind the link to all. */
const blocksMax = 40
const columns = "md:grid-cols-[5rem_minmax(0,3fr)_minmax(0,2fr)_minmax(0,2fr)_var(--blocks)_4.5rem]"
/** Of a block and the gap behind it, in px. */
const blockWidth = 15
const blocksInRow = 16

/** The samples of a run by example: what was asked, what was answered beside what was expected, and a block for each rollout. */
export function ExamplesList(props: SamplesListProps) {
  const { runId, samples, state, hasMore, isLoadingMore, onLoadMore, loadError } = props
  const list = useRef<HTMLOListElement>(null)
  const rows = exampleRows(samples)
  const decimals = columnDecimals(rows.map(({ mean }) => mean))
  const rewards = samples.flatMap(({ reward }) => (reward === null ? [] : [reward]))
  const scale: Scale = { min: Math.min(0, ...rewards), max: Math.max(1, ...rewards) }
  const blocksWide = Math.min(blocksInRow, Math.max(0, ...rows.map((row) => row.rollouts.length)))
  const moveFocus = (step: number) => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>("a[data-row-link]") ?? [])]
    const row = document.activeElement?.closest("li[data-example]")
    const at = links.findIndex((link) => row?.contains(link))
    links[at < 0 ? 0 : at + step]?.focus()
  }
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <SamplesToolbar
        {...props}
        onMove={moveFocus}
        legend={
          <>
            <RewardLegend scale={scale} shapes={["truncated", "error"]} />
            {samples.some(({ review }) => review) && <span className="text-2xs text-muted-foreground">outlined: reviewed</span>}
          </>
        }
      />
      <div style={{ "--blocks": `${Math.max(56, blocksWide * blockWidth)}px` } as CSSProperties}>
        <div aria-hidden className={cn("hidden h-8 items-center gap-4 border-b text-2xs text-muted-foreground md:grid", columns)}>
          <span>Example</span>
          <span>Prompt</span>
          <span>Answer</span>
          <span>Expected</span>
          <span>Rollouts</span>
          <span className="text-right">Mean</span>
        </div>
        <ol ref={list} aria-label="Examples">
          {rows.map((row) => (
            <Row key={row.example} row={row} scale={scale} decimals={decimals} hrefOf={(sampleId) => sampleHref(runId, sampleId, state)} />
          ))}
        </ol>
        {hasMore && <LoadMore isLoading={isLoadingMore} error={loadError} onLoadMore={onLoadMore} count={samples.length} />}
      </div>
    </div>
  )
}

interface RowProps {
  row: ExampleRow
  scale: Scale
  /** Those of the means that are listed. */
  decimals: number
  hrefOf: (sampleId: string) => string
}

function Row({ row, scale, decimals, hrefOf }: RowProps) {
  const { example, rollouts, prompt, answer, otherAnswers, expected, mean } = row
  const [first] = rollouts
  if (!first) return null
  return (
    <li
      data-example
      className={cn(
        "grid min-h-9 cursor-pointer grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-b py-1.5 text-sm [content-visibility:auto] [contain-intrinsic-size:auto_2.25rem] focus-within:bg-selected hover:bg-muted",
        columns,
      )}
      {...rowLink}
    >
      <Link
        href={hrefOf(first.sample_id)}
        data-row-link
        prefetch={false}
        aria-label={`Example ${example}: ${prompt}`}
        title={example}
        className="truncate font-mono text-xs focus-visible:outline-offset-[-2px]"
      >
        <bdi>{example}</bdi>
      </Link>
      <p dir="auto" title={prompt} className="truncate text-muted-foreground max-md:order-last max-md:col-span-2">
        {prompt}
      </p>
      <p
        dir="auto"
        title={answer ?? first.error ?? undefined}
        className={cn("truncate max-md:order-last", answer === null && "text-danger")}
      >
        {answer ?? first.error}
        {otherAnswers > 0 && (
          <span className="text-2xs text-muted-foreground">{` and ${otherAnswers} ${otherAnswers === 1 ? "other" : "others"}`}</span>
        )}
      </p>
      <p
        dir="auto"
        title={expected ?? undefined}
        className="truncate text-muted-foreground max-md:order-last max-md:before:text-2xs max-md:before:content-['expected_']"
      >
        {expected}
      </p>
      <div className="flex max-w-60 flex-wrap gap-[3px] max-md:order-2 max-md:col-span-2">
        {rollouts.slice(0, blocksMax).map((sample) => {
          const words = `Rollout ${sample.rollout_index + 1}: ${rolloutWords(sample)}${sample.review ? ", reviewed" : ""}`
          const { className, ...look } = blockLook(rolloutLook(sample, scale))
          return (
            <Link
              key={sample.sample_id}
              href={hrefOf(sample.sample_id)}
              prefetch={false}
              aria-label={words}
              title={words}
              className={cn(className, sample.review && "outline-1 outline-foreground outline-offset-1")}
              {...look}
            />
          )
        })}
        {rollouts.length > blocksMax && <span className="text-2xs text-muted-foreground">{`and ${rollouts.length - blocksMax} more`}</span>}
      </div>
      <RewardText reward={mean} decimals={decimals} className="justify-self-end max-md:order-1" />
    </li>
  )
}
