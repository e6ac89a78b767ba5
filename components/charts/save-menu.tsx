"use client"

import { Download } from "lucide-react"
import type { ReactNode } from "react"
import { Menu, MenuItem } from "@/components/ui/overlay/menu.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Chart } from "./svg/charts.ts"
import type { SaveFormat } from "./svg/save-chart.ts"

interface SaveMenuProps {
  /** What is drawn, such as "Pass rates": the drawing's title and a part of the file's name. */
  title: string
  /** Of what it is drawn, as text below the title. */
  subject: string
  /** Of whose page it is, for the file's name. */
  id: string
  chart: Chart
  /** More that can be taken away from here. */
  children?: ReactNode
}

const formats: readonly { format: SaveFormat; label: string }[] = [
  { format: "svg", label: "Picture (SVG)" },
  { format: "png", label: "Picture (PNG)" },
  { format: "csv", label: "Numbers (CSV)" },
]

/** Saves a chart as a picture, or its numbers as a table. What draws it is loaded when it is asked for. */
export function SaveMenu({ title, subject, id, chart, children }: SaveMenuProps) {
  const toast = useToast()
  const save = async (format: SaveFormat) => {
    try {
      const { saveChart } = await import("./svg/save-chart.ts")
      const about = { title, subject, url: window.location.href, date: new Date().toISOString().slice(0, 10) }
      await saveChart(chart, about, `${id}-${title.toLowerCase().replaceAll(" ", "-")}`, format)
    } catch (error) {
      toast({ title: "The chart could not be saved", description: error instanceof Error ? error.message : String(error), tone: "danger" })
    }
  }
  return (
    <Menu label={`Save: ${title}`} trigger={<Download aria-hidden />} className="-my-2 size-7 max-lg:size-10">
      {formats.map(({ format, label }) => (
        <MenuItem key={format} onClick={() => void save(format)}>
          {label}
        </MenuItem>
      ))}
      {children}
    </Menu>
  )
}
