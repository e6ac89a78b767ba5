import { cn } from "@/components/ui/cn.ts"
import { rowLink } from "@/components/ui/list/row-link.ts"
import { Td } from "@/components/ui/list/table.tsx"
import type { SampleSummary } from "@/contract/index.ts"
import type { SampleColumn } from "./sample-columns.tsx"

/** The height of every row, in pixels. */
export const rowHeight = 40

interface SampleRowProps {
  index: number
  sample: SampleSummary
  href: string
  columns: readonly SampleColumn[]
  /** The reader has come back from this sample. */
  isReturnedTo: boolean
}

/** A row of the samples table; a click anywhere on it opens the sample. */
export function SampleRow({ index, sample, href, columns, isReturnedTo }: SampleRowProps) {
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 2}
      style={{ height: rowHeight }}
      className={cn("cursor-pointer border-b last:border-b-0 focus-within:bg-accent/8 hover:bg-muted/40", isReturnedTo && "bg-accent/8")}
      {...rowLink}
    >
      {columns.map(({ key, numeric, muted, cell }) => (
        <Td key={key} numeric={numeric ?? false} className={cn(muted && "text-muted-foreground")}>
          {cell(sample, href)}
        </Td>
      ))}
    </tr>
  )
}
