"use client"

import { useRouter } from "next/navigation"
import { type KeyboardEvent, type MouseEvent, useRef } from "react"
import { type Block, type Cell, rewardShare } from "@/components/run/cells.ts"
import { formatCount, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { type CellLook, cellLook } from "./rollout-cell.tsx"

interface Scale {
  min: number
  max: number
}

const lookOf = (cell: Cell, scale: Scale): CellLook =>
  cell.outcome === "error"
    ? { kind: "error" }
    : cell.reward === null
      ? { kind: "unscored" }
      : { kind: "reward", share: rewardShare(cell.reward, scale) }

const wordsOf = (cell: Cell): string =>
  `Example ${cell.example}, rollout ${cell.rollout + 1}: ${cell.outcome === "error" ? "error" : `reward ${formatScore(cell.reward)}`}${cell.outcome === "truncated" ? ", truncated" : ""}`

/** Plain links with one handler for all: a bar has hundreds. The Tab key stops once; the arrow keys go along. */
function useLinkStrip() {
  const router = useRouter()
  const strip = useRef<HTMLUListElement>(null)
  const onClick = (event: MouseEvent) => {
    const link = (event.target as Element).closest("a")
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.push(link.pathname + link.search)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0
    const target = event.key === "Home" || event.key === "End"
    if (step === 0 && !target) return
    const links = [...(strip.current?.querySelectorAll("a") ?? [])]
    const at = links.indexOf(document.activeElement as HTMLAnchorElement)
    const next = event.key === "Home" ? links[0] : event.key === "End" ? links.at(-1) : links[at + step]
    if (!next) return
    event.preventDefault()
    for (const link of links) link.tabIndex = link === next ? 0 : -1
    next.focus()
  }
  return { ref: strip, onClick, onKeyDown }
}

interface BlockBarProps {
  runId: string
  blocks: Block[]
  scale: Scale
  /** What the bar says, in words. */
  summary: string
}

/** One square per rollout: landed ones lead to their sample. */
export function BlockBar({ runId, blocks, scale, summary }: BlockBarProps) {
  const strip = useLinkStrip()
  return (
    <div>
      <ul {...strip} aria-label="Rollouts" className="flex flex-wrap gap-[3px]">
        {blocks.map((block, i) => (
          <BlockItem key={keyOf(block, i)} runId={runId} block={block} scale={scale} first={i === 0} />
        ))}
      </ul>
      <p className="tabular mt-2 text-muted-foreground text-xs">{summary}</p>
    </div>
  )
}

const keyOf = (block: Block, i: number): string =>
  block.kind === "sample" ? block.cell.id : block.kind === "examples" ? `e ${block.from}` : String(i)

function BlockItem({ runId, block, scale, first }: { runId: string; block: Block; scale: Scale; first: boolean }) {
  if (block.kind === "sample") {
    return (
      <li>
        <a
          href={paths.sample(runId, block.cell.id)}
          tabIndex={first ? 0 : -1}
          aria-label={wordsOf(block.cell)}
          title={wordsOf(block.cell)}
          {...cellLook(lookOf(block.cell, scale))}
        />
      </li>
    )
  }
  if (block.kind === "examples") {
    const look: CellLook =
      block.errored === block.count
        ? { kind: "error" }
        : block.mean === null
          ? { kind: "unscored" }
          : { kind: "reward", share: rewardShare(block.mean, scale) }
    const words = `${block.examples === 1 ? `Example ${block.from}` : `${formatCount(block.examples)} examples, ${block.from} to ${block.to}`}: mean reward ${formatScore(block.mean)}, ${formatCount(block.count)} rollouts${block.errored > 0 ? `, ${formatCount(block.errored)} with errors` : ""}`
    const href =
      block.examples === 1 ? `${paths.samples(runId)}?example=${encodeURIComponent(block.from)}` : `${paths.samples(runId)}?sort=example`
    return (
      <li>
        <a href={href} tabIndex={first ? 0 : -1} aria-label={words} title={words} {...cellLook(look)} />
      </li>
    )
  }
  return (
    <li aria-hidden>
      <span {...cellLook(block)} />
    </li>
  )
}

/** The rollouts of one example, and hollow squares for those still to come. */
export function RolloutStrip({
  runId,
  cells,
  expected,
  scale,
  label,
}: {
  runId: string
  cells: Cell[]
  expected: number
  scale: Scale
  label: string
}) {
  const strip = useLinkStrip()
  const open = Math.max(0, expected - cells.length)
  return (
    <ul {...strip} aria-label={label} className="flex flex-wrap gap-[3px]">
      {cells.map((cell, i) => (
        <li key={cell.id}>
          <a
            href={paths.sample(runId, cell.id)}
            tabIndex={i === 0 ? 0 : -1}
            aria-label={wordsOf(cell)}
            title={wordsOf(cell)}
            {...cellLook(lookOf(cell, scale))}
          />
        </li>
      ))}
      {Array.from({ length: open }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the open places are all alike
        <li key={`open ${i}`} aria-hidden>
          <span {...cellLook({ kind: "pending" })} />
        </li>
      ))}
    </ul>
  )
}
