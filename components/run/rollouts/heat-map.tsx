"use client"

import { blockLook } from "@/components/charts/block-look.ts"
import type { Scale } from "@/components/charts/reward-colour.ts"
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

/** One block for each rollout, a column for each example; what has ended links to its sample. */
export function HeatMap({ runId, columns, scale, label }: HeatMapProps) {
  const strip = useLinkStrip()
  const count = columns.reduce((sum, { slots }) => sum + slots.length, 0)
  const size = count <= largeUpTo ? "size-5" : "size-3"
  const first = columns.flatMap(({ slots }) => slots).find((slot) => slot.kind === "sample")
  return (
    <ul {...strip} aria-label={label} className="flex flex-wrap gap-x-[3px] gap-y-2">
      {columns.map(({ example, slots }, i) => (
        <li key={example ?? `open ${i}`} className="flex flex-col gap-[3px]" {...(example === null ? { "aria-hidden": true } : {})}>
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
