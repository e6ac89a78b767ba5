"use client"

import { Bar, BarChart, CartesianGrid, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts"
import type { Distribution } from "@/contract/index.ts"
import { formatCount, formatScore } from "@/lib/format.ts"

interface Column {
  /** Of the bin, in `unit`s. */
  middle: number
  from: number
  to: number
  count: number
}

const axis = { fontSize: 11, fill: "var(--muted-foreground)" }

const plainMax = 1e100

/** Loaded lazily, because recharts weighs more than the rest of the page. Screen readers get a table instead. */
export function RewardHistogram({ distribution }: { distribution: Distribution }) {
  // The chart computes with differences, and those of huge values are not finite.
  const unit = Math.max(Math.abs(distribution.min), Math.abs(distribution.max)) > plainMax ? plainMax : 1
  const columns: Column[] = distribution.bins.map((bin) => ({ ...bin, middle: (bin.from / unit + bin.to / unit) / 2 }))
  const first = columns[0]
  const last = columns.at(-1)
  if (!first || !last) return null
  const isPoint = first === last
  const around = isPoint ? Math.max(0.5, Math.abs(first.from / unit) / 2) : 0
  const low = first.from / unit - around
  const high = last.to / unit + around
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height: 200 }}>
      <BarChart data={columns} accessibilityLayer={false} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} barCategoryGap={1}>
        <CartesianGrid vertical={false} stroke="var(--border)" />
        <XAxis
          dataKey="middle"
          type="number"
          domain={[low, high]}
          tickCount={6}
          tick={axis}
          tickLine={false}
          stroke="var(--border)"
          tickFormatter={(value: number) => formatScore(value * unit)}
          allowDataOverflow
        />
        <YAxis allowDecimals={false} width={36} tick={axis} tickLine={false} axisLine={false} tickFormatter={formatCount} />
        <Tooltip cursor={{ fill: "var(--muted)" }} content={Bubble} isAnimationActive={false} />
        <Bar dataKey="count" fill="var(--chart-1)" isAnimationActive={false} radius={[2, 2, 0, 0]} {...(isPoint ? { barSize: 40 } : {})} />
        <ReferenceLine x={distribution.mean / unit} stroke="var(--foreground)" strokeDasharray="4 3" />
      </BarChart>
    </ResponsiveContainer>
  )
}

function Bubble({ active, payload }: { active?: boolean; payload?: readonly { payload?: Column }[] }) {
  const column = payload?.[0]?.payload
  if (!active || !column) return null
  return (
    <div className="tabular rounded-md bg-foreground px-2 py-1 text-background text-xs">
      {`${formatScore(column.from)} to ${formatScore(column.to)}: ${formatCount(column.count)}`}
    </div>
  )
}
