import { Info, TriangleAlert } from "lucide-react"
import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Tooltip } from "@/components/ui/overlay/tooltip.tsx"

export interface TileProps {
  label: string
  value: ReactNode
  note: ReactNode
  /** What exactly the number is. */
  help?: string
  warning?: "none" | "some" | "much"
}

/** One number with its name and a note, for a `dl` of tiles. */
export function Tile({ label, value, note, help, warning = "none" }: TileProps) {
  return (
    <div className="flex min-h-22 min-w-0 flex-col rounded-lg border bg-card px-3 py-2.5">
      <dt className="flex items-center gap-1 text-muted-foreground text-xs">
        {label}
        {help && (
          <Tooltip content={help}>
            <button type="button" aria-label={`What is ${label}?`} className="inline-flex rounded-sm">
              <Info aria-hidden className="size-3" />
            </button>
          </Tooltip>
        )}
      </dt>
      <dd
        className={cn(
          "tabular mt-0.5 flex items-center gap-1.5 font-semibold text-lg",
          warning === "some" && "text-warning",
          warning === "much" && "text-danger",
        )}
      >
        {warning !== "none" && <TriangleAlert aria-hidden className="size-4 shrink-0" />}
        <span className="break-anywhere">{value}</span>
      </dd>
      <dd className="tabular mt-auto text-muted-foreground text-xs">{note}</dd>
    </div>
  )
}
