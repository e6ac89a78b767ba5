"use client"

import { blockLook } from "@/components/charts/block-look.ts"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { paths } from "@/lib/paths.ts"
import { lookOf, wordsOf } from "./cell-look.ts"
import type { Cell } from "./cells.ts"
import { useLinkStrip } from "./use-link-strip.ts"

interface RolloutStripProps {
  runId: string
  cells: readonly Cell[]
  expected: number
  scale: Scale
  label: string
}

/** The rollouts of one example, and hollow squares for those still to come. */
export function RolloutStrip({ runId, cells, expected, scale, label }: RolloutStripProps) {
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
            {...blockLook(lookOf(cell, scale))}
          />
        </li>
      ))}
      {Array.from({ length: open }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the squares still to come are all alike
        <li key={`open ${i}`} aria-hidden>
          <span {...blockLook({ kind: "pending" })} />
        </li>
      ))}
    </ul>
  )
}
