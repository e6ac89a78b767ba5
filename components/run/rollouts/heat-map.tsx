"use client"

import { blockLook } from "@/components/charts/block-look.ts"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { cn } from "@/components/ui/cn.ts"
import { paths } from "@/lib/paths.ts"
import { lookOf, wordsOf } from "./cell-look.ts"
import type { HeatColumn, Slot } from "./heat-columns.ts"
import { useLinkStrip } from "./use-link-strip.ts"

interface HeatMapProps {
  runId: string
  columns: HeatColumn[]
  scale: Scale
  label: string
}

/** Up to so many rollouts are drawn large. */
const largeUpTo = 160

/** A few examples with many rollouts each would be a few high columns. */
const highFrom = 7

/** Whether examples are drawn as rows, not as columns. */
export const isTurned = (columns: readonly HeatColumn[]): boolean =>
  columns.length < highFrom && columns.some(({ slots }) => slots.length >= highFrom)

/** One block for each rollout, a column for each example; what has ended links to its sample. */
export function HeatMap({ runId, columns, scale, label }: HeatMapProps) {
  const tallest = Math.max(0, ...columns.map(({ slots }) => slots.length))
  const areRows = isTurned(columns)
  const strip = useLinkStrip(areRows)
  const count = columns.reduce((sum, { slots }) => sum + slots.length, 0)
  const size = count <= largeUpTo ? "size-5" : "size-3"
  const first = columns.flatMap(({ slots }) => slots).find((slot) => slot.kind === "sample")
  return (
    <ul {...strip} aria-label={label} className={cn("flex gap-[3px]", areRows ? "flex-col" : "flex-wrap", tallest > 1 && "gap-y-2")}>
      {columns.map(({ example, slots }, i) => (
        <li
          key={example ?? `open ${i}`}
          className={cn("flex gap-[3px]", areRows ? "flex-wrap" : "flex-col")}
          {...(example === null ? { "aria-hidden": true } : {})}
        >
          {slots.map((slot, at) => (
            <SlotBlock
              key={slot.kind === "sample" ? slot.cell.id : at}
              runId={runId}
              slot={slot}
              scale={scale}
              size={size}
              isFirst={slot === first}
            />
          ))}
        </li>
      ))}
    </ul>
  )
}

interface SlotBlockProps {
  runId: string
  slot: Slot
  scale: Scale
  size: string
  isFirst: boolean
}

function SlotBlock({ runId, slot, scale, size, isFirst }: SlotBlockProps) {
  if (slot.kind !== "sample") return <span aria-hidden {...blockLook(slot, size)} />
  const words = wordsOf(slot.cell)
  return (
    <a
      href={paths.sample(runId, slot.cell.id)}
      tabIndex={isFirst ? 0 : -1}
      aria-label={words}
      title={words}
      {...blockLook(lookOf(slot.cell, scale), size)}
    />
  )
}
