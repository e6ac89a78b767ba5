"use client"

import { type BlockLook, blockLook } from "@/components/charts/block-look.ts"
import { rewardShare, type Scale } from "@/components/charts/reward-colour.ts"
import { formatCount, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import type { Block } from "./blocks.ts"
import { lookOf, wordsOf } from "./cell-look.ts"
import { useLinkStrip } from "./use-link-strip.ts"

interface BlockBarProps {
  runId: string
  blocks: Block[]
  scale: Scale
  /** The bar in words. */
  summary: string
}

/** One square per rollout; finished ones link to their sample. */
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
          {...blockLook(lookOf(block.cell, scale))}
        />
      </li>
    )
  }
  if (block.kind === "examples") {
    const look: BlockLook =
      block.errored === block.count
        ? { kind: "error" }
        : block.mean === null
          ? { kind: "unscored" }
          : { kind: "reward", share: rewardShare(block.mean, scale) }
    const words = `${block.examples === 1 ? `Example ${block.from}` : `${formatCount(block.examples)} examples, ${block.from} to ${block.to}`}: mean reward ${formatScore(block.mean)}, ${formatCount(block.count)} rollouts${block.errored > 0 ? `, ${formatCount(block.errored)} with errors` : ""}`
    const href = block.examples === 1 ? paths.samples(runId, { example: block.from }) : paths.samples(runId, { sort: "example" })
    return (
      <li>
        <a href={href} tabIndex={first ? 0 : -1} aria-label={words} title={words} {...blockLook(look)} />
      </li>
    )
  }
  return (
    <li aria-hidden>
      <span {...blockLook(block)} />
    </li>
  )
}
