"use client"

import { useEffect, useId, useRef, useState } from "react"
import { NumberInput } from "@/components/ui/form/number-input.tsx"
import { passThreshold } from "@/contract/statistics/pass-threshold.ts"
import { formatScore } from "@/lib/format.ts"

interface PassThresholdProps {
  /** In force. */
  value: number
  /** The smallest and the largest reward. */
  range: { min: number; max: number }
  onChange: (value: number | null) => void
}

const label = "A rollout passes from a reward of"

/** Statistics are computed anew for each threshold: a drag asks for one of them, not for twenty. */
const settleMs = 250

/** The reward from which on a rollout passes. The library's is no choice, and leaves the address. */
export function PassThreshold({ value, range, onChange }: PassThresholdProps) {
  const id = useId()
  const choose = (chosen: number) => onChange(chosen === passThreshold ? null : chosen)
  return (
    <p className="flex items-center gap-2 text-2xs text-muted-foreground">
      <label htmlFor={id}>{label}</label>
      {range.min >= 0 && range.max <= 1 ? (
        <Slider id={id} value={value} onChange={choose} />
      ) : (
        <NumberInput
          label={label}
          placeholder={String(passThreshold)}
          value={String(value)}
          onChange={(text) => text && choose(Number(text))}
        />
      )}
    </p>
  )
}

function Slider({ id, value, onChange }: { id: string; value: number; onChange: (value: number) => void }) {
  const [dragged, setDragged] = useState<number | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const drag = (to: number) => {
    setDragged(to)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      onChange(to)
      setDragged(null)
    }, settleMs)
  }
  const shown = dragged ?? value
  return (
    <>
      <input
        id={id}
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={shown}
        onChange={(event) => drag(Number(event.target.value))}
        className="h-4 w-24 accent-foreground"
      />
      <output htmlFor={id} className="tabular w-10">
        {formatScore(shown)}
      </output>
    </>
  )
}
