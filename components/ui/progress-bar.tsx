import { cn } from "./cn.ts"

interface ProgressBarProps {
  value: number
  /** Null when nobody knows yet how much there is to do. */
  max: number | null
  label: string
  /** Part of `value` that went wrong, drawn in red at the end of the bar. */
  errored?: number
  className?: string
}

export function ProgressBar({ value, max, label, errored = 0, className }: ProgressBarProps) {
  const share = (part: number) => (max && max > 0 ? `${Math.min(100, (part / max) * 100)}%` : "0%")
  return (
    <div
      role="progressbar"
      aria-label={label}
      {...(max === null ? {} : { "aria-valuenow": Math.min(value, max), "aria-valuemin": 0, "aria-valuemax": max })}
      aria-valuetext={max === null ? "in progress" : `${value} of ${max}${errored > 0 ? `, ${errored} with errors` : ""}`}
      className={cn("flex h-1.5 w-full overflow-hidden rounded-full bg-muted", className)}
    >
      {max === null ? (
        <span className="h-full w-1/3 animate-pulse rounded-full bg-primary/60" />
      ) : (
        <>
          <span className="h-full bg-primary transition-[width] duration-300" style={{ width: share(value - errored) }} />
          <span className="h-full bg-danger-fill transition-[width] duration-300" style={{ width: share(errored) }} />
        </>
      )}
    </div>
  )
}
