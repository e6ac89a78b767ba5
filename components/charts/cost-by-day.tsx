"use client"

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts"
import { formatMoney } from "@/lib/format.ts"
import { ticksUpTo } from "./axis.ts"

export interface CostOfDay {
  day: string
  cost: number
}

/** Of the figures beside the axis, in px. */
const digitWidth = 7
const axis = { fontSize: 11, fill: "var(--muted-foreground)" }
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
const shortDay = (day: string): string => `${Number(day.slice(8))} ${months[Number(day.slice(5, 7)) - 1]}`

/** Loaded lazily, because recharts weighs more than the rest of the page. Screen readers get a table instead. */
export function CostByDay({ days }: { days: CostOfDay[] }) {
  const ticks = ticksUpTo(Math.max(0, ...days.map(({ cost }) => cost)))
  // Measured by the library before the page's font is there, it is too narrow, and numbers are cut.
  const width = 10 + digitWidth * Math.max(...ticks.map((tick) => formatMoney(tick).length))
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height: 200 }}>
      <BarChart
        data={days}
        accessibilityLayer={false}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
        barCategoryGap={days.length > 60 ? 0 : 2}
      >
        <CartesianGrid vertical={false} stroke="var(--border)" />
        <XAxis
          dataKey="day"
          tick={axis}
          tickLine={false}
          stroke="var(--border)"
          tickFormatter={shortDay}
          minTickGap={24}
          interval="equidistantPreserveEnd"
        />
        <YAxis
          width={width}
          ticks={ticks}
          domain={[0, ticks.at(-1) ?? 0]}
          tick={axis}
          tickLine={false}
          axisLine={false}
          tickFormatter={formatMoney}
        />
        <Tooltip cursor={{ fill: "var(--muted)" }} content={Bubble} isAnimationActive={false} />
        <Bar dataKey="cost" fill="var(--chart-1)" isAnimationActive={false} radius={[2, 2, 0, 0]} />
      </BarChart>
    </ResponsiveContainer>
  )
}

function Bubble({ active, payload }: { active?: boolean; payload?: readonly { payload?: CostOfDay }[] }) {
  const day = payload?.[0]?.payload
  if (!active || !day) return null
  return (
    <div className="tabular rounded-md bg-foreground px-2 py-1 text-background text-xs">{`${shortDay(day.day)}: ${formatMoney(day.cost)}`}</div>
  )
}
