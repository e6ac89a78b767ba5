import { cn } from "@/components/ui/cn.ts"
import { rowLink } from "@/components/ui/list/row-link.ts"
import { Td } from "@/components/ui/list/table.tsx"
import type { SampleSummary } from "@/contract/index.ts"
import type { SampleColumn } from "./sample-columns.tsx"

/** The height of every row, in pixels. */
export const rowHeight = 36

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
      className={cn("cursor-pointer border-b last:border-b-0 focus-within:bg-selected hover:bg-muted", isReturnedTo && "bg-selected")}
      {...rowLink}
    >
      {columns.map(({ key, numeric, muted, titleOf, cell }) => (
        <Td
          key={key}
          dir={titleOf ? "auto" : undefined}
          numeric={numeric ?? false}
          title={titleOf?.(sample) || undefined}
          // Digits are never cut: a number that is cut is another number.
          className={cn(titleOf && "truncate", muted && "text-muted-foreground")}
        >
          {cell(sample, href)}
        </Td>
      ))}
    </tr>
  )
}
